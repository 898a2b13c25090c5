internal import Glibc
internal import NIOCore

/// What the system says about a connection or a listener that failed.
enum IOFailure {
    /// The reason, as `strerror` words it where there is a number.
    static func text(_ error: any Error) -> String {
        switch error {
        case let error as IOError:
            // SAFETY: the text is copied before another call on this thread can change it.
            let text = unsafe strerror(error.errnoCode).map { unsafe String(cString: $0) }
            return text ?? "error \(error.errnoCode)"
        case ChannelError.connectTimeout:
            return "no answer in \(Limits.connectSeconds) s"
        default: return "\(error)"
        }
    }
}
