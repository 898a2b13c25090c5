internal import NIOCore

/// A stream of messages, each behind its length (RFC 1035 §4.2.2, RFC 7858 §3.3).
///
/// Queries follow each other without waiting for answers, which may come in any order
/// (RFC 7766 §6.2.1.1).
final class StreamConnection: StreamCarrier {
    private var output = ByteBuffer()
    private var input = ByteBuffer()
    private var strayCount = 0

    override var hasPartialMessage: Bool { input.readableBytes > 0 }

    override func send(_ wire: [UInt8], _ attempt: Attempt) {
        guard !isClosed else { return }
        output.writeInteger(UInt16(wire.count))
        output.writeInteger(attempt.id)
        output.writeBytes(wire[2...])
        queue()
    }

    override func write(_ channel: any Channel) {
        guard output.readableBytes > 0 else { return }
        channel.writeAndFlush(output, promise: nil)
        output = ByteBuffer()
    }

    override func forgetOutput() {
        output = ByteBuffer()
    }

    /// Takes octets, and from them the messages that are complete.
    override func received(_ buffer: ByteBuffer) {
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
        close(
            UpstreamFailure(
                .badReply,
                "tcp \(upstream.endpoint): \(strayCount) replies to nothing that was asked"
            )
        )
    }
}
