import Addresses
import DNSWire
import Plugins
import TestSupport
import Testing

/// A block with `autopath` and an upstream that knows some names.
struct AutopathFixture {
    static let pod = IPAddress(ipv4: 0x0AF4_0007)
    static let host = IPAddress(ipv4: 0x0A00_0009)
    static let stranger = IPAddress(ipv4: 0x0A63_0001)

    let upstream = ScriptedUpstream()
    let chain: ChainFixture
    private let list: TemporaryFile

    init(_ directive: String, _ options: String = "", behind: String = "") throws {
        list = try TemporaryFile(
            "search corp.test kube-system.svc.cluster.local\nsearch corp.test lab.test\n"
        )
        chain = try ChainFixture(
            """
            \(directive.replacing("FILE", with: list.path)) {
                host_search \(list.path)
                \(options)
            }
            \(behind)
            kubernetes cluster.local {
                pods verified
            }
            """,
            zones: ".",
            behind: [upstream]
        )
        upstream.set("www.example.test", [1])
        upstream.set("box.lab.test", [2])
    }

    func ask(
        _ name: String,
        _ type: RecordType = .a,
        from client: IPAddress = AutopathFixture.pod
    ) throws -> ChainFixture.Reply {
        try chain.ask(name, type, client: client)
    }
}

@Suite("The plugin autopath")
struct AutopathTests {
    private static let search = "shop.svc.cluster.local"

