internal import CLinuxNet
import Glibc
internal import HostNetwork

/// Where a node keeps what it knows about itself and its pods.
///
///     node.json                the network that is up
///     lock                     held while pods come and go
///     turn                     held while a pod writes to the registry
///     up.lock                  held by `martlet up`
///     pods/NAMESPACE_NAME/     a pod: lock, pod.json, environment, hosts, hostname, log,
///                              nsswitch.conf, resolv.conf
///
/// A pod's `lock` is held by its supervisor as long as that lives, however it ends.
public struct StateDirectory: Sendable, Hashable {
    /// The directory's path.
    public let path: String

    /// Names a directory; nothing is made.
    public init(_ path: String) { self.path = path }

    /// The directory of the system, gone after a restart like everything in it.
    public static let standard = StateDirectory("/run/martlet")

    var nodePath: String { "\(path)/node.json" }
    var podsPath: String { "\(path)/pods" }

    /// The directory of a pod.
    public func pod(namespace: String, name: String) -> PodDirectory {
        PodDirectory(path: "\(podsPath)/\(namespace)_\(name)")
    }

    /// The directories of all pods, sorted by namespace and name.
    public var pods: [PodDirectory] {
        HostFile.names(in: podsPath).map { PodDirectory(path: "\(podsPath)/\($0)") }
    }

    /// Does something while nobody else makes or removes pods and nodes here.
    func exclusively<Result>(_ body: () throws -> Result) throws -> Result {
        try StateFile.makeDirectory(podsPath)
        let lock = try FileLock("\(path)/lock", waits: true)
        defer { lock?.release() }
        return try body()
    }
}

/// Where the state of one pod is.
public struct PodDirectory: Sendable, Hashable {
    /// The directory's path.
    public let path: String

    /// The file with the pod's output.
    public var logPath: String { "\(path)/log" }

    /// The file with the output before that, once there is much of it.
    public var oldLogPath: String { "\(path)/log.1" }

    var lockPath: String { "\(path)/lock" }
    var recordPath: String { "\(path)/pod.json" }
    var environmentPath: String { "\(path)/environment" }

    /// The pod's namespace and name, from the directory's name.
    public var title: (namespace: String, name: String) {
        let last = path.split(separator: "/").last ?? ""
        let parts = last.split(separator: "_", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts.first ?? ""), parts.count == 2 ? String(parts[1]) : "")
    }

    /// Whether a text can be a part of a directory's name, and of an object's.
    static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, first != UInt8(ascii: "."), text.utf8.count <= 253 else {
            return false
        }
        return text.utf8.allSatisfy { octet in
            switch octet {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
    }

    /// Whether the pod's supervisor lives.
    public var isAttended: Bool {
        guard let lock = try? FileLock(lockPath, waits: false, makes: false) else {
            // Either another process has it, or there is no lock to have.
            return unsafe access(lockPath, F_OK) == 0
        }
        lock.release()
        return false
    }

    /// What is known about the pod; nil if nothing is yet.
    public func record() throws(PodError) -> PodRecord? {
        try StateFile.fields(recordPath).flatMap(PodRecord.init)
    }

    /// Keeps the log from filling the memory that its file system is: what was written so far
    /// becomes the old log, which is replaced.
    func shortenLog() {
        var status = stat()
        // SAFETY: the call fills the structure that it is given.
        guard unsafe stat(logPath, &status) == 0, status.st_size > Limits.logOctetsMax / 2,
            let octets = (try? StateFile.read(logPath, octetsMax: Int.max)) ?? nil
        else { return }
        // The program writes on to the same file, at its end, wherever that is.
        guard (try? StateFile.write(octets, to: oldLogPath, mode: 0o640)) != nil else { return }
        _ = unsafe truncate(logPath, 0)
    }

    /// The environment of the pod's program.
    func environment() throws(PodError) -> [String] {
        let octets = try StateFile.read(environmentPath) ?? []
        return octets.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }
}

/// A lock on a file, free again when it is released or this process ends.
struct FileLock {
    private let file: Int32

    /// Takes a lock; nil if another process has it and it isn't to wait.
    init?(_ path: String, waits: Bool, makes: Bool = true) throws(PodError) {
        let flags = O_RDWR | O_CLOEXEC | (makes ? O_CREAT : 0)
        // SAFETY: the path is passed as a terminated copy.
        file = unsafe open(path, flags, 0o600)
        guard file >= 0 else { throw StateFile.failure("open \(path)") }
        let code = cln_lock(file, waits ? 1 : 0)
        guard code != 0 else { return }
        close(file)
        if code == EWOULDBLOCK { return nil }
        errno = code
        throw StateFile.failure("lock \(path)")
    }

    /// Gives the lock back.
    func release() { close(file) }
}
