"""Tables of results: what all have in common, and those of caching and forwarding."""


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|---" + "|---:" * (len(heads) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def milliseconds(times):
    return "%.2f" % (times["median_us"] / 1e3), "%.2f" % (times["p99_us"] / 1e3)


def number(ratio):
    return "%.2f" % ratio if ratio < 10 else "%.0f" % ratio


def resolvers(value):
    """CPU time per answered query of servers, with the ratio to the first."""
    return table(["server", "ratio to the echo", "µs CPU/query", "answers/s", "lost"], [
        [name, number(row["ratio"]), "%.2f" % row["cpu_us"], "{:,.0f}".format(row["rate"]),
         "%d" % row["lost"]]
        for name, row in value.items()
    ])


def chain(value):
    return table(["block", "ratio to the bare one", "µs CPU/query", "answers/s", "lost"], [
        [name, number(row["ratio"]), "%.2f" % row["cpu_us"], "{:,.0f}".format(row["rate"]),
         "%d" % row["lost"]]
        for name, row in value.items()
    ])


def cache_memory(value):
    samples = ", ".join("%.1f" % (kib / 1024) for kib in value["samples_kib"])
    figures = table(["figure", "value"], [
        ["entries added", "{:,.0f}".format(value["entries"])],
        ["octets of server memory for each", "%.0f" % value["octets_each"]],
        ["of which the packet", "%d" % value["packet_octets"]],
    ])
    return figures + "\n\n%s names through 10,000 entries. Memory in MB after each tenth: %s." % (
        "{:,}".format(value["names"]), samples)


def overload(value):
    heads = ["beside", "of them a second", "median, ms", "p99", "lost", "dropped by the kernel"]
    return table(heads, [
        [label, "{:,.0f}".format(row["others"]), *milliseconds(row),
         "%d of %s" % (row["lost"], "{:,.0f}".format(row["sent"])),
         "{:,.0f}".format(row["drops"])]
        for label, row in value["beside"].items()
    ]) + "\n\nMemory in MB after each: %s." % ", ".join(
        "%.1f" % (kib / 1024) for kib in value["samples_kib"])


def targets(results, row):
    """Adds what is aimed at with caching and forwarding."""
    if "cached" in results:
        row("CPU per query, cached, against the echo", 1.15, results["cached"]["martlet"]["ratio"])
    if "forwarded" in results:
        row("CPU per query, forwarded, against the echo", 2.4,
            results["forwarded"]["martlet"]["ratio"])
    if "chain" in results:
        row("a chain of five plugins, against the bare block", 1.5,
            results["chain"]["chain"]["ratio"])
        row("the same with a log to a file", 3, results["chain"]["chain with log"]["ratio"])
    if "cache-memory" in results:
        memory = results["cache-memory"]
        row("octets of a cached entry beyond its packet", 400,
            memory["octets_each"] - memory["packet_octets"], "%.0f")
        row("growth of memory, a million names through 10,000 entries", 0.05, memory["growth"],
            "%.3f")
    if "overload" in results:
        rows = results["overload"]["beside"]
        row("p99 beside unanswered external names, against as many cluster names", 1.25,
            rows["external names"]["p99_us"] / rows["cluster names"]["p99_us"])
        row("growth of memory in the overload", 0.05, results["overload"]["growth"], "%.3f")


TABLES = {
    "cached": resolvers, "forwarded": resolvers, "chain": chain, "cache-memory": cache_memory,
    "overload": overload,
}
