"""Benches of what is beside the registry: caching, forwarding, the chain of plugins, overload."""
import time
import urllib.request

import resolvers
import servers
from measure import (
    WORK, Programs, dnsperf, drops, finished, load, median, medians, paced, printed, say,
    wait_until_answering, work,
)
from serving import show, summary

KNOWN = "known.example.com"
METRICS = 15599
CACHE = """. {
    cache {
        success %d 3600
    }
    prometheus 127.0.0.1:%d
    forward . 127.0.0.1:%d
}
"""
BARE = """cluster.local {
    kubernetes cluster.local
}
"""
CHAIN = """cluster.local {
    %s
    errors
    prometheus 127.0.0.1:%d
    cache 30
    rewrite name exact old.example.com svc1.ns1.svc.cluster.local
    loadbalance
    kubernetes cluster.local
}
"""


def external(label, count, first=0):
    """A file with a query for each of so many external names."""
    path = work("%s.queries" % label)
    names = range(first, first + count)
    servers.write(path, "".join("n%d.host%d.example.com A\n" % (n, n % 97) for n in names))
    return path


def compare(results, key, options, start, queries, warm_up=False):
    """CPU time per answered query of resolvers that are asked in turn."""
    upstream = resolvers.upstream()
    running = {}
    try:
        for make in start:
            running.update(resolvers.running([make()]))
        for name, server in running.items():
            if name != "C echo":
                wait_until_answering(server, KNOWN)
            if warm_up:
                finished(dnsperf(server.port, queries, 30, "-e", "-n", "1"))
        runs = {name: [] for name in running}
        for _ in range(options.rounds):
            for name, server in running.items():
                runs[name].append(load(server, queries, options.seconds, ("-e",)))
        table = {name: summary(rows, runs["C echo"]) for name, rows in runs.items()}
    finally:
        resolvers.stop([*running.values(), upstream])
    show(key, table)
    results[key] = table


def bench_cached(results, setup, options):
    """External names, all of them in the cache."""
    binary, up = Programs.martlet(), resolvers.UPSTREAM
    corefile = ". {\n    cache 3600\n    forward . 127.0.0.1:%d\n}\n" % up
    compare(results, "cached", options, [
        lambda: servers.echo(WORK, 15501),
        lambda: resolvers.martlet(15502, binary, corefile),
        lambda: resolvers.unbound(15503),
        lambda: resolvers.dnsdist(15504, True),
        lambda: resolvers.coredns(15505, corefile),
    ], external("cached", 2_000), warm_up=True)


def bench_forwarded(results, setup, options):
    """External names that nobody keeps."""
    binary, up = Programs.martlet(), resolvers.UPSTREAM
    corefile = ". {\n    forward . 127.0.0.1:%d\n}\n" % up
    compare(results, "forwarded", options, [
        lambda: servers.echo(WORK, 15511),
        lambda: resolvers.martlet(15512, binary, corefile),
        lambda: resolvers.dnsdist(15514, False),
        lambda: resolvers.coredns(15515, corefile),
    ], external("forwarded", 200_000))


def bench_chain(results, setup, options):
    """Cluster names through a bare block, through a long one, and through one that logs."""
    binary = Programs.martlet()
    blocks = {
        "bare": BARE,
        "chain": CHAIN % ("", METRICS),
        "chain with log": CHAIN % ("log", METRICS + 1),
    }
    running = {}
    try:
        for number, (label, text) in enumerate(blocks.items()):
            running[label] = resolvers.martlet(15521 + number, binary, text, label, setup.large)
            wait_until_answering(running[label])
        echo = running["C echo"] = servers.echo(WORK, 15520)
        runs = {label: [] for label in running}
        for _ in range(options.rounds):
            for label, server in running.items():
                queries = work("mixed.queries")
                runs[label].append(load(server, queries, options.seconds, ("-e",)))
    finally:
        resolvers.stop(running.values())
    table = {"C echo": summary(runs.pop("C echo"), runs["bare"])}
    for label, rows in runs.items():
        table[label] = summary(rows, runs["bare"])
    show("chain (ratios to the bare block)", table)
    results["chain"] = table


def metric(port, name, *labels):
    """The sum of a metric's rows that have all these labels."""
    with urllib.request.urlopen("http://127.0.0.1:%d/metrics" % port, timeout=10) as reply:
        lines = reply.read().decode().splitlines()
    rows = [line for line in lines if line.startswith(name + "{") or line.startswith(name + " ")]
    wanted = [row for row in rows if all(label in row for label in labels)]
    return sum(float(row.rsplit(" ", 1)[1]) for row in wanted)


