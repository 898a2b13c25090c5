import DNSWire
import Testing

/// A Corefile, and what is asked of it.
struct DifferentialCase: Sendable, CustomTestStringConvertible {
    var title: String
    /// `DIRECTORY` stands for where the files are, `UPSTREAM` for a server that serves `upstream`,
    /// and `API` for where objects come from.
    var corefile: String
    var files: [String: String] = [:]
    var upstream = "upstream.test {\n bind 127.0.0.1\n file upstream.zone\n}\n"
    var names: [String]
    var types: [RecordType] = [.a, .aaaa, .txt, .mx, .srv, .ns, .soa, .cname]
    var recordClass = RecordClass.in

    var testDescription: String { title }

    /// Each name with each type, over UDP with and without EDNS, and over TCP.
    var questions: [Asked] {
        names.flatMap { name in
            types.flatMap { type in
                [(false, false), (false, true), (true, false)].map { isOverTCP, hasEDNS in
                    Asked(
                        name: name,
                        type: type,
                        recordClass: recordClass,
                        isOverTCP: isOverTCP,
                        hasEDNS: hasEDNS
                    )
                }
            }
        }
    }

    private init(
        _ title: String,
        _ zone: String,
        _ directives: String,
        _ names: [String],
        types: [RecordType]? = nil
    ) {
        self.title = title
        corefile = "\(zone) {\n bind 127.0.0.1\n root DIRECTORY\n \(directives)\n}\n"
        self.names = names
        files = ["example.zone": Self.zone, "upstream.zone": Self.upstreamZone]
        if let types { self.types = types }
    }

    private static let zone = """
        $ORIGIN example.test.
        $TTL 300
        @ SOA ns hostmaster 7 7200 1800 86400 30
        @ NS ns
        @ MX 10 mail
        @ A 192.0.2.1
        ns A 192.0.2.53
        mail A 192.0.2.25
        mail AAAA 2001:db8::25
        www A 192.0.2.80
        www A 192.0.2.81
        alias CNAME www
        twice CNAME alias
        out CNAME www.elsewhere.test.
        *.wild TXT "any"
        deep.empty A 192.0.2.9
        sub NS ns.sub
        ns.sub A 192.0.2.54
        _http._tcp SRV 1 2 80 www
        note 60 TXT "one" "two"

        """
    private static let upstreamZone = """
        $ORIGIN upstream.test.
        $TTL 120
        @ SOA ns hostmaster 1 2 3 4 5
        @ NS ns
        ns A 192.0.2.99
        www A 192.0.2.98
        www AAAA 2001:db8::98
        back CNAME www

        """
    private static let zoneNames = [
        "example.test", "www.example.test", "WwW.ExAmple.test", "alias.example.test",
        "twice.example.test", "mail.example.test", "none.example.test", "a.wild.example.test",
        "empty.example.test", "deep.empty.example.test", "_http._tcp.example.test",
        "note.example.test", "other.test",
    ]

