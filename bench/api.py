#!/usr/bin/env python3
"""api.py PORT OBJECTS: as much of a Kubernetes API endpoint as CoreDNS asks for.

Lists the Namespaces, Services and EndpointSlices of a JSON list, and accepts watches, on which
nothing happens. Always speaks JSON: CoreDNS prefers protobuf, and takes anything (`*/*`). Only for
measuring CoreDNS and comparing with it, where a `coredns` is on the PATH.
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
# What a client asks first if it wants to know whether there are EndpointSlices.
GROUP = {
    "kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "discovery.k8s.io/v1",
    "resources": [{
        "name": "endpointslices", "singularName": "endpointslice", "namespaced": True,
        "kind": "EndpointSlice", "verbs": ["get", "list", "watch"],
    }],
}
LISTS = {}


class Endpoint(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        url = urllib.parse.urlparse(self.path)
        parameters = urllib.parse.parse_qs(url.query)
        if url.path == "/version":
            self.reply(200, {"major": "1", "minor": "33", "gitVersion": "v1.33.0"})
        elif url.path == "/apis/discovery.k8s.io/v1":
            self.reply(200, GROUP)
        elif url.path not in PATHS:
            self.refuse(404, "NotFound")
        elif parameters.get("sendInitialEvents", ["false"])[0] in ("true", "1"):
            # The client lists instead; left unanswered, it would wait for a bookmark.
            self.refuse(422, "Invalid")
        elif parameters.get("watch", ["false"])[0] in ("true", "1"):
            # HTTP/1.0: the body ends with the connection, when the client wants it to.
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            time.sleep(float(parameters.get("timeoutSeconds", ["3600"])[0]))
        else:
            self.reply(200, LISTS[url.path])

    def refuse(self, code, reason):
        self.reply(code, {
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": "%s: %s" % (self.path, reason), "reason": reason, "code": code,
        })

    def reply(self, code, value):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def make_lists(objects):
    with open(objects, encoding="utf-8") as file:
        items = json.load(file)["items"]
    versions = [int(item["metadata"].get("resourceVersion") or 1) for item in items]
    for path, (version, kind) in PATHS.items():
        LISTS[path] = json.dumps({
            "kind": kind + "List",
            "apiVersion": version,
            "metadata": {"resourceVersion": str(max(versions, default=1))},
            "items": [item for item in items if item["kind"] == kind],
        }).encode()


def main():
    make_lists(sys.argv[2])
    http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Endpoint).serve_forever()


main()
