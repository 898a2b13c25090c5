"""The registries and query files that benches use; the same for every server."""
import random

SERVICES = 10_000
ENDPOINTS_EACH = 12  # a fifth of the services have one less: 118,000 in all
NAMESPACES = 100
HEADLESS_EVERY = 10


def namespace(service):
    return "ns%d" % (service % NAMESPACES)


def address(number):
    return "10.%d.%d.%d" % (128 + number // 65536, number // 256 % 256, number % 256)


def slice_document(service, name, owner, addresses):
    lines = [
        "---",
        "apiVersion: discovery.k8s.io/v1",
        "kind: EndpointSlice",
        "metadata:",
        "  name: %s" % name,
        "  namespace: %s" % namespace(service),
        "  labels: {kubernetes.io/service-name: %s}" % owner,
        "addressType: IPv4",
        "ports:",
        "- {name: http, port: 8080, protocol: TCP}",
        "endpoints:",
    ]
    lines += ["- {addresses: [%s], conditions: {ready: true}}" % a for a in addresses]
    return lines


def manifest(services, large):
    """A manifest of `services` services; `large` maps names of headless services to sizes."""
    lines = []
    for number in range(NAMESPACES):
        lines += ["---", "apiVersion: v1", "kind: Namespace", "metadata: {name: ns%d}" % number]
    total = 0
    for service in range(services):
        headless = service % HEADLESS_EVERY == 0
        lines += [
            "---",
            "apiVersion: v1",
            "kind: Service",
            "metadata: {name: svc%d, namespace: %s}" % (service, namespace(service)),
            "spec:",
        ]
        lines += ["  clusterIP: None"] if headless else []
        lines += ["  ports:", "  - {name: http, port: 80, targetPort: 8080}"]
        count = ENDPOINTS_EACH - 1 if service % 5 == 1 else ENDPOINTS_EACH
        addresses = [address(total + i) for i in range(count)]
        total += count
        lines += slice_document(service, "svc%d-x" % service, "svc%d" % service, addresses)
    for name, size in large.items():
        lines += [
            "---",
            "apiVersion: v1",
            "kind: Service",
            "metadata: {name: %s, namespace: ns0}" % name,
            "spec:",
            "  clusterIP: None",
            "  ports:",
            "  - {name: http, port: 80, targetPort: 8080}",
        ]
        for part in range(0, size, 100):
            addresses = [address(500_000 + i) for i in range(part, min(size, part + 100))]
            lines += slice_document(0, "%s-%d" % (name, part), name, addresses)
    return "\n".join(lines) + "\n", total


def mixed(count, services, seed=1):
    """45 % A hits, 30 % AAAA without data, 17 % search-path misses, 5 % SRV, 3 % headless."""
    random.seed(seed)
    lines = []
    for _ in range(count):
        service = random.randrange(services)
        if service % HEADLESS_EVERY == 0:
            service += 1
        name = "svc%d.%s.svc.cluster.local" % (service, namespace(service))
        draw = random.random()
        if draw < 0.45:
            lines.append("%s A" % name)
        elif draw < 0.75:
            lines.append("%s AAAA" % name)
        elif draw < 0.92:
            lines.append(
                "www%d.example.com.%s.svc.cluster.local A"
                % (random.randrange(10_000), namespace(service))
            )
        elif draw < 0.97:
            lines.append("_http._tcp.%s SRV" % name)
        else:
            headless = service - service % HEADLESS_EVERY
            lines.append("svc%d.%s.svc.cluster.local A" % (headless, namespace(headless)))
    return "\n".join(lines) + "\n"


def single(name, kind="A", count=100):
    return ("%s %s\n" % (name, kind)) * count


def mixed_case(text, seed=2):
    random.seed(seed)
    lines = []
    for line in text.splitlines():
        name, kind = line.split()
        name = "".join(c.upper() if random.random() < 0.5 else c for c in name)
        lines.append("%s %s" % (name, kind))
    return "\n".join(lines) + "\n"