    static let all: [DifferentialCase] = [
        DifferentialCase("file", "example.test", "file example.zone", zoneNames),
        DifferentialCase(
            "file: delegation",
            "example.test",
            "file example.zone",
            ["sub.example.test", "www.sub.example.test"],
            types: [.a, .aaaa, .ns]
        ),
        DifferentialCase(
            "file and minimal",
            "example.test",
            "minimal\nfile example.zone",
            ["example.test", "www.example.test", "none.example.test"]
        ),
        DifferentialCase(
            "hosts",
            ".",
            """
            hosts {
                192.0.2.1 one.example.test uno.example.test
                192.0.2.2 one.example.test
                2001:db8::1 one.example.test
                ttl 77
                fallthrough
            }
            template ANY ANY {
                rcode NXDOMAIN
            }
            """,
            ["one.example.test", "UNO.example.test", "none.example.test"],
            types: [.a, .aaaa, .txt]
        ),
        DifferentialCase(
            "hosts: pointers",
            ".",
            "hosts {\n 192.0.2.1 one.example.test\n 2001:db8::1 one.example.test\n}",
            [
                "1.2.0.192.in-addr.arpa",
                "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
            ],
            types: [.ptr]
        ),
        DifferentialCase(
            "template",
            "example.test",
            #"""
            template IN A {
                match ^ip-(?P<a>[0-9]+)-(?P<b>[0-9]+)[.]example[.]test[.]$
                answer "{{ .Name }} 60 IN A 192.0.{{ .Group.a }}.{{ .Group.b }}"
                additional "extra.example.test. 60 IN TXT \"{{ .Type }} {{ .Class }}\""
                authority "example.test. 60 IN NS ns.example.test."
            }
            template IN AAAA {
                rcode NXDOMAIN
                authority "example.test. 60 IN SOA ns.example.test. h.example.test. 1 2 3 4 5"
            }
            """#,
            ["ip-2-1.example.test", "ip-0-255.example.test", "x.example.test"],
            types: [.a, .aaaa]
        ),
        DifferentialCase(
            "rewrite: names and types",
            ".",
            """
            rewrite name exact old.test www.example.test
            rewrite name suffix .legacy.test .example.test answer auto
            rewrite name prefix pre- www
            rewrite name regex (.*)[.]region[.]test {1}.example.test answer auto
            rewrite type MX TXT
            file example.zone example.test
            """,
            [
                "old.test", "www.legacy.test", "alias.legacy.test", "www.region.test",
                "none.region.test", "note.example.test",
            ],
            types: [.a, .aaaa, .mx]
        ),
        DifferentialCase(
            "rewrite: times to live",
            "example.test",
            "rewrite ttl suffix example.test 15-40\nfile example.zone",
            ["www.example.test", "note.example.test", "none.example.test"],
            types: [.a, .txt]
        ),
        DifferentialCase("whoami", ".", "whoami", ["a.test", "B.test"], types: [.a, .aaaa, .txt]),
        DifferentialCase(
            "erratic, nothing dropped",
            ".",
            "erratic {\n drop 0\n}",
            ["a.test", "b.test"],
            types: [.a, .aaaa, .txt]
        ),
        DifferentialCase("any", ".", "any\nwhoami", ["a.test"], types: [.any]),
        DifferentialCase(
            "acl",
            "example.test",
            """
            acl {
                filter type AAAA net 127.0.0.0/8
                block type TXT net 127.0.0.1/32
                allow
            }
            file example.zone
            """,
            ["www.example.test", "mail.example.test", "note.example.test"],
            types: [.a, .aaaa, .txt]
        ),
        DifferentialCase(
            "local",
            ".",
            "local\nwhoami",
            ["localhost", "a.localhost", "localhost.example.test", "1.0.0.127.in-addr.arpa"],
            types: [.a, .aaaa, .ptr]
        ),
        DifferentialCase(
            "header",
            "example.test",
            "header {\n response set ra\n response clear aa\n}\nfile example.zone",
            ["www.example.test", "none.example.test"],
            types: [.a]
        ),
        DifferentialCase(
            "dns64",
            "example.test",
            "dns64 {\n translate_all\n}\nfile example.zone",
            ["www.example.test", "mail.example.test", "none.example.test"],
            types: [.aaaa]
        ),
        DifferentialCase(
            "loadbalance, and a bound of the size",
            "example.test",
            "bufsize 512\nloadbalance\nfile example.zone",
            ["www.example.test", "alias.example.test"],
            types: [.a]
        ),
        DifferentialCase(
            "forward",
            ".",
            "forward upstream.test UPSTREAM",
            ["www.upstream.test", "back.upstream.test", "none.upstream.test", "elsewhere.test"],
            types: [.a, .aaaa, .txt]
        ),
        DifferentialCase.chaos,
        DifferentialCase(
            "kubernetes",
            "cluster.local in-addr.arpa ip6.arpa",
            "kubernetes cluster.local in-addr.arpa ip6.arpa {\n API\n ttl 30\n}",
            [
                "web.shop.svc.cluster.local", "WEB.shop.svc.cluster.local",
                "none.shop.svc.cluster.local", "web.none.svc.cluster.local",
                "shop.svc.cluster.local", "cluster.local", "21.0.96.10.in-addr.arpa",
                "_http._tcp.web.shop.svc.cluster.local", "checkout.shop.svc.cluster.local",
                "10-1-2-3.shop.pod.cluster.local",
            ],
            types: [.a, .aaaa, .srv, .ptr, .mx]
        ),
    ]

    private static var chaos: DifferentialCase {
        var chaos = DifferentialCase(
            "chaos",
            ".",
            "chaos V1 one@example.test two@example.test",
            ["version.bind", "version.server", "authors.bind", "other.bind"],
            types: [.txt]
        )
        chaos.recordClass = .ch
        return chaos
    }
}
