import ArgumentParser
import CLinuxNet
import Glibc
import PodRuntime

/// A supervisor in the background: this program again, in a session of its own.
enum DetachedSupervisor {
    /// Starts the supervisor with this process's arguments, and waits until its pod runs.
    ///
    /// - Throws: What the supervisor says.
    static func start(in state: StateDirectory, pod: PodDirectory) throws {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw SystemFiles.failure("a pipe") }
        _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
        defer { close(ends[0]) }
        let words = try arguments(channel: ends[1])
        let code = spawn(words)
        close(ends[1])
        guard code == 0 else {
            errno = code
            throw SystemFiles.failure("/proc/self/exe")
        }
        let answer = readAll(ends[0])
        guard answer.first != SupervisorChannel.success else { return }
        guard let status = answer.first else {
            throw Failure("the pod's supervisor ended before the pod ran")
        }
        let text = String(decoding: answer.dropFirst(), as: UTF8.self)
        if !text.isEmpty { Output.error(text) }
        throw ExitCode(Int32(status))
    }

    /// The arguments without `--detach`, and with the channel.
    private static func arguments(channel: Int32) throws -> [String] {
        var words = CommandLine.arguments
        let end = words.firstIndex(of: "--") ?? words.endIndex
        var kept = words[..<end].filter { $0 != "--detach" && $0 != "-d" }
        // Several short flags may stand in one word.
        kept = kept.map { word in
            guard word.hasPrefix("-"), !word.hasPrefix("--"),
                word.allSatisfy({ "-dit".contains($0) })
            else { return word }
            return "-i"
        }
        let place = kept.firstIndex(of: "run").map { $0 + 1 } ?? kept.endIndex
        kept.insert("--supervisor-channel=\(channel)", at: place)
        words = kept + words[end...]
        return words
    }

    private static func spawn(_ words: [String]) -> Int32 {
        var pid: pid_t = 0
        var attributes = posix_spawnattr_t()
        var actions = unsafe posix_spawn_file_actions_t()
        // SAFETY: both stand here until the program is started, and are destroyed after it.
        unsafe posix_spawnattr_init(&attributes)
        unsafe posix_spawn_file_actions_init(&actions)
        defer {
            unsafe posix_spawnattr_destroy(&attributes)
            unsafe posix_spawn_file_actions_destroy(&actions)
        }
        // POSIX_SPAWN_SETSID: signals of the terminal go elsewhere.
        unsafe posix_spawnattr_setflags(&attributes, 0x80)
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var list = unsafe words.map { unsafe strdup($0) }
        unsafe list.append(nil)
        defer { _ = unsafe list.map { unsafe free($0) } }
        return unsafe posix_spawn(&pid, "/proc/self/exe", &actions, &attributes, list, environ)
    }

    private static func readAll(_ file: Int32) -> [UInt8] {
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while octets.count < 1 << 16 {
            // SAFETY: the call writes at most as many octets as there are.
            let count = unsafe read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            octets += buffer[..<count]
        }
        return octets
    }
}

/// What a supervisor tells the process that started it: that the pod runs, or why not.
struct SupervisorChannel {
    /// The octet that means that the pod runs; all others are exit statuses.
    static let success: UInt8 = 0

    private let file: Int32

    init(_ file: Int32) {
        self.file = file
        // SAFETY: the name is a literal. Started as /proc/self/exe, the process would be `exe` for
        // ps and its like.
        unsafe cln_name_thread("martlet")
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    }

    /// Sends all further output to a file.
    func openLog(_ path: String) throws {
        // SAFETY: the path is passed as a terminated copy.
        let log = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard log >= 0 else { throw SystemFiles.failure(path) }
        dup2(log, 1)
        dup2(log, 2)
        close(log)
    }

    /// Says that the pod runs.
    func succeed() { send([SupervisorChannel.success]) }

    /// Says why the pod doesn't run.
    func fail(_ error: any Error) {
        let (status, text) = Failure.ending(of: error)
        send([UInt8(truncatingIfNeeded: status)] + Array(text.utf8))
    }

    private func send(_ octets: [UInt8]) {
        // SAFETY: the call reads at most as many octets as there are. Nobody may listen any more.
        _ = unsafe write(file, octets, octets.count)
        close(file)
    }
}
