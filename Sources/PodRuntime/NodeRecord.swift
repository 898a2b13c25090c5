public import Addresses
public import HostNetwork
public import KubernetesModel

/// What is known about the node that is up, kept in `node.json`.
public struct NodeRecord: Sendable, Hashable {
    /// The name of the node's object.
    public var name: String
    /// The node's network.
    public var plan: NodePlan
    /// The address by which the node is known.
    public var address: IPAddress
    /// The settings of the kernel that were changed, and what they were before.
    public var formerSettings: [SystemSetting: String] = [:]
    /// Whether `martlet up` made the node and nobody else asked for it: the one that runs, or the
    /// next one if it was killed, removes it at its end.
    public var endsWithUp = false

    /// Creates a record.
    public init(name: String, plan: NodePlan, address: IPAddress) {
        self.name = name
        self.plan = plan
        self.address = address
    }

    /// Reads a record; nil if the fields aren't one.
    init?(_ fields: Fields) {
        guard let name = fields.string(at: "name"), let bridge = fields.string(at: "bridge"),
            let address = fields.string(at: "address").flatMap({ IPAddress($0) })
        else { return nil }
        func texts(_ key: String) -> [String] {
            (fields.array(at: key) ?? []).compactMap(\.string)
        }
        self.init(
            name: name,
            plan: NodePlan(
                bridge: bridge,
                podBlocks: texts("podBlocks").compactMap { CIDRBlock($0) },
                serviceBlocks: texts("serviceBlocks").compactMap { CIDRBlock($0) },
                serverAddresses: texts("clusterDNS").compactMap { IPAddress($0) },
                masquerades: fields.bool(at: "masquerade") ?? false
            ),
            address: address
        )
        for (setting, value) in fields.strings(at: "formerSettings") {
            formerSettings[SystemSetting(setting)] = value
        }
        endsWithUp = fields.bool(at: "endsWithUp") ?? false
    }

    /// The record as JSON.
    public var fields: Fields {
        func texts(_ values: [some CustomStringConvertible]) -> Value {
            .array(values.map { .string($0.description) })
        }
        var former: Fields = [:]
        for (setting, value) in formerSettings.sorted(by: { $0.key.name < $1.key.name }) {
            former[setting.name] = .string(value)
        }
        return [
            "name": .string(name), "address": .string(address.description),
            "bridge": .string(plan.bridge), "gateways": texts(plan.gateways),
            "podBlocks": texts(plan.podBlocks), "serviceBlocks": texts(plan.serviceBlocks),
            "clusterDNS": texts(plan.serverAddresses), "masquerade": .bool(plan.masquerades),
            "formerSettings": .object(former), "endsWithUp": .bool(endsWithUp),
        ]
    }
}

extension StateDirectory {
    /// The node that is up; nil if none is.
    public func node() throws(PodError) -> NodeRecord? {
        try StateFile.fields(nodePath).flatMap(NodeRecord.init)
    }
}
