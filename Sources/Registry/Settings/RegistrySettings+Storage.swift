import Addresses
import KubernetesModel

extension RegistrySettings {
    private static let name = "settings"

    /// Reads the settings of a registry; nil if the store is new.
    init?(reading reader: any StoreReader) throws {
        guard let text = try reader.setting(RegistrySettings.name) else { return nil }
        guard case .object(let fields)? = try? JSONReader.read(text) else {
            throw RegistryError.settings("the registry's settings cannot be read: \(text)")
        }
        func blocks(_ field: String) -> [CIDRBlock] {
            (fields.array(at: field) ?? []).compactMap(\.string).compactMap(CIDRBlock.init)
        }
        let standard = RegistrySettings.standard
        let first =
            fields.integer(at: "nodePortFirst").map(Int.init) ?? standard.nodePorts.lowerBound
        let last = fields.integer(at: "nodePortLast").map(Int.init) ?? standard.nodePorts.upperBound
        self.init(
            clusterDomain: fields.string(at: "clusterDomain") ?? standard.clusterDomain,
            serviceCIDRs: blocks("serviceCIDRs"),
            podCIDRs: blocks("podCIDRs"),
            nodePorts: first...max(first, last),
            loadBalancerPools: blocks("loadBalancerPools")
        )
    }

    /// Keeps the settings in a registry.
    func write(to transaction: any StoreTransaction) throws {
        func blocks(_ blocks: [CIDRBlock]) -> Value {
            .array(blocks.map { .string($0.description) })
        }
        let fields: Value = [
            "clusterDomain": .string(clusterDomain),
            "serviceCIDRs": blocks(serviceCIDRs),
            "podCIDRs": blocks(podCIDRs),
            "nodePortFirst": .integer(Int64(nodePorts.lowerBound)),
            "nodePortLast": .integer(Int64(nodePorts.upperBound)),
            "loadBalancerPools": blocks(loadBalancerPools),
        ]
        try transaction.setSetting(RegistrySettings.name, to: JSONWriter.compact(fields))
    }

    /// Throws if the settings cannot work.
    func check() throws(RegistryError) {
        for (flag, blocks) in [("--service-cidr", serviceCIDRs), ("--pod-cidr", podCIDRs)] {
            guard !blocks.isEmpty else { throw .settings("\(flag): at least one block is needed") }
            guard Set(blocks.map(\.base.isIPv4)).count == blocks.count else {
                throw .settings("\(flag): at most one IPv4 and one IPv6 block can be used")
            }
            for block in blocks where block.count < 16 {
                throw .settings("\(flag): \(block) has fewer than 16 addresses; use a larger block")
            }
        }
        for block in serviceCIDRs {
            for other in podCIDRs where block.contains(other.base) || other.contains(block.base) {
                throw .settings(
                    "--service-cidr \(block) and --pod-cidr \(other) overlap; use other blocks"
                )
            }
        }
        guard (1...65_535).contains(nodePorts.lowerBound), nodePorts.upperBound <= 65_535 else {
            throw .settings("the node ports must be between 1 and 65535")
        }
        let problems = clusterDomain.split(separator: ".", omittingEmptySubsequences: false)
            .flatMap { NameRules.label1123(String($0)) }
        if let problem = problems.first {
            throw .settings("--cluster-domain \"\(clusterDomain)\": \(problem)")
        }
    }
}
