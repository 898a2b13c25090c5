internal import Glibc

/// What tells that a file is another one than before; links are followed.
///
/// A mounted Kubernetes Secret changes by a link that points elsewhere: then the inode is another.
struct FileStamp: Equatable {
    private var device: UInt64 = 0
    private var inode: UInt64 = 0
    private var size: Int64 = -1
    private var seconds: Int = 0
    private var nanoseconds: Int = 0

    /// Looks at a file; all files that can't be looked at have one stamp.
    init(_ path: String) {
        var status = stat()
        // SAFETY: the path is terminated by the compiler, the status a valid local variable.
        guard unsafe stat(path, &status) == 0 else { return }
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        size = Int64(status.st_size)
        seconds = Int(status.st_mtim.tv_sec)
        nanoseconds = Int(status.st_mtim.tv_nsec)
    }
}
