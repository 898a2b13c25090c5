#!/usr/bin/env python3
"""Counts the queries that one lookup of a name costs, with glibc and with musl.

    bench/search.py [--martlet PATH] [--rounds N]

In a network of its own (unshare) there are a server with `kubernetes`, `cache` and `forward`, an
upstream that knows names below example.com, and a pod's /etc/resolv.conf. A relay in between counts
what the C library asks for; the upstream counts what reaches it. Each round looks up names that
nobody has asked for, so that nothing comes from a cache, and each name a second time, when all of it
may. Needs root or user namespaces, gcc and, for its column, musl-gcc.
"""
import argparse
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

CLUSTER_DNS = "10.96.0.10"
SERVER = ("127.0.0.1", 5301)
UPSTREAM = ("127.0.0.1", 5302)
HOST_SEARCH = "search corp.example\nnameserver 192.0.2.53\n"
MANIFEST = """
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  selector: {app: web}
  ports: [{port: 80}]
---
apiVersion: v1
kind: Pod
metadata: {name: web-0, namespace: shop, labels: {app: web}}
spec:
  containers: [{name: web, image: web}]
status:
  phase: Running
  conditions: [{type: Ready, status: "True"}]
"""
LOOKUP = r"""
#include <netdb.h>
#include <stdio.h>
#include <sys/socket.h>
int main(int count, char **words) {
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM}, *found;
    int error = getaddrinfo(words[1], "80", &hints, &found);
    if (error) { puts(gai_strerror(error)); return 1; }
    return 0;
}
"""
MODES = [
    ("plain", "", "plain"),
    ("autopath @kubernetes", "autopath @kubernetes {\n host_search HOST\n}", "plain"),
    ("marker", "autopath {\n marker\n host_search HOST\n}", "marker"),
]


def question(packet):
    """The name, the type and where the question ends."""
    labels, offset = [], 12
    while packet[offset]:
        labels.append(packet[offset + 1 : offset + 1 + packet[offset]])
        offset += 1 + packet[offset]
    return b".".join(labels).lower(), struct.unpack("!H", packet[offset + 1 : offset + 3])[0], offset + 5


class Upstream(threading.Thread):
    """Knows every name that ends in example.com, and counts what it is asked."""

    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(UPSTREAM)
        self.asked = []

    def run(self):
        while True:
            packet, client = self.socket.recvfrom(4096)
            name, kind, end = question(packet)
            self.asked.append((name.decode(), kind))
            answer, authority, code = b"", b"", 0
            data = {1: bytes([192, 0, 2, 1]), 28: bytes.fromhex("20010db8" + "00" * 11 + "01")}
            if name.endswith(b".example.com"):
                if kind in data:
                    answer = b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 300, len(data[kind]))
                    answer += data[kind]
            else:
                code = 3
                soa = b"\0\0" + struct.pack("!5I", 1, 2, 3, 4, 60)
                authority = b"\0" + struct.pack("!HHIH", 6, 1, 60, len(soa)) + soa
            flags = 0x8180 | code
            counts = (1, 1 if answer else 0, 1 if authority else 0, 0)
            header = packet[:2] + struct.pack("!5H", flags, *counts)
            self.socket.sendto(header + packet[12:end] + answer + authority, client)


class Relay(threading.Thread):
    """Stands where the pod expects the cluster's server, and counts what passes."""

    def __init__(self, pod):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((CLUSTER_DNS, 53))
        self.pod = pod
        self.asked = []

    def run(self):
        while True:
            packet, client = self.socket.recvfrom(4096)
            self.asked.append(question(packet)[:2])
            threading.Thread(target=self.pass_on, args=(packet, client), daemon=True).start()

    def pass_on(self, packet, client):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as side:
            side.bind((self.pod, 0))
            side.settimeout(10)
            side.sendto(packet, SERVER)
            try:
                self.socket.sendto(side.recv(4096), client)
            except TimeoutError:
                pass


def run(*words, **options):
    return subprocess.run(words, check=True, capture_output=True, text=True, **options).stdout


def wait_for_server():
    query = struct.pack("!6H", 7, 0x0100, 1, 0, 0, 0) + b"\3web\4shop\3svc\7cluster\5local\0\0\1\0\1"
    for _ in range(100):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as side:
            side.settimeout(0.1)
            try:
                side.sendto(query, SERVER)
                if side.recv(4096)[3] & 15 == 0:
                    return
            except OSError:
                time.sleep(0.05)
    sys.exit("the server does not answer")


