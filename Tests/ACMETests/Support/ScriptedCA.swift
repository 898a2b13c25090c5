import Addresses
import HTTPService
import KubernetesModel
import Synchronization

@testable import ACME

/// A CA of a few replies, in the clear on a port of the kernel's choice, that keeps what it was
/// asked.
final class ScriptedCA: Sendable {
    /// What it replies to a request; nil stands for what a CA usually says.
    typealias Script = @Sendable (_ path: String, _ count: Int) -> HTTPReply?

    private struct State {
        var counts: [String: Int] = [:]
        var nonces = 0
        var messages: [(path: String, header: Fields, payload: [UInt8])] = []
        var isProven = false
        var isFinal = false
    }

    let base: String
    private let service: HTTPService
    private let state = Mutex(State())

    init(_ script: @escaping Script = { _, _ in nil }) throws {
        let router = HTTPRouter()
        service = HTTPService(address: IPAddress(ipv4: 0x7F00_0001), port: 0, router: router)
        base = "http://127.0.0.1:\(try service.start().port)"
        let paths = [
            "/dir", "/nonce", "/account", "/account/1", "/new", "/order", "/authz", "/challenge",
            "/finalize", "/certificate",
        ]
        for path in paths {
            router[path] = { [weak self] request in self?.reply(request, script) ?? .text("") }
        }
    }

    deinit { service.stop(grace: .zero) }

    /// The requests that were signed: where, header and payload.
    var messages: [(path: String, header: Fields, payload: [UInt8])] {
        state.withLock { $0.messages }
    }

    private func reply(_ request: HTTPRequest, _ script: Script) -> HTTPReply {
        let count = state.withLock { state in
            state.counts[request.path, default: 0] += 1
            note(request, &state)
            return state.counts[request.path] ?? 0
        }
        var reply = script(request.path, count) ?? usual(request.path)
        if !reply.fields.contains(where: { $0.name == "replay-nonce" }) {
            let nonce = state.withLock { state in
                state.nonces += 1
                return "nonce-\(state.nonces)"
            }
            reply.fields.append(HTTPField("replay-nonce", nonce))
        }
        return reply
    }

    private func note(_ request: HTTPRequest, _ state: inout State) {
        guard request.method == "POST", let message = try? JSONReader.read(request.body),
            let header = try? JSONReader.read(
                Octets.ofBase64URL(message["protected"]?.string ?? "")
            ).object
        else { return }
        let payload = Octets.ofBase64URL(message["payload"]?.string ?? "")
        state.messages.append((request.path, header, payload))
        if request.path == "/challenge" { state.isProven = true }
        if request.path == "/finalize" { state.isFinal = true }
    }

    /// A reply of JSON.
    static func json(
        _ text: String,
        status: Int = 200,
        fields: [HTTPField] = []
    ) -> HTTPReply {
        HTTPReply(status: status, fields: fields, body: Array(text.utf8))
    }

    /// A refusal.
    static func problem(_ kind: String, _ detail: String, status: Int = 400) -> HTTPReply {
        json(
            #"{"type":"urn:ietf:params:acme:error:\#(kind)","detail":"\#(detail)"}"#,
            status: status,
            fields: [HTTPField("content-type", "application/problem+json")]
        )
    }

    private func usual(_ path: String) -> HTTPReply {
        let (isProven, isFinal) = state.withLock { ($0.isProven, $0.isFinal) }
        switch path {
        case "/dir":
            return Self.json(
                #"{"newNonce":"\#(base)/nonce","newAccount":"\#(base)/account","#
                    + #""newOrder":"\#(base)/new"}"#
            )
        case "/account":
            return Self.json(
                #"{"status":"valid","contact":["mailto:old@dns.test"]}"#,
                status: 200,
                fields: [HTTPField("location", "\(base)/account/1")]
            )
        case "/new", "/order", "/finalize":
            let status = isFinal ? "valid" : isProven ? "ready" : "pending"
            return Self.json(
                #"{"status":"\#(status)","authorizations":["\#(base)/authz"],"#
                    + #""finalize":"\#(base)/finalize","certificate":"\#(base)/certificate"}"#,
                status: path == "/new" ? 201 : 200,
                fields: [HTTPField("location", "\(base)/order")]
            )
        case "/authz":
            return Self.json(
                #"{"status":"\#(isProven ? "valid" : "pending")","#
                    + #""identifier":{"type":"dns","value":"dns.test"},"#
                    + #""challenges":[{"type":"dns-01","url":"\#(base)/challenge","token":"abc"}]}"#
            )
        case "/certificate": return .text("no certificate\n")
        default: return Self.json("{}")
        }
    }
}
