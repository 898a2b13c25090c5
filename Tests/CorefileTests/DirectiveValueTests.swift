import Addresses
import TestSupport
import Testing

@testable import Corefile

@Suite("Corefile: arguments of a kind")
struct DirectiveValueTests {
    static func cursor(_ arguments: String) throws -> DirectiveCursor {
        var cursor = try DirectiveCursorTests.cursor("k {\n opt \(arguments)\n}")
        _ = cursor.nextOption()
        return cursor
    }

    enum Mode: String, CaseIterable { case prefer, require }

    /// Reads an argument of a kind, and gives it back as text.
    static func read(_ kind: String, _ arguments: String) throws -> String {
        var cursor = try cursor(arguments)
        let value: any CustomStringConvertible =
            switch kind {
            case "integer": try cursor.integer(in: 1...3600)
            case "octet": try cursor.integer() as UInt8
            case "least": try cursor.integer(in: 2...Int.max)
            case "percentage": try cursor.percentage(in: 10...90)
            case "duration": GoDuration.text(try cursor.duration())
            case "hour": GoDuration.text(try cursor.duration(in: .seconds(1) ... .seconds(3600)))
            case "seconds": GoDuration.text(try cursor.duration(allowsSeconds: true))
            case "oneOf": try cursor.oneOf(["random", "sequential"])
            case "mode": try cursor.oneOf(Mode.self).rawValue
            case "onOff": try cursor.onOff()
            case "address": try cursor.address()
            case "cidr": try cursor.cidr()
            case "network": try cursor.cidr(allowsAddress: true)
            case "hostPort": try cursor.hostPort()
            case "endpoint": try cursor.endpoint()
            case "upstream": try cursor.endpoint(schemes: [.dns, .tls])
            default: try cursor.argument()
            }
        try cursor.noMoreArguments()
        return value.description
    }

    static let accepted = [
        ("integer", "1", "1"), ("integer", "+30", "30"), ("integer", "007", "7"),
        ("octet", "255", "255"), ("least", "9223372036854775807", "9223372036854775807"),
        ("percentage", "10%", "10"), ("duration", "0", "0s"), ("duration", "1m30s", "1m30s"),
        ("hour", "60m", "1h0m0s"), ("seconds", "90", "1m30s"), ("seconds", "90ms", "90ms"),
        ("oneOf", "random", "random"), ("mode", "require", "require"), ("onOff", "on", "true"),
        ("onOff", "off", "false"), ("address", "fd00::1", "fd00::1"),
        ("cidr", "10.1.2.3/8", "10.0.0.0/8"), ("network", "10.1.2.3", "10.1.2.3/32"),
        ("network", "::1", "::1/128"), ("hostPort", ":8080", ":8080"),
        ("hostPort", "localhost:80", "localhost:80"), ("hostPort", "[::1]:53", "[::1]:53"),
        ("endpoint", "10.0.0.1", "10.0.0.1:53"), ("endpoint", "10.0.0.1:5353", "10.0.0.1:5353"),
        ("endpoint", "fd00::1", "[fd00::1]:53"), ("endpoint", "[fd00::1]", "[fd00::1]:53"),
        ("endpoint", "[fd00::1]:54", "[fd00::1]:54"), ("endpoint", "dns://::1", "[::1]:53"),
        ("endpoint", "fe80::1%eth0", "[fe80::1%eth0]:53"),
        ("upstream", "tls://9.9.9.9", "tls://9.9.9.9:853"),
        ("upstream", "tls://[fd00::1]:54", "tls://[fd00::1]:54"),
    ]

    @Test(arguments: accepted)
    func `an argument is read`(_ kind: String, _ text: String, _ value: String) throws {
        #expect(try Self.read(kind, text) == value)
    }

    static let refused = [
        ("integer", "", "'opt' needs an argument: write an integer of 1 to 3600 after it"),
        ("integer", "x", "k: opt: 'x' is not an integer: write 1 to 3600"),
        ("integer", "1.5", "k: opt: '1.5' is not an integer: write 1 to 3600"),
        ("integer", "0", "k: opt: '0' is out of range: write 1 to 3600"),
        ("octet", "256", "k: opt: '256' is out of range: write 0 to 255"),
        ("least", "1", "k: opt: '1' is out of range: write at least 2"),
        ("integer", "5 6", "unexpected '6' after '5': delete it"),
        ("percentage", "10", "k: opt: '10' is not a percentage: write 10% to 90%"),
        ("percentage", "9%", "k: opt: '9%' is out of range: write 10% to 90%"),
        (
            "duration", "5",
            "k: opt: '5' is not a duration: write a number with a unit, such as 500ms, 5s or 1m30s"
        ),
        ("duration", "-5s", "k: opt: '-5s' is out of range: write at least 0s"),
        ("hour", "61m", "k: opt: '61m' is out of range: write 1s to 1h0m0s"),
        ("seconds", "-1", "k: opt: '-1' is out of range: write at least 0s"),
        ("oneOf", "radnom", "k: opt: 'radnom' is not known: did you mean 'random'?"),
        ("mode", "never", "k: opt: 'never' is not known: use prefer, require"),
        ("mode", "", "'opt' needs an argument: write prefer, or require after it"),
        ("onOff", "yes", "k: opt: 'yes' is neither on nor off: write on or off"),
        (
            "address", "10.0.0.256",
            "k: opt: '10.0.0.256' is not an IP address: write one such as 10.0.0.1 or fd00::1"
        ),
        (
            "cidr", "10.0.0.0/33",
            "k: opt: '10.0.0.0/33' is not a block of addresses: write one such as 10.0.0.0/8 or"
                + " fd00::/8"
        ),
        (
            "cidr", "10.0.0.1",
            "k: opt: '10.0.0.1' is not a block of addresses: write one such as 10.0.0.0/8 or"
                + " fd00::/8"
        ),
        (
            "hostPort", "8080",
            "k: opt: '8080' is not HOST:PORT: write one such as :8080, localhost:8080 or"
                + " [::1]:8080"
        ),
        (
            "endpoint", "dns.example",
            "k: opt: 'dns.example' is not the address of a server: write one such as 10.0.0.1,"
                + " 10.0.0.1:53 or [fd00::1]:53"
        ),
        (
            "endpoint", "tls://1.1.1.1",
            "k: opt: 'tls://1.1.1.1' has a scheme that cannot be used here: use dns://"
        ),
        ("word", "", "'opt' needs an argument: write one after it"),
    ]

