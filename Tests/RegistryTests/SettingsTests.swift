import Registry
import Testing

@Suite("Registry URLs, settings and environment")
struct SettingsTests {
    static let urls: [(String, String)] = [
        ("memory:", "memory:"),
        ("sqlite:registry.db", "sqlite:registry.db"),
        ("sqlite:/var/lib/martlet/registry.db", "sqlite:/var/lib/martlet/registry.db"),
        ("sqlite:///var/registry.db", "sqlite:/var/registry.db"),
        ("SQLite:a:b", "sqlite:a:b"),
    ]

    @Test(arguments: urls)
    func `a URL names a store`(text: String, expected: String) throws {
        #expect(try RegistryURL(text).description == expected)
    }

    static let refused: [(String, String)] = [
        ("", "it has no scheme; use sqlite:PATH or memory:"),
        ("registry.db", "it has no scheme; use sqlite:PATH or memory:"),
        ("sqlite:", "names no file: write sqlite:PATH"),
        ("sqlite://host/path", "names no file: write sqlite:PATH"),
        ("memory:x", "write memory: without anything behind it"),
        ("etcd://h:2379/p", "etcd registries are not available in this version"),
        ("kubernetes:", "kubernetes registries are not available in this version"),
        ("redis:x", "unknown scheme \"redis\"; use sqlite:PATH or memory:"),
    ]

    @Test(arguments: refused)
    func `anything else is refused with what can be used`(text: String, reason: String) {
        #expect(message { _ = try RegistryURL(text) }.contains(reason))
    }

    static let times: [(Int64, String)] = [
        (0, "1970-01-01T00:00:00Z"), (951_827_696, "2000-02-29T12:34:56Z"),
        (1_767_225_600, "2026-01-01T00:00:00Z"), (4_107_542_399, "2100-02-28T23:59:59Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"),
    ]

    @Test(arguments: times)
    func `times are RFC 3339 text`(seconds: Int64, text: String) {
        #expect(RegistryEnvironment.timestamp(seconds) == text)
    }

    @Test func `identifiers are of version 4`() {
        #expect(RegistryEnvironment.uid(0, 0) == "00000000-0000-4000-8000-000000000000")
        #expect(RegistryEnvironment.uid(.max, .max) == "ffffffff-ffff-4fff-bfff-ffffffffffff")
        let made = Set((0..<1_000).map { _ in RegistryEnvironment.system.makeUID() })
        #expect(made.count == 1_000)
        let drawn = Set((0..<1_000).map { _ in RegistryEnvironment.system.random(10) })
        #expect(drawn == Set(0..<10))
    }

    static let settings: [(RequestedSettings, String)] = [
        (RequestedSettings(serviceCIDRs: []), "--service-cidr: at least one block is needed"),
        (
            RequestedSettings(podCIDRs: blocks("10.0.0.0/16", "10.1.0.0/16")),
            "--pod-cidr: at most one IPv4 and one IPv6 block can be used"
        ),
        (
            RequestedSettings(serviceCIDRs: blocks("10.0.0.0/29")),
            "--service-cidr: 10.0.0.0/29 has fewer than 16 addresses; use a larger block"
        ),
        (
            RequestedSettings(serviceCIDRs: blocks("10.244.3.0/24")),
            "--service-cidr 10.244.3.0/24 and --pod-cidr 10.244.0.0/16 overlap; use other blocks"
        ),
        (RequestedSettings(nodePorts: 0...80), "the node ports must be between 1 and 65535"),
    ]

    @Test(arguments: settings)
    func `settings that cannot work are refused`(requested: RequestedSettings, reason: String) {
        #expect(message { _ = try makeRegistry(requested) } == reason)
    }
}
