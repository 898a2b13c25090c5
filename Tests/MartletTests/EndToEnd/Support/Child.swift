import Glibc
import Synchronization

/// A program that a test started, killed with all that it started when nobody holds it any more.
///
/// Its output is read only while somebody waits for it. Used from one thread at a time, except for
/// `send`.
final class Child {
    /// How a program ended.
    enum Ending: Equatable {
        case exited(Int32)
        case killed(Int32)
    }

    let pid: pid_t
    /// What the program has written so far to standard output.
    private(set) var output: [UInt8] = []
    /// What the program has written so far to standard error.
    private(set) var errors: [UInt8] = []
    private var outputEnd: Int32
    private var errorsEnd: Int32
    private var ending: Ending?

    /// Starts a program, found by `PATH` unless it is a path, in a process group of its own.
    ///
    /// It reads `input` as standard input.
    init(_ words: [String], input: String = "", environment: [String: String] = [:]) throws {
        // One at a time: a pipe must not slip into another child before it is closed on exec.
        let started = try Child.starting.withLock { _ in
            try Child.start(words, input, Child.environment(adding: environment))
        }
        (pid, outputEnd, errorsEnd) = started
        Undertaker.note(started: pid)
    }

    deinit {
        if ending == nil {
            Glibc.kill(-pid, SIGKILL)
            var status: Int32 = 0
            unsafe waitpid(pid, &status, 0)
            Undertaker.note(ended: pid)
        }
        for end in [outputEnd, errorsEnd] where end >= 0 { close(end) }
    }

    /// Whether the program was seen to end.
    var hasEnded: Bool { ending != nil }

    /// What the program has written so far to standard output, as text.
    var text: String { String(decoding: output, as: UTF8.self) }

    /// What the program has written so far to standard error, as text.
    var errorText: String { String(decoding: errors, as: UTF8.self) }

    /// Sends a signal to the program alone.
    func send(_ signal: Int32) {
        if ending == nil { Glibc.kill(pid, signal) }
    }

    /// Waits until the program ends; after the deadline it is killed and the test fails.
    func wait(seconds: Double = 240) throws -> Ending {
        if let ending { return ending }
        let deadline = Instant.now + seconds
        while outputEnd >= 0 || errorsEnd >= 0 {
            guard read(until: deadline) else {
                Glibc.kill(-pid, SIGKILL)
                throw Trouble("process \(pid) ran longer than \(seconds) s: \(text)\(errorText)")
            }
        }
        var status: Int32 = 0
        unsafe waitpid(pid, &status, 0)
        Undertaker.note(ended: pid)
        let signal = status & 0x7f
        let ending: Ending = signal == 0 ? .exited((status >> 8) & 0xff) : .killed(signal)
        self.ending = ending
        return ending
    }

    /// Waits until standard output satisfies a condition; the program's end or the deadline throw.
    func waitForOutput(seconds: Double = 120, _ condition: (String) -> Bool) throws {
        let deadline = Instant.now + seconds
        while !condition(text) {
            guard outputEnd >= 0, read(until: deadline) else {
                throw Trouble("no such output: \(text)\(errorText)")
            }
        }
    }

    /// Waits until standard error satisfies a condition; the program's end or the deadline throw.
    func waitForErrors(seconds: Double = 120, _ condition: (String) -> Bool) throws {
        let deadline = Instant.now + seconds
        while !condition(errorText) {
            guard errorsEnd >= 0, read(until: deadline) else {
                throw Trouble("no such error: \(text)\(errorText)")
            }
        }
    }

    /// Kills the program at a moment that nobody knows, unless it ends before.
    func kill(afterSeconds seconds: Double) throws -> Ending {
        let deadline = Instant.now + seconds
        while outputEnd >= 0 || errorsEnd >= 0 {
            guard read(until: deadline) else {
                Glibc.kill(-pid, SIGKILL)
                break
            }
        }
        return try wait()
    }

