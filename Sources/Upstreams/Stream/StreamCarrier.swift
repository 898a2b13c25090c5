internal import Addresses
internal import NIOCore

/// A stream to an upstream: what plain TCP, TLS and HTTPS have in common.
class StreamCarrier: Carrier {
    /// When something arrived last.
    final var heardAt: UInt64 = 0
    /// Whether the stream is of no use any more.
    final private(set) var isClosed = false
    /// Messages that arrived and were asked for.
    final var answerCount = 0
    /// The connection; nil until it is open.
    final private(set) var channel: (any Channel)?
    private var path = ""
    private var isQueued = false

    override var transport: UpstreamTransport { .tcp }

    override func failure(_ end: AttemptEnd) -> UpstreamFailure {
        let reason: StreamEnd.Reason
        switch end {
        case .timeout: reason = .timeout
        case .system(let code): reason = .system(code)
        case .closed: reason = .closed
        case .told(let kind, let text): return UpstreamFailure(kind, text)
        }
        return StreamEnd(reason, isDial: channel == nil).failure(path, upstream.endpoint)
    }

    /// Sends the query of an attempt, at the end of the turn.
    func send(_ wire: [UInt8], _ attempt: Attempt) {}

    /// Writes what has gathered.
    func write(_ channel: any Channel) {}

    /// Forgets what has gathered.
    func forgetOutput() {}

    /// Whether part of a message has arrived.
    var hasPartialMessage: Bool { false }

    /// Takes octets that arrived.
    func received(_ buffer: ByteBuffer) {}

    /// Has ``write(_:)`` called at the end of the turn, once the stream is open.
    final func queue() {
        guard !isQueued, channel != nil else { return }
        isQueued = true
        upstream.table.willFlush(self)
    }

    /// Sends what has gathered.
    final func flush() {
        isQueued = false
        if let channel, !isClosed { write(channel) }
    }

    /// Closes the stream.
    final func close() {
        guard !isClosed else { return }
        isClosed = true
        forgetOutput()
        channel?.close(promise: nil)
    }

    /// Closes the stream and fails what is on its way.
    final func close(_ failure: UpstreamFailure) {
        isRetired = true
        close()
        failAll(failure)
    }

    /// Sends what has been waiting for the stream to open.
    final func opened(_ channel: any Channel) {
        self.channel = channel
        guard !isClosed else {
            channel.close(promise: nil)
            return
        }
        let local = channel.localAddress.map { Self.text($0) } ?? ""
        path = "\(local)->\(upstream.endpoint)"
        queue()
    }

    private static func text(_ address: NIOCore.SocketAddress) -> String {
        guard let host = address.ipAddress.flatMap({ IPAddress($0) }), let port = address.port
        else { return "\(address)" }
        return socketText(host, UInt16(clamping: port))
    }

    /// Fails what was on its way.
    final func ended(_ end: StreamEnd) {
        guard !isClosed else { return }
        isClosed = true
        isRetired = true
        forgetOutput()
        // An upstream may close a stream that it thinks idle while a query is on its way.
        var wasIdle = false
        if case .closed = end.reason { wasIdle = answerCount > 0 && !hasPartialMessage }
        failAll(end.failure(path, upstream.endpoint), canReconnect: wasIdle)
        channel = nil
    }

    /// Has it closed once the last answer has come.
    final func retire() {
        isRetired = true
        attemptEnded()
    }

    override func attemptEnded() {
        if isRetired, attemptCount == 0, !isClosed { close() }
    }

    /// Closes the stream if nothing has arrived since an attempt that timed out: it may be dead,
    /// and what it was given to send would pile up.
    final func wasSilent(since time: UInt64) {
        guard !isClosed, heardAt <= time else { return }
        close(failure(.timeout))
    }

    /// Whether it has room for one more query without another having to wait.
    final var hasRoom: Bool { attemptCount < Limits.pipelineDepth }
}
