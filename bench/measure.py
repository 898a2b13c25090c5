"""Queries, load and waiting: what the benches share."""
import json
import os
import random
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time

WORK = os.path.abspath(".build/bench")
# A name that every registry of the benches has.
KNOWN = "svc1.ns1.svc.cluster.local"
# What a server does after its first answer (large pages) takes less than that.
SETTLING_SECONDS = 0.5


class Programs:
    """Where Martlet's programs are."""

    folder = os.path.abspath(".build/release")

    @classmethod
    def martlet(cls):
        return os.path.join(cls.folder, "martlet")

    @classmethod
    def changes(cls):
        """The program that commits changes; None if it was not built."""
        return cls.found("martlet-changes")

    @classmethod
    def probe(cls):
        """The packet path without sockets; None if it was not built."""
        return cls.found("martlet-probe")

    @classmethod
    def found(cls, name):
        path = os.path.join(cls.folder, name)
        return path if os.path.exists(path) else None


def work(name):
    return os.path.join(WORK, name)


def query(name, kind=1, edns=True):
    labels = b"".join(bytes([len(p)]) + p.encode() for p in name.split("."))
    head = struct.pack(">HHHHHH", random.randrange(65536), 0x0100, 1, 0, 0, 1 if edns else 0)
    opt = b"\0" + struct.pack(">HHIH", 41, 1232, 0, 0) if edns else b""
    return head + labels + b"\0" + struct.pack(">HH", kind, 1) + opt


def framed(message):
    return struct.pack(">H", len(message)) + message


def ask(port, name, kind=1, timeout=0.2):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(timeout)
        sock.connect(("127.0.0.1", port))
        sock.send(query(name, kind))
        return sock.recv(65535)


def wait_until_answering(server, name=KNOWN, limit=60):
    """Seconds from the server's start to its first answer with records in it."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if server.process.poll() is not None:
            sys.exit("%s ended at start; see its log in %s" % (server.name, WORK))
        try:
            if struct.unpack_from(">H", ask(server.port, name, timeout=0.05), 6)[0]:
                return time.monotonic() - server.started
        except OSError:
            pass
        time.sleep(0.002)
    sys.exit("%s did not answer within %d s" % (server.name, limit))


def dnsperf(port, queries, seconds, *extra, address="127.0.0.1"):
    """Starts dnsperf; end it with `finished`."""
    # A file, as a pipe that nobody reads would fill up with what it says of lost queries.
    output = tempfile.TemporaryFile("w+")
    process = subprocess.Popen(
        ["dnsperf", "-s", address, "-p", str(port), "-d", queries, "-l", str(seconds),
         "-c", "8", "-q", "200", "-t", "1", *extra],
        stdout=output, stderr=subprocess.DEVNULL,
    )
    process.output = output
    return process


def finished(process):
    """What a dnsperf says when it has ended."""
    process.wait()
    process.output.seek(0)
    figures = {}
    for line in process.output:
        if ":" in line:
            key, value = line.split(":", 1)
            figures[key.strip()] = value.split()[0] if value.split() else ""
    return {
        "answered": int(figures["Queries completed"]),
        "rate": float(figures["Queries per second"]),
        "lost": int(figures["Queries lost"]),
    }


def load(server, queries, seconds, extra=(), address="127.0.0.1"):
    """Microseconds of server CPU per answered query, answers per second, lost queries."""
    before = server.cpu()
    figures = finished(dnsperf(server.port, queries, seconds, *extra, address=address))
    used = server.cpu() - before
    figures["cpu_us"] = used / max(1, figures["answered"]) * 1e6
    return figures


def compiled(name):
    """The program of a C file of this folder."""
    binary = work(name)
    subprocess.run(["gcc", "-O2", "-o", binary, "bench/%s.c" % name], check=True)
    return binary


def paced(port, queries, rate, seconds):
    """Starts load at a steady rate; its output is a JSON object with loss and latency."""
    return subprocess.Popen(
        [compiled("paced"), str(port), queries, str(int(rate)), str(seconds)],
        stdout=subprocess.PIPE, text=True,
    )


def drops(port):
    """Datagrams that the kernel dropped because the sockets of a port were full."""
    lines = [line.split() for line in open("/proc/net/udp")]
    return sum(int(f[12]) for f in lines if f[1].endswith(":%04X" % port))


def printed(process):
    """The JSON object that a process prints."""
    output = process.communicate()[0]
    if process.returncode != 0:
        sys.exit("%s: %s" % (process.args[0], output.strip()))
    return json.loads(output)


def median(values):
    return statistics.median(list(values))


def medians(runs):
    """The median of each number; nested objects likewise."""
    result = {}
    for key, value in runs[0].items():
        values = [run[key] for run in runs]
        result[key] = medians(values) if isinstance(value, dict) else statistics.median(values)
    return result


def percentiles(values):
    """Median, 99th percentile and maximum of seconds, in microseconds."""
    ordered = sorted(values)
    return {
        "median_us": ordered[len(ordered) // 2] * 1e6,
        "p99_us": ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)] * 1e6,
        "max_us": ordered[-1] * 1e6,
    }


def say(text):
    print(text)
    sys.stdout.flush()
