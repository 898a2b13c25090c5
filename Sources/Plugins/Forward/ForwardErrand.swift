internal import Upstreams

/// A question to the upstreams of a stanza.
///
/// `@unchecked Sendable`: restated from ``Errand``; all properties are immutable and Sendable.
final class ForwardErrand: Errand, @unchecked Sendable {
    private let upstreams: RuleUpstreams
    private let request: [UInt8]
    private let transport: UpstreamTransport
    private let deadline: UInt64?

    /// Prepares a question: a complete query, as the client sent it.
    init(
        key: ErrandKey,
        upstreams: RuleUpstreams,
        request: [UInt8],
        transport: UpstreamTransport,
        deadline: UInt64?
    ) {
        self.upstreams = upstreams
        self.request = request
        self.transport = transport
        self.deadline = deadline
        super.init(key: key)
    }

    override func start(_ done: @escaping (ErrandResult) -> Void) {
        guard let group = upstreams.group else {
            done(ErrandResult(.allLeadBack))
            return
        }
        unsafe request.withUnsafeBytes { request in
            let names = group.names
            unsafe group.exchange(request, over: transport, deadline: deadline) { outcome in
                switch outcome {
                case .reply(let reply):
                    let source = names[reply.upstream]
                    done(unsafe ErrandResult(octets: Array(reply.octets), source: source))
                case .failure(let failure): done(ErrandResult(failure))
                }
            }
        }
    }
}

extension UpstreamFailure {
    /// All upstreams of a stanza were left out.
    static let allLeadBack = UpstreamFailure(
        .noHealthyUpstream,
        "no healthy proxies: all lead back here"
    )
}
