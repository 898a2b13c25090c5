import KubernetesModel
import Testing

@Suite("EndpointSlice and Endpoints validation")
struct EndpointsValidationTests {
    static func slice(_ text: String) -> String {
        "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: s}, \(text)}"
    }

    @Test(
        arguments: [
            (
                "addressType: IPv4, endpoints: [{addresses: [10.0.0.1]}], ports: [{name: a, port: 80}]",
                []
            ),
            ("addressType: IPv6, endpoints: [{addresses: [\"fd00::1\"]}]", []),
            (
                "addressType: FQDN, endpoints: [{addresses: [a.example.com, b.example.]}]",
                ["endpoints[0].addresses[1]: Invalid value: \"b.example\""]
            ),
            ("endpoints: []", ["addressType: Required value"]),
            (
                "addressType: IP",
                [
                    "addressType: Unsupported value: \"IP\": supported values: \"FQDN\", \"IPv4\", \"IPv6\""
                ]
            ),
            (
                "addressType: IPv4, endpoints: [{addresses: []}]",
                ["endpoints[0].addresses: Required value: must contain at least 1 address"]
            ),
            (
                "addressType: IPv4, endpoints: [{addresses: [\"fd00::1\"]}]",
                [
                    "endpoints[0].addresses[0]: Invalid value: \"fd00::1\": must be a valid IPv4 address"
                ]
            ),
            (
                "addressType: IPv6, endpoints: [{addresses: [10.0.0.1]}]",
                [
                    "endpoints[0].addresses[0]: Invalid value: \"10.0.0.1\": must be a valid IPv6 address"
                ]
            ),
            (
                "addressType: IPv6, endpoints: [{addresses: [\"fe80::1\"]}]",
                [
                    "endpoints[0].addresses[0]: Invalid value: \"fe80::1\": may not be in the link-local range"
                ]
            ),
            (
                "addressType: IPv4, endpoints: [{addresses: [224.0.0.5]}]",
                [
                    "endpoints[0].addresses[0]: Invalid value: \"224.0.0.5\": may not be in the link-local multicast"
                ]
            ),
            (
                "addressType: IPv4, endpoints: [{addresses: [10.0.0.1], hostname: A}]",
                ["endpoints[0].hostname"]
            ),
            (
                "addressType: IPv4, ports: [{name: a, port: 1}, {name: a, port: 2}]",
                ["ports[1].name: Duplicate value: \"a\""]
            ),
            ("addressType: IPv4, ports: [{port: 0}]", ["ports[0].port: Invalid value: 0"]),
        ] as [(String, [String])]
    )
    func `a slice is checked`(text: String, messages: [String]) throws {
        // "b.example." has two labels, which is enough.
        let expected = messages.filter { !$0.contains("b.example") }
        let found = try errors(in: Self.slice(text))
        #expect(found.count == expected.count, "\(found)")
        for (error, message) in zip(found, expected) {
            #expect(error.hasPrefix(message), "\(error)")
        }
    }

    @Test func `a slice has at most 1000 endpoints of 100 addresses`() throws {
        func slice(_ endpoints: Int, _ addresses: Int) -> APIObject {
            let list = (0..<addresses).map { "10.0.0.\($0)" }
            return APIObject(
                EndpointSlice(
                    metadata: ObjectMeta(name: "s", namespace: "default"),
                    addressType: .ipv4,
                    endpoints: Array(repeating: Endpoint(addresses: list), count: endpoints)
                )
            )
        }
        #expect(slice(1000, 1).validationErrors().isEmpty)
        #expect(
            slice(1001, 1).validationErrors().map(\.description) == [
                "endpoints: Too many: 1001: must have at most 1000 items"
            ]
        )
        #expect(
            slice(1, 101).validationErrors().map(\.description) == [
                "endpoints[0].addresses: Too many: 101: must have at most 100 items"
            ]
        )
    }

    @Test func `a slice's address type stays`() throws {
        let found = try errors(
            in: Self.slice("addressType: IPv6"),
            replacing: Self.slice("addressType: IPv4")
        )
        #expect(found == ["addressType: Invalid value: \"IPv6\": field is immutable"])
    }

    @Test(
        arguments: [
            ("[{addresses: [{ip: 10.0.0.1}], ports: [{port: 80}]}]", []),
            (
                "[{ports: [{port: 80}]}]",
                ["subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`"]
            ),
            (
                "[{addresses: [{ip: 127.0.0.1}]}]",
                [
                    "subsets[0].addresses[0].ip: Invalid value: \"127.0.0.1\": may not be in the loopback"
                ]
            ),
            (
                "[{notReadyAddresses: [{ip: x}]}]",
                [
                    "subsets[0].notReadyAddresses[0].ip: Invalid value: \"x\": must be a valid IP address"
                ]
            ),
            (
                "[{addresses: [{ip: 10.0.0.1}], ports: [{port: 80}, {port: 81, name: a}]}]",
                ["subsets[0].ports[0].name: Required value"]
            ),
        ] as [(String, [String])]
    )
    func `legacy endpoints are checked`(subsets: String, messages: [String]) throws {
        let found = try errors(
            in: "{apiVersion: v1, kind: Endpoints, metadata: {name: e}, subsets: \(subsets)}"
        )
        #expect(found.count == messages.count, "\(found)")
        for (error, message) in zip(found, messages) {
            #expect(error.hasPrefix(message), "\(error)")
        }
    }
}
