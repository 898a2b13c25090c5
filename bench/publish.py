"""Writes results into docs/performance.md, between its markers, and draws docs/performance.svg."""
import math
import re

import tables
from tables import milliseconds, number, table

DOCUMENT = "docs/performance.md"
PICTURE = "docs/performance.svg"
COLOURS = {
    "C echo": "#9aa0a6", "martlet": "#c2410c", "NSD": "#2563eb", "Knot": "#0d9488",
    "BIND": "#7c3aed", "dnsmasq": "#a16207", "CoreDNS": "#be185d",
}


def write(results):
    with open(DOCUMENT, encoding="utf-8") as file:
        text = file.read()
    results = {**results, "targets": results}
    for name, make in TABLES.items():
        if name in results:
            begin, end = "<!-- %s -->" % name, "<!-- end of %s -->" % name
            found = re.findall(re.escape(begin) + "(.*?)" + re.escape(end), text, re.DOTALL)
            if len(found) != 1:
                raise SystemExit("%s has no place for %s" % (DOCUMENT, name))
            made = make(results[name])
            if name == "targets":
                made = merged(found[0].strip(), made)
            text = text.replace(
                begin + found[0] + end, "%s\n\n%s\n\n%s" % (begin, made, end))
    with open(DOCUMENT, "w", encoding="utf-8") as file:
        file.write(text)
    print("wrote %s" % DOCUMENT)
    if "cpu" in results:
        with open(PICTURE, "w", encoding="utf-8") as file:
            file.write(drawing(results["cpu"]))
        print("wrote %s" % PICTURE)


def merged(old, new):
    """A table with the rows of an older one that it has no newer for, in the older one's order."""
    older, newer = old.splitlines(), new.splitlines()
    rows = {line.split(" | ")[0]: line for line in older[2:] + newer[2:]}
    return "\n".join(newer[:2] + list(rows.values()))


def cpu(value):
    servers = list(next(iter(value.values())))
    rows = []
    for load, row in value.items():
        cells = ["%s (%.2f)" % (number(row[s]["ratio"]), row[s]["cpu_us"]) for s in servers]
        rows.append([load] + cells)
    return table(["load"] + servers, rows)


def memory(value):
    return table(["server", "MB"], [[name, "%.1f" % (kib / 1024)] for name, kib in value.items()])


def start(value):
    return table(["registry", "first answer, s", "memory then, MB"], [
        [name, "%.3f" % row["first_answer_seconds"], "%.1f" % (row["rss_kib"] / 1024)]
        for name, row in value.items()
    ])


def workers(value):
    rows = []
    for count, drained in value["drain"].items():
        steady = value["steady"][count]
        rows.append([
            count, "{:,.0f}".format(drained["rate"]), "%.2f" % steady["cpu_us"],
            "%.3f" % steady["voluntary"], "%.3f" % steady["forced"],
        ])
    heads = ["workers", "answers/s from a full queue", "µs CPU/query at 40,000/s",
             "waits/query", "forced switches/query"]
    return table(heads, rows) + "\n\nSpeedup: %.2f." % value["speedup"]


def tcp(value):
    return table(["figure", "value"], [
        ["idle connections", "{:,}".format(value["idle_connections"])],
        ["octets of server memory for each", "{:,.0f}".format(value["octets_each"])],
        ["pipelined, µs CPU/query", "%.2f" % value["pipelined_cpu_us"]],
        ["pipelined, answers/s", "{:,.0f}".format(value["pipelined_rate"])],
    ])


def slow(value):
    heads = ["beside", "UDP median, ms", "UDP p99", "TCP median", "TCP p99", "lost"]
    return table(heads, [
        [label, *milliseconds(row["udp"]), *milliseconds(row["tcp"]), "%d" % row["udp"]["lost"]]
        for label, row in value.items()
    ])


def changes(value):
    names = {
        "inside": "writer in the server's process",
        "process": "writer in another process",
        "command": "`martlet apply`, from its exit",
    }
    rows = []
    for registry, row in value.items():
        for kind, label in names.items():
            if kind in row:
                answer = milliseconds(row[kind]["answer"])
                rows.append([registry, label, *answer, milliseconds(row[kind]["commit"])[0]])
    text = table(["registry", "change", "answer median, ms", "answer p99", "commit median"], rows)
    costs = ["%s: %.0f µs" % (k, v["server_cpu_us"]) for k, v in value.items()
             if "server_cpu_us" in v]
    return text + ("\n\nThe server's CPU time per change: %s." % "; ".join(costs) if costs else "")


def churn(value):
    rows = []
    for label in ("without", "with"):
        row = value[label]
        rows.append([label, "{:,.0f}".format(row["rate"]), *milliseconds(row),
                     "%d of %s" % (row["lost"], "{:,.0f}".format(row["sent"]))])
    done = value["with"]["changes"]
    return table(["changes", "queries/s", "median, ms", "p99", "lost"], rows) + (
        "\n\n%.0f changes a second were reached; p99 ratio, median of pairs: %.2f." % (
            done["rate"], value["p99_ratio"]))


def soak(value):
    samples = ", ".join("%.1f" % (kib / 1024) for kib in value["every_10_s_kib"])
    return ("%g minutes, %s answers, %s malformed packets, %s changes. Memory in MB: %.1f at the "
            "start; every 10 s under load %s; %.1f at the end." % (
                value["minutes"], "{:,}".format(value["answered"]),
                "{:,}".format(value["malformed"]), "{:,}".format(value["changes"]),
                value["start_kib"] / 1024, samples, value["end_kib"] / 1024))


