#!/usr/bin/env python3
"""Measures Martlet against a C echo loop and other servers; see bench/README.md.

    bench/bench.py [--only NAME[,NAME]] [--seconds N] [--rounds N] [--publish]
"""
import argparse
import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

import changing
import forwarding
import publish
import servers
import serving
import streams
import workers
import workload
from measure import WORK, Programs, say, work

BENCHES = {
    "cpu": serving.bench_cpu,
    "family": serving.bench_family,
    "start": serving.bench_start,
    "workers": workers.bench_workers,
    "tcp": streams.bench_tcp,
    "slow": streams.bench_slow,
    "changes": changing.bench_changes,
    "churn": changing.bench_churn,
    "cached": forwarding.bench_cached,
    "forwarded": forwarding.bench_forwarded,
    "chain": forwarding.bench_chain,
    "cache-memory": forwarding.bench_cache_memory,
    "overload": forwarding.bench_overload,
    "soak": changing.bench_soak,
}


class Setup:
    """The registries, the zone file and the query files of all benches."""

    def __init__(self, results):
        os.makedirs(WORK, exist_ok=True)
        text, endpoints = workload.manifest(workload.SERVICES, {"hundred": 100, "many": 5000})
        started = time.monotonic()
        self.large = self.registry("large", text)
        results["load_seconds"] = time.monotonic() - started
        results["endpoints"] = endpoints + 5100
        self.small = self.registry("small", workload.manifest(84, {})[0])
        self.zone = work("cluster.local.zone")
        subprocess.run(
            [Programs.martlet(), "export", "zone", "--registry", self.large, "-o", self.zone],
            check=True,
        )
        files = {
            "mixed": workload.mixed(50_000, workload.SERVICES),
            "mixed-case": workload.mixed_case(workload.mixed(50_000, workload.SERVICES)),
            "hundred": workload.single("hundred.ns0.svc.cluster.local"),
            "many": workload.single("many.ns0.svc.cluster.local"),
        }
        for name, lines in files.items():
            servers.write(work(name + ".queries"), lines)

    @staticmethod
    def registry(name, text):
        """Loads a registry from a manifest's text, and returns its URL."""
        path = work(name + ".db")
        remove(path)
        servers.write(work(name + ".yaml"), text)
        subprocess.run(
            [Programs.martlet(), "apply", "-f", work(name + ".yaml"),
             "--registry", "sqlite:" + path],
            check=True, stdout=subprocess.DEVNULL,
        )
        return "sqlite:" + path

    def churned(self, name="bench"):
        """A copy of the large registry in memory: on many disks a thousand acknowledged
        transactions a second are more than the disk can sync."""
        folder = "/dev/shm" if os.access("/dev/shm", os.W_OK) else WORK
        path = os.path.join(folder, "martlet-%s" % name, "churn.db")
        os.makedirs(os.path.dirname(path), exist_ok=True)
        for suffix in ("", "-wal"):
            shutil.copyfile(work("large.db") + suffix, path + suffix)
        atexit.register(shutil.rmtree, os.path.dirname(path), ignore_errors=True)
        return "sqlite:" + path


def remove(path):
    for suffix in ("", "-wal", "-shm"):
        if os.path.exists(path + suffix):
            os.remove(path + suffix)


def options():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--only", default=",".join(BENCHES), help="of " + ", ".join(BENCHES))
    parser.add_argument("--seconds", type=int, default=2, help="of load per measurement")
    parser.add_argument("--rounds", type=int, default=3, help="a bench has some times as many")
    parser.add_argument("--changes", type=int, default=300, help="whose latency is measured")
    parser.add_argument("--soak-minutes", type=float, default=1)
    parser.add_argument("--names", type=int, default=1_000_000, help="through a small cache")
    parser.add_argument("--flood", type=int, default=150_000, help="queries/s of an overload")
    parser.add_argument("--programs", default=Programs.folder, help="where martlet was built")
    parser.add_argument("--output", default=work("results.json"), help="keeps older benches' part")
    parser.add_argument("--publish", action="store_true", help="write docs/performance.*")
    return parser.parse_args()


def end(*_):
    """Ends the bench, and with it the servers that it started."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    sys.exit(143)


def main():
    chosen = options()
    Programs.folder = os.path.abspath(chosen.programs)
    if not shutil.which("dnsperf"):
        sys.exit("dnsperf is missing: apt-get install dnsperf")
    results = {}
    if os.path.exists(chosen.output):
        with open(chosen.output, encoding="utf-8") as file:
            results = json.load(file)
    signal.signal(signal.SIGTERM, end)
    names = [name for name in chosen.only.split(",") if name]
    for name in names:
        if name not in BENCHES:
            sys.exit("%s is none of %s" % (name, ", ".join(BENCHES)))
    if names:
        results.update(cores=os.cpu_count(), seconds=chosen.seconds, rounds=chosen.rounds)
        began = time.monotonic()
        setup = Setup(results)
        results.setdefault("took_seconds", {})["setup"] = time.monotonic() - began
        say("%d services, %d endpoints loaded in %.1f s" % (
            workload.SERVICES, results["endpoints"], results["load_seconds"]))
    for name in names:
        began = time.monotonic()
        BENCHES[name](results, setup, chosen)
        results.setdefault("took_seconds", {})[name] = time.monotonic() - began
        servers.write(chosen.output, json.dumps(results, indent=2) + "\n")
    took = results.get("took_seconds", {})
    ran = ["setup", *names] if names else []
    for name in ran:
        say("%-13s %4.0f s" % (name, took[name]))
    say("%-13s %4.0f s\nresults in %s" % (
        "together", sum(took[name] for name in ran), chosen.output))
    if chosen.publish:
        publish.write(results)


main()
