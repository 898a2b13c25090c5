import Addresses
import Corefile
import DNSWire
import Metrics
import Testing

@testable import Plugins

@Suite("log: formats")
struct LogFormatTests {
    @Test(arguments: [
        ("{type} {class} {name}", "AAAA IN www.example.test."),
        ("{remote}:{port}>{local}", "[2001:db8::7]:53535>127.0.0.1"),
        ("{proto} {size} {rsize}", "udp 45 34"),
        ("{rcode} {>rflags} {>id}", "NOERROR qr,aa,rd,ra,ad 4711"),
        ("{>do} {>bufsize} {>opcode}", "true 1400 0"),
        ("a{b}{{name}}}c", "a{b}{www.example.test.}}c"),
        ("{unknown} {>id {", "{unknown} {>id {"),
        ("{/scripted/a}{/scripted/none}{/scripted}", "one two-{/scripted}"),
        (
            "x{common}",
            "x[2001:db8::7]:53535 - 4711 \"AAAA IN www.example.test. udp 45 true 1400\" "
                + "NOERROR qr,aa,rd,ra,ad 34 0.000001s"
        ),
    ])
    func `tokens stand for the query and its reply`(_ format: String, _ line: String) throws {
        let plugin = ScriptedPlugin()
        plugin.metadata = ["scripted/a": "one\ntwo"]
        plugin.reply.header.isAuthoritative = true
        plugin.reply.header.isRecursionAvailable = true
        plugin.reply.header.isAuthenticData = true
        let quoted = "\"\(format.replacing("\"", with: "\\\""))\""
        let chain = try ChainFixture(
            "metadata\nlog . \(quoted)",
            zones: ".",
            behind: [plugin]
        )
        _ = try chain.ask(
            "WWW.example.test",
            .aaaa,
            client: try #require(IPAddress("2001:db8::7")),
            flags: 0x0100,
            edns: EDNS(udpPayloadSize: 1_400, isDNSSECOK: true)
        )
        let found = try chain.log()
        #expect(found.count == 1)
        let words = { (text: String) in
            text.split(separator: " ").map { word in
                word.hasSuffix("s") && Double(word.dropLast()) != nil ? "SECONDS" : String(word)
            }
        }
        #expect(words(found[0]) == ["[INFO]"] + words(line))
    }

    @Test func `combined is common with the operation code`() throws {
        let chain = try ChainFixture("log . {combined}\nwhoami", zones: ".")
        _ = try chain.ask("a.test", transport: .tcp)
        let line = try #require(try chain.log().first)
        #expect(line.hasSuffix("s \"0\""), "\(line)")
        // Over TCP, a client takes whatever fits into a message.
        #expect(line.contains(" tcp 24 false 65535\" NOERROR "), "\(line)")
    }

    @Test func `a format alone is a name, and is warned of`() throws {
        let chain = try ChainFixture("log {name}\nwhoami", zones: ".")
        #expect(chain.context.warnings.count == 1)
        _ = try chain.ask("a.test")
        #expect(try chain.log().isEmpty)
    }

    @Test func `what fails without a reply is logged as the server will reply`() throws {
        let plugin = ScriptedPlugin()
        let chain = try ChainFixture(
            "log . \"{rcode} {>rflags} {rsize}\"",
            zones: ".",
            behind: [plugin]
        )
        for disposition in [Disposition.serverFailure, .refused, .notImplemented, .dropped] {
            plugin.disposition = disposition
            _ = try chain.ask("a.test", flags: 0x0100)
        }
        let found = try chain.log()
        #expect(
            found == [
                "[INFO] SERVFAIL qr,rd 24", "[INFO] REFUSED qr,rd 24", "[INFO] NOTIMP qr,rd 24",
                "[INFO] - - 0",
            ]
        )
    }

    @Test(arguments: [
        (0, false, true, "success"), (0, false, false, "success"), (0, true, false, "denial"),
        (3, true, false, "denial"), (3, false, false, "error"), (2, true, false, "error"),
        (0, true, true, "success"),
    ])
    func `an SOA record in the authority section makes a denial`(
        _ code: UInt16,
        _ hasStart: Bool,
        _ hasAnswer: Bool,
        _ expected: String
    ) throws {
        for kind in ["success", "denial", "error"] {
            let plugin = ScriptedPlugin()
            plugin.reply.header.responseCode = ResponseCode(rawValue: code)
            let owner = try #require(Name("a.test"))
            if hasAnswer {
                let data = RecordData.address(IPAddress(ipv4: 1))
                plugin.reply.answers = [ResourceRecord(name: owner, timeToLive: 5, data: data)]
            }
            if hasStart {
                let start = StartOfAuthority(
                    primary: owner,
                    mailbox: owner,
                    serial: 1,
                    refresh: 2,
                    retry: 3,
                    expire: 4,
                    minimum: 5
                )
                let record = ResourceRecord(name: owner, timeToLive: 5, data: .soa(start))
                plugin.reply.authorities = [record]
            }
            let chain = try ChainFixture("log {\n class \(kind)\n}", zones: ".", behind: [plugin])
            _ = try chain.ask("a.test")
            #expect(try chain.log().count == (kind == expected ? 1 : 0), "\(kind)")
        }
    }

    @Test(arguments: ["log {\n class\n}", "log {\n class some\n}", "log {\n what\n}"])
    func `what is wrong is told`(_ directive: String) {
        #expect(throws: CorefileErrors.self) { _ = try ChainFixture(directive) }
    }

    @Test func `a line of any length is written, up to a bound`() throws {
        let text = String(repeating: "x", count: 3_000)
        let long = String(repeating: "y", count: 20_000)
        let chain = try ChainFixture(
            "log a.test \"{name}\(text)\"\nlog b.test \"{name}\(long)\"\nwhoami",
            zones: "."
        )
        let label = String(repeating: "\\001", count: 63)
        _ = try chain.ask("\(label).\(label).\(label).a.test")
        _ = try chain.ask("b.test")
        let found = try chain.log()
        #expect(found[0] == "[INFO] \(label).\(label).\(label).a.test.\(text)")
        // A piece that doesn't fit is left out as a whole.
        #expect(found[1] == "[INFO] b.test.")
    }

    @Test func `dropped lines are counted`() throws {
        let chain = try ChainFixture("log\nwhoami", zones: ".")
        let line = String(repeating: "x", count: 65_535)
        for _ in 0..<20 { chain.services.log.write(line) }
        let metrics = String(decoding: chain.services.metrics.write(), as: UTF8.self)
        #expect(metrics.contains("martlet_log_dropped_lines_total 4\n"), "\(metrics)")
    }
}

