#!/usr/bin/env python3
"""Measures Martlet against a C echo loop and other servers; see bench/README.md.

    bench/bench.py [--seconds N] [--rounds N] [--only NAME[,NAME]] [--output DIR]
"""
import argparse
import json
import os
import random
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import time

import servers
import workload

BINARY = ".build/release/martlet"
WORK = ".build/bench"


def query(name, kind=1, edns=True):
    labels = b"".join(bytes([len(p)]) + p.encode() for p in name.split("."))
    head = struct.pack(">HHHHHH", random.randrange(65536), 0x0100, 1, 0, 0, 1 if edns else 0)
    opt = b"\0" + struct.pack(">HHIH", 41, 1232, 0, 0) if edns else b""
    return head + labels + b"\0" + struct.pack(">HH", kind, 1) + opt


def ask(port, name, kind=1, timeout=0.2):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(timeout)
        sock.connect(("127.0.0.1", port))
        sock.send(query(name, kind))
        return sock.recv(65535)


def wait_until_answering(server, name="svc1.ns1.svc.cluster.local", limit=60):
    """Seconds from the server's start to its first answer."""
    end = time.monotonic() + limit
    while time.monotonic() < end:
        if server.process.poll() is not None:
            sys.exit("%s ended at start; see its log in %s" % (server.name, WORK))
        try:
            ask(server.port, name, timeout=0.05)
            return time.monotonic() - server.started
        except OSError:
            time.sleep(0.002)
    sys.exit("%s did not answer within %d s" % (server.name, limit))


def load(server, queries, seconds, extra=()):
    """Microseconds of server CPU per answered query, answers per second, lost queries."""
    before = server.cpu()
    output = subprocess.run(
        ["dnsperf", "-s", "127.0.0.1", "-p", str(server.port), "-d", queries, "-l", str(seconds),
         "-c", "8", "-q", "200", "-t", "1", *extra],
        check=True, capture_output=True, text=True,
    ).stdout
    used = server.cpu() - before
    figures = {}
    for line in output.splitlines():
        if ":" in line:
            key, value = line.split(":", 1)
            figures[key.strip()] = value.split()[0] if value.split() else ""
    answered = int(figures["Queries completed"])
    return {
        "cpu_us": used / answered * 1e6,
        "rate": float(figures["Queries per second"]),
        "lost": int(figures["Queries lost"]),
    }


def medians(runs):
    return {key: statistics.median(run[key] for run in runs) for key in runs[0]}


def prepare(results):
    os.makedirs(WORK, exist_ok=True)
    registry = os.path.join(WORK, "large.db")
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(registry + suffix):
            os.remove(registry + suffix)
    text, endpoints = workload.manifest(workload.SERVICES, {"hundred": 100, "many": 5000})
    path = os.path.join(WORK, "large.yaml")
    servers.write(path, text)
    started = time.monotonic()
    subprocess.run(
        [BINARY, "apply", "-f", path, "--registry", "sqlite:" + registry],
        check=True, stdout=subprocess.DEVNULL,
    )
    results["load_seconds"] = time.monotonic() - started
    results["endpoints"] = endpoints + 5100
    zone = os.path.join(WORK, "cluster.local.zone")
    subprocess.run(
        [BINARY, "export", "zone", "--registry", "sqlite:" + registry, "-o", zone], check=True
    )
    files = {
        "mixed": workload.mixed(50_000, workload.SERVICES),
        "mixed-case": workload.mixed_case(workload.mixed(50_000, workload.SERVICES)),
        "hundred": workload.single("hundred.ns0.svc.cluster.local"),
        "many": workload.single("many.ns0.svc.cluster.local"),
    }
    for name, lines in files.items():
        servers.write(os.path.join(WORK, name + ".queries"), lines)
    return "sqlite:" + registry, os.path.abspath(zone)


def bench_cpu(results, registry, zone, options):
    """CPU time per answered query, each server alone under the same queries, in turn."""
    work = os.path.abspath(WORK)
    start = {
        "C echo": lambda: servers.echo(work, 15401),
        "martlet": lambda: servers.martlet(work, 15402, registry),
        "NSD": lambda: servers.nsd(work, 15403, zone),
        "Knot": lambda: servers.knot(work, 15404, zone),
        "BIND": lambda: servers.bind(work, 15405, zone),
    }
    running = {name: server for name, make in start.items() if (server := make())}
    table = {}
    try:
        for name, server in running.items():
            if name != "C echo":
                wait_until_answering(server)
        for label, file, extra in [
            ("mixed", "mixed", ("-e",)),
            ("mixed, no EDNS", "mixed", ()),
            ("mixed, random case", "mixed-case", ("-e",)),
            ("headless 100", "hundred", ("-e",)),
            ("headless 5000", "many", ("-e",)),
        ]:
            queries = os.path.join(WORK, file + ".queries")
            runs = {name: [] for name in running}
            for _ in range(options.rounds):
                for name, server in running.items():
                    runs[name].append(load(server, queries, options.seconds, extra))
            table[label] = {name: medians(r) for name, r in runs.items()}
            show(label, table[label])
        results["rss_kib"] = {name: server.rss() for name, server in running.items()}
    finally:
        for server in running.values():
            server.stop()
    results["cpu"] = table


