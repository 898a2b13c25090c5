internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Why a stream is of no use any more.
struct StreamEnd: Sendable {
    /// How it came to its end.
    enum Reason: Sendable {
        /// The other side closed it.
        case closed
        /// It couldn't be opened in time.
        case timeout
        /// The system says why.
        case system(Int32)
        /// TLS says why.
        case secure(String)
        /// Something else.
        case other(String)
    }

    /// How it came to its end.
    let reason: Reason
    /// Whether it was never opened.
    let isDial: Bool

    init(_ reason: Reason, isDial: Bool) {
        self.reason = reason
        self.isDial = isDial
    }

    /// Reads an error of a channel.
    init(_ error: any Error, isDial: Bool) {
        self.isDial = isDial
        switch error {
        case let error as IOError:
            reason = .system(error.errnoCode)
        case let error as NIOConnectionError:
            let first = error.connectionErrors.first?.error
            reason = StreamEnd(first ?? ChannelError.eof, isDial: isDial).reason
        case ChannelError.connectTimeout:
            reason = .timeout
        case ChannelError.eof:
            reason = .closed
        case NIOSSLError.uncleanShutdown:
            reason = .closed
        case NIOSSLError.handshakeFailed(let error):
            reason = .secure("handshake failed: \(error)")
        case let error as NIOSSLError:
            reason = .secure("\(error)")
        case let error as NIOSSLExtraError:
            reason = .secure("\(error)")
        case let error as BoringSSLError:
            reason = .secure("\(error)")
        default:
            reason = .other("\(error)")
        }
    }

    /// What happened, as a failure at an address.
    func failure(_ path: String, _ endpoint: UpstreamEndpoint) -> UpstreamFailure {
        let call = isDial ? "dial tcp \(endpoint)" : "read tcp \(path)"
        return switch reason {
        case .closed: UpstreamFailure(.unreachable, "\(call): EOF")
        case .timeout: UpstreamFailure(.timeout, "\(call): i/o timeout")
        case .system(let code):
            UpstreamFailure(
                .unreachable,
                "\(call): \(isDial ? "connect: " : "")\(errorText(code))"
            )
        case .secure(let text): UpstreamFailure(.tls, "tls \(endpoint): \(text)")
        case .other(let text): UpstreamFailure(.unreachable, "\(call): \(text)")
        }
    }
}
