"""Benches of a registry that changes: latency of changes, load under churn, a long soak."""
import socket
import subprocess
import sys
import time

import servers
from measure import (
    SETTLING_SECONDS, WORK, Programs, dnsperf, drops, finished, load, median, medians, paced,
    percentiles, printed, query, say, wait_until_answering, work,
)

CHANGED = "changed.ns1.svc.cluster.local"
SERVICE = """apiVersion: v1
kind: Service
metadata: {name: changed, namespace: ns1}
spec: {clusterIP: None, ports: [{name: http, port: 80}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata:
  name: changed-x
  namespace: ns1
  labels: {kubernetes.io/service-name: changed}
addressType: IPv4
ports: [{name: http, port: 80, protocol: TCP}]
endpoints: [{addresses: ["10.253.%d.%d"], conditions: {ready: true}}]
"""


def probe(command, *arguments):
    """Starts the program that commits changes."""
    return subprocess.Popen(
        [Programs.changes(), command, *map(str, arguments)], stdout=subprocess.PIPE, text=True
    )


def bench_changes(results, setup, options):
    """From a committed change to the changed answer, in a large registry and a small one."""
    out = {}
    for label, url in (("118,000 endpoints", setup.large), ("1,000 endpoints", setup.small)):
        server = servers.martlet(WORK, 15421, url, Programs.martlet())
        path = url.removeprefix("sqlite:")
        try:
            wait_until_answering(server)
            row = {"command": command_latency(server, url, options.changes)}
            if Programs.changes():
                row["process"] = printed(probe("latency", path, options.changes, server.port))
                row["server_cpu_us"] = cost(server, path)
        finally:
            server.stop()
        if Programs.changes():
            row["inside"] = printed(probe("inside", path, options.changes))
        out[label] = row
        say("\nchange to answer, %s: median and p99 in ms" % label)
        for kind in ("command", "process", "inside"):
            if kind in row:
                answer = row[kind]["answer"]
                say("  %-8s %7.3f %7.3f" % (
                    kind, answer["median_us"] / 1e3, answer["p99_us"] / 1e3))
        if "server_cpu_us" in row:
            say("  the server's CPU time per change: %.0f µs" % row["server_cpu_us"])
    results["changes"] = out


def command_latency(server, url, count):
    """From the exit of `martlet apply` to the changed answer, asked for over and over."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.settimeout(0.2)
    sock.connect(("127.0.0.1", server.port))
    message, manifest = query(CHANGED), work("change.yaml")
    answers, commits = [], []
    for step in range(count):
        servers.write(manifest, SERVICE % (step // 200, 1 + step % 200))
        expected = bytes([10, 253, step // 200, 1 + step % 200])
        begin = time.monotonic()
        subprocess.run(
            [Programs.martlet(), "apply", "-f", manifest, "--registry", url],
            check=True, stdout=subprocess.DEVNULL,
        )
        committed = time.monotonic()
        while True:
            try:
                sock.send(message)
                if expected in sock.recv(4096):
                    break
            except TimeoutError:
                pass
            if time.monotonic() > committed + 10:
                sys.exit("a change was not answered within 10 s")
        answers.append(time.monotonic() - committed)
        commits.append(committed - begin)
    sock.close()
    return {"changes": count, "commit": percentiles(commits), "answer": percentiles(answers)}


def cost(server, path):
    """The server's CPU time per change, in microseconds, without any queries."""
    time.sleep(0.2)
    cpu = server.cpu()
    done = printed(probe("churn", path, 500, 5))
    time.sleep(0.2)
    return (server.cpu() - cpu) / done["changes"] * 1e6


