#!/usr/bin/env python3
"""Measures for how long an endpoint that is no longer ready still gets connections.

Three endpoints, of which one after the other is said not to be ready while a client connects
without a pause. A delay is the time from the registry's write, as the file's time of change tells
it, to the beginning of the last connection that reached the endpoint.

Runs in a network namespace of its own; needs root, or user namespaces. The binary is
$MARTLET_BINARY or .build/release/martlet.

    bench/readiness.py [ROUNDS]
"""

import multiprocessing
import os
import re
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
MARTLET = os.environ.get("MARTLET_BINARY", f"{ROOT}/.build/release/martlet")
PODS = ["10.244.0.11", "10.244.0.12", "10.244.0.13"]
SERVICE = """
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {clusterIP: 10.96.0.21, ports: [{name: web, port: 80, targetPort: 8080}]}
---
"""


def slice_text(away=None):
    """The service's endpoints, all ready but one."""
    endpoints = "".join(
        f'- {{addresses: ["{pod}"], conditions: {{ready: {"false" if pod == away else "true"}}}}}\n'
        for pod in PODS)
    return f"""
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {{name: web-4, labels: {{kubernetes.io/service-name: web}}}}
addressType: IPv4
ports: [{{name: web, port: 8080, protocol: TCP}}]
endpoints:
{endpoints}"""


def serve(pod, is_there):
    """Says its address to whoever connects."""
    listener = socket.create_server((pod, 8080), backlog=1024)
    is_there.set()
    while True:
        connection, _ = listener.accept()
        try:
            connection.sendall(pod.encode())
        except OSError:
            pass
        connection.close()


class Client(threading.Thread):
    """Connects again and again, and notes when and to whom."""

    def __init__(self):
        super().__init__(daemon=True)
        self.last = {pod: 0.0 for pod in PODS}
        self.count = 0
        self.is_over = False

    def run(self):
        while not self.is_over:
            start = time.time()
            s = socket.socket()
            # A reset frees the port at once.
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            s.connect(("10.96.0.21", 80))
            self.last[s.recv(64).decode()] = start
            s.close()
            self.count += 1


def prepare():
    """Addresses for pods, and a route to services."""
    for words in (["link", "set", "lo", "up"], *(["address", "add", f"{pod}/32", "dev", "lo"]
                                                  for pod in PODS + ["10.244.0.1"]),
                  ["route", "add", "default", "dev", "lo", "src", "10.244.0.1"]):
        subprocess.run(["ip", *words], check=True)
    with open("/proc/sys/net/ipv4/ip_local_port_range", "w") as ports:
        ports.write("1024 65535")


def measure(rounds, directory):
    environment = dict(os.environ, MARTLET_REGISTRY=f"sqlite:{directory}/registry.db")

    def apply(text):
        """The moment of the write."""
        subprocess.run([MARTLET, "apply", "-f", "-"], input=text.encode(), env=environment,
                       stdout=subprocess.DEVNULL, check=True)
        return os.stat(f"{directory}/registry.db-wal").st_mtime

    subprocess.run([MARTLET, "apply", "-f", "-"], input=(SERVICE + slice_text()).encode(),
                   env=environment, stdout=subprocess.DEVNULL, check=True)
    for pod in PODS:
        is_there = multiprocessing.Event()
        multiprocessing.Process(target=serve, args=(pod, is_there), daemon=True).start()
        is_there.wait()
    log = f"{directory}/log"
    with open(log, "w") as output:
        proxy = subprocess.Popen([MARTLET, "proxy"], stdout=output, stderr=output, env=environment)
    while not re.search("rules of ", open(log).read()):
        if proxy.poll() is not None:
            sys.exit(open(log).read())
        time.sleep(0.01)
    client = Client()
    client.start()
    delays = []
    for number in range(rounds):
        pod = PODS[number % 3]
        since = apply(slice_text())
        while client.last[pod] < since:
            time.sleep(0.001)
        since = apply(slice_text(away=pod))
        time.sleep(0.3)
        delays.append(max(0.0, client.last[pod] - since) * 1000)
    client.is_over = True
    client.join()
    proxy.terminate()
    proxy.wait()
    print(f"{rounds} endpoints went, {client.count} connections: the last one began"
          f" {statistics.median(delays):.1f} ms (median), {max(delays):.1f} ms (slowest)"
          " after the write")


def main():
    if os.environ.get("READINESS_INSIDE") != "1":
        user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
        os.environ["READINESS_INSIDE"] = "1"
        os.execvp("unshare", ["unshare", "--net", *user, sys.executable, *sys.argv])
    prepare()
    with tempfile.TemporaryDirectory() as directory:
        measure(int(sys.argv[1]) if len(sys.argv) > 1 else 100, directory)


if __name__ == "__main__":
    main()
