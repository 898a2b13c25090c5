import CLinuxNet
import Glibc
import Synchronization

/// Starts this program anew, to take over from this process: the binary may be another by now.
final class Upgrade: Sendable {
    private let arguments: [String]
    /// What standard input had: it can't be read twice.
    private let input: [UInt8]?
    private let child = Mutex<pid_t?>(nil)

    /// Keeps the arguments that this process was started with, and what it read from standard
    /// input.
    init(_ arguments: [String], input: [UInt8]? = nil) {
        self.input = input
        let flag = "--take-over"
        self.arguments = arguments.contains(flag) ? arguments : arguments + [flag]
    }

    /// Starts the program.
    ///
    /// - Throws: ``Failure`` if it can't be started, or one is starting already.
    func start() throws {
        reap()
        try child.withLock { child in
            guard child == nil else { throw Failure("another process is taking over already") }
            var pid: pid_t = 0
            var attributes = posix_spawnattr_t()
            unsafe posix_spawnattr_init(&attributes)
            defer { unsafe posix_spawnattr_destroy(&attributes) }
            // The signals that this process waits for would be kept from the program.
            var none = sigset_t()
            unsafe sigemptyset(&none)
            unsafe posix_spawnattr_setsigmask(&attributes, &none)
            unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
            var actions = unsafe posix_spawn_file_actions_t()
            unsafe posix_spawn_file_actions_init(&actions)
            defer { unsafe posix_spawn_file_actions_destroy(&actions) }
            Upgrade.keepDescriptors()
            let file = try input.map(Upgrade.file)
            defer { if let file { close(file) } }
            if let file { unsafe posix_spawn_file_actions_adddup2(&actions, file, STDIN_FILENO) }
            var words = unsafe arguments.map { unsafe strdup($0) }
            unsafe words.append(nil)
            defer { _ = unsafe words.map { unsafe free($0) } }
            // SAFETY: the words are strings of C, the last of them nil.
            let code = unsafe posix_spawnp(
                &pid,
                arguments[0],
                &actions,
                &attributes,
                words,
                environ
            )
            guard code == 0 else {
                let reason = unsafe String(cString: strerror(code))
                throw Failure("cannot start \(arguments[0]): \(reason)")
            }
            child = pid
        }
    }

    /// Keeps the descriptors of this process from the program: what it needs, it asks for, and a
    /// connection that it held would never close.
    private static func keepDescriptors() {
        guard let entries = unsafe opendir("/proc/self/fd") else { return }
        defer { unsafe closedir(entries) }
        while let entry = unsafe readdir(entries) {
            // SAFETY: the kernel ends names with a zero.
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
                unsafe String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let number = Int32(name), number > 2 { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
        }
    }

    /// Makes a file without a name that holds some octets, to be read from its start.
    private static func file(_ octets: [UInt8]) throws -> Int32 {
        let descriptor = cln_memory_file()
        guard descriptor >= 0 else { throw SystemFiles.failure("stdin") }
        var rest = octets[...]
        while !rest.isEmpty {
            // SAFETY: the call reads at most the count that it is given.
            let count = unsafe rest.withUnsafeBytes {
                unsafe write(descriptor, $0.baseAddress, $0.count)
            }
            guard count > 0 else {
                defer { close(descriptor) }
                throw SystemFiles.failure("stdin")
            }
            rest = rest.dropFirst(count)
        }
        lseek(descriptor, 0, SEEK_SET)
        return descriptor
    }

    /// Notices that the program has ended.
    func reap() {
        child.withLock { child in
            guard let pid = child else { return }
            var status: Int32 = 0
            if unsafe waitpid(pid, &status, WNOHANG) != 0 { child = nil }
        }
    }
}
