"""Starts the servers that are compared, on 127.0.0.1, and reads what they use."""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time


class Server:
    """A server process, its children included."""

    def __init__(self, name, port, command, log, companion=None):
        self.name = name
        self.port = port
        self.log = open(log, "wb")
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command, stdout=self.log, stderr=self.log, start_new_session=True
        )
        # A process that this one needs, and that is neither measured nor kept longer.
        self.companion = companion

    def pids(self):
        group = []
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    if os.getpgid(int(entry)) == self.process.pid:
                        group.append(int(entry))
                except ProcessLookupError:
                    pass
        return group

    def cpu(self):
        """Seconds of CPU time so far, of all threads and children."""
        total = 0
        for pid in self.pids():
            try:
                # The process's own clock (clock_getcpuclockid(3)), finer than the ticks of /proc.
                total += time.clock_gettime(~pid << 3 | 2)
            except OSError:
                pass
        return total

    def rss(self):
        """KiB of memory that the server alone has (proportional for shared pages)."""
        total = 0
        for pid in self.pids():
            try:
                for line in open("/proc/%d/smaps_rollup" % pid):
                    if line.startswith("Pss:"):
                        total += int(line.split()[1])
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                pass
        return total

    def switches(self):
        """Context switches so far, of all threads: the voluntary ones, and the others."""
        counts = [0, 0]
        for pid in self.pids():
            for task in os.listdir("/proc/%d/task" % pid):
                for line in open("/proc/%d/task/%s/status" % (pid, task)):
                    counts[0] += int(line.split()[1]) if line.startswith("voluntary") else 0
                    counts[1] += int(line.split()[1]) if line.startswith("nonvoluntary") else 0
        return counts

    def wait_until_listening(self, limit=60):
        """Waits until it accepts connections."""
        end = time.monotonic() + limit
        while self.process.poll() is None and time.monotonic() < end:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        sys.exit("%s does not listen; see %s" % (self.name, self.log.name))

    def stop(self):
        try:
            os.killpg(self.process.pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.log.close()
        if self.companion:
            self.companion.stop()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def echo(work, port, address="127.0.0.1", processes=1):
    # A name of its own, as the program of one that runs can't be written.
    binary = os.path.join(work, "echo-%d" % port)
    subprocess.run(["gcc", "-O2", "-o", binary, "bench/echo.c"], check=True)
    command = [binary, str(port), address, str(processes)]
    return Server("C echo", port, command, os.path.join(work, "echo.log"))


def martlet(work, port, registry, binary, workers=1, addresses=("127.0.0.1",)):
    command = [binary, "serve", "--workers", str(workers), "--registry", registry]
    for address in addresses:
        command += ["--listen", ("[%s]:%d" if ":" in address else "%s:%d") % (address, port)]
    return Server("martlet", port, command, os.path.join(work, "martlet.log"))


def nsd(work, port, zone):
    if not shutil.which("nsd"):
        return None
    config = os.path.join(work, "nsd.conf")
    write(
        config,
        f"""server:
    ip-address: 127.0.0.1@{port}
    server-count: 1
    username: ""
    chroot: ""
    zonesdir: "{work}"
    database: ""
    pidfile: "{work}/nsd.pid"
    xfrdfile: "{work}/xfrd.state"
    zonelistfile: "{work}/zone.list"
    xfrdir: "{work}"
    minimal-responses: yes
    round-robin: yes
    rrl-ratelimit: 0
remote-control:
    control-enable: no
zone:
    name: cluster.local
    zonefile: {zone}
""",
    )
    return Server("NSD", port, ["nsd", "-d", "-c", config], os.path.join(work, "nsd.log"))


def knot(work, port, zone):
    if not shutil.which("knotd"):
        return None
    config = os.path.join(work, "knot.conf")
    os.makedirs(os.path.join(work, "knot"), exist_ok=True)
    write(
        config,
        f"""server:
    rundir: {work}/knot
    listen: 127.0.0.1@{port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
    answer-rotation: on
log:
  - target: stderr
    any: error
database:
    storage: {work}/knot
template:
  - id: default
    storage: {work}
    semantic-checks: off
    zonefile-sync: -1
    journal-content: none
zone:
  - domain: cluster.local
    file: {zone}
""",
    )
    return Server("Knot", port, ["knotd", "-c", config], os.path.join(work, "knot.log"))


def bind(work, port, zone):
    if not shutil.which("named"):
        return None
    # BIND refuses a zone with a record set of more than 64 KiB, as 5,000 SRV records are.
    kept = os.path.join(work, "named.zone")
    with open(zone, encoding="utf-8") as file:
        too_large = re.compile(r"(_http\._tcp\.)?many\.ns0\.svc\S*\s.*\sSRV\s")
        write(kept, "".join(line for line in file if not too_large.match(line)))
    config = os.path.join(work, "named.conf")
    write(
        config,
        f"""options {{
    directory "{work}";
    pid-file "{work}/named.pid";
    session-keyfile "{work}/session.key";
    listen-on port {port} {{ 127.0.0.1; }};
    listen-on-v6 {{ none; }};
    recursion no;
    minimal-responses yes;
    dnssec-validation no;
    max-records-per-type 0;
}};
controls {{ }};
zone "cluster.local" {{ type primary; file "{kept}"; check-names ignore; notify no; }};
""",
    )
    return Server(
        "BIND", port, ["named", "-g", "-n", "1", "-c", config], os.path.join(work, "named.log")
    )


def dnsmasq(work, port, zone):
    """Knows the services' addresses and ports; of endpoints it has no names."""
    if not shutil.which("dnsmasq"):
        return None
    hosts, config = os.path.join(work, "dnsmasq.hosts"), os.path.join(work, "dnsmasq.conf")
    addresses, ports = [], []
    line_format = re.compile(r"(\S+)\s+(?:\d+\s+)?(?:IN\s+)?(A|SRV)\s+(.+)")
    suffix = "svc.cluster.local"
    for line in open(zone, encoding="utf-8"):
        match = line_format.match(line)
        if not match:
            continue
        name, kind, data = match.groups()
        name = name[:-1] if name.endswith(".") else name + ".cluster.local"
        if kind == "A" and name.endswith(suffix) and name.count(".") == 4:
            addresses.append("%s %s\n" % (data.strip(), name))
        elif kind == "SRV" and name.startswith("_http._tcp.svc"):
            _, _, number, target = data.split()
            if not target.endswith("."):
                target += ".cluster.local"
            ports.append("srv-host=%s,%s,%s\n" % (name, target.rstrip("."), number))
    write(hosts, "".join(addresses))
    write(
        config,
        f"""port={port}
listen-address=127.0.0.1
bind-interfaces
user=root
no-resolv
no-hosts
no-daemon
local=/cluster.local/
local-ttl=5
edns-packet-max=1232
addn-hosts={hosts}
pid-file=
"""
        + "".join(ports),
    )
    command = ["dnsmasq", "-C", config]
    return Server("dnsmasq", port, command, os.path.join(work, "dnsmasq.log"))


def coredns(work, port, registry, binary):
    """Needs a `coredns` on the PATH; fed from an API endpoint that serves the registry."""
    if not shutil.which("coredns"):
        return None
    config = os.path.join(work, "coredns.conf")
    objects = os.path.join(work, "objects.json")
    with open(objects, "wb") as file:
        subprocess.run(
            [binary, "get", "namespaces,services,endpointslices", "-A", "-o", "json",
             "--registry", registry],
            check=True, stdout=file,
        )
    write(
        config,
        f"""cluster.local:{port} {{
    bind 127.0.0.1
    kubernetes cluster.local {{
        endpoint http://127.0.0.1:{port + 1000}
    }}
}}
""",
    )
    # A process group of its own: neither its CPU time nor its memory is that of CoreDNS.
    endpoint = Server(
        "api", port + 1000,
        [sys.executable, "bench/api.py", str(port + 1000), objects], os.path.join(work, "api.log"))
    endpoint.wait_until_listening()
    return Server(
        "CoreDNS", port, ["coredns", "-conf", config], os.path.join(work, "coredns.log"), endpoint)