def bench_churn(results, setup, options):
    """Half of the peak load: alone, beside 1,000 changes a second to another registry, which take
    the writer's time of a core only, and with as many to the one that is served."""
    if not Programs.changes():
        return say("\nchurn: martlet-changes is not built; left out")
    url, other = setup.churned(), setup.churned("other")
    server = servers.martlet(WORK, 15431, url, Programs.martlet())
    paths = {"without": None, "elsewhere": other, "with": url}
    queries = work("mixed.queries")
    rows = {label: [] for label in paths}
    try:
        wait_until_answering(server)
        peak = load(server, queries, options.seconds, ("-e",))["rate"]
        # The p99 of one run is anything from half of the median to ten times that.
        for _ in range(3 * options.rounds):
            for label, registry in paths.items():
                rows[label].append(beside_changes(server, queries, peak / 2, registry))
        dropped = drops(server.port)
    finally:
        server.stop()
    out = {"peak": peak, "in_memory": not url.startswith("sqlite:" + WORK), "dropped": dropped}
    for label, runs in rows.items():
        sums = {key: sum(run[key] for run in runs) for key in ("lost", "sent")}
        longest = max(run["max_us"] for run in runs)
        out[label] = {**medians(runs), **sums, "longest_us": longest}
    out["rounds"] = len(rows["with"])
    for key, label in (("p99_ratio", "without"), ("p99_ratio_elsewhere", "elsewhere")):
        pairs = zip(rows["with"], rows[label])
        out[key] = median(a["p99_us"] / b["p99_us"] for a, b in pairs)
    results["churn"] = out
    say("\n%.0f queries/s, half of the peak" % (peak / 2))
    for label, row in ((label, out[label]) for label in paths):
        say("  changes %-9s: median %.0f µs, p99 %.0f µs, longest %.1f ms, lost %d of %d" % (
            label, row["median_us"], row["p99_us"], row["longest_us"] / 1e3, row["lost"],
            row["sent"]))
    say("  changes reached: %.0f/s; p99 with them, against without %.2f, against elsewhere %.2f;"
        " dropped by the kernel at the server: %d" % (
            out["with"]["changes"]["rate"], out["p99_ratio"], out["p99_ratio_elsewhere"], dropped))


def beside_changes(server, queries, rate, registry):
    """Latency at a steady rate, beside 1,000 changes a second to a registry, if there is one."""
    writer = None
    if registry:
        writer = probe("churn", registry.removeprefix("sqlite:"), 1000, 4)
        time.sleep(0.5)
    row = printed(paced(server.port, queries, rate, 3))
    return {**row, "changes": printed(writer)} if writer else row


def bench_soak(results, setup, options):
    """Memory under full load, malformed packets and changes at once."""
    server = servers.martlet(WORK, 15432, setup.large, Programs.martlet())
    seconds = int(options.soak_minutes * 60)
    helpers = []
    try:
        wait_until_answering(server)
        time.sleep(SETTLING_SECONDS)
        start = server.rss()
        traffic = dnsperf(server.port, work("mixed.queries"), seconds, "-e")
        port = str(server.port)
        helpers.append(subprocess.Popen(
            [sys.executable, "bench/malformed.py", port, str(seconds)],
            stdout=subprocess.PIPE, text=True,
        ))
        if Programs.changes():
            path = setup.large.removeprefix("sqlite:")
            helpers.append(probe("churn", path, 200, seconds))
        samples = []
        begin = time.monotonic()
        while traffic.poll() is None:
            time.sleep(0.2)
            if time.monotonic() - begin >= 10 * (len(samples) + 1):
                samples.append(server.rss())
        answered = finished(traffic)
        ends = [printed(helper) for helper in helpers]
        end = server.rss()
    finally:
        for helper in helpers:
            helper.kill()
        server.stop()
    results["soak"] = {
        "minutes": options.soak_minutes, "start_kib": start, "every_10_s_kib": samples,
        "end_kib": end, "answered": answered["answered"], "malformed": ends[0]["sent"],
        "changes": ends[1]["changes"] if len(ends) > 1 else 0,
    }
    say("\nsoak of %g min: %.1f MB at start, %s, %.1f MB at the end; %d answers, %d malformed" % (
        options.soak_minutes, start / 1024, " ".join("%.1f" % (s / 1024) for s in samples),
        end / 1024, answered["answered"], ends[0]["sent"]))
