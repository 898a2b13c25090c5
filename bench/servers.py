"""Starts the servers that are compared, on 127.0.0.1, and reads what they use."""
import os
import shutil
import signal
import subprocess
import time

TICKS = os.sysconf("SC_CLK_TCK")


class Server:
    """A server process, its children included."""

    def __init__(self, name, port, command, log, ready=None):
        self.name = name
        self.port = port
        self.log = open(log, "wb")
        self.started = time.monotonic()
        self.process = subprocess.Popen(
            command, stdout=self.log, stderr=self.log, start_new_session=True
        )
        self.ready = ready

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
                fields = open("/proc/%d/stat" % pid).read().rsplit(")", 1)[1].split()
                total += int(fields[11]) + int(fields[12])
            except (FileNotFoundError, ProcessLookupError):
                pass
        return total / TICKS

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


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def echo(work, port):
    binary = os.path.join(work, "echo")
    subprocess.run(["gcc", "-O2", "-o", binary, "bench/echo.c"], check=True)
    return Server("C echo", port, [binary, str(port)], os.path.join(work, "echo.log"))


def martlet(work, port, registry, workers=1, binary=".build/release/martlet"):
    command = [
        binary, "serve", "--workers", str(workers), "--listen", "127.0.0.1:%d" % port,
        "--registry", registry,
    ]
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
}};
controls {{ }};
zone "cluster.local" {{ type primary; file "{zone}"; check-names ignore; notify no; }};
""",
    )
    return Server(
        "BIND", port, ["named", "-g", "-n", "1", "-c", config], os.path.join(work, "named.log")
    )
