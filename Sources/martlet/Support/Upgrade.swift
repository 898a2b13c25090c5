import Glibc
import Synchronization

/// Starts this program anew, to take over from this process: the binary may be another by now.
final class Upgrade: Sendable {
    private let arguments: [String]
    private let child = Mutex<pid_t?>(nil)

    /// Keeps the arguments that this process was started with.
    init(_ arguments: [String]) {
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
            // Connections are this process's own: what the program gets, it asks for.
            var actions = posix_spawn_file_actions_t()
            unsafe posix_spawn_file_actions_init(&actions)
            defer { unsafe posix_spawn_file_actions_destroy(&actions) }
            unsafe posix_spawn_file_actions_addclosefrom_np(&actions, 3)
            var words = unsafe arguments.map { unsafe strdup($0) }
            unsafe words.append(nil)
            defer { for word in unsafe words { unsafe free(word) } }
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

    /// Notices that the program has ended.
    func reap() {
        child.withLock { child in
            guard let pid = child else { return }
            var status: Int32 = 0
            if unsafe waitpid(pid, &status, WNOHANG) != 0 { child = nil }
        }
    }
}
