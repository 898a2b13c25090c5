import Addresses
import Testing

@testable import HostNetwork

@Suite("A node's network: what is in the way")
struct NodePlanTests {
    private static func block(_ text: String) throws -> CIDRBlock { try #require(CIDRBlock(text)) }

    private static func plan() throws -> NodePlan {
        NodePlan(
            podBlocks: [try block("10.244.0.0/16"), try block("fd00:10:244::/64")],
            serviceBlocks: [try block("10.96.0.0/16")],
            serverAddresses: [try #require(IPAddress("10.96.0.10"))]
        )
    }

    private static func link(
        _ index: UInt32,
        _ name: String,
        kind: String = "",
        isOurs: Bool = false,
        alias: String = ""
    ) -> Link {
        Link(
            index: index,
            name: name,
            kind: kind,
            group: isOurs ? Link.group : 0,
            alias: alias,
            master: 0,
            isUp: true,
            hardwareAddress: []
        )
    }

    /// A host, and what the refusal names.
    struct Case: CustomTestStringConvertible, Sendable {
        var title: String
        var links: [Link] = []
        var addresses: [(UInt32, String, Int)] = []
        var routes: [(UInt32, String?)] = []
        var named: [String] = []
        var testDescription: String { title }
    }

    static let cases = [
        Case(
            title: "an ordinary host",
            links: [link(1, "lo"), link(2, "eth0")],
            addresses: [(1, "127.0.0.1", 8), (2, "192.168.1.5", 24)],
            routes: [(2, nil), (2, "192.168.1.0/24")]
        ),
        Case(
            title: "a node that is up already",
            links: [link(2, "martlet0", kind: "bridge", isOurs: true, alias: "martlet node /s")],
            addresses: [(2, "10.244.0.1", 16), (2, "10.96.0.10", 32)],
            routes: [(2, "10.244.0.0/16"), (2, "10.96.0.0/16")]
        ),
        Case(
            title: "a bridge of the name that somebody else made",
            links: [link(2, "martlet0", kind: "bridge")],
            named: ["a bridge martlet0", "--bridge", "ip link delete martlet0"]
        ),
        Case(
            title: "another kind of link of the name",
            links: [link(2, "martlet0", kind: "veth")],
            named: ["a veth martlet0"]
        ),
        Case(
            title: "the bridge of another node",
            links: [link(2, "martlet0", kind: "bridge", isOurs: true, alias: "martlet node /t")],
            named: ["another node", "martlet node /t", "--state-dir"]
        ),
        Case(
            title: "another cluster's network",
            links: [link(2, "cni0", kind: "bridge")],
            routes: [(2, "10.244.3.0/24")],
            named: ["the pods' block 10.244.0.0/16", "the route 10.244.3.0/24 on cni0"]
        ),
        Case(
            title: "a company's network",
            links: [link(7, "tun0")],
            routes: [(7, "10.0.0.0/8")],
            named: ["10.244.0.0/16", "10.0.0.0/8 on tun0", "--pod-cidr"]
        ),
        Case(
            title: "a route to services",
            links: [link(2, "eth0")],
            routes: [(2, "10.96.0.0/12")],
            named: ["the services' block 10.96.0.0/16", "10.96.0.0/12 on eth0"]
        ),
        Case(
            title: "an address among the pods'",
            links: [link(2, "eth0")],
            addresses: [(2, "fd00:10:244::17", 128)],
            named: ["fd00:10:244::/64", "the address fd00:10:244::17 of eth0"]
        ),
    ]

    @Test(arguments: cases)
    func `what overlaps is refused with both names`(_ host: Case) throws {
        let addresses = try host.addresses.map { link, text, length in
            LinkAddress(
                link: link,
                address: try #require(IPAddress(text)),
                prefixLength: length
            )
        }
        let routes = try host.routes.map { link, text in
            Route(
                destination: try text.map(Self.block),
                link: link,
                gateway: nil,
                source: nil
            )
        }
        let plan = try Self.plan()
        do {
            try plan.check(
                links: host.links,
                addresses: addresses,
                routes: routes,
                note: "martlet node /s"
            )
            #expect(host.named.isEmpty, "not refused")
        } catch {
            let text = "\(error)"
            #expect(!host.named.isEmpty, "\(text)")
            for name in host.named { #expect(text.contains(name), "\(text)") }
            #expect(!text.contains("\n"))
        }
    }

    @Test func `the first address of a block is the bridge's`() throws {
        #expect(try Self.plan().gateways.map(\.description) == ["10.244.0.1", "fd00:10:244::1"])
    }

    @Test func `a hardware address follows from the address`() throws {
        let four = try #require(IPAddress("10.244.1.2"))
        #expect(NodePlan.hardwareAddress(four) == [0x0A, 0x58, 10, 244, 1, 2])
        let six = try #require(IPAddress("fd00::1:203"))
        #expect(NodePlan.hardwareAddress(six) == [0x0A, 0x58, 0, 1, 2, 3])
    }

    @Test func `a link's name fits the kernel and comes from the pod's identifier`() {
        let name = PodLink.name(uid: "01234567-89ab-4def-8123-456789abcdef")
        #expect(name == "mv0123456789ab")
        #expect(name.utf8.count <= Limits.linkNameOctetsMax)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.244.0.0/16", true), ("10.244.0.0/16", "10.0.0.0/8", true),
        ("10.244.0.0/16", "10.245.0.0/16", false), ("0.0.0.0/0", "10.0.0.0/8", true),
        ("fd00::/8", "10.0.0.0/8", false), ("fd00:10::/32", "fd00:10:244::/64", true),
        ("10.96.0.0/16", "10.96.0.0/16", true),
    ])
    func `blocks overlap when one holds the other`(
        _ one: String,
        _ other: String,
        _ does: Bool
    )
        throws
    {
        #expect(try Self.block(one).overlaps(Self.block(other)) == does)
    }

    @Test(
        arguments: [
            ("000001ffffffffff", []), ("0000000000000000", ["CAP_NET_ADMIN", "CAP_SYS_ADMIN"]),
            ("0000000000001000", ["CAP_SYS_ADMIN"]), ("0000000000200000", ["CAP_NET_ADMIN"]),
        ] as [(String, [String])]
    )
    func `missing capabilities have their names`(_ mask: String, _ names: [String]) {
        let status = "Name:\tx\nCapPrm:\tffff\nCapEff:\t\(mask)\nCapBnd:\t0\n"
        let missing = Privileges.missing(Privileges.Capability.allCases, status: status)
        #expect(missing.map(\.description) == names)
    }

    @Test func `errors are one sentence with the kernel's own words`() {
        let error = NetworkError("make the bridge x", code: 1, detail: "the kernel's words")
        #expect(
            "\(error)" == "cannot make the bridge x: Operation not permitted"
                + " (the kernel's words)"
        )
        #expect(error.isPermission)
    }
}
