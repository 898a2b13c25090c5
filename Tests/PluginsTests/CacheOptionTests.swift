import Corefile
import TestSupport
import Testing

@Suite("The plugin cache: its options")
struct CacheOptionTests {
    @Test(arguments: [
        "cache 30", "cache 30 cluster.local 10.0.0.0/8", "cache cluster.local",
        "cache {\nsuccess 5000\n}", "cache {\nsuccess 5000 300 0\ndenial 5000 30 5\n}",
        "cache {\nprefetch 0\n}", "cache {\nprefetch 10 1m 90%\nservfail 0s\n}",
        "cache {\nserve_stale 0s\n}", "cache {\nserve_stale 1h VERIFY 200ms 5 30s\n}",
        "cache {\ndisable success\ndisable denial a.test b.test\nkeepttl\n}",
        "cache {\nmemory 64MiB\n}", "cache {\nmemory 65536 1g\ninclude_local\n}",
    ])
    func `a directive is accepted`(_ directive: String) throws {
        _ = try ChainFixture(directive)
    }

    private static let least = "write seconds, at least 1; 'disable' says what is not kept"

    @Test(arguments: [
        ("cache 0", "2: cache: cache TTL can not be zero or negative: 0: \(least)"),
        ("cache -3 a.test", "2: cache: cache TTL can not be zero or negative: -3: \(least)"),
        (
            "cache {\nsuccess\n}",
            "3: 'success' needs an argument: write an integer of 1 to 50000000 after it"
        ),
        (
            "cache {\nsuccess many\n}",
            "3: cache: success: 'many' is not an integer: write 1 to 50000000"
        ),
        (
            "cache {\nsuccess 10 0\n}",
            "3: cache: cache TTL can not be zero or negative: 0: \(least)"
        ),
        (
            "cache {\ndenial 10 5 -1\n}",
            "3: cache: cache min TTL can not be negative: -1: write seconds, 0 or more"
        ),
        (
            "cache {\nprefetch -1\n}",
            "3: cache: prefetch amount should be positive: -1: write the number of hits,"
                + " such as 10"
        ),
        (
            "cache {\nprefetch 1 1m 5%\n}",
            "3: cache: prefetch: '5%' is out of range: write 10% to 90%"
        ),
        (
            "cache {\nprefetch 1 1m 20\n}",
            "3: cache: prefetch: '20' is not a percentage: write 10% to 90%"
        ),
        (
            "cache {\nserve_stale -1s\n}",
            "3: cache: serve_stale: '-1s' is out of range: write at least 0s"
        ),
        (
            "cache {\nserve_stale 1h later\n}",
            "3: cache: invalid value for serve_stale refresh mode: later: write immediate or"
                + " verify"
        ),
        (
            "cache {\nserve_stale_policy prefer_positive\n}",
            "3: cache: serve_stale_policy needs serve_stale: add serve_stale, or delete"
                + " serve_stale_policy"
        ),
        (
            "cache {\nservfail 6m\n}",
            "3: cache: caching SERVFAIL responses over 6m0s is not permitted: write at most 5m"
        ),
        (
            "cache {\ndisable all\n}",
            "3: cache: cache type for disable must be \"success\" or \"denial\", found"
                + " \"all\": write disable success or disable denial"
        ),
        (
            "cache {\nmemory much\n}",
            "3: cache: memory: 'much' is not a size: write such as 32MiB or 1GiB"
        ),
        (
            "cache\ncache",
            "3: cache: this plugin can only be used once per Server Block: merge its options"
                + " into the first one"
        ),
    ])
    func `a mistake is told`(_ directive: String, _ expected: String) {
        expectMistake(directive, "Corefile:\(expected)")
    }

    @Test func `whatever is written is accepted or refused with a place`() throws {
        let words = [
            "success", "denial", "prefetch", "serve_stale", "serve_stale_policy", "servfail",
            "disable", "keepttl", "memory", "include_local", "verify", "immediate", "0", "-1", "5",
            "99999999999999999999", "1h", "0s", "-1s", "10%", "%", "32MiB", "MiB", "a.test", "\n",
            "\n", "\n", "\"\"", "prefer_positive", "9223372036854775807",
        ]
        var random = SeededGenerator(seed: 4)
        for _ in 0..<400 {
            let count = Int.random(in: 0..<12, using: &random)
            let text = (0..<count).map { _ in words.randomElement(using: &random) ?? "" }
                .joined(separator: " ")
            do {
                _ = try ChainFixture("cache 30 {\n\(text)\n}")
            } catch let errors as CorefileErrors {
                #expect(errors.errors.allSatisfy { $0.position != nil }, "\(text)")
            }
        }
    }
}
