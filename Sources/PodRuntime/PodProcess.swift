internal import CLinuxNet
import Glibc

/// What a pod's first process makes before the program runs.
struct PodProcessPlan {
    /// The kernel's node name.
    var hostname: String
    /// Files to mount over others.
    var mounts: [(source: String, target: String)]
    /// Files of `/proc/sys` and what to write into them.
    var settings: [(path: String, value: String)]
    /// The program's working directory.
    var directory: String
    /// The program and its arguments; empty for none.
    var words: [String]
    /// The program's environment, `NAME=VALUE` each.
    var variables: [String]
    /// What becomes standard input, output and errors.
    var descriptors: (Int32, Int32, Int32) = (0, 1, 2)
}

/// A process that is known by a descriptor, so that its number can't mean another one.
struct ProcessHandle {
    /// The process's number.
    let pid: Int32
    private let descriptor: Int32

    /// Opens a process; nil if it isn't there.
    ///
    /// - Parameters:
    ///   - pid: The process's number.
    ///   - start: When it began, in the kernel's ticks; nil for whatever has the number.
    init?(_ pid: Int32, start: UInt64? = nil) {
        guard pid > 0 else { return nil }
        let descriptor = cln_process_open(pid)
        guard descriptor >= 0 else { return nil }
        // Looked at after it is held: the number can't go to another process in between.
        if let start, ProcessHandle.start(pid) != start {
            close(descriptor)
            return nil
        }
        self.pid = pid
        self.descriptor = descriptor
    }

    /// Sends a signal.
    func send(_ signal: Int32) { _ = cln_process_signal(descriptor, signal) }