    @Test(arguments: refused)
    func `an argument of another form is refused`(
        _ kind: String,
        _ text: String,
        _ message: String
    ) {
        let error = #expect(throws: CorefileError.self) { try Self.read(kind, text) }
        #expect(error?.description == "Corefile:3: " + message)
    }

    @Test(arguments: [
        "::1:", ":", "a:b:1", "[::1:53", "::1]:53", "a:65536", "a:+1", "a:-1", "a:", "[a]b:1", "",
    ])
    func `no host and port`(_ text: String) {
        #expect(HostPort(text) == nil)
    }

    @Test(arguments: ["10.0.0.1%eth0", "fe80::1%", "", "%", "10.0.0.1:x", "[10.0.0.1", "tls://"])
    func `no address of a server`(_ text: String) {
        #expect(ServerEndpoint(text) == nil)
    }

    @Test func `an optional argument is looked at before it is read`() throws {
        var cursor = try Self.cursor("30 a.example b.example")
        #expect(cursor.upcomingArgument == "30")
        #expect(cursor.hasArgument)
        #expect(try cursor.integer() == 30)
        #expect(try cursor.remainingArguments(count: 1...2) == ["a.example", "b.example"])
        #expect(!cursor.hasArgument)
    }

    @Test(arguments: [
        ("a", 2...3, "'opt' takes 2 to 3 arguments, found 1: write what is missing"),
        ("a b", 0...1, "'opt' takes 0 to 1 arguments, found 2: delete 'b'"),
        ("a b", 1...1, "'opt' takes 1 argument, found 2: delete 'b'"),
        ("", 1...Int.max, "'opt' takes at least 1 arguments, found 0: write what is missing"),
    ])
    func `a number of arguments is checked`(
        _ text: String,
        _ count: ClosedRange<Int>,
        _ message: String
    ) throws {
        var cursor = try Self.cursor(text)
        let error = #expect(throws: CorefileError.self) {
            try cursor.remainingArguments(count: count)
        }
        #expect(error?.description == "Corefile:3: " + message)
    }
}

@Suite("Corefile: durations as Go writes them")
struct GoDurationTests {
    @Test(arguments: [
        ("0", 0), ("+0", 0), ("-0", 0), ("0s", 0), ("5s", 5_000_000_000), ("500ms", 500_000_000),
        ("1m30s", 90_000_000_000), ("1h", 3_600_000_000_000), ("1.5s", 1_500_000_000),
        (".5s", 500_000_000), ("5.s", 5_000_000_000), ("-1.5h", -5_400_000_000_000),
        ("1us", 1_000), ("1\u{B5}s", 1_000), ("1\u{3BC}s", 1_000), ("12ns", 12),
        ("0.3333333333333333333h", 1_200_000_000_000), ("1s1s", 2_000_000_000),
        ("9223372036854775807ns", Int64.max), ("-9223372036854775808ns", Int64.min),
    ])
    func `a duration is read`(_ text: String, _ nanoseconds: Int64) {
        #expect(GoDuration.parse(text) == .nanoseconds(nanoseconds))
    }

    @Test(arguments: [
        "", "+", "-", "5", "s", ".s", ".", "1x", "1S", "1 s", "1s ", "--1s", "1.2.3s", "1e3s",
        "9223372036854775808ns", "3000000h", "99999999999999999999s", "1sm", "\u{0}",
    ])
    func `no duration`(_ text: String) {
        #expect(GoDuration.parse(text) == nil)
    }

    @Test(arguments: [
        ("0", "0s"), ("1ns", "1ns"), ("1100ns", "1.1µs"), ("2200us", "2.2ms"), ("1s", "1s"),
        ("3300ms", "3.3s"), ("90s", "1m30s"), ("60m", "1h0m0s"), ("-5s", "-5s"),
        ("1h1ns", "1h0m0.000000001s"), ("-500ms", "-500ms"),
    ])
    func `a duration is written`(_ text: String, _ canonical: String) throws {
        #expect(GoDuration.text(try #require(GoDuration.parse(text))) == canonical)
    }

    @Test(arguments: 0..<8)
    func `a written duration is read as the same`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<200 {
            let shift = Int64.random(in: 0..<63, using: &generator)
            let value = Int64.random(in: .min ... .max, using: &generator) >> shift
            let duration = Duration.nanoseconds(value)
            #expect(GoDuration.parse(GoDuration.text(duration)) == duration)
        }
    }
}
