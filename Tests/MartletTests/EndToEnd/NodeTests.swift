import Testing

/// Counted as skipped, with the reason, where namespaces can't be made.
@Suite(
    "A node: the host's side of pods",
    .enabled(
        if: NodeHost.obstacle == nil,
        "SKIPPED, NO NODE WAS TRIED: namespaces can't be made here: \(NodeHost.obstacle ?? "")"
    )
)
struct NodeTests {
    /// The kernel's settings that a node may change.
    private static let settings = """
        for f in ipv4/ip_forward ipv6/conf/all/forwarding ipv6/conf/lo/accept_ra; do
            echo "$f $(cat /proc/sys/net/$f)"
        done
        """

    @Test func `up makes what a node needs, twice the same, and down leaves nothing`() throws {
        let host = try NodeHost(Site())
        let before = try host.shell(Self.settings).output
        #expect(try host.martlet("node", "status").output == "no node is up\n")
        #expect(try host.martlet("node", "status").status == 1)

        let said = try host.done("node", "up", "--node-name", "n1")
        #expect(said.contains("--listen 10.96.0.10:53 --listen '[fd00:10:96::a]:53'"))
        #expect(try host.done("node", "up", "--node-name", "n1") == said)
        #expect(try host.links() == ["martlet0"])
        let addresses = try host.run(["ip", "-brief", "address", "show", "martlet0"]).output
        for address in ["10.244.0.1/16", "10.96.0.10/32", "fd00:10:244::1/64"] {
            #expect(addresses.contains(" \(address) "), "\(addresses)")
        }
        let routes = try host.run(["ip", "route", "show", "10.96.0.0/16"]).output
        #expect(routes.contains("dev martlet0"), "\(routes)")
        #expect(try host.shell("cat /proc/sys/net/ipv4/ip_forward").output == "1\n")
        let status = try host.done("node", "status", "-o", "json")
        #expect(status.contains("\"clusterDNS\": ["))
        #expect(status.contains("\"problems\": []"))
        #expect(
            try host.typed("get svc kube-dns -n kube-system -o jsonpath={.spec.clusterIPs[*]}")
                == "10.96.0.10 fd00:10:96::a"
        )
        #expect(try host.done("get", "nodes", "-o", "name") == "node/n1\n")

        _ = try host.run(["ip", "link", "set", "martlet0", "down"])
        let problem = try host.martlet("node", "status")
        #expect(problem.output.contains("switched off"), "\(problem.output)")
        #expect(problem.status == 1)

