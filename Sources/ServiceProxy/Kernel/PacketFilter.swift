internal import CNetfilter
internal import Glibc

/// The kernel's packet filter, as libnftables speaks to it.
///
/// Used by one thread at a time.
@safe
final class PacketFilter {
    // Own: opened in init, closed in deinit, and used by whoever holds the filter.
    private let library: OpaquePointer
    private let link: KernelLink

    /// Opens libnftables.
    ///
    /// - Throws: ``ProxyError`` if it isn't there.
    init() throws(ProxyError) {
        link = try KernelLink()
        var reason = [CChar](repeating: 0, count: 256)
        // SAFETY: the array is valid for the call, and passed with its count.
        guard let library = unsafe cnf_open(&reason, reason.count) else {
            let octets = reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            throw ProxyError(
                .noLibrary,
                "nftables is missing: \(String(decoding: octets, as: UTF8.self));"
                    + " install libnftables1 (Debian, Ubuntu) or nftables (others)"
            )
        }
        unsafe self.library = library
    }

    deinit {
        // SAFETY: own, and nobody uses it any more.
        unsafe cnf_close(library)
    }

    /// Carries out commands as one transaction.
    ///
    /// - Throws: ``ProxyError`` if any of them was refused; nothing has changed then.
    func run(_ commands: String) throws(ProxyError) {
        _ = try run(commands, asJSON: false)
    }

    /// The proxy's table as JSON; nil if there is none.
    func table() throws(ProxyError) -> String? {
        // The list of a table that isn't there is an error like any other: ask for the names first.
        let tables = try run("list tables inet", asJSON: false)
        let name = "table inet \(ProxyLimits.table)"
        guard tables.split(separator: "\n").contains(where: { $0 == name }) else { return nil }
        return try run("list table inet \(ProxyLimits.table)", asJSON: true)
    }

    private func run(_ commands: String, asJSON: Bool) throws(ProxyError) -> String {
        // SAFETY: the library is own; the text is terminated and valid for the call, and what is
        // returned is read before the next run.
        let outcome = unsafe cnf_run(library, commands, asJSON ? 1 : 0)
        let errors = unsafe PacketFilter.text(outcome.errors)
        guard unsafe outcome.status == 0 else {
            throw PacketFilter.explain(errors, code: unsafe outcome.code)
        }
        let output = unsafe PacketFilter.text(outcome.output)
        if max(output.utf8.count, commands.utf8.count) > ProxyLimits.keptOctetsMax {
            // SAFETY: the library is own, and what was returned is not used any more.
            _ = unsafe cnf_renew(library)
        }
        return output
    }

    private static func text(_ pointer: UnsafePointer<CChar>?) -> String {
        // SAFETY: the library's texts are terminated.
        unsafe pointer.map { unsafe String(cString: $0) } ?? ""
    }

    private static func explain(_ errors: String, code: Int32) -> ProxyError {
        let line =
            errors.split(separator: "\n").first.map(String.init) ?? "libnftables gave no reason"
        let first = String(line.prefix(ProxyLimits.errorOctetsMax))
        if line.contains("Operation not permitted") || code == EPERM {
            return ProxyError(
                .noPermission,
                "programming nftables needs CAP_NET_ADMIN in this network namespace:"
                    + " run as root, or with `setcap cap_net_admin+ep` on the program"
            )
        }
        return ProxyError(.refused, "nftables refused the rules: \(first)")
    }

    /// The number of the kernel's ruleset, which changes with every transaction of anybody; nil if
    /// the kernel doesn't say.
    var generation: UInt32? { link.generation }
}
