import Foundation
import Testing

/// A small cluster's network in namespaces: an outer one plays the host, with a bridge for pods;
/// inner ones are three pods with servers, a pod with clients, and a machine outside.
///
/// Everything ends with the object. Nothing of it is seen from the machine's own network.
final class ServiceNetwork {
    /// Why such a network can't be made here; nil if it can.
    static let obstacle: String? = {
        do {
            let script =
                "set -e; mount -t tmpfs none /run; mkdir /run/netns; ip netns add x;"
                + " nft add table inet x"
            let child = try Child(Pod.unshare + ["sh", "-c", script])
            guard try child.wait() == .exited(0) else { return child.errorText }
            return nil
        } catch {
            return "\(error)"
        }
    }()

    let site: Site
    private let holder: Child
    private var servers: [Child] = []

    /// Makes the network, and starts the pods' servers.
    init(_ site: Site) throws {
        self.site = site
        holder = try site.start(Pod.unshare + ["sh", "-c", ServiceNetwork.script])
        try holder.waitForOutput(seconds: 60) { $0.contains("network is there\n") }
        let program = try site.write("server.py", ServiceNetwork.server)
        for pod in ["pod1", "pod2", "pod3"] {
            let child = try site.start(enter("ip", "netns", "exec", pod, "python3", program, pod))
            try child.waitForOutput(seconds: 60) { $0.contains("serving\n") }
            servers.append(child)
        }
        try site.write("client.py", ServiceNetwork.client)
    }

    /// The words that run a program on the host.
    func enter(_ words: String...) -> [String] {
        let user = geteuid() == 0 ? [] : ["--user", "--preserve-credentials"]
        return ["nsenter", "--target", "\(holder.pid)", "--net", "--mount"] + user + words
    }

    /// Runs a program on the host, which must succeed.
    @discardableResult
    func host(_ words: String..., at location: SourceLocation = #_sourceLocation) throws -> String {
        let outcome = try site.run(enter() + words)
        try #require(outcome.status == 0, "\(words): \(outcome.errors)", sourceLocation: location)
        return outcome.output
    }

