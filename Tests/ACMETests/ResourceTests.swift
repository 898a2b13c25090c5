import KubernetesModel
import TestSupport
import Testing

@testable import ACME

@Suite("RFC 8555 §7.1: what a CA replies")
struct ResourceTests {
    private static func base() throws -> HTTPURL {
        try #require(HTTPURL("https://ca.test/dir"))
    }

    private static let directory = """
        {"newNonce":"https://ca.test/nonce","newAccount":"https://ca.test/account",
         "newOrder":"https://ca.test/order","revokeCert":"https://ca.test/revoke",
         "meta":{"termsOfService":"https://ca.test/terms","externalAccountRequired":true}}
        """
    private static let order = """
        {"status":"pending","expires":"2030-01-05T14:09:07.99Z",
         "identifiers":[{"type":"dns","value":"dns.example.org"}],
         "authorizations":["https://ca.test/authz/1"],"finalize":"https://ca.test/finalize/1"}
        """
    private static let authorization = """
        {"status":"pending","identifier":{"type":"dns","value":"Dns.Example.org"},"wildcard":true,
         "challenges":[{"type":"http-01","url":"https://ca.test/1","token":"a/b"},
          {"type":"dns-01","url":"https://ca.test/2","token":"evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ"}]}
        """

    @Test func `a directory is read`() throws {
        let place = try Self.base()
        let directory = try Directory(try JSONReader.read(Self.directory), place)
        #expect(directory.newNonce.description == "https://ca.test/nonce")
        #expect(directory.newOrder.path == "/order" && directory.wantsExternalAccount)
    }

    @Test func `an order is read`() throws {
        let place = try Self.base()
        let order = try Order(try JSONReader.read(Self.order), place)
        #expect(order.status == .pending && order.certificate == nil && order.problem == nil)
        #expect(order.authorizations.map(\.path) == ["/authz/1"])
        #expect(order.finalize.path == "/finalize/1")
    }

    @Test func `an authorization is read, and its challenge for the DNS`() throws {
        let place = try Self.base()
        let found = try Authorization(try JSONReader.read(Self.authorization), place)
        #expect(found.status == .pending && found.name == "dns.example.org")
        #expect(found.challenge?.url.path == "/2")
        #expect(found.challenge?.token == "evaGxfADs6pSRb2LAv9IZf17Dt3juxGJ")
    }

    @Test(arguments: [
        (#"{"newNonce":"https://ca.test/nonce"}"#, #"the reply has no "newAccount""#),
        (#"{"newNonce":"ftp://ca.test/nonce"}"#, "the reply names something that is no URL"),
        (
            #"{"newNonce":"http://ca.test/nonce"}"#,
            "the reply leads to http://ca.test/nonce, which is not protected by TLS"
        ),
        (#"{"newNonce":7}"#, #"the reply has no "newNonce""#),
        ("{}", #"the reply has no "newNonce""#),
    ])
    func `a directory that isn't one is refused`(_ text: String, _ complaint: String) throws {
        let place = try Self.base()
        let value = try JSONReader.read(text)
        let error = #expect(throws: ACMEError.self) { try Directory(value, place) }
        #expect(error?.code == .malformed)
        #expect(error?.description == "https://ca.test/dir: \(complaint)")
    }

    @Test(arguments: [
        (#"{"status":"open"}"#, "the order has a status that RFC 8555 doesn't know"),
        (#"{"status":"pending"}"#, #"the reply has no "finalize""#),
        (
            #"{"status":"pending","authorizations":[7],"finalize":"https://ca.test/1"}"#,
            "the reply names something that is no URL"
        ),
        (
            #"{"status":"pending","authorizations":[1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7]}"#,
            "the order has 17 authorizations for one name"
        ),
    ])
    func `an order that isn't one is refused`(_ text: String, _ complaint: String) throws {
        let place = try Self.base()
        let value = try JSONReader.read(text)
        let error = #expect(throws: ACMEError.self) { try Order(value, place) }
        #expect(error?.message == "https://ca.test/dir: \(complaint)")
    }

    @Test(arguments: [
        (#"{"status":"pending"}"#, #"the authorization has no "identifier""#),
        (
            #"{"status":"pending","identifier":{"value":"a"},"challenges":[{"type":"dns-01","#
                + #""url":"https://ca.test/2","token":"a b"}]}"#,
            "the challenge's token is not of base64url"
        ),
    ])
    func `an authorization that isn't one is refused`(
        _ text: String,
        _ complaint: String
    ) throws {
        let place = try Self.base()
        let value = try JSONReader.read(text)
        let error = #expect(throws: ACMEError.self) { try Authorization(value, place) }
        #expect(error?.message == "https://ca.test/dir: \(complaint)")
    }

    @Test func `a problem is one line, whatever the CA writes`() throws {
        let problem = try #require(
            Problem(
                reading: Array(
                    #"""
                    {"type":"urn:ietf:params:acme:error:rateLimited","detail":"too many\nof them",
                     "status":429,"subproblems":[{"type":"urn:ietf:params:acme:error:caa",
                     "identifier":{"type":"dns","value":"a.test"},"detail":"CAA says no"}]}
                    """#.utf8
                )
            )
        )
        #expect(problem.description == "rateLimited: too many of them; a.test: caa: CAA says no")
        #expect(problem.type == "urn:ietf:params:acme:error:rateLimited" && !problem.isBadNonce)
        let error = ACMEError(.refused, "no", mend: "wait", problem: problem)
        #expect(error.description == "no: \(problem): wait")
    }

    @Test(arguments: ["", "{", "[]", "7", #""text""#, "<html>", "nul", "\u{0}"])
    func `what is no problem document is none`(_ text: String) {
        #expect(Problem(reading: Array(text.utf8)) == nil)
    }

    @Test func `a problem's text is bounded`() throws {
        let text = #"{"detail":"\#(String(repeating: "x", count: 100_000))"}"#
        let problem = try #require(Problem(reading: Array(text.utf8)))
        #expect(problem.description.count == Limits.detailCharactersMax)
        #expect(JSONText.read(Array(repeating: 0x20, count: Limits.bodyOctetsMax + 1)) == nil)
        #expect(JSONText.read(Array(repeating: UInt8(ascii: "["), count: 100)) == nil)
    }

    @Test func `replies with anything changed are read or refused, nothing else`() throws {
        let place = try Self.base()
        var random = SeededGenerator(seed: 8_555)
        let texts = [Self.directory, Self.order, Self.authorization].map { Array($0.utf8) }
        var readCount = 0
        for _ in 0..<6_000 {
            var octets = texts.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<octets.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: octets[index] = .random(in: 0...255, using: &random)
                case 1: octets.remove(at: index)
                default: octets.removeSubrange(index...)
                }
                if octets.isEmpty { octets = [0x7B] }
            }
            _ = Problem(reading: octets)
            guard let value = JSONText.read(octets) else { continue }
            readCount += 1
            _ = try? Directory(value, place)
            _ = try? Order(value, place)
            _ = try? Authorization(value, place)
        }
        #expect(readCount > 100)
    }
}