def show(label, rows):
    base = rows["C echo"]["cpu_us"]
    print("\n%s" % label)
    print("  %-10s %12s %8s %12s %6s" % ("server", "CPU µs/query", "ratio", "answers/s", "lost"))
    for name, row in rows.items():
        print("  %-10s %12.2f %8.2f %12.0f %6d" % (
            name, row["cpu_us"], row["cpu_us"] / base, row["rate"], row["lost"]))
    sys.stdout.flush()


def bench_start(results, registry, _zone, options):
    """Seconds to the first answer, and memory, with the large registry and an empty one."""
    work = os.path.abspath(WORK)
    out = {}
    for label, url, name in [
        ("large", registry, "svc1.ns1.svc.cluster.local"),
        ("empty", "memory:", "kubernetes.default.svc.cluster.local"),
    ]:
        seconds, memory = [], []
        for _ in range(options.rounds):
            server = servers.martlet(work, 15411, url)
            try:
                seconds.append(wait_until_answering(server, name))
                memory.append(server.rss())
            finally:
                server.stop()
        out[label] = {
            "first_answer_seconds": statistics.median(seconds),
            "rss_kib": statistics.median(memory),
        }
        print("\nstart, %s registry: first answer after %.3f s, %.1f MB" % (
            label, out[label]["first_answer_seconds"], out[label]["rss_kib"] / 1024))
    results["start"] = out


def bench_tcp(results, registry, _zone, options):
    """Memory of idle connections, and pipelined queries."""
    import resource
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count = min(9_900, hard - 500)
    server = servers.martlet(os.path.abspath(WORK), 15412, registry)
    try:
        wait_until_answering(server)
        before = server.rss()
        idle = []
        for _ in range(count):
            sock = socket.socket()
            sock.connect(("127.0.0.1", server.port))
            idle.append(sock)
        ask(server.port, "svc1.ns1.svc.cluster.local", timeout=2)
        each = (server.rss() - before) * 1024 / count
        for sock in idle:
            sock.close()
        message = query("svc1.ns1.svc.cluster.local")
        burst = (struct.pack(">H", len(message)) + message) * 500
        sock = socket.create_connection(("127.0.0.1", server.port))
        cpu, begin, answered = server.cpu(), time.monotonic(), 0
        reply_octets = None
        while time.monotonic() - begin < options.seconds:
            sock.sendall(burst)
            if reply_octets is None:
                head = sock.recv(2, socket.MSG_PEEK | socket.MSG_WAITALL)
                reply_octets = 2 + struct.unpack(">H", head)[0]
            left = reply_octets * 500
            while left:
                left -= len(sock.recv(min(left, 1 << 20)))
            answered += 500
        used = server.cpu() - cpu
        results["tcp"] = {
            "idle_connections": count,
            "octets_each": each,
            "pipelined_cpu_us": used / answered * 1e6,
        }
        print("\nTCP: %d idle connections, %.0f octets each; pipelined %.2f µs CPU/query" % (
            count, each, used / answered * 1e6))
    finally:
        server.stop()


BENCHES = {"cpu": bench_cpu, "start": bench_start, "tcp": bench_tcp}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--seconds", type=int, default=3, help="of load per measurement")
    parser.add_argument("--rounds", type=int, default=3, help="of which the median counts")
    parser.add_argument("--only", default=",".join(BENCHES), help="benches to run")
    parser.add_argument("--output", default=WORK, help="where results.json goes")
    options = parser.parse_args()
    os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
    if not shutil.which("dnsperf"):
        sys.exit("dnsperf is missing: apt-get install dnsperf")
    results = {"cores": os.cpu_count(), "seconds": options.seconds, "rounds": options.rounds}
    registry, zone = prepare(results)
    print("%d services, %d endpoints loaded in %.1f s" % (
        workload.SERVICES, results["endpoints"], results["load_seconds"]))
    for name in options.only.split(","):
        BENCHES[name](results, registry, zone, options)
    path = os.path.join(options.output, "results.json")
    servers.write(path, json.dumps(results, indent=2) + "\n")
    print("\nresults in %s" % path)


main()
