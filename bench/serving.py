"""Benches of a registry that rests: CPU per query, start, workers."""
import os
import signal
import socket
import struct
import time

import servers
from measure import (
    KNOWN, WORK, Programs, load, medians, paced, printed, query, say, wait_until_answering,
    work,
)

WORKLOADS = [
    ("mixed", "mixed", ("-e",)),
    ("mixed, no EDNS", "mixed", ()),
    ("mixed, random case", "mixed-case", ("-e",)),
    ("headless 100", "hundred", ("-e",)),
    ("headless 5000", "many", ("-e",)),
]


def bench_cpu(results, setup, options):
    """CPU time per answered query, each server alone under the same queries, in turn."""
    binary = Programs.martlet()
    start = {
        "C echo": lambda: servers.echo(WORK, 15401),
        "martlet": lambda: servers.martlet(WORK, 15402, setup.large, binary),
        "NSD": lambda: servers.nsd(WORK, 15403, setup.zone),
        "Knot": lambda: servers.knot(WORK, 15404, setup.zone),
        "BIND": lambda: servers.bind(WORK, 15405, setup.zone),
        "dnsmasq": lambda: servers.dnsmasq(WORK, 15406, setup.zone),
        "CoreDNS": lambda: servers.coredns(WORK, 15407, setup.large, binary),
    }
    running = {name: server for name, make in start.items() if (server := make())}
    table = {}
    try:
        for name, server in running.items():
            if name != "C echo":
                wait_until_answering(server)
        for label, file, extra in WORKLOADS:
            runs = {name: [] for name in running}
            for _ in range(options.rounds):
                for name, server in running.items():
                    queries = work(file + ".queries")
                    runs[name].append(load(server, queries, options.seconds, extra))
            table[label] = {name: summary(r, runs["C echo"]) for name, r in runs.items()}
            show(label, table[label])
        results["rss_kib"] = {name: server.rss() for name, server in running.items()}
    finally:
        for server in running.values():
            server.stop()
    results["cpu"] = table


def summary(runs, yardstick):
    """Medians, with that of the ratios of each round."""
    paired = [{"ratio": r["cpu_us"] / y["cpu_us"], **r} for r, y in zip(runs, yardstick)]
    return medians(paired)


def show(label, rows):
    say("\n%s" % label)
    say("  %-10s %12s %8s %12s %6s" % ("server", "CPU µs/query", "ratio", "answers/s", "lost"))
    for name, row in rows.items():
        say("  %-10s %12.2f %8.2f %12.0f %6d" % (
            name, row["cpu_us"], row["ratio"], row["rate"], row["lost"]))


def bench_start(results, setup, options):
    """Seconds to the first answer, and memory, with the large registry and an empty one."""
    out = {}
    for label, url, name in [
        ("large", setup.large, KNOWN),
        ("empty", "memory:", "kubernetes.default.svc.cluster.local"),
    ]:
        runs = []
        for _ in range(options.rounds):
            server = servers.martlet(WORK, 15411, url, Programs.martlet())
            try:
                seconds = wait_until_answering(server, name)
                runs.append({"first_answer_seconds": seconds, "rss_kib": server.rss()})
            finally:
                server.stop()
        out[label] = medians(runs)
        say("\nstart, %s registry: first answer after %.3f s, %.1f MB" % (
            label, out[label]["first_answer_seconds"], out[label]["rss_kib"] / 1024))
    results["start"] = out


def bench_workers(results, setup, options):
    """One worker and two: throughput of a queue that is full before they start, then CPU and
    context switches per query at the same rate."""
    out = {}
    one, two = [
        servers.martlet(WORK, 15413 + n, setup.large, Programs.martlet(), workers=n)
        for n in (1, 2)
    ]
    try:
        for server in (one, two):
            wait_until_answering(server)
        drained = {1: [], 2: []}
        for _ in range(25):
            drained[1].append(drain(one, 1))
            drained[2].append(drain(two, 2))
        # The fastest run counts: it takes some 20 ms, and other programs can only slow it down.
        rates = {n: max(runs, key=lambda run: run["rate"]) for n, runs in drained.items()}
        out["drain"] = {str(n): rate for n, rate in rates.items()}
        out["speedup"] = rates[2]["rate"] / rates[1]["rate"]
        say("\nworkers: 1 answers %.0f/s, 2 answer %.0f/s: %.2f times as much" % (
            rates[1]["rate"], rates[2]["rate"], out["speedup"]))
        steady = {1: [], 2: []}
        for _ in range(options.rounds):
            for count, server in ((1, one), (2, two)):
                steady[count].append(at_rate(server, options.seconds))
        out["steady"] = {str(n): medians(runs) for n, runs in steady.items()}
        for count, row in out["steady"].items():
            say("  %s at 40,000/s: %.2f µs CPU/query, %.3f voluntary switches/query" % (
                count, row["cpu_us"], row["voluntary"]))
    finally:
        one.stop()
        two.stop()
    results["workers"] = out


def at_rate(server, seconds):
    cpu, (voluntary, forced) = server.cpu(), server.switches()
    sent = printed(paced(server.port, work("mixed.queries"), 40_000, seconds))
    after = server.switches()
    return {
        "cpu_us": (server.cpu() - cpu) / sent["sent"] * 1e6,
        "voluntary": (after[0] - voluntary) / sent["sent"],
        "forced": (after[1] - forced) / sent["sent"],
        "lost": sent["lost"],
    }


def queued(port):
    """Octets that wait at each socket of a port, by the socket's inode."""
    found = {}
    for line in open("/proc/net/udp"):
        fields = line.split()
        if fields[1].endswith(":%04X" % port):
            found[fields[9]] = int(fields[4].split(":")[1], 16)
    return found


def drain(server, workers, each=4000):
    """Fills the queues of a stopped server evenly, lets it run, and takes the time between its
    first and last reply from the kernel's stamps. The load takes no time of any core then."""
    SO_TIMESTAMPNS = 35
    os.kill(server.process.pid, signal.SIGSTOP)
    time.sleep(0.05)
    clients, total = {}, 0
    try:
        # Which of the server's sockets a client's packets go to, is up to the kernel.
        for _ in range(200):
            sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            sock.setsockopt(socket.SOL_SOCKET, 33, 32 << 20)  # SO_RCVBUFFORCE
            sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
            sock.connect(("127.0.0.1", server.port))
            before = queued(server.port)
            sock.send(query(KNOWN))
            after = queued(server.port)
            inode = next((i for i in after if after[i] > before.get(i, 0)), None)
            if inode is None:
                continue
            clients.setdefault(inode, sock)
            total += 1
            if len(clients) == workers:
                break
        for sock in clients.values():
            for number in range(each * 2 // workers):
                service = number * 10 + 1
                sock.send(query("svc%d.ns%d.svc.cluster.local" % (service, service % 100)))
                total += 1
    finally:
        os.kill(server.process.pid, signal.SIGCONT)
    time.sleep(0.3)
    stamps = []
    for sock in clients.values():
        sock.setblocking(False)
        while True:
            try:
                _, control, _, _ = sock.recvmsg(2048, 64)
            except BlockingIOError:
                break
            seconds, nanoseconds = struct.unpack("qq", control[0][2][:16])
            stamps.append(seconds + nanoseconds / 1e9)
        sock.close()
    return {"rate": len(stamps) / (max(stamps) - min(stamps)), "answered": len(stamps)}
