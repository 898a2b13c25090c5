import Addresses
import ClusterView
import DNSWire
import KubernetesModel
import TestSupport
import Testing

/// One writer publishes as fast as it can while readers answer from their own references.
///
/// The same under ThreadSanitizer and AddressSanitizer, through the whole packet path, is
/// `make sanitize`.
@Suite("Reading while the view changes")
struct StressTests {
    private static let serviceCount = 16
    private static let versionCount: UInt64 = 1_000

    /// The address of a service in a version; nil if it doesn't exist then.
    ///
    /// Version *v* changes service *v* mod 16: it goes if *v* is a multiple of 5, and gets an
    /// address that says *v* otherwise.
    private static func address(of service: UInt64, at version: UInt64) -> IPAddress? {
        let count = UInt64(serviceCount)
        let change = version < service ? 0 : version - (version - service) % count
        return change % 5 == 0 ? nil : IPAddress(ipv4: 0x0A00_0000 | UInt32(change))
    }

    @Test func `every answer is what the version that is held says`() async throws {
        var index = ClusterIndex()
        index.addNamespace("n")
        index.update(service("fixed", "n", ips: ["10.96.0.1"]))
        let publisher = ViewPublisher(index.makeSnapshot(revision: 0, serial: 0))
        let start = index
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seed in 1...3 {
                group.addTask { try StressTests.read(publisher, seed: UInt64(seed)) }
            }
            StressTests.write(start, publisher)
            try await group.waitForAll()
        }
        #expect(publisher.current.revision == StressTests.versionCount)
    }

    private static func write(_ start: ClusterIndex, _ publisher: ViewPublisher) {
        var index = start
        for version in 1...versionCount {
            let number = version % UInt64(serviceCount)
            if let address = address(of: number, at: version) {
                index.update(service("s\(number)", "n", ips: ["\(address)"]))
            } else {
                index.removeService(namespace: "n", name: "s\(number)")
            }
            publisher.publish(
                index.makeSnapshot(revision: version, serial: UInt32(version))
            )
        }
    }

    private static func read(_ publisher: ViewPublisher, seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var reader = SnapshotReader()
        for _ in 0..<300 {
            let snapshot = publisher.current
            for _ in 0..<8 {
                let number = UInt64.random(in: 0..<UInt64(serviceCount), using: &random)
                let found = try reader.address("s\(number).n.svc.cluster.local.", snapshot)
                let wanted = address(of: number, at: snapshot.revision)
                try #require(found == wanted, "s\(number) in version \(snapshot.revision)")
            }
        }
    }
}

/// Asks a version for addresses, as a worker does.
private struct SnapshotReader: ~Copyable {
    private let zone = ClusterZone(
        ClusterZone.Settings(zone: wire("cluster.local."), primaryZone: wire("cluster.local."))
    )
    private let main = QueryScratch.Storage()
    private let spare = QueryScratch.Storage()
    private var buffer = [UInt8](repeating: 0, count: 1_232)

    /// The address of a name; nil if the name doesn't exist.
    mutating func address(_ name: String, _ snapshot: ClusterSnapshot) throws -> IPAddress? {
        let question = Question(name: try #require(Name(name)), type: .a)
        let request = try Message(header: Header(id: 1), questions: [question]).encoded()
        let count = unsafe request.withUnsafeBytes { request in
            unsafe buffer.withUnsafeMutableBytes { buffer in
                var query = QueryView()
                _ = unsafe query.read(request, scratch: main.scratch)
                var writer = unsafe ResponseWriter(
                    answering: query,
                    request: request,
                    into: buffer,
                    limit: 512,
                    payloadOctets: 1_232
                )
                let answer = ClusterAnswer(from: snapshot, zone: zone, type: query.type, random: 0)
                let outcome = answer.answer(
                    query,
                    scratch: main.scratch,
                    spare: spare.scratch,
                    into: &writer
                )
                if case .nameError = outcome { return 0 }
                return writer.finish(query)
            }
        }
        guard count > 0 else { return nil }
        let reply = try Message(decoding: Array(buffer[..<count]))
        guard case .address(let address) = try #require(reply.answers.first).data else {
            return nil
        }
        return address
    }
}
