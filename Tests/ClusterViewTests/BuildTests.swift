import Addresses
import KubernetesModel
import TestSupport
import Testing

@testable import ClusterView

/// The first version is made of everything at once, later ones change by change: one result.
@Suite("Building a view at once")
struct BuildTests {
    /// All names of all addresses, by address.
    private static func names(_ snapshot: ClusterSnapshot) -> [String: Set<AddressName>] {
        var names: [String: Set<AddressName>] = [:]
        for block in leaves(snapshot.addresses.root) {
            let prefix = unsafe Array(block.key)
            for part in block.parts {
                let address = IPAddress(octets: prefix + [part.last])
                let list = [AddressName](decoding: part.names)
                #expect(Set(list).count == list.count, "a name is there once")
                #expect(list.encoded == part.names, "cluster IPs come first")
                names[address?.description ?? "?"] = Set(list)
            }
        }
        return names
    }

    private static func leaves<Leaf>(_ node: TrieNode<Leaf>) -> [Leaf] {
        node.leaves + node.nodes.flatMap { leaves($0) }
    }

    private static func address(using random: inout SeededGenerator) -> String {
        let last = Int.random(in: 0..<4, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: return "fd00::\(last)"
        case 1: return "2001:db8:0:0::\(last)"
        case 2: return "10.0.200.\(last)"
        default: return "10.0.0.\(last)"
        }
    }

    private static func endpoint(using random: inout SeededGenerator) -> Endpoint {
        let hostnames = ["", "", "db-0", "db-1", "a.b", String(repeating: "x", count: 63)]
        return Endpoint(
            addresses: [address(using: &random), address(using: &random)],
            hostname: hostnames[Int.random(in: 0..<hostnames.count, using: &random)]
        )
    }

    @Test(arguments: 0..<20)
    func `all at once gives what one by one gives`(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed) + 1)
        var atOnce = ClusterIndex()
        var stepwise = ClusterIndex()
        // Something must be there, for the index to go step by step.
        stepwise.update(service("first", "n", ips: ["192.0.2.1"]))
        _ = stepwise.makeSnapshot(revision: 1, serial: 1)
        for number in 0..<40 {
            let name = number == 7 ? String(repeating: "s", count: 64) : "s\(number)"
            let shapes = ["None", Self.address(using: &random), ""]
            let ip = shapes[Int.random(in: 0..<shapes.count, using: &random)]
            let added = service(name, "n", ips: [ip])
            let slices = (0..<Int.random(in: 0..<3, using: &random)).map { part in
                slice(
                    "\(name)-\(part)",
                    of: name,
                    "n",
                    (0..<4).map { _ in Self.endpoint(using: &random) }
                )
            }
            for slice in slices { atOnce.update(slice) }
            if number != 9 { atOnce.update(added) }
            if number != 9 { stepwise.update(added) }
            for slice in slices { stepwise.update(slice) }
            _ = stepwise.makeSnapshot(revision: 1, serial: 1)
        }
        stepwise.removeService(namespace: "n", name: "first")
        let last = stepwise.makeSnapshot(revision: 2, serial: 2)
        let whole = atOnce.makeSnapshot(revision: 2, serial: 2)
        #expect(whole.serviceCount == last.serviceCount)
        #expect(Self.names(whole) == Self.names(last))
        // What was built at once is changed like the rest.
        for number in 0..<40 {
            atOnce.removeService(namespace: "n", name: "s\(number)")
            stepwise.removeService(namespace: "n", name: "s\(number)")
        }
        let left = Self.names(atOnce.makeSnapshot(revision: 3, serial: 3))
        #expect(left == Self.names(stepwise.makeSnapshot(revision: 3, serial: 3)))
    }
}
