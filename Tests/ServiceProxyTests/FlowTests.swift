import Addresses
import KubernetesModel
import Testing

@testable import ServiceProxy

@Suite("UDP flows: which are forgotten")
struct FlowTests {
    private static func place(_ address: String, _ port: Int) throws -> Backend.Place {
        Backend.Place(address: try #require(IPAddress(address)), port: port)
    }

    @Test(arguments: [
        ("10.96.0.53", 53, "10.244.0.3", 5353, true, false, "its endpoint is there"),
        ("10.96.0.53", 53, "10.244.0.9", 5353, true, true, "its endpoint is gone"),
        ("10.96.0.53", 53, "10.244.0.3", 53, true, true, "the endpoint's port is another one"),
        ("10.96.0.53", 53, "10.96.0.53", 53, false, true, "it came before there were endpoints"),
        ("10.96.0.53", 54, "10.244.0.9", 5353, true, false, "another port of the address"),
        ("192.0.2.1", 30_053, "10.244.0.3", 5353, true, false, "by node port"),
        ("192.0.2.1", 30_053, "10.244.0.9", 5353, true, true, "by node port, endpoint gone"),
        ("192.0.2.1", 30_053, "192.0.2.1", 30_053, false, true, "to the node, never led on"),
        ("198.51.100.1", 30_053, "198.51.100.1", 30_053, false, false, "through the node"),
        ("fd00::1", 53, "fd00::2", 53, true, false, "of another family"),
    ])
    func `a flow is stale if it goes to none of the endpoints`(
        _ destination: String,
        _ port: Int,
        _ answerer: String,
        _ answerPort: Int,
        _ isTranslated: Bool,
        _ isStale: Bool,
        _ why: String
    ) throws {
        let endpoints: Set = [try Self.place("10.244.0.3", 5353)]
        let fronts = [
            FlowFront(address: IPAddress("10.96.0.53"), port: 53, isIPv4: true): endpoints,
            FlowFront(address: nil, port: 30_053, isIPv4: true): endpoints,
        ]
        let flow = Flows.Flow(
            destination: try Self.place(destination, port),
            answerer: try Self.place(answerer, answerPort),
            isTranslated: isTranslated
        )
        let node = IPAddress("192.0.2.1")
        #expect(Flows.isStale(flow, fronts) { $0 == node } == isStale, "\(why)")
    }
}
