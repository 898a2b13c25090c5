internal import Dispatch
internal import Glibc
internal import Synchronization

/// Takes lines for people, and lets one thread of the server write them.
///
/// A worker that logs copies a line into a bounded buffer and goes on: it never waits for the
/// terminal or pipe behind it. Lines that find the buffer full are counted, and the count is
/// written when there is room again.
public final class LogSink: Sendable {
    /// Octets that wait to be written, at most.
    public static let bufferOctetsMax = 1 << 20

    private struct State {
        var waiting: [UInt8] = []
        var dropped = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let signal = DispatchSemaphore(value: 0)
    private let descriptor: Int32

    /// Creates a sink that writes to a file descriptor; by default standard output.
    public init(descriptor: Int32 = 1) {
        self.descriptor = descriptor
    }

    /// Takes a line, without its end.
    public func write(_ line: String) {
        let isFirst = state.withLock { state in
            guard !state.isClosed, state.waiting.count + line.utf8.count < LogSink.bufferOctetsMax
            else {
                state.dropped += 1
                return false
            }
            let isFirst = state.waiting.isEmpty
            state.waiting.append(contentsOf: line.utf8)
            state.waiting.append(UInt8(ascii: "\n"))
            return isFirst
        }
        if isFirst { signal.signal() }
    }

    /// Lets ``run()`` end once everything is written; later lines are dropped.
    public func close() {
        state.withLock { $0.isClosed = true }
        signal.signal()
    }

    /// Writes lines as they come, until the sink is closed; blocks the calling thread.
    public func run() {
        while true {
            let (octets, dropped, isClosed) = state.withLock { state in
                defer {
                    state.waiting = []
                    state.dropped = 0
                }
                return (state.waiting, state.dropped, state.isClosed)
            }
            writeAll(octets)
            if dropped > 0 {
                writeAll(Array("[WARNING] \(dropped) log lines dropped: output too slow\n".utf8))
            }
            guard octets.isEmpty else { continue }
            if isClosed { return }
            signal.wait()
        }
    }

    private func writeAll(_ octets: [UInt8]) {
        var offset = 0
        while offset < octets.count {
            let count = unsafe octets[offset...].withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            // Nobody reads any more: what is left has nowhere to go.
            guard count > 0 else { return }
            offset += count
        }
    }
}
