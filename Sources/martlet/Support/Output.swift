import Glibc
import Synchronization

/// Standard output and standard error.
///
/// Output is collected and written in large pieces; the program flushes it at its end, and a
/// command that waits flushes it before.
enum Output {
    private static let pending = Mutex<[UInt8]>([])
    private static let pendingOctetsMax = 1 << 16

    /// Writes text to standard output.
    static func write(_ text: String) { write(Array(text.utf8)) }

    /// Writes octets to standard output.
    static func write(_ text: [UInt8]) {
        let isFull = pending.withLock { octets in
            octets.append(contentsOf: text)
            return octets.count >= pendingOctetsMax
        }
        if isFull { flush() }
    }

    /// Writes a line to standard output.
    static func line(_ text: String) {
        write(text)
        write("\n")
    }

    /// Writes what was collected for standard output.
    static func flush() {
        let octets = pending.withLock { octets in
            defer { octets = [] }
            return octets
        }
        send(octets, to: STDOUT_FILENO)
    }

    /// Writes a line to standard error, after all output so far.
    static func error(_ text: String) {
        flush()
        send(Array(text.utf8) + [UInt8(ascii: "\n")], to: STDERR_FILENO)
    }

    private static func send(_ octets: [UInt8], to descriptor: Int32) {
        var rest = octets[...]
        while !rest.isEmpty {
            // SAFETY: the call reads at most the count that it is given.
            let count = unsafe rest.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno != EINTR {
                // Nobody reads any more, as after `| head`; that is no error of the command.
                Glibc.exit(errno == EPIPE ? 0 : Failure.Status.refused.rawValue)
            }
        }
    }
}

/// Sets signals up for a program that may have been started with any of them blocked.
///
/// A closed pipe becomes an error of `write`; all other signals do what they usually do.
func prepareSignals() {
    _ = signal(SIGPIPE, SIG_IGN)
    var none = sigset_t()
    // SAFETY: both calls use the set that stands here.
    unsafe sigemptyset(&none)
    _ = unsafe pthread_sigmask(SIG_SETMASK, &none, nil)
}