def pass_through(server, label, count, first):
    """Asks for so many new names, once each; how many were answered."""
    return finished(dnsperf(
        server.port, external(label, count, first), 600, "-e", "-n", "1"
    ))["answered"]


def bench_cache_memory(results, setup, options):
    """Memory of a cached entry, and of a small cache that a million names pass through."""
    binary = Programs.martlet()
    upstream = resolvers.upstream()
    running = []
    few, many = 10_000, max(20_000, options.names // 5)
    try:
        large = resolvers.martlet(
            15531, binary, CACHE % (2 * many, METRICS + 2, resolvers.UPSTREAM), "large cache")
        running.append(large)
        wait_until_answering(large, KNOWN)
        pass_through(large, "filling", few, 0)
        memory, entries = large.rss(), metric(METRICS + 2, "coredns_cache_entries")
        pass_through(large, "filling", many, few)
        grown = (large.rss() - memory) * 1024
        added = metric(METRICS + 2, "coredns_cache_entries") - entries
        small = resolvers.martlet(
            15532, binary, CACHE % (10_000, METRICS + 3, resolvers.UPSTREAM), "small cache")
        running.append(small)
        wait_until_answering(small, KNOWN)
        step, samples, answered = options.names // 10, [], 0
        for part in range(10):
            answered += pass_through(small, "passing", step, part * step)
            samples.append(small.rss())
        kept = metric(METRICS + 3, "coredns_cache_entries")
    finally:
        resolvers.stop([*running, upstream])
    # Header, question, one record: what the upstream replies without its options.
    packet = 12 + len(KNOWN) + 2 + 4 + 16
    packet += len("n%d.host%d.example.com" % (few + many // 2, 50)) - len(KNOWN)
    results["cache-memory"] = {
        "entries": added, "octets_each": grown / max(1, added), "packet_octets": packet,
        "names": answered, "kept": kept, "samples_kib": samples,
        "growth": max(samples[1:]) / samples[0] - 1,
    }
    say("\ncache: %.0f octets for each of %.0f entries, %d of them the packet; %d names through"
        " 10,000 entries: %s MB, %d kept" % (
            results["cache-memory"]["octets_each"], added, packet, answered,
            " ".join("%.1f" % (kib / 1024) for kib in samples), kept))


def bench_overload(results, setup, options):
    """Cluster names beside more external names than there is time for, none of them answered."""
    silent = resolvers.upstream(15541, "silent")
    corefile = BARE + ". {\n    forward . 127.0.0.1:15541\n}\n"
    server = resolvers.martlet(15540, Programs.martlet(), corefile, "overload", setup.large)
    floods = {
        "alone": None,
        "cluster names": work("mixed.queries"),
        "external names": external("flood", 60_000),
    }
    seconds = max(2, options.seconds)
    runs = {label: [] for label in floods}
    samples = []
    try:
        wait_until_answering(server)
        for number in range(3 * options.rounds):
            # The kinds of flood take turns in being first.
            labels = list(floods) if number % 2 == 0 else list(floods)[:0:-1]
            for label in labels:
                runs[label].append(beside(server, floods[label], options.flood, seconds))
                samples.append(server.rss())
    finally:
        resolvers.stop([server, silent])
    table = {label: medians(rows) for label, rows in runs.items()}
    pairs = list(zip(runs["external names"], runs["cluster names"]))
    # From the first flood of each kind on, nothing new is to come.
    first = len(floods) - 1
    growth = max(samples[first:]) / samples[first] - 1
    results["overload"] = {
        "beside": table, "samples_kib": samples, "growth": growth, "rounds": len(pairs),
        "p99_ratio": median(e["p99_us"] / c["p99_us"] for e, c in pairs),
    }
    say("\ncluster names beside others, µs")
    for label, row in table.items():
        say("  %-15s %7.0f/s: median %6.0f, p99 %6.0f, lost %d of %d, kernel dropped %d" % (
            label, row["others"], row["median_us"], row["p99_us"], row["lost"], row["sent"],
            row["drops"]))
    say("  p99 beside external names against cluster names: %.2f, median of %d pairs" % (
        results["overload"]["p99_ratio"], len(pairs)))
    say("  memory: %s MB" % " ".join("%.1f" % (kib / 1024) for kib in samples))


def beside(server, queries, rate, seconds):
    """2,000 cluster names a second, beside a flood."""
    before = drops(server.port)
    flood = paced(server.port, queries, rate, seconds + 2) if queries else None
    if flood:
        time.sleep(1)
    row = printed(paced(server.port, work("mixed.queries"), 2_000, seconds))
    reached = printed(flood)["rate"] if flood else 0
    return {**row, "others": reached, "drops": drops(server.port) - before}
