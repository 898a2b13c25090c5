"""One worker and two: what a second core gives, and what workers share."""
import os
import signal
import socket
import struct
import subprocess
import time

import servers
from measure import (
    WORK, Programs, median, medians, paced, printed, query, say, wait_until_answering, work,
)

# Datagrams that wait at each socket: what a queue of a UDP socket holds, with some room left.
QUEUE = 9_000
SO_TIMESTAMPNS = 35
SO_RCVBUFFORCE = 33
TYPES = {"A": 1, "AAAA": 28, "SRV": 33}


def bench_workers(results, setup, options):
    """Throughput of queues that are full before the server runs, of one worker and two, beside the
    yardstick's; then CPU time and context switches per query at the same rate."""
    running = {}
    try:
        for count in (1, 2):
            running["martlet", count] = servers.martlet(
                WORK, 15412 + count, setup.large, Programs.martlet(), workers=count)
            running["echo", count] = servers.echo(WORK, 15416 + count, processes=count)
        for count in (1, 2):
            wait_until_answering(running["martlet", count])
        packets = queries(2 * QUEUE)
        rates = {key: [] for key in running}
        # One round that doesn't count: the first touches memory that the next ones have.
        for number in range(7 * options.rounds + 1):
            for key, server in running.items():
                rate = drain(server, key[1], packets)
                if number > 0:
                    rates[key].append(rate)
        out = {
            "rounds": len(rates["martlet", 1]),
            "drain": {str(n): {"rate": median(rates["martlet", n])} for n in (1, 2)},
            "speedup": gain(rates, "martlet")[1],
            "speedup_quartiles": gain(rates, "martlet")[::2],
            "echo_speedup": gain(rates, "echo")[1],
            "echo_speedup_quartiles": gain(rates, "echo")[::2],
        }
        say("\nworkers: 1 answers %.0f/s, 2 answer %.0f/s: %.2f times as much; the echo %.2f" % (
            out["drain"]["1"]["rate"], out["drain"]["2"]["rate"], out["speedup"],
            out["echo_speedup"]))
        steady = {1: [], 2: []}
        for _ in range(2 * options.rounds):
            for count in (1, 2):
                steady[count].append(at_rate(running["martlet", count], options.seconds))
        out["steady_rounds"] = len(steady[1])
        out["steady"] = {str(n): medians(runs) for n, runs in steady.items()}
        for count, row in out["steady"].items():
            say("  %s at 40,000/s: %.2f µs CPU/query, %.3f voluntary switches/query" % (
                count, row["cpu_us"], row["voluntary"]))
    finally:
        for server in running.values():
            server.stop()
    if Programs.probe():
        out["without_sockets"] = without_sockets(7 * options.rounds)
        row = out["without_sockets"]
        say("  without sockets: %.0f ns of CPU time a query on one thread, %.0f on two at once" % (
            row["alone_ns"], row["together_ns"]))
    results["workers"] = out


def without_sockets(rounds):
    """CPU time of a query on one thread and on two at once, of the packet path alone."""
    text = subprocess.run(
        [Programs.probe(), "scale", str(rounds)], check=True, stdout=subprocess.PIPE, text=True
    ).stdout
    pairs = [[float(word) for word in line.split()] for line in text.splitlines()]
    return {
        "alone_ns": median(alone for alone, _ in pairs),
        "together_ns": median(together for _, together in pairs),
        "ratio": median(together / alone for alone, together in pairs),
        "rounds": len(pairs),
    }


def gain(rates, name):
    """What two give against one, in the same round: first quartile, median, third quartile."""
    ordered = sorted(b / a for a, b in zip(rates[name, 1], rates[name, 2]))
    last = len(ordered) - 1
    return ordered[round(last / 4)], median(ordered), ordered[round(last * 3 / 4)]


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


def queries(count):
    """The first queries of the mixed load, as packets."""
    with open(work("mixed.queries"), encoding="utf-8") as file:
        lines = [line.split() for _, line in zip(range(count), file)]
    return [query(name, TYPES[kind]) for name, kind in lines]


def waiting(port):
    """Octets that wait at each socket of a port, by the socket's inode."""
    found = {}
    for line in open("/proc/net/udp"):
        fields = line.split()
        if fields[1].endswith(":%04X" % port):
            found[fields[9]] = int(fields[4].split(":")[1], 16)
    return found


def drain(server, workers, packets):
    """Fills the queues of a stopped server, lets it run, and takes the time between its first and
    last reply from the kernel's stamps. The load takes no time of any core then.

    Returns answers per second."""
    os.killpg(server.process.pid, signal.SIGSTOP)
    time.sleep(0.05)
    clients = {}
    try:
        # Which of the server's sockets a client's packets go to, is up to the kernel.
        for _ in range(200):
            sock = client(server.port)
            before = waiting(server.port)
            sock.send(packets[0])
            after = waiting(server.port)
            inode = next((i for i in after if after[i] > before.get(i, 0)), None)
            if inode is not None:
                clients.setdefault(inode, sock)
            if len(clients) == workers:
                break
        for number, sock in enumerate(clients.values()):
            for packet in packets[number * QUEUE:(number + 1) * QUEUE]:
                sock.send(packet)
    finally:
        os.killpg(server.process.pid, signal.SIGCONT)
    # Asleep, so that both cores are the server's.
    time.sleep(0.1)
    stamps = []
    for sock in clients.values():
        stamps += received(sock)
        sock.close()
    return len(stamps) / (max(stamps) - min(stamps))


def client(port):
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 32 << 20)
    sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    sock.connect(("127.0.0.1", port))
    return sock


def received(sock):
    """When each of a socket's replies came, in seconds."""
    sock.settimeout(0.2)
    stamps = []
    try:
        # The query that was sent to find the socket counts, too.
        while len(stamps) < QUEUE:
            _, control, _, _ = sock.recvmsg(2048, 64)
            seconds, nanoseconds = struct.unpack("qq", control[0][2][:16])
            stamps.append(seconds + nanoseconds / 1e9)
    except TimeoutError:
        pass
    return stamps