    /// Runs a program in a pod, or on the machine outside, which must succeed.
    @discardableResult
    func inside(
        _ place: String,
        _ words: String...,
        at location: SourceLocation = #_sourceLocation
    ) throws -> String {
        let outcome = try site.run(enter("ip", "netns", "exec", place) + words)
        try #require(
            outcome.status == 0,
            "\(place): \(words): \(outcome.errors)",
            sourceLocation: location
        )
        return outcome.output
    }

    /// Starts the proxy and waits until its rules are there.
    func startProxy(_ words: String...) throws -> Child {
        let child = try site.start(
            enter(Site.program, "proxy", "--verbose", "--node-name", "here") + words
        )
        try child.waitForOutput(seconds: 60) { $0.contains("[INFO] rules of ") }
        return child
    }

    /// Starts a client that connects again and again; its output counts who answered.
    func startClient(
        in place: String,
        _ address: String,
        _ port: Int,
        _ count: Int,
        _ flags: String...
    ) throws -> Child {
        let words = ["python3", "\(site.directory)/client.py", address, "\(port)", "\(count)"]
        let inner = place == "host" ? [] : ["ip", "netns", "exec", place]
        return try site.start(enter() + inner + words + flags)
    }

    /// Connects again and again, and counts who answered to which client; what failed is counted
    /// by the error's name.
    func connect(
        from place: String,
        to address: String,
        _ port: Int = 80,
        count: Int = 30,
        _ flags: String...
    ) throws -> Answers {
        let inner = place == "host" ? [] : ["ip", "netns", "exec", place]
        let words = ["python3", "\(site.directory)/client.py", address, "\(port)", "\(count)"]
        let outcome = try site.run(enter() + inner + words + flags)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return Answers(outcome.output)
    }

    /// The proxy's table as text that is equal for equal rules: without handles, in order.
    func table() throws -> String {
        try ServiceNetwork.canonical(try host("nft", "-j", "list", "table", "inet", "martlet"))
    }

    /// The table that the proxy would make of the registry in a network without any.
    func desiredTable() throws -> String {
        let rules = try site.done("proxy", "--dry-run", "--node-name", "here")
        let path = try site.write("rules.nft", rules)
        let list = "nft -f '\(path)' && nft -j list table inet martlet"
        let outcome = try site.run(Pod.unshare + ["sh", "-c", list])
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try ServiceNetwork.canonical(outcome.output)
    }

    /// Waits until a condition holds; the deadline is for machines that are very busy.
    func wait(
        seconds: Double = 60,
        for what: String,
        at location: SourceLocation = #_sourceLocation,
        _ condition: () throws -> Bool
    ) throws {
        let deadline = Instant.now + seconds
        while try !condition() {
            try #require(Instant.now < deadline, "not \(what)", sourceLocation: location)
        }
    }

    private static func canonical(_ json: String) throws -> String {
        let value = try JSONSerialization.jsonObject(with: Data(json.utf8))
        let items = (value as? [String: Any])?["nftables"] as? [[String: Any]] ?? []
        // Rules keep their order within their chain; the chain's name comes first in a line.
        var chains: [String: [String]] = [:]
        var lines: [String] = []
        for item in items {
            guard let (kind, content) = item.first, kind != "metainfo",
                var fields = content as? [String: Any]
            else { continue }
            fields["handle"] = nil
            if kind == "rule", let chain = fields["chain"] as? String {
                chains[chain, default: []].append(try text(fields))
                continue
            }
            let elements = (fields.removeValue(forKey: "elem") as? [Any]) ?? []
            let isDynamic = (fields["name"] as? String)?.hasPrefix("affinity-") == true
            lines.append("\(kind) \(try text(fields))")
            // Clients that are remembered are nobody's rules.
            guard !isDynamic else { continue }
            lines += try elements.map { "\(fields["name"] ?? "") \(try text(["elem": $0]))" }
        }
        for (chain, rules) in chains { lines.append("rules of \(chain): \(rules)") }
        return lines.sorted().joined(separator: "\n")
    }

    private static func text(_ fields: [String: Any]) throws -> String {
        let data = try JSONSerialization.data(withJSONObject: fields, options: [.sortedKeys])
        return String(decoding: data, as: UTF8.self)
    }
}

/// Who answered how often.
struct Answers: Equatable {
    /// Connections by the name of the pod that answered, or of the error.
    private(set) var names: [String: Int] = [:]
    /// The addresses of clients as the pods saw them.
    private(set) var clients: Set<String> = []

    init(_ text: String) {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            guard words.count >= 2, let count = Int(words[0]) else { continue }
            names[words[1], default: 0] += count
            if words.count > 2 { clients.insert(words[2]) }
        }
    }

    /// The number of connections.
    var total: Int { names.values.reduce(0, +) }
}

extension ServiceNetwork {
    /// Makes the links: pods reach each other by the host alone, so that answers pass it too.
    ///
    /// In hairpin mode a pod gets back what it sends to itself through a bridge whose frames are
    /// filtered.
    fileprivate static let script = """
        set -eu
        mount -t tmpfs none /run
        mkdir /run/netns
        ip link set lo up
        echo 1 > /proc/sys/net/ipv4/ip_forward
        echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
        echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad
        ip link add pods type bridge
        ip address add 10.244.0.1/24 dev pods
        ip address add fd00:10:244::1/64 dev pods nodad
        ip link set pods up
        echo 0 > /proc/sys/net/ipv4/conf/all/send_redirects
        echo 0 > /proc/sys/net/ipv4/conf/pods/send_redirects
        number=10
        for pod in pod1 pod2 pod3 shell; do
            number=$((number + 1))
            ip netns add $pod
            ip link add to-$pod type veth peer name eth0 netns $pod
            ip link set to-$pod master pods up
            bridge link set dev to-$pod hairpin on
            ip -n $pod link set lo up
            ip -n $pod link set eth0 up
            ip -n $pod address add 10.244.0.$number/32 dev eth0
            ip -n $pod address add fd00:10:244::$number/128 dev eth0 nodad
            ip -n $pod route add 10.244.0.1 dev eth0
            ip -n $pod route add fd00:10:244::1 dev eth0
            ip -n $pod route add default via 10.244.0.1
            ip -n $pod route add default via fd00:10:244::1
        done
        ip netns add outside
        ip link add to-outside type veth peer name eth0 netns outside
        ip address add 192.0.2.1/24 dev to-outside
        ip address add 2001:db8::1/64 dev to-outside nodad
        ip link set to-outside up
        ip -n outside link set lo up
        ip -n outside link set eth0 up
        ip -n outside address add 192.0.2.2/24 dev eth0
        ip -n outside address add 192.0.2.3/24 dev eth0
        ip -n outside address add 2001:db8::2/64 dev eth0 nodad
        ip -n outside route add default via 192.0.2.1
        ip -n outside route add default via 2001:db8::1
        # Without a route the host would not even try to reach a service.
        ip route add default via 192.0.2.2
        ip route add default via 2001:db8::2
        for client in shell outside; do
            ip netns exec $client sh -c 'echo 1024 65535 > /proc/sys/net/ipv4/ip_local_port_range'
        done
        echo network is there
        exec sleep infinity
        """

