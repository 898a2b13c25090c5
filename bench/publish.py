"""Writes results into docs/performance.md, between its markers, with their numbers beside it in
docs/performance.json, and draws docs/performance.svg."""
import json
import math
import os
import re

import tables
import targets
from tables import milliseconds, number, table

DOCUMENT = "docs/performance.md"
NUMBERS = "docs/performance.json"
PICTURE = "docs/performance.svg"
COLOURS = {
    "C echo": "#9aa0a6", "martlet": "#c2410c", "NSD": "#2563eb", "Knot": "#0d9488",
    "BIND": "#7c3aed", "dnsmasq": "#a16207", "CoreDNS": "#be185d",
}


def write(results):
    with open(DOCUMENT, encoding="utf-8") as file:
        text = file.read()
    # Benches that were not run keep their numbers, as they keep their tables.
    if os.path.exists(NUMBERS):
        with open(NUMBERS, encoding="utf-8") as file:
            older = json.load(file)
        took = {**older.get("took_seconds", {}), **results.get("took_seconds", {})}
        results = {**older, **results, "took_seconds": took}
    for name, make in TABLES.items():
        if name in results or name == "targets":
            begin, end = "<!-- %s -->" % name, "<!-- end of %s -->" % name
            found = re.findall(re.escape(begin) + "(.*?)" + re.escape(end), text, re.DOTALL)
            if len(found) != 1:
                raise SystemExit("%s has no place for %s" % (DOCUMENT, name))
            made = make(results if name == "targets" else results[name])
            text = text.replace(
                begin + found[0] + end, "%s\n\n%s\n\n%s" % (begin, made, end))
    with open(DOCUMENT, "w", encoding="utf-8") as file:
        file.write(text)
    print("wrote %s" % DOCUMENT)
    with open(NUMBERS, "w", encoding="utf-8") as file:
        json.dump(rounded(results), file, indent=1)
        file.write("\n")
    print("wrote %s" % NUMBERS)
    if "cpu" in results:
        with open(PICTURE, "w", encoding="utf-8") as file:
            file.write(drawing(results["cpu"]))
        print("wrote %s" % PICTURE)


def rounded(value):
    """The same with five digits of each number: more is noise."""
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    if isinstance(value, list):
        return [rounded(each) for each in value]
    return float("%.5g" % value) if isinstance(value, float) else value


def cpu(value):
    servers = list(next(iter(value.values())))
    rows = []
    for load, row in value.items():
        cells = ["%s (%.2f)" % (number(row[s]["ratio"]), row[s]["cpu_us"]) for s in servers]
        rows.append([load] + cells)
    loads = ", ".join("%s %d" % (load, row["martlet"]["rounds"]) for load, row in value.items())
    peers = ", ".join(
        "%s %d" % (name, row["rounds"]) for name, row in list(value.values())[0].items()
        if name not in ("C echo", "martlet"))
    return table(["load"] + servers, rows) + (
        "\n\nRounds of the echo and Martlet: %s; of the others: %s." % (loads, peers))


def family(value):
    rows = [
        [family, "%.2f" % row["C echo"]["cpu_us"], "%.2f" % row["martlet"]["cpu_us"],
         number(row["martlet"]["ratio"]), "{:,.0f}".format(row["martlet"]["rate"])]
        for family, row in value["families"].items()
    ]
    rows.append(["IPv6 against IPv4", number(value["echo_ratio"]), number(value["martlet_ratio"]),
                 number(value["ratio"]), ""])
    heads = ["family", "C echo, µs CPU/query", "martlet", "ratio to the echo", "answers/s"]
    return table(heads, rows) + "\n\nMedians of %d rounds, and of each round's ratios." % (
        value["rounds"])


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
    return table(heads, rows) + (
        "\n\nSpeedup, median of %d pairs: %.2f, half of them between %.2f and %.2f; of two echo"
        " loops in the same rounds %.2f, half between %.2f and %.2f." % (
            value["rounds"], value["speedup"], *value["speedup_quartiles"],
            value["echo_speedup"], *value["echo_speedup_quartiles"])) + without_sockets(value)


def without_sockets(value):
    if "without_sockets" not in value:
        return ""
    row = value["without_sockets"]
    return (
        "\n\nThe packet path without sockets: %.0f ns of CPU time a query on one thread, %.0f on each"
        " of two at once; ratio, median of %d pairs: %.2f." % (
            row["alone_ns"], row["together_ns"], row["rounds"], row["ratio"]))


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
    for label in ("without", "elsewhere", "with"):
        row = value.get(label)
        if not row:
            continue
        rows.append([label, "{:,.0f}".format(row["rate"]), *milliseconds(row),
                     "%d of %s" % (row["lost"], "{:,.0f}".format(row["sent"]))])
    done = value["with"]["changes"]
    against = value.get("p99_ratio_elsewhere")
    beside = "; against changes to another registry %.2f" % against if against else ""
    return table(["changes", "queries/s", "median, ms", "p99", "lost"], rows) + (
        "\n\n%.0f changes a second were reached; p99 ratio, median of %d pairs: %.2f%s."
        % (done["rate"], value.get("rounds", 0), value["p99_ratio"], beside))


def took(value):
    rows = sorted(value.items(), key=lambda row: -row[1])
    return "%.1f minutes: %s." % (
        sum(value.values()) / 60, ", ".join("%s %.0f s" % row for row in rows))


def soak(value):
    samples = ", ".join("%.1f" % (kib / 1024) for kib in value["every_10_s_kib"])
    return ("%g minutes, %s answers, %s malformed packets, %s changes. Memory in MB: %.1f at the "
            "start; every 10 s under load %s; %.1f at the end." % (
                value["minutes"], "{:,}".format(value["answered"]),
                "{:,}".format(value["malformed"]), "{:,}".format(value["changes"]),
                value["start_kib"] / 1024, samples, value["end_kib"] / 1024))


TABLES = {
    "targets": targets.targets,
    "cpu": cpu, "family": family, "rss_kib": memory, "start": start, "workers": workers,
    "tcp": tcp, "slow": slow, "took_seconds": took, "changes": changes, "churn": churn,
    "soak": soak, **tables.TABLES,
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
