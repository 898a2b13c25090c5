import Addresses
import HTTPService
import KubernetesModel
import NIOHTTP1
import Synchronization
import Testing

@testable import ACME

@Suite("RFC 8555 §7: a conversation with a CA", .timeLimit(.minutes(5)))
struct SessionTests {
    /// Orders a certificate for `dns.test`; what comes of it.
    private static func obtain(
        _ ca: ScriptedCA,
        _ name: String = "dns.test",
        board: ChallengeBoard = ChallengeBoard()
    ) async throws -> Result<[UInt8], ACMEError> {
        let url = try #require(HTTPURL("\(ca.base)/dir"))
        let client = HTTPClient(authorities: nil, lookup: nil)
        let name = try ManagedName(name)
        let key = try SigningKey()
        let result: Result<[UInt8], ACMEError>
        do throws(ACMEError) {
            var session = try await Session(client, url, key: try SigningKey())
            try await session.enter(contact: "new@dns.test")
            result = .success(try await session.obtain(name, key: key, board: board))
        } catch {
            result = .failure(error)
        }
        await client.end()
        return result
    }

    private static func error(
        _ ca: ScriptedCA,
        _ name: String = "dns.test"
    ) async throws -> ACMEError {
        switch try await obtain(ca, name) {
        case .success(let octets):
            throw Unexpected(text: String(decoding: octets, as: UTF8.self))
        case .failure(let error): return error
        }
    }

    private struct Unexpected: Error {
        let text: String
    }