    /// A server that says its pod's name and the client's address, over TCP and UDP on
    /// port 8080 or another one.
    fileprivate static let server = """
        import socket, sys, threading

        name = sys.argv[1]
        port = int(sys.argv[2]) if len(sys.argv) > 2 else 8080

        def plain(address):
            return address[7:] if address.startswith("::ffff:") else address

        def udp():
            s = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            s.bind(("::", port))
            while True:
                _, peer = s.recvfrom(2048)
                s.sendto(f"{name} {plain(peer[0])}".encode(), peer)

        s = socket.create_server(
            ("::", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=4096)
        threading.Thread(target=udp, daemon=True).start()
        print("serving", flush=True)
        while True:
            c, peer = s.accept()
            try:
                c.sendall(f"{name} {plain(peer[0])}".encode())
                c.close()
            except OSError:
                pass
        """

    /// A client that connects N times, or until SIGTERM if N is 0.
    ///
    /// Flags: `udp` sends datagrams from one socket instead, from port P with `port=P`; `from=A`
    /// connects from an address; `drops` doesn't wait long, as no answer is expected.
    fileprivate static let client = """
        import collections, signal, socket, struct, sys, threading

        address, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
        flags = sys.argv[4:]
        source = next((f[5:] for f in flags if f.startswith("from=")), None)
        patience = 2 if "drops" in flags else 60
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        counts = collections.Counter()
        ends = []
        lock = threading.Lock()
        signal.signal(signal.SIGTERM, lambda *_: ends.append(1))
        print("begins", file=sys.stderr, flush=True)

        def tcp():
            s = socket.socket(family, socket.SOCK_STREAM)
            s.settimeout(patience)
            # A reset frees the port at once.
            s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            if source: s.bind((source, 0))
            s.connect((address, port))
            data = s.recv(100)
            s.close()
            return data

        shared = socket.socket(family, socket.SOCK_DGRAM) if "udp" in flags else None
        if shared:
            shared.settimeout(patience)
            own = next((int(f[5:]) for f in flags if f.startswith("port=")), 0)
            shared.bind(("::" if ":" in address else "0.0.0.0", own))
            shared.connect((address, port))

        def udp():
            shared.send(b"?")
            return shared.recv(100)

        def work(count):
            made = 0
            while not ends and (count == 0 or made < count):
                made += 1
                try:
                    answer = (udp if shared else tcp)().decode() or "nothing"
                except OSError as error:
                    answer = type(error).__name__
                with lock:
                    counts[answer] += 1

        # The main thread is there for the signal.
        workers = [threading.Thread(target=work, args=(count // 4 or count,)) for _ in range(4)]
        if shared or 0 < count < 1000:
            workers = [threading.Thread(target=work, args=(count,))]
        for worker in workers: worker.start()
        for worker in workers: worker.join()
        for answer, n in counts.items():
            print(n, answer)
        """
}
