internal import CNetfilter
internal import Glibc

/// A socket to the kernel's packet filter and its table of connections, which is kept open:
/// closing one after a transaction takes many milliseconds.
///
/// Used by one thread at a time.
@safe
final class KernelLink {
    // Own: made in init, freed in deinit, and used by whoever holds the object.
    private let link: OpaquePointer

    /// Makes a link; it is opened when it is first used.
    ///
    /// - Throws: ``ProxyError`` if there is no memory.
    init() throws(ProxyError) {
        guard let link = unsafe cnf_link_new() else {
            throw ProxyError(.refused, "there is no memory for a link to the kernel")
        }
        unsafe self.link = link
    }

    deinit {
        // SAFETY: own, and nobody uses it any more.
        unsafe cnf_link_free(link)
    }

    /// The number of the kernel's ruleset; nil if the kernel doesn't say.
    var generation: UInt32? {
        var number: UInt32 = 0
        // SAFETY: the pointer is valid for the call.
        return unsafe cnf_generation(link, &number) == 0 ? number : nil
    }

    /// The tracked connections of UDP in a family.
    func udpFlows(isIPv4: Bool) -> [cnf_flow] {
        var first: UnsafeMutablePointer<cnf_flow>?
        var count = 0
        let family = UInt8(isIPv4 ? AF_INET : AF_INET6)
        // SAFETY: the pointers are valid for the call.
        let code = unsafe cnf_list_flows(
            link,
            family,
            UInt8(IPPROTO_UDP),
            ProxyLimits.flowsMax,
            &first,
            &count
        )
        guard code == 0, let first = unsafe first else { return [] }
        // SAFETY: the list is own until it is freed, and has as many flows as it says.
        defer { unsafe cnf_free_flows(first) }
        return unsafe Array(UnsafeBufferPointer(start: first, count: count))
    }

    /// Forgets a tracked connection.
    ///
    /// - Returns: Whether it was there.
    func forget(_ flow: cnf_flow) -> Bool {
        // SAFETY: the pointer is valid for the call.
        unsafe withUnsafePointer(to: flow) { unsafe cnf_forget_flow(link, $0) } == 0
    }
}
