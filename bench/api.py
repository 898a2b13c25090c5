#!/usr/bin/env python3
"""api.py PORT OBJECTS: as much of a Kubernetes API endpoint as CoreDNS asks for.

Lists the Namespaces, Services and EndpointSlices of a JSON list, and accepts watches, on which
nothing happens. Only for measuring CoreDNS, where a `coredns` is on the PATH.
"""
import http.server
import json
import sys
import time
import urllib.parse

PATHS = {
    "/api/v1/namespaces": ("v1", "Namespace"),
    "/api/v1/services": ("v1", "Service"),
    "/apis/discovery.k8s.io/v1/endpointslices": ("discovery.k8s.io/v1", "EndpointSlice"),
}
LISTS = {}


class Endpoint(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        url = urllib.parse.urlparse(self.path)
        parameters = urllib.parse.parse_qs(url.query)
        if url.path == "/version":
            self.reply(200, {"major": "1", "minor": "33", "gitVersion": "v1.33.0"})
        elif url.path not in PATHS:
            self.reply(404, {"kind": "Status", "apiVersion": "v1", "code": 404})
        elif parameters.get("sendInitialEvents") == ["true"]:
            # The client lists instead.
            reason = {"status": "Failure", "reason": "Invalid", "code": 422}
            self.reply(422, {"kind": "Status", "apiVersion": "v1", **reason})
        elif parameters.get("watch"):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            time.sleep(3600)
        else:
            self.reply(200, LISTS[url.path])

    def reply(self, code, value):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main():
    with open(sys.argv[2], encoding="utf-8") as file:
        items = json.load(file)["items"]
    for path, (version, kind) in PATHS.items():
        LISTS[path] = json.dumps({
            "kind": kind + "List",
            "apiVersion": version,
            "metadata": {"resourceVersion": "1"},
            "items": [item for item in items if item["kind"] == kind],
        }).encode()
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Endpoint).serve_forever()


main()
