"""Starts what is compared at forwarding and caching, in front of the upstream of `upstream.c`."""
import os
import shutil

from measure import WORK, compiled, work
from servers import Server, write

UPSTREAM = 15500


def upstream(port=UPSTREAM, ttl=3600):
    """Answers every name; `ttl` "silent" makes it answer none."""
    return Server(
        "upstream", port, [compiled("upstream"), str(port), str(ttl)], work("upstream.log")
    )


def martlet(port, binary, corefile, name="martlet", registry="memory:"):
    """Serves a Corefile; what it prints is in NAME.log."""
    config = work("%s.corefile" % name.replace(" ", "-"))
    write(config, corefile)
    command = [
        binary, "serve", "--workers", "1", "--listen", "127.0.0.1:%d" % port,
        "--registry", registry, "--config", config,
    ]
    return Server(name, port, command, work("%s.log" % name.replace(" ", "-")))


def coredns(port, corefile):
    """Needs a `coredns` on the PATH."""
    if not shutil.which("coredns"):
        return None
    config = work("coredns-%d.corefile" % port)
    write(config, corefile.replace(". {", ".:%d {\n    bind 127.0.0.1" % port, 1))
    return Server("CoreDNS", port, ["coredns", "-conf", config], work("coredns-%d.log" % port))


def unbound(port):
    """Forwards everything and keeps it, with one thread."""
    if not shutil.which("unbound"):
        return None
    config = work("unbound.conf")
    write(
        config,
        f"""server:
    interface: 127.0.0.1
    port: {port}
    num-threads: 1
    username: ""
    chroot: ""
    directory: "{WORK}"
    pidfile: "{WORK}/unbound.pid"
    use-syslog: no
    logfile: ""
    do-daemonize: no
    do-not-query-localhost: no
    module-config: "iterator"
    minimal-responses: yes
    cache-max-ttl: 3600
    incoming-num-tcp: 10
    outgoing-range: 4096
    num-queries-per-thread: 2048
    so-rcvbuf: 4m
remote-control:
    control-enable: no
forward-zone:
    name: "."
    forward-addr: 127.0.0.1@{UPSTREAM}
""",
    )
    return Server("Unbound", port, ["unbound", "-d", "-c", config], work("unbound.log"))


def dnsdist(port, caches):
    """Forwards everything, with a packet cache if `caches`."""
    if not shutil.which("dnsdist"):
        return None
    config = work("dnsdist-%d.conf" % port)
    lines = [
        'setLocal("127.0.0.1:%d")' % port,
        'newServer({address="127.0.0.1:%d", name="upstream"})' % UPSTREAM,
        "setSecurityPollSuffix(\"\")",
        "setMaxUDPOutstanding(65535)",
    ]
    if caches:
        lines += ['pool = newPacketCache(100000, {maxTTL=3600})', 'getPool(""):setCache(pool)']
    write(config, "\n".join(lines) + "\n")
    command = ["dnsdist", "--supervised", "--disable-syslog", "-C", config]
    return Server("dnsdist", port, command, work("dnsdist-%d.log" % port))


def running(servers):
    """Those that are there, by name."""
    return {server.name: server for server in servers if server}


def stop(servers):
    """Ends servers, and removes logs that have grown long."""
    for server in servers:
        server.stop()
        if os.path.exists(server.log.name) and os.path.getsize(server.log.name) > 1 << 20:
            os.remove(server.log.name)
