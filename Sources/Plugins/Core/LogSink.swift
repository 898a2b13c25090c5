internal import Dispatch
internal import Glibc
internal import Synchronization

/// Takes lines for people, and lets one thread of the server write them.
///
/// A worker that logs copies a line into a bounded buffer and goes on: it never waits for the
/// terminal or pipe behind it. Lines that find the buffer full are counted, and the count is
/// written when there is room again.
///
/// The thread that writes is woken once for a line that comes after a pause; under load it gathers
/// lines for a moment and writes them together, so that a line costs a copy and no system call.
public final class LogSink: Sendable {
    /// Octets that wait to be written, at most.
    public static let bufferOctetsMax = 1 << 20

    /// How long lines are gathered between two writes.
    private static let gatheringTime = DispatchTimeInterval.milliseconds(2)

    private struct State: ~Copyable {
        var waiting = LogBuffer(capacity: LogSink.bufferOctetsMax)
        var dropped = 0
        var droppedTotal = 0
        var isClosed = false
        /// Whether the thread that writes waits for a line, however long that takes.
        var isIdle = false

        /// Keeps a line; whether the thread that writes is to be woken.
        mutating func take(_ line: UnsafeRawBufferPointer) -> Bool {
            let before = waiting.count
            guard !isClosed, unsafe waiting.append(line: line) else {
                dropped += 1
                droppedTotal += 1
                return false
            }
            let half = LogSink.bufferOctetsMax / 2
            let wakes = isIdle || (before < half && waiting.count >= half)
            isIdle = false
            return wakes
        }
    }

    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)
    private let descriptor: Int32

    /// Creates a sink that writes to a file descriptor; by default standard output.
    public init(descriptor: Int32 = 1) {
        self.descriptor = descriptor
    }

    /// Lines that were dropped since the sink was made.
    public var droppedCount: Int { state.withLock { $0.droppedTotal } }

    /// Takes a line, without its end.
    public func write(_ line: String) {
        var line = line
        line.withUTF8 { unsafe write(octets: UnsafeRawBufferPointer($0)) }
    }

    /// Takes a line as octets, without its end: copies them and allocates nothing.
    public func write(octets line: UnsafeRawBufferPointer) {
        let wakes = state.withLock { unsafe $0.take(line) }
        if wakes { signal.signal() }
    }

    /// Lets ``run()`` end once everything is written; later lines are dropped.
    public func close() {
        state.withLock { $0.isClosed = true }
        signal.signal()
    }

    /// Writes lines as they come, until the sink is closed; blocks the calling thread.
    public func run() {
        var lines = LogBuffer(capacity: LogSink.bufferOctetsMax)
        while true {
            let (dropped, isClosed) = state.withLock { state in
                swap(&state.waiting, &lines)
                defer { state.dropped = 0 }
                state.isIdle = lines.count == 0
                return (state.dropped, state.isClosed)
            }
            unsafe writeAll(lines.octets)
            if dropped > 0 {
                let warning = "[WARNING] \(dropped) log lines dropped: output too slow\n"
                unsafe Array(warning.utf8).withUnsafeBytes { unsafe writeAll($0) }
            }
            guard lines.count == 0 else {
                lines.removeAll()
                if !isClosed { _ = signal.wait(timeout: .now() + LogSink.gatheringTime) }
                continue
            }
            if isClosed { return }
            signal.wait()
        }
    }

    private func writeAll(_ octets: UnsafeRawBufferPointer) {
        var offset = 0
        while offset < octets.count {
            let rest = unsafe UnsafeRawBufferPointer(rebasing: octets[offset...])
            let count = unsafe Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            // Nobody reads any more: what is left has nowhere to go.
            guard count > 0 else { return }
            offset += count
        }
    }
}

/// Lines that wait, in memory of a fixed size.
///
/// `@unchecked Sendable`: owned by one value, which is used under the sink's lock or by the thread
/// that writes.
@safe
private struct LogBuffer: ~Copyable, @unchecked Sendable {
    private let memory: UnsafeMutableRawBufferPointer
    /// The octets in it.
    private(set) var count = 0

    init(capacity: Int) {
        // The kernel gives the pages when they are first written.
        unsafe memory = .allocate(byteCount: capacity, alignment: 16)
    }

    deinit {
        unsafe memory.deallocate()
    }

    var octets: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(rebasing: memory[..<count])
    }

    mutating func removeAll() { count = 0 }

    /// Appends a line and its end; false, with nothing appended, if there is no room.
    mutating func append(line: UnsafeRawBufferPointer) -> Bool {
        guard unsafe memory.count - count > line.count, let base = unsafe memory.baseAddress else {
            return false
        }
        if let source = line.baseAddress {
            // SAFETY: line.count + 1 octets are free behind `count` (checked above).
            unsafe (base + count).copyMemory(from: source, byteCount: line.count)
        }
        count += line.count
        unsafe base.storeBytes(of: UInt8(ascii: "\n"), toByteOffset: count, as: UInt8.self)
        count += 1
        return true
    }
}
