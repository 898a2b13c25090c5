internal import Glibc

/// The number of files and sockets that this process may have open.
enum DescriptorLimit {
    /// Raises the limit as far as the system lets a process do that for itself.
    ///
    /// The usual limit of 1,024 is for programs that call `select(2)`; connections would reach it
    /// long before the bound that is theirs.
    static func raise() {
        let resource = __rlimit_resource_t(bitPattern: RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard unsafe getrlimit(resource, &limit) == 0, limit.rlim_cur < limit.rlim_max else {
            return
        }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(resource, &limit)
    }
}
