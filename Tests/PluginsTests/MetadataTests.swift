import DNSWire
import Plugins
import Testing

@Suite("metadata")
struct MetadataTests {
    @Test(arguments: [
        ("", []), ("metadata", ["example.test."]),
        ("metadata a.test b.test", ["a.test.", "b.test."]),
        ("metadata 10.0.0.0/8", ["10.in-addr.arpa."]),
        ("metadata a.test\nmetadata b.test", ["a.test.", "b.test."]),
    ])
    func `it names the zones whose queries plugins tell of`(
        _ directives: String,
        _ zones: [String]
    ) throws {
        let fixture = try ChainFixture(directives)
        #expect(fixture.chain.plugins.isEmpty)
        #expect(fixture.context.settings.metadataZones.map { "\($0)" } == zones)
    }

    @Test(arguments: [
        (
            "metadata a..b",
            "Corefile:2: zone is not a valid domain name: 'a..b'"
        ),
        ("metadata {\n on\n}", "Corefile:2: unexpected '{' in 'metadata': delete it"),
    ])
    func `mistakes are told`(_ directive: String, _ problem: String) {
        let error = #expect(throws: (any Error).self) { try ChainFixture(directive) }
        #expect("\(error.map { "\($0)" } ?? "")".hasPrefix(problem))
    }

    /// Who tells, and who reads what was told.
    @Test(arguments: [("metadata\n", "shop web"), ("", "- -")])
    func `plugins read what others tell`(_ directive: String, _ expected: String) throws {
        let format = "\"{/kubernetes/namespace} {/kubernetes/service}\""
        let chain = try ChainFixture(
            "\(directive)log . \(format)\nkubernetes cluster.local",
            zones: "."
        )
        _ = try chain.ask("web.shop.svc.cluster.local")
        #expect(try chain.log() == ["[INFO] \(expected)"])
    }
}
