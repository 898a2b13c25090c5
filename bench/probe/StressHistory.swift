import ClusterView
import KubernetesModel

/// Makes version after version of a view, each one change away from the one before, such that
/// anybody can tell from a version's number what it holds.
///
/// Version *v* changes one service. In each round of 64 versions every service changes once, in
/// an order that differs from round to round.
struct StressHistory {
    /// Services; a power of two.
    static let serviceCount = 64

    /// What a service has after its last change.
    enum Content: Equatable {
        /// There is no such service.
        case absent
        /// The addresses, as numbers: one of its own, or one per endpoint of a headless service.
        case addresses(Set<UInt32>)
    }

    private var index = ClusterIndex()
    private var version: UInt32 = 0

    /// Makes version 0, in which there are no services but one that never changes.
    mutating func first() -> ClusterSnapshot {
        index.addNamespace("n")
        let metadata = ObjectMeta(name: "fixed", namespace: "n")
        index.update(Service(metadata: metadata, clusterIPs: ["10.96.255.254"]))
        return index.makeSnapshot(revision: 0, serial: 0)
    }

    /// Makes the next version.
    mutating func next() -> ClusterSnapshot {
        version += 1
        let service = StressHistory.service(changedBy: version)
        switch StressHistory.content(after: version) {
        case .absent:
            index.removeService(namespace: "n", name: "s\(service)")
            index.removeSlice(namespace: "n", name: "s\(service)-1")
        case .addresses(let addresses):
            let texts = addresses.sorted().map(StressHistory.text)
            let isHeadless = version % 3 == 0
            var metadata = ObjectMeta(name: "s\(service)", namespace: "n")
            index.update(
                Service(metadata: metadata, clusterIPs: isHeadless ? ["None"] : [texts[0]])
            )
            metadata.labels[EndpointSlice.serviceNameLabel] = metadata.name
            metadata.name += "-1"
            index.update(
                EndpointSlice(
                    metadata: metadata,
                    addressType: .ipv4,
                    endpoints: texts.map { Endpoint(addresses: [$0], ready: true) },
                    ports: [EndpointPort(name: "http", port: 8080)]
                )
            )
        }
        return index.makeSnapshot(revision: UInt64(version), serial: version)
    }

    /// What a service has in a version.
    static func content(of service: Int, at version: UInt32) -> Content {
        var round = version / UInt32(serviceCount)
        var place = service ^ mask(round)
        if place > Int(version) % serviceCount {
            guard round > 0 else { return .absent }
            round -= 1
            place = service ^ mask(round)
        }
        let change = round * UInt32(serviceCount) + UInt32(place)
        // Nothing was changed by version 0.
        return change == 0 ? .absent : content(after: change)
    }

    private static func service(changedBy version: UInt32) -> Int {
        Int(version) % serviceCount ^ mask(version / UInt32(serviceCount))
    }

    /// Mixes the order of a round.
    private static func mask(_ round: UInt32) -> Int {
        Int(round &* 0x9E37_79B9 >> 16) % serviceCount
    }

    private static func content(after change: UInt32) -> Content {
        if change % 5 == 0 { return .absent }
        let first = 0x0A00_0000 | change &* 8 & 0x00FF_FFFF
        let count = change % 3 == 0 ? 1 + change % 7 : 1
        return .addresses(Set((0..<count).map { first + $0 }))
    }

    private static func text(_ address: UInt32) -> String {
        "\(address >> 24).\(address >> 16 & 255).\(address >> 8 & 255).\(address & 255)"
    }
}
