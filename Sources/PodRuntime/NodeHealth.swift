internal import Addresses
internal import HostNetwork
public import KubernetesModel

/// How a node is: what should be there, and what is missing.
public struct NodeHealth: Sendable {
    /// What is known about the node; nil if none is up.
    public let node: NodeRecord?
    /// What is missing or wrong, as sentences.
    public private(set) var problems: [String] = []
    /// The number of pods that run.
    public let podCount: Int

    /// Whether a node is up and nothing is missing.
    public var isWell: Bool { node != nil && problems.isEmpty }

    /// Looks at the node of a state directory.
    public init(_ state: StateDirectory) throws {
        node = try state.node()
        podCount = state.pods.filter(\.isAttended).count
        guard let plan = node?.plan else { return }
        let socket = try LinkSocket()
        guard let bridge = try socket.link(named: plan.bridge), bridge.isOurs else {
            problems = ["the bridge \(plan.bridge) is gone: martlet node up makes it again"]
            return
        }
        if !bridge.isUp { problems.append("the bridge \(plan.bridge) is switched off") }
        let addresses = Set(
            try socket.addresses().filter { $0.link == bridge.index }.map(\.address)
        )
        for address in plan.gateways + plan.serverAddresses where !addresses.contains(address) {
            problems.append("the bridge \(plan.bridge) has lost the address \(address)")
        }
        if plan.podBlocks.contains(where: \.base.isIPv4) {
            check(SystemSetting("net/ipv4/ip_forward"))
        }
        if plan.podBlocks.contains(where: { !$0.base.isIPv4 }) {
            check(SystemSetting("net/ipv6/conf/all/forwarding"))
        }
    }

    private mutating func check(_ setting: SystemSetting) {
        guard setting.value != "1" else { return }
        problems.append("\(setting.title) is \(setting.value ?? "not there"), not 1")
    }

    /// The node as JSON.
    public var fields: Fields {
        guard let node else { return ["up": false] }
        var fields = node.fields
        fields["up"] = true
        fields["pods"] = .integer(Int64(podCount))
        fields["problems"] = .array(problems.map { .string($0) })
        return fields
    }

    /// The node as lines.
    public var text: String {
        guard let node else { return "no node is up\n" }
        func list(_ values: [some CustomStringConvertible]) -> String {
            values.map(\.description).joined(separator: ", ")
        }
        var lines = [
            "node:        \(node.name) (\(node.address))", "bridge:      \(node.plan.bridge)",
            "pods:        \(list(node.plan.podBlocks)) (\(podCount) running)",
            "gateways:    \(list(node.plan.gateways))",
            "services:    \(list(node.plan.serviceBlocks))",
            "cluster DNS: \(list(node.plan.serverAddresses))",
            "masquerade:  \(node.plan.masquerades ? "on" : "off")",
        ]
        lines += problems.map { "problem:     \($0)" }
        return lines.joined(separator: "\n") + "\n"
    }
}
