public import Corefile
internal import Glibc

extension CorefileContext {
    /// What a Corefile can reach in this process: its environment and the disk.
    ///
    /// Directives are not limited here: setting up the plugins says which are unknown.
    public static var process: CorefileContext {
        CorefileContext(
            directives: nil,
            environment: { name in
                guard let value = unsafe getenv(name) else { return nil }
                return unsafe String(cString: value)
            },
            files: DiskFiles()
        )
    }
}
