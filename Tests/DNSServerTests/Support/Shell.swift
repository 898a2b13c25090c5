import Dispatch
import Glibc

/// Runs a command of the shell; returns what it printed.
///
/// Nothing but the standard descriptors is inherited: a command that runs for long must not hold
/// open the connections of another test's server.
func run(_ command: String) throws -> String {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw Failure(what: command) }
    defer { close(ends[0]) }
    _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
    // The library under test accepts connections without FD_CLOEXEC.
    for number in Int32(3)..<1024 { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
    let arguments: [String] = ["/bin/sh", "-c", command]
    var words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) }
    unsafe words.append(nil)
    defer { _ = unsafe words.map { unsafe free($0) } }
    var process: pid_t = 0
    let code = unsafe posix_spawn(&process, "/bin/sh", &actions, nil, words, environ)
    close(ends[1])
    guard code == 0 else { throw Failure(what: command) }
    var output: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = unsafe read(ends[0], &buffer, buffer.count)
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { break }
        output += buffer[..<count]
    }
    waitpid(process, nil, 0)
    return String(decoding: output, as: UTF8.self)
}

/// Runs a command of the shell that asks over HTTP, until it prints what is wanted.
///
/// Tasks answer such requests, and tests that block may leave them no thread for a while: a service
/// then says 503, and the request is made again.
func shell(_ command: String, until isWanted: (String) -> Bool) async throws -> String {
    let end = ContinuousClock.now + .seconds(180)
    while true {
        let output = try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try run(command) })
            }
        }
        if isWanted(output) || ContinuousClock.now > end { return output }
    }
}