    @Test func `an order goes its way, each request with a new nonce and the account's name`()
        async throws
    {
        let ca = try ScriptedCA()
        let board = ChallengeBoard()
        let result = try await Self.obtain(ca, board: board)
        #expect(try result.get() == Array("no certificate\n".utf8))
        #expect(board.isEmpty)
        let messages = ca.messages
        #expect(
            messages.map(\.path) == [
                "/account", "/account/1", "/new", "/authz", "/challenge", "/authz", "/order",
                "/finalize", "/order", "/certificate",
            ]
        )
        #expect(Set(messages.compactMap { $0.header["nonce"]?.string }).count == messages.count)
        #expect(messages.allSatisfy { $0.header["alg"] == "ES256" })
        #expect(messages.allSatisfy { $0.header["url"]?.string == "\(ca.base)\($0.path)" })
        #expect(messages[0].header["jwk"] != nil && messages[0].header["kid"] == nil)
        for message in messages.dropFirst() {
            #expect(message.header["jwk"] == nil)
            #expect(message.header["kid"]?.string == "\(ca.base)/account/1")
        }
        let account = try JSONReader.read(messages[0].payload)
        #expect(account["termsOfServiceAgreed"] == true)
        #expect(try JSONReader.read(messages[1].payload)["contact"] == ["mailto:new@dns.test"])
        // What only reads has no payload; what answers a challenge has an empty object.
        #expect(messages[3].payload == [] && messages[4].payload == Array("{}".utf8))
    }

    @Test func `the record is there while the CA looks, and gone after`() async throws {
        let board = ChallengeBoard()
        let seen = Mutex<[[String]]>([])
        let ca = try ScriptedCA { path, _ in
            if path == "/challenge" {
                seen.withLock { $0.append(board.texts(at: "_acme-challenge.dns.test")) }
            }
            return nil
        }
        _ = try await Self.obtain(ca, board: board).get()
        #expect(seen.withLock { $0 }.map(\.count) == [1])
        #expect(board.isEmpty)
    }

    @Test func `a nonce that the CA doesn't know is no failure`() async throws {
        let ca = try ScriptedCA { path, count in
            path == "/new" && count <= 3 ? ScriptedCA.problem("badNonce", "old") : nil
        }
        _ = try await Self.obtain(ca).get()
        #expect(ca.messages.filter { $0.path == "/new" }.count == 4)
    }

    @Test func `a CA that knows no nonce at all is given up`() async throws {
        let ca = try ScriptedCA { path, _ in
            path == "/account" ? ScriptedCA.problem("badNonce", "old") : nil
        }
        let error = try await Self.error(ca)
        #expect(error.problem?.isBadNonce == true)
        #expect(ca.messages.count == Limits.nonceTriesMax)
    }

    @Test func `what the CA says of a refusal is told, and when to come again`() async throws {
        let ca = try ScriptedCA { path, _ in
            guard path == "/new" else { return nil }
            var reply = ScriptedCA.problem("rateLimited", "too many", status: 429)
            reply.fields.append(HTTPField("retry-after", "7200"))
            return reply
        }
        let error = try await Self.error(ca)
        #expect(error.code == .refused && error.retryAfter == 7_200)
        #expect(
            error.description == "\(ca.base)/new refuses an order for dns.test (status 429):"
                + " rateLimited: too many"
        )
    }

    @Test func `a failed challenge names the record`() async throws {
        let board = ChallengeBoard()
        let ca = try ScriptedCA { path, count in
            guard path == "/authz", count > 1 else { return nil }
            return ScriptedCA.json(
                #"{"status":"invalid","identifier":{"type":"dns","value":"dns.test"},"#
                    + #""challenges":[{"type":"dns-01","url":"http://127.0.0.1/","token":"abc","#
                    + #""error":{"type":"urn:ietf:params:acme:error:dns","detail":"NXDOMAIN"}}]}"#
            )
        }
        let result = try await Self.obtain(ca, board: board)
        guard case .failure(let error) = result else { throw Unexpected(text: "\(result)") }
        #expect(error.code == .challengeFailed && error.problem?.description == "dns: NXDOMAIN")
        #expect(error.description.contains("_acme-challenge.dns.test"))
        #expect(board.isEmpty)
    }

    @Test func `an authorization for another name is not proven`() async throws {
        let ca = try ScriptedCA()
        let error = try await Self.error(ca, "victim.test")
        #expect(error.code == .malformed && error.message.hasSuffix("is for \"dns.test\""))
        #expect(!ca.messages.contains { $0.path == "/challenge" })
    }

    @Test func `an order that fails after the proof says why`() async throws {
        let ca = try ScriptedCA { path, count in
            guard path == "/order", count > 1 else { return nil }
            return ScriptedCA.json(
                #"{"status":"invalid","authorizations":[],"finalize":"http://127.0.0.1/","#
                    + #""error":{"type":"urn:ietf:params:acme:error:caa","detail":"CAA says no"}}"#
            )
        }
        let error = try await Self.error(ca)
        #expect(error.message.hasSuffix("gives no certificate for dns.test"))
        #expect(error.problem?.description == "caa: CAA says no")
    }

    @Test(arguments: [
        ("/dir", "<html>"), ("/dir", "[]"), ("/new", "{}"), ("/authz", "nothing"),
        ("/order", #"{"status":"done"}"#),
    ])
    func `replies that are none are refused`(_ path: String, _ text: String) async throws {
        let ca = try ScriptedCA { asked, _ in
            asked == path
                ? ScriptedCA.json(text, fields: [HTTPField("location", "http://127.0.0.1/order")])
                : nil
        }
        #expect(try await Self.error(ca).code == .malformed)
    }

    @Test func `a reply without end is cut off`() async throws {
        let ca = try ScriptedCA { path, _ in
            guard path == "/dir" else { return nil }
            return HTTPReply(
                status: 200,
                body: Array(repeating: 0x20, count: Limits.bodyOctetsMax * 4)
            )
        }
        let error = try await Self.error(ca)
        #expect(error.message.hasSuffix("the reply has more than \(Limits.bodyOctetsMax) octets"))
    }

    @Test func `a CA that wants accounts from elsewhere is told from one that fails`() async throws
    {
        let ca = try ScriptedCA { path, _ in
            guard path == "/dir" else { return nil }
            let base = "http://127.0.0.1"
            return ScriptedCA.json(
                #"{"newNonce":"\#(base)/nonce","newAccount":"\#(base)/account","#
                    + #""newOrder":"\#(base)/new","meta":{"externalAccountRequired":true}}"#
            )
        }
        #expect(try await Self.error(ca).code == .configuration)
    }

    @Test func `nobody there is told with the URL`() async throws {
        // Nothing listens on the port of discard.
        let url = try #require(HTTPURL("http://127.0.0.1:9/dir"))
        let client = HTTPClient(authorities: nil, lookup: nil)
        let error = await #expect(throws: ACMEError.self) {
            _ = try await Session(client, url, key: try SigningKey())
        }
        #expect(error?.code == .unreachable)
        let prefix = "cannot connect to http://127.0.0.1:9/dir: "
        #expect(error?.message.hasPrefix(prefix) == true)
        await client.end()
    }

    @Test func `a resolver says where the CA is`() async throws {
        let ca = try ScriptedCA()
        let port = try #require(HTTPURL(ca.base)).port
        let asked = Mutex<[String]>([])
        let client = HTTPClient(authorities: nil) { host in
            asked.withLock { $0.append(host) }
            // The first address has nobody on it; the second is the CA's.
            return [.init(ipv4: 0x7F00_0002), .init(ipv4: 0x7F00_0001)]
        }
        let url = try #require(HTTPURL("http://ca.martlet.test:\(port)/dir"))
        let reply = try await client.send(CARequest(method: .GET, url: url))
        #expect(reply.status == 200 && asked.withLock { $0 } == ["ca.martlet.test"])
        let none = HTTPClient(authorities: nil) { _ in [] }
        await #expect(throws: ACMEError.self) {
            try await none.send(CARequest(method: .GET, url: url))
        }
        await client.end()
        await none.end()
    }
}