    /// Reads what has come; false if nothing came before the deadline.
    private func read(until deadline: Double) -> Bool {
        var polled = [
            pollfd(fd: outputEnd, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errorsEnd, events: Int16(POLLIN), revents: 0),
        ]
        let milliseconds = Int32(max(0, (deadline - Instant.now) * 1000).rounded(.up))
        guard unsafe poll(&polled, 2, milliseconds) > 0 else { return false }
        if polled[0].revents != 0 { Child.drain(&outputEnd, into: &output) }
        if polled[1].revents != 0 { Child.drain(&errorsEnd, into: &errors) }
        return true
    }

    /// Reads once from a pipe; at its end closes it and makes it negative.
    private static func drain(_ end: inout Int32, into octets: inout [UInt8]) {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = unsafe Glibc.read(end, &buffer, buffer.count)
        if count > 0 {
            octets += buffer[..<count]
        } else {
            close(end)
            end = -1
        }
    }
}

extension Child {
    private static let starting = Mutex(())

    private static func start(
        _ words: [String],
        _ input: String,
        _ environment: [String: String]
    ) throws -> (pid: pid_t, output: Int32, errors: Int32) {
        guard let inputFile = unsafe tmpfile() else { throw Trouble("tmpfile: errno \(errno)") }
        defer { _ = unsafe fclose(inputFile) }
        try unsafe write(input, to: fileno(inputFile))
        let (output, standardOutput) = try pipe()
        let (errors, standardErrors) = try pipe()
        defer {
            close(standardOutput)
            close(standardErrors)
        }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        let ends = unsafe [fileno(inputFile), standardOutput, standardErrors]
        for (number, end) in ends.enumerated() {
            unsafe posix_spawn_file_actions_adddup2(&actions, end, Int32(number))
        }
        // Connections of other tests would stay open for as long as the program runs.
        for number in Int32(3)..<1024 { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        var pid: pid_t = 0
        let variables = environment.map { "\($0.key)=\($0.value)" }
        let code = unsafe withStrings(words) { words in
            unsafe withStrings(variables) { variables in
                guard let program = unsafe words[0] else { return ENOENT }
                return unsafe posix_spawnp(&pid, program, &actions, &attributes, words, variables)
            }
        }
        guard code == 0 else {
            close(output)
            close(errors)
            throw Trouble("cannot start \(words): errno \(code)")
        }
        return (pid, output, errors)
    }

    private static func pipe() throws -> (reader: Int32, writer: Int32) {
        var ends: [Int32] = [-1, -1]
        guard unsafe Glibc.pipe(&ends) == 0 else { throw Trouble("pipe: errno \(errno)") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func write(_ text: String, to file: Int32) throws {
        let octets = Array(text.utf8)
        var written = 0
        while written < octets.count {
            let count = unsafe octets[written...].withUnsafeBytes { bytes in
                unsafe Glibc.write(file, bytes.baseAddress, bytes.count)
            }
            guard count > 0 else { throw Trouble("write: errno \(errno)") }
            written += count
        }
        lseek(file, 0, SEEK_SET)
    }

    /// The environment of every child: nothing of the user's but where programs are.
    private static func environment(adding variables: [String: String]) -> [String: String] {
        ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"]
            .merging(variables) { $1 }
    }

    private typealias Strings = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

    private static func withStrings(_ texts: [String], _ body: (Strings) -> Int32) -> Int32 {
        let copies = unsafe texts.map { unsafe strdup($0) } + [nil]
        defer { for index in unsafe copies.indices { unsafe free(copies[index]) } }
        let strings = unsafe Strings.allocate(capacity: copies.count)
        defer { unsafe strings.deallocate() }
        unsafe strings.initialize(from: copies, count: copies.count)
        return unsafe body(strings)
    }
}

/// A test that cannot go on, and why.
struct Trouble: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Moments of a clock that nobody sets, in seconds.
enum Instant {
    static var now: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