def clients(work):
    """The programs that look a name up, by C library."""
    source = os.path.join(work, "lookup.c")
    with open(source, "w", encoding="utf-8") as file:
        file.write(LOOKUP)
    found = {}
    for library, compiler in (("glibc", "gcc"), ("musl", "musl-gcc")):
        if not shutil.which(compiler):
            continue
        found[library] = os.path.join(work, library)
        static = ["-static"] if library == "musl" else []
        run(compiler, *static, "-o", found[library], source)
    return found


def measure(program, name, relay, upstream):
    before = len(relay.asked), len(upstream.asked)
    status = subprocess.run([program, name], capture_output=True, check=False).returncode
    # A library may leave while a reply is on its way.
    time.sleep(0.1)
    after = len(relay.asked), len(upstream.asked)
    return status, after[0] - before[0], after[1] - before[1]


def inside(options):
    work = tempfile.mkdtemp()
    programs = clients(work)
    registry = "sqlite:%s/registry" % work
    path = {name: os.path.join(work, name) for name in ("shop.yaml", "Corefile", "host")}
    for name, text in (("shop.yaml", MANIFEST), ("host", HOST_SEARCH)):
        with open(path[name], "w", encoding="utf-8") as file:
            file.write(text)
    martlet = options.martlet
    run(martlet, "apply", "--registry", registry, "-f", path["shop.yaml"])
    found = run(martlet, "get", "pod", "web-0", "-n", "shop", "--registry", registry, "-o", "json")
    pod = json.loads(found)["status"]["podIP"]
    run("ip", "link", "set", "lo", "up")
    for address in (CLUSTER_DNS, pod):
        run("ip", "address", "add", address + "/32", "dev", "lo")
    run("mount", "-t", "tmpfs", "none", "/etc")
    for name, text in (("hosts", "127.0.0.1 localhost\n"), ("nsswitch.conf", "hosts: files dns\n")):
        with open("/etc/" + name, "w", encoding="utf-8") as file:
            file.write(text)
    upstream, relay = Upstream(), Relay(pod)
    upstream.start()
    relay.start()
    rows = []
    for mode, directive, search in MODES:
        with open(path["Corefile"], "w", encoding="utf-8") as file:
            file.write(
                ".:%d {\n bind 127.0.0.1\n errors\n %s\n cache\n"
                " kubernetes cluster.local {\n  pods verified\n }\n forward . %s:%d\n}\n"
                % (SERVER[1], directive.replace("HOST", path["host"]), *UPSTREAM)
            )
        with open("/etc/resolv.conf", "w", encoding="utf-8") as file:
            file.write(
                run(
                    martlet, "resolv-conf", "--registry", registry, "-n", "shop", "--cluster-dns",
                    CLUSTER_DNS, "--host-resolv-conf", path["host"], "--search-mode", search,
                )
            )
        log = open(os.path.join(work, "log"), "w", encoding="utf-8")
        server = subprocess.Popen(
            [martlet, "serve", "--registry", registry, "-conf", path["Corefile"]],
            stdout=log, stderr=log,
        )
        try:
            wait_for_server()
            rows += list(lookups(mode, programs, relay, upstream, options.rounds))
        finally:
            server.terminate()
            server.wait()
    print("| search list | name | library | from the client | to the upstream | again |")
    print("|---|---|---|---|---|---|")
    for row in rows:
        print("| %s | %s | %s | %s | %s | %s |" % row)
    shutil.rmtree(work)


def lookups(mode, programs, relay, upstream, rounds):
    for label, form in (
        ("external", "w%d-%s.example.com"), ("service.namespace", "web.shop"), ("service", "web"),
    ):
        for library, program in programs.items():
            counts = set()
            for index in range(rounds):
                name = form % (index, mode[0] + library) if "%" in form else form
                first = measure(program, name, relay, upstream)
                again = measure(program, name, relay, upstream)
                if first[0] or again[0]:
                    sys.exit("%s: %s: %s was not found" % (mode, library, name))
                counts.add((first[1], first[2], "%d, %d" % again[1:]))
            columns = list(zip(*sorted(counts)))
            text = [" or ".join(dict.fromkeys(map(str, column))) for column in columns]
            yield (mode, label, library, *text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--martlet", default=".build/release/martlet")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.martlet = os.path.abspath(options.martlet)
    if options.inside:
        inside(options)
        return
    rights = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    words = ["unshare", "--net", "--mount", *rights, sys.executable, os.path.abspath(__file__)]
    words += ["--inside", "--martlet", options.martlet, "--rounds", str(options.rounds)]
    os.execvp("unshare", words)


if __name__ == "__main__":
    main()
