internal import Addresses
internal import NIOCore

/// A stream of messages, each behind its length (RFC 1035 §4.2.2, RFC 7858 §3.3).
///
/// Queries follow each other without waiting for answers, which may come in any order
/// (RFC 7766 §6.2.1.1).
final class StreamConnection: StreamCarrier {
    private var channel: (any Channel)?
    private var output = ByteBuffer()
    private var input = ByteBuffer()
    private var isQueued = false
    private var answerCount = 0
    private var strayCount = 0
    private var path = ""

    override func failure(_ end: AttemptEnd) -> UpstreamFailure {
        let isDial = channel == nil
        let reason: StreamEnd.Reason
        switch end {
        case .timeout: reason = .timeout
        case .system(let code): reason = .system(code)
        case .closed: reason = .closed
        case .told(let kind, let text): return UpstreamFailure(kind, text)
        }
        return StreamEnd(reason, isDial: isDial).failure(path, upstream.endpoint)
    }

    override func send(_ wire: [UInt8], _ attempt: Attempt) {
        guard !isClosed else { return }
        output.writeInteger(UInt16(wire.count))
        output.writeInteger(attempt.id)
        output.writeBytes(wire.dropFirst(2))
        queue()
    }

    private func queue() {
        guard !isQueued, channel != nil else { return }
        isQueued = true
        upstream.table.willFlush(self)
    }

    override func flush() {
        isQueued = false
        guard let channel, output.readableBytes > 0 else { return }
        channel.writeAndFlush(output, promise: nil)
        output = ByteBuffer()
    }

    override func close() {
        guard !isClosed else { return }
        isClosed = true
        output = ByteBuffer()
        channel?.close(promise: nil)
    }

    /// Sends what has been waiting for the stream to open.
    func opened(_ channel: any Channel) {
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
        else {
            return "\(address)"
        }
        return socketText(host, UInt16(clamping: port))
    }

    /// Fails what was on its way.
    func ended(_ end: StreamEnd) {
        guard !isClosed else { return }
        isClosed = true
        isRetired = true
        output = ByteBuffer()
        // An upstream may close a stream that it thinks idle while a query is on its way.
        var wasIdle = false
        if case .closed = end.reason { wasIdle = answerCount > 0 && input.readableBytes == 0 }
        failAll(end.failure(path, upstream.endpoint), canReconnect: wasIdle)
        channel = nil
    }

    /// Takes octets, and from them the messages that are complete.
    func received(_ buffer: ByteBuffer) {
        guard !isClosed else { return }
        heardAt = upstream.table.now
        var buffer = buffer
        if input.readableBytes == 0 { input = buffer } else { input.writeBuffer(&buffer) }
        while !isClosed, let length = input.getInteger(at: input.readerIndex, as: UInt16.self),
            var message = input.getSlice(at: input.readerIndex + 2, length: Int(length))
        {
            input.moveReaderIndex(forwardBy: 2 + Int(length))
            take(&message)
        }
        if input.readableBytes == 0 { input = ByteBuffer() } else { input.discardReadBytes() }
    }

    private func take(_ message: inout ByteBuffer) {
        let isOurs = unsafe message.withUnsafeMutableReadableBytes { octets in
            unsafe upstream.received(octets, on: self, isCut: false)
        }
        guard !isOurs else {
            answerCount += 1
            return
        }
        strayCount += 1
        guard strayCount > Limits.strayMessageCountMax else { return }
        let failure = UpstreamFailure(
            .badReply,
            "tcp \(upstream.endpoint): \(strayCount) replies to nothing that was asked"
        )
        close()
        isRetired = true
        failAll(failure)
    }
}
