internal import Addresses
import Glibc
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
        var status: Int32 = 0
        let pipe = unsafe popen("nft -f - 2>&1 >/dev/null", "w")
        guard let pipe = unsafe pipe else { throw StateFile.failure("start nft") }
        let octets = Array(text.utf8)
        _ = unsafe fwrite(octets, 1, octets.count, pipe)
        status = unsafe ProcessStatus.code(pclose(pipe))
        guard status != 0 else { return }
        throw PodError(
            status == 127
                ? "--masquerade needs nftables: install the package nftables, or leave it out"
                : "nft refused the table \(Masquerade.table): does the kernel have nf_tables?"
        )
    }
}