    /// Waits until the process has ended; false if it takes longer.
    func wait(milliseconds: Int) -> Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // SAFETY: the call fills the one structure that it is given.
        return unsafe poll(&polled, 1, Int32(clamping: milliseconds)) == 1
    }

    /// Lets go of the process.
    func release() { close(descriptor) }

    /// The descriptor, for the call that enters the process's namespaces.
    var raw: Int32 { descriptor }

    /// When a process began, in the kernel's ticks (proc_pid_stat(5), field 22); nil if it is gone.
    static func start(_ pid: Int32) -> UInt64? {
        guard let octets = try? StateFile.read("/proc/\(pid)/stat"),
            // The name in parentheses may hold anything, spaces and parentheses too.
            let end = octets.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = octets[(end + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > 19 else { return nil }
        return UInt64(String(decoding: fields[19], as: UTF8.self))
    }
}

/// The start of a pod's processes, in steps.
struct PodProcess {
    /// The number of the pod's first process.
    let pid: Int32
    private let gate: Int32
    private let report: Int32
    private let plan: PodProcessPlan

    /// Makes the namespaces and their first process, which waits.
    init(_ plan: PodProcessPlan) throws(PodError) {
        var gate: (Int32, Int32) = (-1, -1)
        var report: (Int32, Int32) = (-1, -1)
        try PodProcess.open(&gate)
        try PodProcess.open(&report)
        let strings = CStrings()
        let mounts = unsafe plan.mounts.map {
            unsafe cln_pair(first: strings.text($0.source), second: strings.text($0.target))
        }
        let settings = unsafe plan.settings.map {
            unsafe cln_pair(first: strings.text($0.path), second: strings.text($0.value))
        }
        // SAFETY: everything that the new process reads stands until the call returns, and the
        // process has a copy of this one's memory from then on.
        let pid = unsafe mounts.withUnsafeBufferPointer { mounts in
            unsafe settings.withUnsafeBufferPointer { settings in
                var pod = unsafe cln_pod()
                unsafe pod.hostname = strings.text(plan.hostname)
                unsafe pod.mounts = mounts.baseAddress
                unsafe pod.mount_count = mounts.count
                unsafe pod.settings = settings.baseAddress
                unsafe pod.setting_count = settings.count
                unsafe pod.directory = strings.text(plan.directory)
                unsafe pod.words =
                    plan.words.isEmpty ? nil : UnsafePointer(strings.list(plan.words))
                unsafe pod.variables = UnsafePointer(strings.list(plan.variables))
                unsafe pod.descriptors = plan.descriptors
                unsafe pod.gate = gate.0
                unsafe pod.report = report.1
                // Or the process would keep the gate open for itself, and never see this one go.
                unsafe pod.other_end = gate.1
                return unsafe cln_pod_start(&pod)
            }
        }
        let code = errno
        close(gate.0)
        close(report.1)
        guard pid > 0 else {
            close(gate.1)
            close(report.0)
            errno = code
            throw StateFile.failure("make the pod's namespaces")
        }
        self.pid = pid
        self.gate = gate.1
        self.report = report.0
        self.plan = plan
    }

    private static func open(_ ends: inout (Int32, Int32)) throws(PodError) {
        var pair: [Int32] = [-1, -1]
        let code = unsafe cln_pipe(&pair)
        guard code == 0 else {
            errno = code
            throw StateFile.failure("open a pipe")
        }
        ends = (pair[0], pair[1])
    }

    /// Lets the first process go on, and waits until the program runs.
    ///
    /// - Throws: ``PodError`` with the step that failed.
    func begin() throws(PodError) {
        var octet: UInt8 = 1
        // SAFETY: one octet is read from where one stands.
        _ = unsafe write(gate, &octet, 1)
        close(gate)
        defer { close(report) }
        guard let failure = StartFailure(reading: report) else { return }
        throw failure.error(plan)
    }

    /// Gives up: the first process ends when it sees nobody at the gate.
    func giveUp() {
        close(gate)
        close(report)
    }
}

/// What a new process says when it can't go on.
struct StartFailure {
    private let stage: Int32
    private let code: Int32
    private let index: Int32

    /// Reads what the process says; nil if it says nothing, as the program runs.
    init?(reading file: Int32) {
        var record = cln_report()
        let octets = MemoryLayout<cln_report>.size
        var count: Int
        repeat {
            // SAFETY: the call writes at most as many octets as the structure has.
            count = unsafe read(file, &record, octets)
        } while count < 0 && errno == EINTR
        guard count == octets else { return nil }
        stage = record.stage
        code = record.code
        index = record.index
    }

    /// The failure as an error that names what was to be done.
    func error(_ plan: PodProcessPlan) -> PodError {
        // SAFETY: the text is copied before another call on this thread can change it.
        let reason = unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
        let word = plan.words.first ?? ""
        switch UInt32(stage) {
        case CLN_STAGE_PROGRAM.rawValue where code == ENOENT:
            return PodError(
                "there is no program \"\(word)\": "
                    + (word.contains("/") ? "no such file" : "it is in no directory of PATH"),
                kind: .program(127)
            )
        case CLN_STAGE_PROGRAM.rawValue where code == E2BIG:
            return PodError(
                "the arguments and the environment of \"\(word)\" are too long for the kernel: with"
                    + " many services in the namespace, use --no-service-links",
                kind: .program(126)
            )
        case CLN_STAGE_PROGRAM.rawValue:
            return PodError("cannot run \"\(word)\": \(reason)", kind: .program(126))
        case CLN_STAGE_DIRECTORY.rawValue:
            return PodError("cannot go to the directory \(plan.directory): \(reason)")
        case CLN_STAGE_MOUNT.rawValue:
            let target = plan.mounts.indices.contains(Int(index)) ? plan.mounts[Int(index)].1 : ""
            return PodError("cannot mount the pod's own \(target): \(reason)")
        case CLN_STAGE_HOSTNAME.rawValue:
            return PodError("cannot set the hostname \(plan.hostname): \(reason)")
        case CLN_STAGE_ENTER.rawValue:
            return PodError("cannot enter the pod's namespaces: \(reason)")
        default:
            return PodError("cannot set up the pod's namespaces (step \(stage)): \(reason)")
        }
    }
}
