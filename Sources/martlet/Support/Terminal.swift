import Glibc

/// The terminal that a program was started on.
enum Terminal {
    /// Whether what is written to it goes nowhere, as it was closed.
    static var isGone: Bool { isGone(STDOUT_FILENO) }

    /// The system tells with an error of its own that a terminal was hung up.
    private static func isGone(_ descriptor: Int32) -> Bool {
        errno = 0
        return isatty(descriptor) == 0 && errno == EIO
    }

    /// Puts nothing in its place, so that what is still written is no error.
    static func forget() {
        // SAFETY: the path is a literal.
        let nothing = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        guard nothing >= 0 else { return }
        for descriptor: Int32 in 0...2 where isGone(descriptor) { dup2(nothing, descriptor) }
        close(nothing)
    }
}