        try host.done("node", "down")
        #expect(try host.links() == [])
        #expect(try host.shell(Self.settings).output == before)
        #expect(
            try host.done("get", "nodes,svc,eps", "-A", "-o", "name").split(separator: "\n")
                == ["service/kubernetes", "endpointslice.discovery.k8s.io/kubernetes"]
        )
        #expect(try host.done("node", "down") == "no node is up\n")
    }

    /// What is wrong with a host, and what is said about it.
    struct Case: CustomTestStringConvertible, Sendable {
        var title: String
        var script: String
        var status: Int32 = 1
        var named: [String]
        var testDescription: String { title }
    }

    static let cases = [
        Case(
            title: "a bridge that is not ours",
            script: "ip link add martlet0 type bridge; $MARTLET node up",
            named: ["a bridge martlet0 that is not Martlet's", "--bridge"]
        ),
        Case(
            title: "a network that overlaps the pods'",
            script: """
                ip link add v0 type veth peer name v1; ip link set v0 up; ip link set v1 up
                ip address add 10.244.7.1/24 dev v0; $MARTLET node up
                """,
            named: ["the pods' block 10.244.0.0/16", "the route 10.244.7.0/24 on v0"]
        ),
        Case(
            title: "a network that overlaps the services'",
            script: """
                ip link add v0 type veth peer name v1; ip link set v0 up; ip link set v1 up
                ip address add 10.96.1.1/24 dev v0; $MARTLET node up
                """,
            named: ["the services' block 10.96.0.0/16", "10.96.1.0/24 on v0"]
        ),
        Case(
            title: "no IPv6",
            script: "echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6; $MARTLET node up",
            named: [
                "IPv6 is off", "fd00:10:244::/64", "sysctl -w net.ipv6.conf.all.disable_ipv6=0",
            ]
        ),
        Case(
            title: "no right to change links",
            script: "setpriv --bounding-set=-net_admin $MARTLET node up",
            status: 77,
            named: ["CAP_NET_ADMIN", "sudo"]
        ),
        Case(
            title: "no right to make namespaces",
            script: "setpriv --bounding-set=-sys_admin,-net_admin $MARTLET pod run web",
            status: 77,
            named: ["CAP_NET_ADMIN and CAP_SYS_ADMIN", "sudo"]
        ),
        Case(
            title: "no right to do anything at once",
            script: "setpriv --bounding-set=-sys_admin,-net_admin $MARTLET up",
            status: 77,
            named: ["CAP_NET_ADMIN and CAP_SYS_ADMIN", "sudo"]
        ),
        Case(
            title: "another server on the port",
            script: """
                ready=$MARTLET_STATE.ready
                python3 -c 'import socket; s = socket.socket(); s.bind(("0.0.0.0", 53)); s.listen()
                print("taken", flush=True); import time; time.sleep(100000)' \
                    > "$ready" 2>/dev/null </dev/null &
                until grep -qs taken "$ready"; do sleep 0.02; done
                $MARTLET up
                """,
            named: ["10.96.0.10:53: Address already in use", "ss -lnp"]
        ),
        Case(
            title: "no nftables",
            script: """
                for file in $(ldconfig -p | grep -o '/.*libnftables[^ ]*$'); do
                    mount --bind /dev/null $file
                done
                $MARTLET up > out
                """,
            status: 69,
            named: ["libnftables"]
        ),
        Case(
            title: "a name server outside of the services' block",
            script: "$MARTLET node up --cluster-dns 192.0.2.1",
            named: ["192.0.2.1", "10.96.0.0/16"]
        ),
        Case(
            title: "a name server's address that another service has",
            script: """
                $MARTLET create service clusterip web --clusterip 10.96.0.10 --tcp=80 >/dev/null
                $MARTLET node up
                """,
            named: ["10.96.0.10", "already allocated"]
        ),
        Case(
            title: "a pod that has the bridge's address",
            script: """
                printf '%s' '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"old"},"spec":
                {"containers":[{"name":"c","image":"i"}]},"status":{"podIP":"10.244.0.1"}}' |
                    $MARTLET create -f - >/dev/null
                $MARTLET node up
                """,
            named: ["pod \"old\"", "10.244.0.1"]
        ),
        Case(
            title: "other settings than those of the node that is up",
            script: "$MARTLET node up >/dev/null; $MARTLET node up --bridge other",
            named: ["a node is up already", "martlet node down"]
        ),
        Case(
            title: "another node's bridge",
            script: "$MARTLET node up >/dev/null; $MARTLET node up --state-dir $MARTLET_STATE.2",
            named: ["belongs to another node", "--state-dir"]
        ),
        Case(
            title: "a bridge with too long a name",
            script: "$MARTLET node up --bridge a-name-of-too-many-octets",
            named: ["15 octets"]
        ),
        Case(
            title: "a pod without a node",
            script: "$MARTLET pod run web",
            named: ["martlet node up"]
        ),
        Case(
            title: "a pod in a namespace that isn't there",
            script: "$MARTLET node up >/dev/null; $MARTLET pod run web -n nowhere",
            named: ["namespaces \"nowhere\" not found"]
        ),
        Case(
            title: "pods on a node that is to go",
            script: """
                $MARTLET node up >/dev/null && $MARTLET pod run -d web >/dev/null
                $MARTLET node down
                """,
            named: ["default/web", "martlet pod stop --all"]
        ),
    ]

    @Test(arguments: cases)
    func `what is in the way is named in one sentence`(_ bad: Case) throws {
        let host = try NodeHost(Site())
        let outcome = try host.shell(bad.script)
        #expect(outcome.status == bad.status, "\(outcome.output)\(outcome.errors)")
        for name in bad.named { #expect(outcome.errors.contains(name), "\(outcome.errors)") }
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    }

    @Test func `pods reach the outside with the host's address, if they are to`() throws {
        let host = try NodeHost(Site())
        // A second namespace plays the outside: it knows no way back to pods.
        let outside = """
            ip link add up0 type veth peer name eth9
            ip address add 192.0.2.1/24 dev up0 && ip link set up0 up
            unshare --net sleep infinity >/dev/null 2>&1 </dev/null & echo $! > "$1"
            """
        let path = "\(host.site.directory)/outside"
        _ = try host.run(["sh", "-c", outside, "sh", path])
        let enter = "nsenter --target $(cat '\(path)') --net --"
        _ = try host.shell(
            """
            while [ "$(readlink /proc/$(cat '\(path)')/ns/net)" = "$(readlink /proc/self/ns/net)" ]
            do :; done
            ip link set eth9 netns $(cat '\(path)')
            \(enter) ip address add 192.0.2.2/24 dev eth9; \(enter) ip link set eth9 up
            ip route add default via 192.0.2.2
            """
        )
        // Nobody serves there: a refusal comes back, or nothing does, as it has no way.
        let ask = "curl -s --max-time 2 http://192.0.2.2/"
        try host.done("node", "up")
        #expect(try host.done("node", "status").contains("(192.0.2.1)\n"))
        #expect(try host.martlet("pod", "run", "a", "--", "sh", "-c", ask).status == 28)
        try host.done("node", "down")
        try host.done("node", "up", "--masquerade")
        #expect(try host.run(["nft", "list", "tables"]).output.contains("martlet-node"))
        #expect(try host.martlet("pod", "run", "a", "--", "sh", "-c", ask).status == 7)
        try host.done("node", "down")
        #expect(try host.run(["nft", "list", "tables"]).output == "")
    }
}
