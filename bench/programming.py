#!/usr/bin/env python3
"""Measures the service proxy: all rules at its start, and one change, by the number of services.

Runs in network namespaces of its own; needs root, or user namespaces. The binary is
$MARTLET_BINARY or .build/release/martlet.

    bench/programming.py [SERVICES...]
"""

import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MARTLET = os.environ.get("MARTLET_BINARY", f"{ROOT}/.build/release/martlet")
UNSHARE = ["unshare", "--net"] + ([] if os.geteuid() == 0 else ["--user", "--map-root-user"])
CHANGES = 50


def slice_text(number, endpoints):
    """The slice of a service, with pods counted from a number on."""
    addresses = "".join(
        f'- {{addresses: ["10.{244 + n // 65536}.{n // 256 % 256}.{n % 256}"]}}\n'
        for n in endpoints)
    return f"""
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {{name: s{number}-x, labels: {{kubernetes.io/service-name: s{number}}}}}
addressType: IPv4
ports: [{{name: web, port: 8080, protocol: TCP}}]
endpoints:
{addresses}"""


def service_text(number):
    """A service with three endpoints."""
    return f"""
---
apiVersion: v1
kind: Service
metadata: {{name: s{number}}}
spec: {{ports: [{{name: web, port: 80, targetPort: 8080}}]}}
""" + slice_text(number, range(number * 3, number * 3 + 3))


class Proxy:
    """A proxy that runs, and its log."""

    def __init__(self, environment, log):
        self.log = log
        with open(log, "w") as output:
            self.process = subprocess.Popen(
                UNSHARE + ["sh", "-c", f"exec '{MARTLET}' proxy --verbose"],
                stdout=output, stderr=output, env=environment)

    def wait(self, pattern, count=1):
        """The figures of the count-th line that matches."""
        while True:
            with open(self.log) as text:
                found = re.findall(pattern, text.read())
            if len(found) >= count:
                return found[count - 1]
            if self.process.poll() is not None:
                sys.exit(open(self.log).read())
            time.sleep(0.01)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def measure(count, directory):
    environment = dict(os.environ, MARTLET_REGISTRY=f"sqlite:{directory}/{count}.db")

    def apply(text):
        subprocess.run([MARTLET, "apply", "-f", "-"], input=text.encode(), env=environment,
                       stdout=subprocess.DEVNULL, check=True)

    apply("".join(service_text(number) for number in range(count)))
    proxy = Proxy(environment, f"{directory}/log")
    elements, start = proxy.wait(r"services \((\d+) elements\) set in ([\d.]+) ms")
    times = []
    for change in range(CHANGES):
        # One endpoint of one service is another one.
        number = change * (count // CHANGES or 1) % count
        first = number * 3
        apply(slice_text(number, [first, first + 1, 300_000 + change]))
        took = proxy.wait(r"1 services changed \(\d+ elements\) in ([\d.]+) ms", change + 1)
        times.append(float(took))
    proxy.stop()
    print(f"{count:>9} {elements:>9} {float(start):>12.0f} ms {statistics.median(times):>12.1f} ms"
          f" {max(times):>12.1f} ms", flush=True)


def main():
    counts = [int(word) for word in sys.argv[1:]] or [100, 1000, 10_000]
    print(" services  elements       at start        a change        slowest")
    with tempfile.TemporaryDirectory() as directory:
        for count in counts:
            measure(count, directory)


main()
