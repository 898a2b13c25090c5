import Addresses
import KubernetesModel
import Registry
import Testing

@Suite("Kubernetes service allocation (KEP-3070, KEP-3668, alloc.go)")
struct AllocationTests {
    @Test func `a service gets an address of the upper band, a node port of the upper band`() throws
    {
        let registry = try makeRegistry()
        let stored = try Service(registry.create(service("web", ["type": "NodePort"])))
        let address = try #require(IPAddress(stored.clusterIPs[0]))
        #expect(try #require(blocks("10.96.0.0/16"))[0].contains(address))
        #expect(address > IPAddress(ipv4: 0x0A60_0100))
        #expect((30_086...32_767).contains(stored.ports[0].nodePort))
        #expect(stored.ipFamilies == [.ipv4])
        #expect(stored.ipFamilyPolicy == .singleStack)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var spec: Fields
        var message: String
        var testDescription: String { message }
    }

    static let refusals: [Refusal] = [
        Refusal(
            spec: ["clusterIP": "10.96.0.77"],
            message:
                "Service \"web\" is invalid: spec.clusterIPs: Invalid value: [\"10.96.0.77\"]: "
                + "failed to allocate IP 10.96.0.77: provided IP is already allocated"
        ),
        Refusal(
            spec: ["clusterIP": "10.97.0.1"],
            message: "Service \"web\" is invalid: spec.clusterIPs: Invalid value: [\"10.97.0.1\"]: "
                + "failed to allocate IP 10.97.0.1: the provided IP (10.97.0.1) is not in the valid "
                + "range. The range of valid IPs is 10.96.0.0/16"
        ),
        Refusal(
            spec: ["type": "NodePort", "ports": [["port": 80, "nodePort": 30_777]]],
            message: "Service \"web\" is invalid: spec.ports[0].nodePort: Invalid value: 30777: "
                + "provided port is already allocated"
        ),
        Refusal(
            spec: ["type": "NodePort", "ports": [["port": 80, "nodePort": 80]]],
            message: "Service \"web\" is invalid: spec.ports[0].nodePort: Invalid value: 80: "
                + "provided port is not in the valid range. "
                + "The range of valid ports is 30000-32767"
        ),
    ]

    @Test(arguments: refusals)
    func `what is taken or out of range is refused in Kubernetes' words`(refusal: Refusal) throws {
        let registry = try makeRegistry()
        _ = try registry.create(
            service(
                "other",
                [
                    "type": "NodePort", "clusterIP": "10.96.0.77",
                    "ports": [["port": 80, "nodePort": 30_777]],
                ]
            )
        )
        #expect(
            message { _ = try registry.create(service("web", refusal.spec)) } == refusal.message
        )
        #expect(message { _ = try registry.service("web") } == "services \"web\" not found")
    }

    @Test func `the first and the tenth address are never picked, but may be asked for`() throws {
        let small = RequestedSettings(serviceCIDRs: blocks("10.9.0.0/28"))
        let registry = try makeRegistry(small)
        var picked: Set<String> = []
        var failure = ""
        for number in 0..<20 where failure.isEmpty {
            failure = message {
                picked.formUnion(try Service(registry.create(service("s\(number)"))).clusterIPs)
            }
        }
        #expect(failure == "failed to allocate a serviceIP: range is full")
        #expect(picked.count == 12)
        #expect(!picked.contains("10.9.0.1") && !picked.contains("10.9.0.10"))
        let dns = try Service(registry.create(service("dns", ["clusterIP": "10.9.0.10"])))
        #expect(dns.clusterIPs == ["10.9.0.10"])
        // What is given back can be had again.
        try registry.delete(key(.service, "s0"))
        _ = try registry.create(service("again"))
    }

    struct Families: Sendable, CustomTestStringConvertible {
        var spec: Fields
        var policy: IPFamilyPolicy?
        var families: [IPFamily]
        var addressCount: Int
        var testDescription: String { "\(spec)" }
    }

    static let families: [Families] = [
        Families(spec: [:], policy: .singleStack, families: [.ipv4], addressCount: 1),
        Families(
            spec: ["ipFamilies": ["IPv6"]],
            policy: .singleStack,
            families: [.ipv6],
            addressCount: 1
        ),
        Families(
            spec: ["ipFamilyPolicy": "PreferDualStack"],
            policy: .preferDualStack,
            families: [.ipv4, .ipv6],
            addressCount: 2
        ),
        Families(
            spec: ["ipFamilyPolicy": "RequireDualStack", "ipFamilies": ["IPv6"]],
            policy: .requireDualStack,
            families: [.ipv6, .ipv4],
            addressCount: 2
        ),
        Families(
            spec: ["clusterIP": "fd00:10:96::50"],
            policy: .singleStack,
            families: [.ipv6],
            addressCount: 1
        ),
        Families(
            spec: ["clusterIP": "None", "selector": ["a": "b"]],
            policy: .singleStack,
            families: [.ipv4],
            addressCount: 1
        ),
        Families(
            spec: ["clusterIP": "None"],
            policy: .requireDualStack,
            families: [.ipv4, .ipv6],
            addressCount: 1
        ),
        Families(
            spec: ["type": "ExternalName", "externalName": "a.example"],
            policy: nil,
            families: [],
            addressCount: 0
        ),
    ]

    @Test(arguments: families)
    func `families follow policy, addresses and cluster`(row: Families) throws {
        let stored = try Service(try makeRegistry().create(service("web", row.spec)))
        #expect(stored.ipFamilyPolicy == row.policy)
        #expect(stored.ipFamilies == row.families)
        #expect(stored.clusterIPs.count == row.addressCount)
        for (address, family) in zip(stored.clusterIPs, stored.ipFamilies) where address != "None" {
            #expect(IPAddress(address)?.isIPv4 == (family == .ipv4))
        }
    }

    @Test func `protocols of one port share a node port`() throws {
        let registry = try makeRegistry()
        let ports: Value = [
            ["name": "a", "port": 53, "protocol": "UDP"], ["name": "b", "port": 53],
            ["name": "c", "port": 80],
        ]
        let stored = try Service(
            registry.create(service("dns", ["type": "NodePort", "ports": ports]))
        )
        let numbers = stored.ports.map(\.nodePort)
        #expect(numbers[0] == numbers[1])
        #expect(numbers[2] != numbers[0] && numbers[2] != 0)
    }

    @Test func `a load balancer has an ingress address of its pool, the asked one if it is free`()
        throws
    {
        let registry = try makeRegistry(
            RequestedSettings(loadBalancerPools: blocks("192.0.2.0/29"))
        )
        let hinted: Fields = ["type": "LoadBalancer", "loadBalancerIP": "192.0.2.5"]
        #expect(
            try Service(registry.create(service("a", hinted))).loadBalancerIngress.map(\.ip) == [
                "192.0.2.5"
            ]
        )
        let second = try Service(registry.create(service("b", hinted))).loadBalancerIngress.map(
            \.ip
        )
        #expect(second.count == 1 && second != ["192.0.2.5"])
        #expect(try registry.service("a").ports[0].nodePort != 0)
        for name in ["c", "d", "e", "f", "g"] {
            _ = try registry.create(service(name, ["type": "LoadBalancer"]))
        }
        #expect(try registry.service("g").loadBalancerIngress.isEmpty)
    }
}
