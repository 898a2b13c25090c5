"""What is aimed at, what was reached, and whether that is enough."""
from tables import table

HEADS = ["target", "aim", "reached", "rounds", "met"]


class Targets:
    """Rows of the table: a figure, its aim, and how many rounds it is the median of."""

    def __init__(self):
        self.rows = []

    def at_most(self, target, aim, reached, rounds=1, text="%.2f"):
        self.add(target, "≤ " + text % aim, text % reached, rounds, reached <= aim)

    def at_least(self, target, aim, reached, rounds=1, text="%.2f"):
        self.add(target, "≥ " + text % aim, text % reached, rounds, reached >= aim)

    def add(self, target, aim, reached, rounds, is_met):
        self.rows.append([target, aim, reached, "%d" % rounds, "yes" if is_met else "no"])


def targets(results):
    """The table of all targets that there are results for."""
    found = Targets()
    for key, add in PARTS.items():
        if key in results:
            add(found, results[key], results)
    return table(HEADS, found.rows)


def cpu(found, loads, results):
    mixed = loads["mixed"]
    ours = mixed["martlet"]
    found.at_most("CPU per query, mixed, against the echo", 1.10, ours["ratio"], ours["rounds"])
    for peer, aim in (("NSD", 1.0), ("Knot", 1.0), ("CoreDNS", 0.12)):
        if peer in mixed:
            found.at_most("the same, against %s" % peer, aim,
                          ours["ratio"] / mixed[peer]["ratio"], mixed[peer]["rounds"])
    hundred = loads["headless 100"]["martlet"]
    found.at_most("headless service of 100, against the echo", 1.5, hundred["ratio"],
                  hundred["rounds"])
    if "headless_ratio" in results:
        pairs = results["headless_ratio"]
        found.at_most("headless service of 5,000, against 100", 1.0, pairs["ratio"],
                      pairs["rounds"])


def family(found, row, _):
    ours = row["families"]["IPv6"]["martlet"]
    found.at_most("CPU per query, mixed, IPv6, against the echo over IPv6", 1.10, ours["ratio"],
                  row["rounds"])
    found.at_most("IPv6 against IPv4, each by the echo", 1.05, row["ratio"], row["rounds"])


def start(found, rows, _):
    large, empty = rows["large"], rows["empty"]
    rounds = large["rounds"]
    found.at_most("memory, 10,000 services, MB", 60, large["rss_kib"] / 1024, rounds, "%.1f")
    found.at_most("memory, empty, MB", 30, empty["rss_kib"] / 1024, rounds, "%.1f")
    found.at_most("first answer, s", 0.5, large["first_answer_seconds"], rounds)


def soak(found, row, _):
    # By then the code that serves is in memory; the start lets go of all code.
    # At the end the programs beside it are gone, and what it shared with them counts whole.
    first, *later = row["every_10_s_kib"] or [row["start_kib"]]
    found.at_most("growth of memory in the soak", 0.05, max(later, default=first) / first - 1, 1, "%.3f")


def changes(found, rows, _):
    most, least = list(rows.values())[:2]
    if "inside" in most:
        answer = most["inside"]["answer"]
        found.at_most("change to answer in process, median, ms", 0.5, answer["median_us"] / 1e3)
        found.at_most("the same, p99, ms", 3, answer["p99_us"] / 1e3)
        found.at_most("CPU of a change, large registry against small", 2,
                      most["server_cpu_us"] / least["server_cpu_us"])


def churn(found, row, _):
    found.at_most("lost queries under 1,000 changes/s", 0, row["with"]["lost"], row["rounds"], "%d")
    found.at_most("p99 latency with changes, against without", 2, row["p99_ratio"], row["rounds"])
    found.at_most("the same, against changes to another registry", 1.5,
                  row["p99_ratio_elsewhere"], row["rounds"])


def workers(found, row, _):
    found.at_least("two workers against one", 1.8, row["speedup"], row["rounds"])
    found.at_least("the same, against what two echo loops gain", 0.95,
                   row["speedup"] / row["echo_speedup"], row["rounds"])
    steady = row["steady"]
    found.at_most("CPU per query of two workers, against one", 1.05,
                  steady["2"]["cpu_us"] / steady["1"]["cpu_us"], row["steady_rounds"])
    if "without_sockets" in row:
        found.at_most("the same without sockets: what workers share", 1.05,
                      row["without_sockets"]["ratio"], row["without_sockets"]["rounds"])


def tcp(found, row, results):
    found.at_most("octets per idle connection", 10_240, row["octets_each"], 1, "%d")
    if "cpu" in results:
        udp = results["cpu"]["mixed"]["martlet"]["cpu_us"]
        found.at_least("pipelined TCP against UDP, queries per CPU time", 0.5,
                       udp / row["pipelined_cpu_us"], row["rounds"])


def slow(found, rows, _):
    for label in ("slow readers", "slow writers"):
        row = rows[label]
        found.at_most("UDP p99 beside %s, against alone" % label, 1.25, row["udp_p99_ratio"],
                      row["rounds"])
        found.at_most("TCP median beside %s, against alone" % label, 1.25,
                      row["tcp_median_ratio"], row["rounds"])


def cached(found, rows, _):
    ours = rows["martlet"]
    found.at_most("CPU per query, cached, against the echo", 1.15, ours["ratio"], ours["rounds"])


def forwarded(found, rows, _):
    ours = rows["martlet"]
    found.at_most("CPU per query, forwarded, against the echo", 2.4, ours["ratio"], ours["rounds"])


def chain(found, rows, _):
    found.at_most("a chain of five plugins, against the bare block", 1.5, rows["chain"]["ratio"],
                  rows["chain"]["rounds"])
    found.at_most("the same with a log to a file", 3, rows["chain with log"]["ratio"],
                  rows["chain with log"]["rounds"])


def cache_memory(found, row, _):
    found.at_most("octets of a cached entry beyond its packet", 400,
                  row["octets_each"] - row["packet_octets"], 1, "%.0f")
    found.at_most("growth of memory, a million names through 10,000 entries", 0.05, row["growth"],
                  1, "%.3f")


def overload(found, row, _):
    found.at_most("p99 beside unanswered external names, against as many cluster names", 1.25,
                  row["p99_ratio"], row["rounds"])
    found.at_most("growth of memory in the overload", 0.05, row["growth"], 1, "%.3f")


PARTS = {
    "cpu": cpu, "family": family, "start": start, "soak": soak, "changes": changes, "churn": churn,
    "workers": workers, "tcp": tcp, "slow": slow, "cached": cached, "forwarded": forwarded,
    "chain": chain, "overload": overload, "cache-memory": cache_memory,
}
