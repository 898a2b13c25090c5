import Testing

@testable import PodEnvironment

@Suite("resolv.conf and its container flags")
struct ResolverFormatTests {
    static let configuration = ResolverConfiguration(
        nameservers: ["10.96.0.10", "fd00:10:96::a"],
        searches: ["default.svc.cluster.local", "svc.cluster.local", "cluster.local"],
        options: ["ndots:5", "edns0"]
    )

    @Test func `the file has search, name servers and options in this order`() {
        #expect(
            Self.configuration.text(.file) == """
                search default.svc.cluster.local svc.cluster.local cluster.local
                nameserver 10.96.0.10
                nameserver fd00:10:96::a
                options ndots:5 edns0

                """
        )
        #expect(ResolverConfiguration().text(.file).isEmpty)
    }

    @Test(arguments: [ResolverConfiguration.Format.docker, .podman])
    func `flags repeat`(_ format: ResolverConfiguration.Format) {
        #expect(
            Self.configuration.text(format) == "--dns 10.96.0.10 --dns fd00:10:96::a"
                + " --dns-search default.svc.cluster.local --dns-search svc.cluster.local"
                + " --dns-search cluster.local --dns-option ndots:5 --dns-option edns0\n"
        )
    }

    @Test func `flags without a search list ask for none`() {
        #expect(
            ResolverConfiguration(nameservers: ["1.1.1.1"]).text(.docker)
                == "--dns 1.1.1.1 --dns-search .\n"
        )
    }

    @Test func `flags are quoted for a shell`() {
        let configuration = ResolverConfiguration(searches: ["a"], options: ["x:'; rm -rf"])
        #expect(
            configuration.text(.docker) == "--dns-search a --dns-option 'x:'\\''; rm -rf'\n"
        )
    }

    @Test func `compose has lists of strings`() {
        #expect(
            Self.configuration.text(.compose) == """
                dns:
                  - "10.96.0.10"
                  - "fd00:10:96::a"
                dns_search:
                  - "default.svc.cluster.local"
                  - "svc.cluster.local"
                  - "cluster.local"
                dns_opt:
                  - "ndots:5"
                  - "edns0"

                """
        )
    }

    @Test func `JSON has the fields of dnsConfig`() {
        #expect(
            Self.configuration.text(.json) == """
                {
                  "nameservers": ["10.96.0.10", "fd00:10:96::a"],
                  "searches": ["default.svc.cluster.local", "svc.cluster.local", "cluster.local"],
                  "options": [{"name": "ndots", "value": "5"}, {"name": "edns0"}]
                }

                """
        )
    }

    @Test func `JSON strings are escaped`() {
        #expect(JSONText.string("a\"\\\n\u{1}é") == #""a\"\\\n\u0001é""#)
    }
}
