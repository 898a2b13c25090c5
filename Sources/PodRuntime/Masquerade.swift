internal import Addresses
internal import CNetfilter
internal import HostNetwork

/// The table of rules that lets pods reach the outside with the host's address.
struct Masquerade {
    private static let table = "inet martlet-node"

    private let plan: NodePlan

    init(_ plan: NodePlan) { self.plan = plan }

    /// The table's content: what a pod sends out of the node's networks gets the host's address.
    var rules: String {
        var rules = "add table \(Masquerade.table)\ndelete table \(Masquerade.table)\n"
        rules += "table \(Masquerade.table) {\n  chain postrouting {\n"
        rules += "    type nat hook postrouting priority srcnat; policy accept;\n"
        for block in plan.podBlocks {
            let family = block.base.isIPv4 ? "ip" : "ip6"
            rules += "    \(family) saddr \(block) oifname != \"\(plan.bridge)\""
            rules += " \(family) daddr != \(block) masquerade fully-random\n"
        }
        return rules + "  }\n}\n"
    }

    /// Makes the table, or makes it anew.
    func up() throws(PodError) { try run(rules) }

    /// Removes the table, if it is there.
    func down() throws(PodError) {
        try run("add table \(Masquerade.table)\ndelete table \(Masquerade.table)\n")
    }

    private func run(_ text: String) throws(PodError) {
        var reason = [CChar](repeating: 0, count: 256)
        // SAFETY: the call writes at most as many octets as there are.
        guard let library = unsafe cnf_open(&reason, reason.count) else {
            throw PodError(
                "--masquerade needs libnftables: install the package libnftables1, or leave it out"
            )
        }
        defer { unsafe cnf_close(library) }
        // SAFETY: the texts of the outcome are copied before the library is closed.
        let outcome = unsafe cnf_run(library, text, 0)
        guard unsafe outcome.status != 0 else { return }
        let words = unsafe outcome.errors.map { unsafe String(cString: $0) } ?? ""
        let line = words.split(separator: "\n").first.map(String.init) ?? "no reason was given"
        throw PodError("nftables refused the table \(Masquerade.table): \(line)")
    }
}
