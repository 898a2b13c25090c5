internal import CLinuxNet
import Glibc

/// A program in the namespaces of a pod that runs.
public struct PodVisit: Sendable {
    /// The process that ends with the program's status; killing it kills the program.
    public let pid: Int32

    /// Starts a program in a pod.
    ///
    /// - Parameters:
    ///   - words: The program and its arguments.
    ///   - pod: The pod's directory.
    ///   - adding: Variables for the program, over those of the pod.
    ///   - descriptors: What becomes standard input, output and errors.
    ///   - hasOwnGroup: Whether the program has a process group of its own, away from the terminal.
    /// - Throws: ``PodError`` if the pod doesn't run or the program can't be started.
    public init(
        _ words: [String],
        in pod: PodDirectory,
        adding: [String] = [],
        descriptors: (Int32, Int32, Int32) = (0, 1, 2),
        hasOwnGroup: Bool = false
    ) throws(PodError) {
        guard let record = try pod.record(), record.status == nil,
            let process = ProcessHandle(record.process, start: record.processStart)
        else {
            let title = pod.title
            throw PodError("pod \"\(title.name)\" does not run in namespace \"\(title.namespace)\"")
        }
        defer { process.release() }
        var ends: [Int32] = [-1, -1]
        let code = unsafe cln_pipe(&ends)
        guard code == 0 else {
            errno = code
            throw StateFile.failure("open a pipe")
        }
        defer { close(ends[0]) }
        let variables = try pod.environment() + adding
        let strings = CStrings()
        // SAFETY: everything that the new process reads stands until the call returns, and the
        // process has a copy of this one's memory from then on.
        var visit = unsafe cln_visit()
        unsafe visit.process = process.raw
        unsafe visit.directory = strings.text(record.directory)
        unsafe visit.words = UnsafePointer(strings.list(words))
        unsafe visit.variables = UnsafePointer(strings.list(variables))
        unsafe visit.descriptors = descriptors
        unsafe visit.has_own_group = hasOwnGroup ? 1 : 0
        unsafe visit.report = ends[1]
        pid = unsafe cln_pod_visit(&visit)
        let failure = errno
        close(ends[1])
        guard pid > 0 else {
            errno = failure
            throw StateFile.failure("enter the pod")
        }
        guard let failure = StartFailure(reading: ends[0]) else { return }
        var status: Int32 = 0
        _ = unsafe waitpid(pid, &status, 0)
        let plan = PodProcessPlan(
            hostname: "",
            mounts: [],
            settings: [],
            directory: record.directory,
            words: words,
            variables: []
        )
        throw failure.error(plan)
    }

    /// Waits until the program has ended.
    ///
    /// - Returns: Its status, or 128 and the number of the signal that ended it.
    public func wait() -> Int32 {
        var status: Int32 = 0
        while true {
            // SAFETY: the call fills the number that it is given.
            let ended = unsafe waitpid(pid, &status, 0)
            if ended == pid { return ProcessStatus.code(status) }
            if ended < 0, errno != EINTR { return 126 }
        }
    }
}

/// What `waitpid` says of how a process ended.
enum ProcessStatus {
    /// The exit status, or 128 and the signal's number.
    static func code(_ status: Int32) -> Int32 {
        let signal = status & 0x7f
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal
    }
}
