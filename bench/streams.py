"""Benches of TCP: idle connections, pipelining, and peers that are slow."""
import resource
import select
import socket
import struct
import threading
import time

import servers
from measure import (
    KNOWN, WORK, Programs, ask, framed, median, medians, paced, percentiles, printed, query,
    say, wait_until_answering, work,
)


def bench_tcp(results, setup, options):
    """Memory of idle connections, and pipelined queries."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    count = min(9_900, hard - 500)
    server = servers.martlet(WORK, 15412, setup.large, Programs.martlet())
    try:
        wait_until_answering(server)
        before = server.rss()
        idle = []
        for _ in range(count):
            sock = socket.socket()
            sock.connect(("127.0.0.1", server.port))
            idle.append(sock)
        ask(server.port, KNOWN, timeout=2)
        each = (server.rss() - before) * 1024 / count
        for sock in idle:
            sock.close()
        # The server closes them, too, and nobody else is to pay for it.
        time.sleep(1)
        runs = [pipelined(server, options.seconds) for _ in range(options.rounds)]
        results["tcp"] = {
            "idle_connections": count, "octets_each": each, "rounds": len(runs), **medians(runs),
        }
        say("\nTCP: %d idle connections, %.0f octets each; pipelined %.2f µs CPU/query" % (
            count, each, results["tcp"]["pipelined_cpu_us"]))
    finally:
        server.stop()


def pipelined(server, seconds):
    """One connection with 500 to 1,000 queries in flight: while one half's replies are read, the
    other half waits at the server, so that it is never idle."""
    burst = framed(query(KNOWN)) * 500
    sock = socket.create_connection(("127.0.0.1", server.port))
    cpu, begin, answered = server.cpu(), time.monotonic(), 0
    sock.sendall(burst)
    head = sock.recv(2, socket.MSG_PEEK | socket.MSG_WAITALL)
    reply_octets = 2 + struct.unpack(">H", head)[0]
    while time.monotonic() - begin < seconds:
        sock.sendall(burst)
        left = reply_octets * 500
        while left:
            left -= len(sock.recv(min(left, 1 << 20)))
        answered += 500
    sock.close()
    return {
        "pipelined_cpu_us": (server.cpu() - cpu) / answered * 1e6,
        "pipelined_rate": answered / (time.monotonic() - begin),
    }


def bench_slow(results, setup, options):
    """What others see, on UDP and TCP, while a hundred connections don't read, or write an octet
    at a time."""
    server = servers.martlet(WORK, 15416, setup.large, Programs.martlet())
    out = {}
    try:
        wait_until_answering(server)
        runs = {"alone": [], "slow readers": [], "slow writers": []}
        for _ in range(2 * options.rounds):
            runs["alone"].append(others(server, options.seconds))
            for label, behave in (("slow readers", stuff), ("slow writers", trickle)):
                stop = threading.Event()
                thread = threading.Thread(target=behave, args=(server.port, stop))
                thread.start()
                time.sleep(0.3)
                try:
                    runs[label].append(others(server, options.seconds))
                finally:
                    stop.set()
                    thread.join()
        for label, rows in runs.items():
            pairs = list(zip(rows, runs["alone"]))
            out[label] = {
                **medians(rows),
                "rounds": len(rows),
                "udp_p99_ratio": median(a["udp"]["p99_us"] / b["udp"]["p99_us"] for a, b in pairs),
                "tcp_median_ratio": median(
                    a["tcp"]["median_us"] / b["tcp"]["median_us"] for a, b in pairs),
            }
    finally:
        server.stop()
    say("\nothers' latency beside 100 slow connections, median and p99 in µs")
    for label, row in out.items():
        say("  %-13s UDP %6.0f %7.0f   TCP %6.0f %7.0f   lost %d" % (
            label, row["udp"]["median_us"], row["udp"]["p99_us"],
            row["tcp"]["median_us"], row["tcp"]["p99_us"], row["udp"]["lost"]))
    results["slow"] = out


def others(server, seconds):
    """A query at a time over TCP, beside 5,000 a second over UDP."""
    udp = paced(server.port, work("mixed.queries"), 5_000, seconds)
    message, times = framed(query(KNOWN)), []
    with socket.create_connection(("127.0.0.1", server.port)) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            begin = time.monotonic()
            sock.sendall(message)
            size = struct.unpack(">H", sock.recv(2, socket.MSG_WAITALL))[0]
            sock.recv(size, socket.MSG_WAITALL)
            times.append(time.monotonic() - begin)
            time.sleep(0.001)
    return {"udp": printed(udp), "tcp": percentiles(times)}


def connections(port, count=100):
    return [socket.create_connection(("127.0.0.1", port)) for _ in range(count)]


def stuff(port, stop):
    """Slow readers: queries for as many replies as fit, none of which is read."""
    peers = connections(port)
    burst = framed(query("many.ns0.svc.cluster.local")) * 50
    for peer in peers:
        peer.setblocking(False)
    while not stop.is_set():
        _, writable, _ = select.select([], peers, [], 0.1)
        for peer in writable:
            try:
                peer.send(burst)
            except BlockingIOError:
                pass
            except OSError:
                peers.remove(peer)
                peer.close()
        time.sleep(0.05)
    for peer in peers:
        peer.close()


def trickle(port, stop):
    """Slow writers: a query of which an octet comes every 50 ms."""
    peers = connections(port)
    message, position = framed(query(KNOWN)), 0
    while not stop.is_set():
        for peer in peers:
            try:
                peer.send(message[position:position + 1])
            except OSError:
                pass
        position = (position + 1) % len(message)
        time.sleep(0.05)
    for peer in peers:
        peer.close()
