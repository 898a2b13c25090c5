import Addresses
import KubernetesModel
import Testing

@testable import ServiceProxy

@Suite("Endpoints: which get traffic")
struct EndpointChoiceTests {
    private static func backend(
        _ last: UInt32,
        ready: Bool = true,
        ending: Bool = false,
        local: Bool = false,
        zones: [String] = [],
        nodes: [String] = []
    ) -> Backend {
        Backend(
            address: IPAddress(ipv4: last),
            port: 80,
            isLocal: local,
            isReady: ready,
            isServingToItsEnd: ending,
            hintZones: zones,
            hintNodes: nodes
        )
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var all: [Backend]
        var cluster: [UInt64]
        var local: [UInt64] = []
    }

    static let cases = [
        Case(testDescription: "none", all: [], cluster: []),
        Case(
            testDescription: "ready ones before those that end",
            all: [backend(1), backend(2, ready: false, ending: true), backend(3, ready: false)],
            cluster: [1]
        ),
        Case(
            testDescription: "those that end as the last resort",
            all: [backend(1, ready: false), backend(2, ready: false, ending: true, local: true)],
            cluster: [2],
            local: [2]
        ),
        Case(
            testDescription: "a local one that ends, though others elsewhere are ready",
            all: [backend(1), backend(2, ready: false, ending: true, local: true)],
            cluster: [1],
            local: [2]
        ),
        Case(
            testDescription: "those of the zone, if all have hints",
            all: [
                backend(1, zones: ["a"]), backend(2, zones: ["b"], nodes: []),
                backend(3, zones: ["a", "b"]),
            ],
            cluster: [1, 3]
        ),
        Case(
            testDescription: "all, if one has no hint",
            all: [backend(1, zones: ["a"]), backend(2, zones: ["b"]), backend(3)],
            cluster: [1, 2, 3]
        ),
        Case(
            testDescription: "all, if none is for this zone",
            all: [backend(1, zones: ["b"]), backend(2, zones: ["c"])],
            cluster: [1, 2]
        ),
        Case(
            testDescription: "those of the node before those of the zone",
            all: [
                backend(1, zones: ["a"], nodes: ["here"]),
                backend(2, zones: ["a"], nodes: ["there"]),
            ],
            cluster: [1]
        ),
    ]

    @Test(arguments: cases)
    func `the choice is kube-proxy's`(_ test: Case) {
        let choice = EndpointChoice(test.all, nodeName: "here", zone: "a")
        #expect(choice.cluster.map(\.address.low) == test.cluster)
        #expect(choice.local.map(\.address.low) == test.local)
    }

    @Test func `an endpoint that two slices tell of is one, and ready if either says so`() {
        let cluster = Cluster()
            .slice("web", port: 80, ready: ["10.0.0.2"], other: ["10.0.0.1"])
            .slice("web", port: 80, ready: ["10.0.0.1"])
            .slice("web", port: 81, ready: ["10.0.0.1"])
            .slice("web", port: 80, ready: ["fd00::1"])
            .slice("web", port: 80, ready: ["not an address"])
            .slice("web", port: 80, ready: ["10.0.0.9"], .udp)
        let all = Backend.all(
            of: ServicePort(port: 80),
            .ipv4,
            in: cluster.slices["web"] ?? [],
            nodeName: ""
        )
        #expect(
            all.map { "\($0.address):\($0.port)" } == ["10.0.0.1:80", "10.0.0.1:81", "10.0.0.2:80"]
        )
        #expect(all.allSatisfy { $0.isReady })
    }
}