def targets(results):
    """What is aimed at, what was reached, and whether that is enough."""
    rows = []

    def row(target, aim, reached, text="%.2f"):
        rows.append([target, "≤ " + text % aim, text % reached, "yes" if reached <= aim else "no"])

    def at_least(target, aim, reached, text="%.2f"):
        rows.append([target, "≥ " + text % aim, text % reached, "yes" if reached >= aim else "no"])

    if "cpu" in results:
        loads = results["cpu"]
        mixed, ours = loads["mixed"], {name: each["martlet"] for name, each in loads.items()}
        row("CPU per query, mixed, against the echo", 1.10, ours["mixed"]["ratio"])
        for peer in ("NSD", "Knot"):
            if peer in mixed:
                row("the same, against %s" % peer, 1.0,
                    ours["mixed"]["ratio"] / mixed[peer]["ratio"])
        if "CoreDNS" in mixed:
            row("the same, against CoreDNS", 0.12,
                ours["mixed"]["ratio"] / mixed["CoreDNS"]["ratio"])
        row("headless service of 100, against the echo", 1.5, ours["headless 100"]["ratio"])
        row("headless service of 5,000, against 100", 1.0,
            ours["headless 5000"]["cpu_us"] / ours["headless 100"]["cpu_us"])
    if "start" in results:
        large, empty = results["start"]["large"], results["start"]["empty"]
        row("memory, 10,000 services, MB", 60, large["rss_kib"] / 1024, "%.1f")
        row("memory, empty, MB", 30, empty["rss_kib"] / 1024, "%.1f")
        row("first answer, s", 0.5, large["first_answer_seconds"])
    if "soak" in results:
        soaked = results["soak"]
        most = max(soaked["every_10_s_kib"] + [soaked["end_kib"]])
        row("growth of memory in the soak", 0.05, most / soaked["start_kib"] - 1, "%.3f")
    if "changes" in results:
        most, least = list(results["changes"].values())[:2]
        if "inside" in most:
            answer = most["inside"]["answer"]
            row("change to answer in process, median, ms", 0.5, answer["median_us"] / 1e3)
            row("the same, p99, ms", 3, answer["p99_us"] / 1e3)
            row("CPU of a change, large registry against small", 2,
                most["server_cpu_us"] / least["server_cpu_us"])
    if "churn" in results:
        row("lost queries under 1,000 changes/s", 0, results["churn"]["with"]["lost"], "%d")
        row("p99 latency with changes, against without", 2, results["churn"]["p99_ratio"])
    if "workers" in results:
        at_least("two workers against one", 1.8, results["workers"]["speedup"])
    if "tcp" in results:
        tcp_row = results["tcp"]
        row("octets per idle connection", 10_240, tcp_row["octets_each"], "%d")
        if "cpu" in results:
            at_least("pipelined TCP against UDP, queries per CPU time", 0.5,
                     ours["mixed"]["cpu_us"] / tcp_row["pipelined_cpu_us"])
    if "slow" in results:
        alone = results["slow"]["alone"]
        for label in ("slow readers", "slow writers"):
            beside = results["slow"][label]
            row("UDP p99 beside %s, against alone" % label, 1.25,
                beside["udp"]["p99_us"] / alone["udp"]["p99_us"])
            row("TCP median beside %s, against alone" % label, 1.25,
                beside["tcp"]["median_us"] / alone["tcp"]["median_us"])
    tables.targets(results, row)
    return table(["target", "aim", "reached", "met"], rows)


TABLES = {
    "targets": targets,
    "cpu": cpu, "rss_kib": memory, "start": start, "workers": workers, "tcp": tcp, "slow": slow,
    "changes": changes, "churn": churn, "soak": soak, **tables.TABLES,
}


def drawing(value):
    """Horizontal bars on a logarithmic axis: for each load, each server's ratio to the echo."""
    left, width, bar, gap, top = 150, 520, 15, 20, 58
    most = max(row["ratio"] for rows in value.values() for row in rows.values())
    decades = max(1, math.ceil(math.log10(most)))
    least = 0.5

    def position(ratio):
        return left + width * math.log(max(ratio, least) / least) / math.log(
            10 ** decades / least)

    body, y = [], top
    for load, rows in value.items():
        begin = y
        for server, row in rows.items():
            length = position(row["ratio"]) - left
            body.append(
                '<rect x="%d" y="%d" width="%.1f" height="%d" fill="%s"/>'
                '<text x="%.1f" y="%d">%s %s</text>' % (
                    left, y, length, bar - 3, COLOURS.get(server, "#444"),
                    left + length + 5, y + bar - 5, number(row["ratio"]), server))
            y += bar
        body.append('<text class="load" x="%d" y="%d" text-anchor="end">%s</text>' % (
            left - 10, (begin + y) // 2 + 3, load))
        y += gap
    bottom = y - gap + 6
    axis = []
    for ratio in [1, 2, 5] + [10 ** n for n in range(1, decades + 1)]:
        x = position(ratio)
        axis.append(
            '<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" class="%s"/>'
            '<text x="%.1f" y="%d" text-anchor="middle">%d</text>' % (
                x, x, top - 6, bottom, "one" if ratio == 1 else "grid", x, bottom + 15, ratio))
    total = left + width + 90
    return "\n".join([
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d">' % (
            total, bottom + 28, total, bottom + 28),
        "<style>text{font:11px sans-serif;fill:#333}.title{font-size:15px;font-weight:bold}"
        ".load{font-size:12px;font-weight:bold}.grid{stroke:#ddd}.one{stroke:#888}</style>",
        '<rect width="100%" height="100%" fill="white"/>',
        '<text class="title" x="14" y="22">CPU time per answered query</text>',
        '<text x="14" y="40">divided by that of a C loop that echoes packets; logarithmic, '
        "shorter is better</text>",
        *axis, *body, "</svg>",
    ]) + "\n"
