"""Tables of results: what all have in common, and those of caching and forwarding."""


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "|---" + "|---:" * (len(heads) - 1) + "|"]
    return "\n".join(lines + ["| " + " | ".join(row) + " |" for row in rows])


def milliseconds(times):
    return "%.2f" % (times["median_us"] / 1e3), "%.2f" % (times["p99_us"] / 1e3)


def number(ratio):
    return "%.2f" % ratio if ratio < 10 else "%.0f" % ratio


def resolvers(value, base="the echo"):
    """CPU time per answered query of servers, with the ratio to one of them."""
    heads = ["server", "ratio to " + base, "µs CPU/query", "answers/s", "lost", "rounds"]
    return table(heads, [
        [name, number(row["ratio"]), "%.2f" % row["cpu_us"], "{:,.0f}".format(row["rate"]),
         "%d" % row["lost"], "%d" % row["rounds"]]
        for name, row in value.items()
    ])


def chain(value):
    return resolvers(value, "the bare block")


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
    ]) + (
        "\n\nThe p99 beside external names against that beside cluster names, median of %d pairs: "
        "%.2f. Memory in MB after each: %s." % (
            value["rounds"], value["p99_ratio"],
            ", ".join("%.1f" % (kib / 1024) for kib in value["samples_kib"])))


TABLES = {
    "cached": resolvers, "forwarded": resolvers, "chain": chain, "cache-memory": cache_memory,
    "overload": overload,
}