@Suite("Texts without allocating")
struct TextLineTests {
    private func text(_ capacity: Int = 2_048, _ body: (inout TextLine) -> Void) -> String {
        var memory = [UInt8](repeating: 0, count: capacity)
        return unsafe memory.withUnsafeMutableBufferPointer { memory in
            var line = unsafe TextLine(memory)
            body(&line)
            return unsafe String(decoding: line.octets, as: UTF8.self)
        }
    }

    @Test func `names have the text that they have elsewhere`() throws {
        var random = SmallRandom(7, purpose: 1)
        for _ in 0..<500 {
            let labels = (0..<random.below(5)).map { _ in
                (0...random.below(40)).map { _ in UInt8(random.below(256)) }
            }
            let name = try Name(labels: labels)
            let octets = name.octets
            let found = text { line in
                unsafe octets.withUnsafeBufferPointer { octets in
                    guard let base = octets.baseAddress else { return }
                    unsafe line.append(name: base, octetCount: octets.count)
                }
            }
            #expect(found == name.description)
        }
    }

    @Test func `addresses have the text that they have elsewhere`() {
        var random = SmallRandom(8, purpose: 1)
        for round in 0..<2_000 {
            // Words are often zero, so that runs of zeros of all lengths come up.
            let words = (0..<8).map { _ in
                random.below(3) > 0
                    ? 0 : UInt64(random.below(round.isMultiple(of: 2) ? 65_536 : 16))
            }
            let high = words[..<4].reduce(0) { $0 << 16 | $1 }
            let low = words[4...].reduce(0) { $0 << 16 | $1 }
            let wide = IPAddress(ipv6High: high, low: low)
            #expect(text { $0.append(wide, inBrackets: false) } == wide.description)
            let narrow = IPAddress(ipv4: UInt32(truncatingIfNeeded: random.next()))
            #expect(text { $0.append(narrow, inBrackets: true) } == narrow.description)
        }
    }

    @Test(arguments: [
        (0, "0"), (1, "0.000000001"), (54_321, "0.000054321"), (1_500_000_000, "1.5"),
        (2_000_000_000, "2"), (10_000_000, "0.01"),
    ])
    func `seconds have no zeros at the end`(_ nanoseconds: UInt64, _ expected: String) {
        #expect(text { $0.append(secondsOf: nanoseconds) } == expected)
    }

    @Test(arguments: [0, 9, 10, 99, 100, 12_345, UInt64.max, 10_000_000_000_000_000_000])
    func `numbers have all their digits`(_ number: UInt64) {
        #expect(text { $0.append(decimal: number) } == "\(number)")
        #expect(text(3) { $0.append(decimal: number) } == (number < 1_000 ? "\(number)" : ""))
    }

    @Test func `codes have their names`() {
        for code in UInt16.min...700 {
            #expect(
                text { CodeNames.types.append(code, to: &$0) } == "\(RecordType(rawValue: code))"
            )
            let name = "\(ResponseCode(rawValue: code))"
            #expect(text { CodeNames.responseCodes.append(code, to: &$0) } == name)
        }
    }
}
