internal import NIOCore
internal import NIOHTTP2

/// A connection to an upstream that speaks DNS over HTTPS (RFC 8484), each query a stream of
/// HTTP/2 in it.
final class HTTPSConnection: StreamCarrier {
    /// What the streams' thread tells this one by.
    var link: StreamLink?
    private let request: HTTPSRequest
    private var output: [(attempt: Attempt, wire: [UInt8])] = []
    private var multiplexer: NIOHTTP2Handler.StreamMultiplexer?

    init(_ upstream: Upstream, now: UInt64, _ request: HTTPSRequest) {
        self.request = request
        super.init(upstream, now: now)
    }

    /// Puts HTTP/2 into the pipeline of a new connection.
    static func configure(_ channel: any Channel, _ link: StreamLink) throws {
        var stream = NIOHTTP2Handler.StreamConfiguration()
        stream.targetWindowSize = Limits.bodyOctetsMax + 1
        let operations = channel.pipeline.syncOperations
        let multiplexer = try operations.configureHTTP2Pipeline(
            mode: .client,
            connectionConfiguration: .init(),
            streamConfiguration: stream
        ) { pushed in
            // Nothing that was pushed was asked for (RFC 8484 §5.2 allows it; we don't).
            pushed.close()
        }
        try operations.addHandler(HTTPSControlHandler(link))
        try operations.addHandler(StreamHandler(link, isSecure: true, wanted: "h2"))
        link.post(multiplexer) { stream, multiplexer in
            (stream as? HTTPSConnection)?.multiplexer = multiplexer
        }
    }

    override func send(_ wire: [UInt8], _ attempt: Attempt) {
        guard !isClosed else { return }
        // The identifier stays 0, so that equal questions are equal requests (RFC 8484 §4.1).
        output.append((attempt, wire))
        queue()
    }

    override func forgetOutput() {
        output = []
    }

    override func write(_ channel: any Channel) {
        guard let multiplexer, let link else { return }
        // Later than the loop gives up: this only sees to it that streams don't pile up.
        let wait =
            TimeAmount.nanoseconds(Int64(clamping: request.timeout.nanoseconds)) + .seconds(1)
        for (attempt, wire) in output {
            let (headers, body) = request.message(wire)
            let promise = channel.eventLoop.makePromise(of: (any Channel).self)
            let report: @Sendable (HTTPSResult) -> Void = { result in
                link.post(result) { stream, result in
                    (stream as? HTTPSConnection)?.finished(attempt, result)
                }
            }
            promise.futureResult.whenFailure { report(.failure("no stream: \($0)")) }
            multiplexer.createStreamChannel(promise: promise) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        HTTPSExchange(headers, body, timeout: wait, finish: report)
                    )
                }
            }
        }
        output.removeAll(keepingCapacity: true)
    }

    /// Takes the outcome of a request.
    private func finished(_ attempt: Attempt, _ result: HTTPSResult) {
        guard !isClosed else { return }
        let table = upstream.table
        heardAt = table.now
        guard table.carrier(attempt) === self else { return }
        switch result {
        case .failure(let text):
            table.fail(
                attempt,
                UpstreamFailure(.badReply, "https \(upstream.endpoint): \(text)"),
                canReconnect: false
            )
        case .message(var body):
            answerCount += 1
            unsafe body.withUnsafeMutableReadableBytes { octets in
                unsafe upstream.received(attempt, on: self, octets, isCut: false)
            }
        }
    }
}

/// Takes what the server says about the connection rather than in a stream.
final class HTTPSControlHandler: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame

    private let link: StreamLink

    init(_ link: StreamLink) {
        self.link = link
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .goAway = unwrapInboundIn(data).payload else { return }
        // The server takes no more requests here, and answers those it has (RFC 9113 §6.8).
        link.post(()) { stream, _ in stream.retire() }
    }
}