    @Test(
        arguments: [
            // What the client wrote, the alias that it gets, and what the upstream is asked.
            ("web", nil, []),
            ("web.shop", "web.shop.svc.cluster.local.", []),
            ("web.hidden.svc", "web.hidden.svc.cluster.local.", []),
            (
                "www.example.test", "www.example.test.",
                [
                    "www.example.test.corp.test. A", "www.example.test.lab.test. A",
                    "www.example.test. A",
                ]
            ),
            ("box", "box.lab.test.", ["box.corp.test. A", "box.lab.test. A"]),
        ] as [(String, String?, [String])]
    )
    func `a pod's search path is walked in one query`(
        _ name: String,
        _ target: String?,
        _ asked: [String]
    ) throws {
        for (directive, options, search, client) in [
            ("autopath @kubernetes", "", Self.search, AutopathFixture.pod),
            ("autopath", "marker", "search.\(Self.search)", AutopathFixture.stranger),
        ] {
            let fixture = try AutopathFixture(directive, options)
            let reply = try fixture.ask("\(name).\(search)", from: client)
            #expect(reply.code == .noError && reply.answers.count > 0)
            let alias = reply.answers.first { $0.contains(" CNAME ") }
            let expected =
                directive == "autopath" && target == nil
                ? "web.\(Self.search)." : target
            #expect(alias?.split(separator: " ").last.map(String.init) == expected)
            #expect(alias == nil || alias?.hasPrefix("\(name).\(search). ") == true)
            #expect(fixture.upstream.asked == asked)
            #expect(
                fixture.chain.metrics.contains {
                    $0.hasSuffix("autopath_success_total{server=\"\"} 1")
                }
            )
        }
    }

    @Test func `A and AAAA lead to the same name`() throws {
        let fixture = try AutopathFixture("autopath @kubernetes")
        fixture.upstream.answers["www.example.test. AAAA"] = []
        let name = "www.example.test.\(Self.search)"
        #expect(try fixture.ask(name).code == .noError)
        let other = try fixture.ask(name, .aaaa)
        #expect(other.code == .noError && other.answers.isEmpty)
    }

    @Test func `a name exists in the host's domains for all types, or for none`() throws {
        let fixture = try AutopathFixture("autopath @kubernetes")
        // This upstream denies the name when it is asked for AAAA.
        let reply = try fixture.ask("box.\(Self.search)", .aaaa)
        #expect(reply.code == .noError && reply.answers.isEmpty)
        #expect(
            fixture.upstream.asked == ["box.corp.test. A", "box.lab.test. A", "box.lab.test. AAAA"]
        )
    }

    @Test(arguments: [
        (AutopathFixture.pod, "shop", true), (AutopathFixture.pod, "hidden", false),
        (AutopathFixture.host, "shop", true), (AutopathFixture.host, "hidden", true),
        (AutopathFixture.stranger, "shop", false),
    ])
    func `pods have the path of their namespace, those of a host each its own`(
        _ client: IPAddress,
        _ namespace: String,
        _ isWalked: Bool
    ) throws {
        let fixture = try AutopathFixture("autopath @kubernetes")
        let reply = try fixture.ask("www.example.test.\(namespace).svc.cluster.local", from: client)
        #expect(reply.code == (isWalked ? .noError : .nameError))
        #expect(fixture.upstream.asked.isEmpty != isWalked)
    }

    @Test(arguments: ["autopath @kubernetes", "autopath FILE"])
    func `a name that is nowhere keeps its first reply`(_ directive: String) throws {
        let fixture = try AutopathFixture(directive)
        let search = directive.contains("@") ? Self.search : "corp.test"
        let reply = try fixture.ask("nothing.\(search)")
        #expect(reply.code == .nameError && reply.answers.isEmpty)
        #expect(reply.message.questions.first?.name == Name("nothing.\(search)"))
        #expect(!fixture.chain.metrics.contains { $0.hasSuffix("_success_total{server=\"\"} 1") })
    }

    @Test func `a path from a file is the same for all`() throws {
        let fixture = try AutopathFixture("autopath FILE")
        let reply = try fixture.ask("box.corp.test", from: AutopathFixture.stranger)
        #expect(
            reply.answers == [
                "box.corp.test. 300 IN CNAME box.lab.test.", "box.lab.test. 300 IN A 0.0.0.2",
            ]
        )
        #expect(try fixture.ask("www.example.test.lab.test").code == .nameError)
        #expect(try fixture.ask("www.example.test.corp.test").answers.count == 2)
    }

    @Test func `a step that fails ends the walk`() throws {
        let fixture = try AutopathFixture("autopath @kubernetes")
        fixture.upstream.code = .serverFailure
        #expect(try fixture.ask("www.example.test.\(Self.search)").code == .serverFailure)
        #expect(fixture.upstream.asked == ["www.example.test.corp.test. A"])
        fixture.upstream.failure = "it is down"
        let reply = try fixture.ask("box.\(Self.search)")
        #expect(reply.disposition == .serverFailure && reply.failure == "it is down")
    }

    @Test func `what was denied is not asked again with a cache behind`() throws {
        let fixture = try AutopathFixture("autopath @kubernetes", behind: "cache")
        fixture.upstream.authorities = [.denial(.root)]
        for _ in 0..<3 {
            #expect(try fixture.ask("www.example.test.\(Self.search)").answers.count == 2)
        }
        #expect(fixture.upstream.asked.count == 3)
    }

    @Test(arguments: [
        "search.shop.svc.cluster.local", "www.find.shop.svc.cluster.local",
        "www.search.shop.pod.cluster.local", "www.search.shop.svc.other.test",
        "www.search.svc.cluster.local", "search.svc.cluster.local",
    ])
    func `only a name in front of a marker is looked for`(_ name: String) throws {
        let fixture = try AutopathFixture("autopath", "marker")
        #expect(try fixture.ask(name).code == .nameError)
        #expect(fixture.upstream.asked.allSatisfy { $0 == "\(name). A" })
    }

    @Test func `the marker may be another label, and the name written in any case`() throws {
        let fixture = try AutopathFixture("autopath", "marker find")
        let name = "WWW.example.test.Find.Shop.Svc.Cluster.Local"
        let reply = try fixture.ask(name)
        #expect(
            reply.answers == [
                "\(name). 300 IN CNAME WWW.example.test.", "WWW.example.test. 300 IN A 0.0.0.1",
            ]
        )
    }

    @Test(arguments: [
        (
            "autopath",
            "2: autopath: no resolv-conf specified: write @kubernetes, or the path of a resolv.conf"
        ),
        (
            "autopath {\nmarker a.b\n}\nkubernetes cluster.local",
            "3: autopath: marker: 'a.b' is not a label: write such as search"
        ),
        (
            "autopath {\nmarker\n}",
            "2: autopath: marker needs a zone: add kubernetes to the block, or write"
                + " zones before the last argument"
        ),
        (
            "autopath @whoami\nwhoami",
            "2: autopath: whoami does not implement the AutoPather interface: write"
                + " @kubernetes, or the path of a resolv.conf"
        ),
    ])
    func `a mistake is told`(_ directive: String, _ expected: String) {
        expectMistake(directive, "Corefile:\(expected)")
    }

    @Test func `a file that is named and missing is a mistake`() throws {
        #expect(throws: (any Error).self) { try ChainFixture("autopath /nowhere/resolv.conf") }
        expectMistake(
            "autopath @kubernetes {\nhost_search /nowhere\n}",
            "Corefile:3: autopath: failed to parse \"/nowhere\": no such file: write the path of a"
                + " resolv.conf, or none"
        )
        let chain = try ChainFixture("autopath @kubernetes {\nhost_search none\n}\nwhoami")
        #expect(chain.context.warnings.count == 1)
    }

    @Test func `a file of any octets gives a search list of some kind`() throws {
        let words = [
            "search", "domain", "a.test", ".", "..", "\u{0}", "\n", "\n", "\r\n", "\t", "#", "é",
        ]
        var random = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            let count = Int.random(in: 0..<60, using: &random)
            let text = (0..<count).map { _ in words.randomElement(using: &random) ?? "" }
                .joined(separator: " ")
            let file = try TemporaryFile(text)
            _ = try ChainFixture("autopath \(file.path)")
        }
    }
}
