import Addresses
import DNSWire
import Foundation
import TestSupport
import Testing

/// What is different on purpose stands in `docs/coredns-differences.md` and is not asked here.
@Suite("The same Corefile, the same questions: CoreDNS and Martlet")
struct DifferentialTests {
    @Test(
        .enabled(if: CoreDNS.program != nil, "SKIPPED, NO COREDNS: put a coredns on the PATH"),
        arguments: DifferentialCase.all
    )
    func `the replies are the same`(_ one: DifferentialCase) throws {
        let program = try #require(CoreDNS.program)
        let site = try Site()
        for (name, text) in one.files { try site.write(name, text) }
        try site.done("apply", "-f", Site.path("zones/demo"))
        let upstream = try Side(site, one.upstream, [Site.program, "serve"])
        var corefile = one.corefile.replacing("UPSTREAM", with: "127.0.0.1:\(upstream.port)")
            .replacing("DIRECTORY", with: site.directory)
        let ours = try Side(site, corefile.replacing("API", with: ""), [Site.program, "serve"])
        var api: Child?
        if corefile.contains("API") {
            let port = try FreePort.choose()
            api = try Self.startAPI(site, port)
            corefile = corefile.replacing("API", with: "endpoint http://127.0.0.1:\(port)")
        }
        let theirs = try Side(site, corefile, [program])
        for question in one.questions {
            let (found, expected) = (try question.ask(ours.port), try question.ask(theirs.port))
            #expect(found == expected, "\(question)")
        }
        withExtendedLifetime((upstream, ours, theirs, api)) {}
    }

    @Test func `a difference in any section, code or flag is seen`() throws {
        let question = Question(name: try #require(Name("a.test")), type: .a)
        let record = ResourceRecord(
            name: question.name,
            timeToLive: 60,
            data: .address(.init(ipv4: 0xC000_0201))
        )
        let reply = Message(header: Header(id: 1, flags: 0x8400), questions: [question])
        let changes: [(inout Message) -> Void] = [
            { $0.answers = [record] }, { $0.authorities = [record] },
            { $0.additionals = [record] }, { $0.header.responseCode = .nameError },
            { $0.header.isAuthoritative = false }, { $0.header.isRecursionAvailable = true },
            { $0.edns = EDNS() },
            {
                $0.answers = [record]
                $0.answers[0].timeToLive = 59
            },
        ]
        let all = changes.map { change in
            var changed = reply
            change(&changed)
            return SeenReply(changed)
        }
        for (number, seen) in all.enumerated() {
            #expect(seen != SeenReply(reply))
            #expect(!all[..<number].contains(seen))
        }
    }

    /// Serves the registry's objects as an API server would, for the plugin `kubernetes`.
    private static func startAPI(_ site: Site, _ port: UInt16) throws -> Child {
        let kinds = "namespaces,services,endpointslices"
        let objects = try site.write("objects", try site.done("get", kinds, "-A", "-o", "json"))
        let child = try site.start(["python3", Site.path("bench/api.py"), "\(port)", objects])
        let url = "http://127.0.0.1:\(port)/version"
        let words = ["curl", "-s", "--retry", "60", "--retry-connrefused", "--retry-delay", "1"]
        _ = try site.run(words + [url])
        return child
    }

    /// One of the two servers, on a port of its own.
    private struct Side {
        let port: UInt16
        let child: Child

        init(_ site: Site, _ corefile: String, _ command: [String]) throws {
            port = try FreePort.choose()
            let path = try site.write("Corefile-\(port)", corefile)
            child = try site.start(command + ["-conf", path, "-dns.port", "\(port)"])
            // Both refuse what no block serves, as soon as they answer at all.
            let probe = Asked(name: "probe.ready.invalid", type: .a, isOverTCP: true)
            do {
                try eventually("\(command) answers") { (try? probe.ask(port)) != nil }
            } catch {
                child.send(9)
                _ = try child.wait()
                throw Trouble("\(error): \(child.text)\(child.errorText)")
            }
        }
    }
}
