import Addresses
import DNSWire
import Plugins
import Testing

@Suite("The plugin loadbalance")
struct LoadbalanceTests {
    private static let zone = """
        @ 60 SOA ns hostmaster 1 2 3 4 5
        two 60 A 192.0.2.1
        two 60 A 192.0.2.2
        many 10 A 192.0.2.1
        many 10 A 192.0.2.2
        many 10 A 192.0.2.3
        many 10 A 192.0.2.4
        six 10 AAAA 2001:db8::1
        six 10 AAAA 2001:db8::2
        six 10 AAAA 2001:db8::3
        alias 60 CNAME other
        other 60 CNAME many
        mails 60 MX 10 a.example.test.
        mails 60 MX 20 bb.example.test.
        mails 60 MX 30 ccc.example.test.
        text 60 TXT "a"
        text 60 TXT "b"

        """

    /// The orders in which the records of the answer come, over many queries.
    private func orders(
        _ directive: String,
        _ name: String,
        _ type: RecordType = .a,
        count: Int = 400
    ) throws -> [[String]: Int] {
        let file = try TemporaryFile(Self.zone)
        let fixture = try ChainFixture("\(directive)\nfile \(file.path)")
        var orders: [[String]: Int] = [:]
        for random in 0..<count {
            let number = UInt32(truncatingIfNeeded: random &* 2_654_435_761)
            let reply = try fixture.ask("\(name).example.test", type, random: number)
            orders[reply.message.answers.map { $0.data.description }, default: 0] += 1
        }
        return orders
    }

    @Test(arguments: [
        ("two", RecordType.a, 2), ("many", .a, 24), ("six", .aaaa, 6), ("mails", .mx, 6),
        ("alias", .a, 24), ("text", .txt, 1),
    ])
    func `every order of addresses comes, about as often`(
        _ name: String,
        _ type: RecordType,
        _ expected: Int
    ) throws {
        for directive in ["loadbalance", "loadbalance round_robin"] {
            let found = try orders(directive, name, type, count: 100 * expected)
            #expect(found.count == expected)
            // The chance of fewer than 50 of 100 is below 10⁻⁶.
            #expect(found.values.allSatisfy { (50...160).contains($0) }, "\(found)")
            #expect(Set(found.keys.map { $0.sorted() }).count == 1)
        }
    }

    @Test func `aliases stay in front`() throws {
        for order in try orders("loadbalance", "alias").keys {
            #expect(order.prefix(2) == ["other.example.test.", "many.example.test."])
        }
    }

    @Test func `without it the order stays`() throws {
        #expect(try orders("", "many").count == 1)
    }

    @Test func `a reply is the same when the query is answered again`() throws {
        let file = try TemporaryFile(Self.zone)
        let fixture = try ChainFixture("loadbalance\nfile \(file.path)")
        for random in 0..<20 {
            let once = try fixture.ask("many.example.test", random: UInt32(random)).answers
            #expect(try fixture.ask("many.example.test", random: UInt32(random)).answers == once)
        }
    }

    @Test func `preferred addresses come first`() throws {
        let block = "loadbalance {\n prefer 192.0.2.4/32 192.0.2.2/31\n}"
        let found = try orders(block, "alias")
        #expect(
            Set(found.keys) == [
                [
                    "other.example.test.", "many.example.test.", "192.0.2.4", "192.0.2.2",
                    "192.0.2.3", "192.0.2.1",
                ],
                [
                    "other.example.test.", "many.example.test.", "192.0.2.4", "192.0.2.3",
                    "192.0.2.2", "192.0.2.1",
                ],
            ]
        )
    }

    @Test func `records keep their owners and times to live`() throws {
        let file = try TemporaryFile(Self.zone)
        let fixture = try ChainFixture("loadbalance\nfile \(file.path)")
        for random in 0..<50 {
            let reply = try fixture.ask("MANY.example.test", limit: 512, random: UInt32(random))
            #expect(reply.message.answers.allSatisfy { $0.timeToLive == 10 })
            #expect(reply.answers.allSatisfy { $0.hasPrefix("MANY.example.test. 10 IN A ") })
        }
    }

    // MARK: Weights

    @Test func `weights say how often an address is first`() throws {
        let weights = try TemporaryFile(
            "# test\n\nMany.example.test\n192.0.2.1 3\n192.0.2.2 1\n192.0.2.3 2\n192.0.2.3 200\n"
        )
        var firsts: [String: Int] = [:]
        for (order, count) in try orders(
            "loadbalance weighted \(weights.path)",
            "many",
            count: 7_000
        ) {
            firsts[order[0], default: 0] += count
        }
        // 3 : 1 : 2 : 1; the chance to be off by 250 is below 10⁻⁶.
        for (address, share) in [
            ("192.0.2.1", 3_000), ("192.0.2.2", 1_000), ("192.0.2.3", 2_000), ("192.0.2.4", 1_000),
        ] {
            #expect(abs((firsts[address] ?? 0) - share) < 250, "\(firsts)")
        }
    }

    @Test func `a chosen address and the first change places`() throws {
        let weights = try TemporaryFile("many.example.test.\n192.0.2.3 255\n")
        let found = try orders("loadbalance weighted \(weights.path)", "many")
        #expect(found.count <= 4)
        #expect(found[["192.0.2.3", "192.0.2.2", "192.0.2.1", "192.0.2.4"]] ?? 0 > 350)
    }

    @Test(arguments: [
        ("10.0.0.1 3\n", "1: missing domain name: write it on a line before the addresses"),
        ("10.0.0.1\n", "1: wrong domain name: \"10.0.0.1\": maybe a weight is missing"),
        ("a\n10.0.0 3", "2: wrong IP address: \"10.0.0\": write one such as 10.0.0.1"),
        ("a\n\n10.0.0.1 0", "3: wrong weight value: \"0\": write 1 to 255"),
        ("a\n10.0.0.1 256", "2: wrong weight value: \"256\": write 1 to 255"),
        ("a\n10.0.0.1 2 3", "2: could not parse weight line: write ADDRESS WEIGHT"),
    ])
    func `mistakes in a file of weights are named`(_ text: String, _ problem: String) throws {
        let file = try TemporaryFile(text)
        expectMistake(
            "loadbalance weighted \(file.path)",
            "Corefile:2: loadbalance: \(file.path):\(problem)"
        )
    }

    @Test func `a file that is missing may come later, unless it is read once`() throws {
        let problem =
            "Corefile:2: loadbalance: /no/such: No such file or directory: check the path and "
            + "its rights"
        let fixture = try ChainFixture("loadbalance weighted /no/such")
        #expect(fixture.context.warnings == [problem])
        expectMistake("loadbalance weighted /no/such {\n reload 0s\n}", problem)
    }

    @Test(arguments: [
        (
            "loadbalance random",
            "Corefile:2: loadbalance: 'random' is not known: use "
                + "round_robin, weighted"
        ),
        (
            "loadbalance weighted",
            "Corefile:2: 'loadbalance' needs an argument: write the file "
                + "with the weights after it"
        ),
        (
            "loadbalance {\n prefer 10.0.0\n}",
            "Corefile:3: loadbalance: prefer: '10.0.0' is not a "
                + "block of addresses: write one such as 10.0.0.0/8 or fd00::/8"
        ),
        (
            "loadbalance {\n reload 5s\n}",
            "Corefile:3: unknown property 'reload' of 'loadbalance': "
                + "use prefer"
        ),
    ])
    func `mistakes are named`(_ directive: String, _ problem: String) {
        expectMistake(directive, problem)
    }
}
