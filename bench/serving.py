"""Benches of a registry that rests: CPU per query, also over IPv6, and start."""
import time

import servers
from measure import (
    KNOWN, SETTLING_SECONDS, WORK, Programs, load, median, medians, say, wait_until_answering,
    work,
)

# Loads that are measured in turn, and how many rounds of the yardstick and Martlet they get for
# each round of the others: more where a few hundredths decide.
WORKLOADS = [
    (4, [("mixed", "mixed", ("-e",))]),
    (2, [("mixed, no EDNS", "mixed", ())]),
    (2, [("mixed, random case", "mixed-case", ("-e",))]),
    (3, [("headless 100", "hundred", ("-e",)), ("headless 5000", "many", ("-e",))]),
]
YARDSTICK = "C echo"
# Measured in every round, and in one only; the rest in as many as are asked for.
CLOSE = (YARDSTICK, "martlet")
FAR = ("BIND", "dnsmasq")


def bench_cpu(results, setup, options):
    """CPU time per answered query, each server alone under the same queries, in turn."""
    binary = Programs.martlet()
    start = {
        YARDSTICK: lambda: servers.echo(WORK, 15401),
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
            if name != YARDSTICK:
                wait_until_answering(server)
        for factor, loads in WORKLOADS:
            runs = {label: {name: [] for name in running} for label, _, _ in loads}
            for number in range(options.rounds * factor):
                for name, server in running.items():
                    if not is_measured(name, number, options):
                        continue
                    # One behind the other, so that they can be compared, too.
                    for label, file, extra in loads:
                        queries = work(file + ".queries")
                        runs[label][name].append(load(server, queries, options.seconds, extra))
            for label, found in runs.items():
                table[label] = {n: summary(r, found[YARDSTICK]) for n, r in found.items()}
                show(label, table[label])
            if len(loads) == 2:
                few, many = (runs[label]["martlet"] for label, _, _ in loads)
                results["headless_ratio"] = {
                    "rounds": len(few),
                    "ratio": median(m["cpu_us"] / f["cpu_us"] for f, m in zip(few, many)),
                }
        results["rss_kib"] = {name: server.rss() for name, server in running.items()}
    finally:
        for server in running.values():
            server.stop()
    results["cpu"] = table


def is_measured(name, number, options):
    """Whether a server takes part in a round."""
    if name in CLOSE:
        return True
    return number < (1 if name in FAR else options.rounds)


def summary(runs, yardstick):
    """Medians, with that of the ratios of each round, and how many rounds there were."""
    paired = [{"ratio": r["cpu_us"] / y["cpu_us"], **r} for r, y in zip(runs, yardstick)]
    return {**medians(paired), "rounds": len(paired)}


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
                # What is done after the first answer (large pages) belongs to its memory.
                time.sleep(SETTLING_SECONDS)
                runs.append({"first_answer_seconds": seconds, "rss_kib": server.rss()})
            finally:
                server.stop()
        out[label] = {**medians(runs), "rounds": len(runs)}
        say("\nstart, %s registry: first answer after %.3f s, %.1f MB" % (
            label, out[label]["first_answer_seconds"], out[label]["rss_kib"] / 1024))
    results["start"] = out


def bench_family(results, setup, options):
    """CPU time per answered query over IPv4 and IPv6: the same queries, the same process."""
    addresses = {"IPv4": "127.0.0.1", "IPv6": "::1"}
    running = {}
    try:
        server = servers.martlet(
            WORK, 15408, setup.large, Programs.martlet(), addresses=addresses.values())
        running["martlet"] = {family: server for family in addresses}
        running[YARDSTICK] = {}
        for number, (family, address) in enumerate(addresses.items()):
            running[YARDSTICK][family] = servers.echo(WORK, 15409 + number, address)
        wait_until_answering(server)
        runs = {name: {family: [] for family in addresses} for name in running}
        for _ in range(options.rounds * 2):
            for name, each in running.items():
                for family, address in addresses.items():
                    runs[name][family].append(load(
                        each[family], work("mixed.queries"), options.seconds, ("-e",), address))
    finally:
        for each in running.values():
            for server in set(each.values()):
                server.stop()
    table = {
        family: {name: summary(rows[family], runs[YARDSTICK][family])
                 for name, rows in runs.items()}
        for family in addresses
    }
    # Each round's ratios: of Martlet's to the echo's, over IPv6 against IPv4; and of both alone.
    ours, theirs = runs["martlet"], runs[YARDSTICK]
    pairs = list(zip(ours["IPv6"], ours["IPv4"], theirs["IPv6"], theirs["IPv4"]))
    quotients = [[row["cpu_us"] for row in pair] for pair in pairs]
    results["family"] = {
        "families": table,
        "rounds": len(pairs),
        "martlet_ratio": median(a / b for a, b, _, _ in quotients),
        "echo_ratio": median(c / d for _, _, c, d in quotients),
        "ratio": median(a / b / (c / d) for a, b, c, d in quotients),
    }
    for family, rows in table.items():
        show("mixed, " + family, rows)
    say("  IPv6 against IPv4: martlet %.2f, C echo %.2f" % (
        results["family"]["martlet_ratio"], results["family"]["echo_ratio"]))
