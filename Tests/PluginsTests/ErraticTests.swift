import DNSWire
import Plugins
import Testing

@Suite("The plugin erratic")
struct ErraticTests {
    @Test(arguments: [
        ("erratic", "dada"), ("erratic {\n drop 3\n}", "daadaa"),
        ("erratic {\n drop 0\n}", "aaaa"), ("erratic {\n truncate 2\n}", "tata"),
        ("erratic {\n truncate\n}", "tata"), ("erratic {\n drop 2\n truncate 3\n}", "dadtda"),
        ("erratic {\n drop\n delay 2 1ms\n}", "lalala"),
        ("erratic {\n delay 3 1ms\n}", "laalaa"),
        ("erratic {\n drop 4\n delay 2 1ms\n truncate 2\n}", "dalaDaLa"),
    ])
    func `queries are treated by their number`(_ block: String, _ expected: String) throws {
        let fixture = try ChainFixture(block)
        for letter in expected {
            let reply = try fixture.ask("www.example.test")
            let isDropped = letter.lowercased() == "d"
            #expect((reply.disposition == .dropped) == isDropped)
            #expect(reply.waitCount == (letter.lowercased() == "l" ? 1 : 0))
            if letter == "t" { #expect(reply.message.header.isTruncated) }
            if letter == "a" { #expect(!reply.message.header.isTruncated) }
            if !isDropped {
                #expect(reply.answers == ["www.example.test. 0 IN A 192.0.2.53"])
                #expect(reply.message.header.isAuthoritative)
            }
        }
    }

    @Test func `other types are answered as they can be`() throws {
        let fixture = try ChainFixture("erratic {\n drop 0\n}")
        #expect(
            try fixture.ask("example.test", .aaaa).answers
                == ["example.test. 0 IN AAAA 2001:db8::53"]
        )
        #expect(try fixture.ask("example.test", .txt).code == .serverFailure)
        let zone = try fixture.ask("example.test", .axfr, transport: .tcp)
        #expect(zone.answers.count == 6)
        #expect(zone.answers.first == zone.answers.last)
    }

    @Test func `a transfer that is cut lacks its end`() throws {
        let fixture = try ChainFixture("erratic {\n truncate 1\n}")
        let zone = try fixture.ask("example.test", .axfr, transport: .tcp)
        #expect(zone.answers.count == 5)
        #expect(zone.answers.first != zone.answers.last)
    }

    @Test func `it is ready now and then`() throws {
        let fixture = try ChainFixture("erratic")
        var states: [Bool?] = []
        for _ in 0..<6 {
            states.append(fixture.chain.plugins[0].isReady)
            _ = try fixture.ask("www.example.test")
        }
        #expect(states == [false, false, false, true, true, false])
    }

    @Test(arguments: [
        ("drop -1", "erratic: drop: '-1' is out of range: write at least 0"),
        ("drop 1 2", "unexpected '2' after '1': delete it"),
        (
            "delay 2 soon",
            "erratic: delay: 'soon' is not a duration: write a number with a unit, "
                + "such as 500ms, 5s or 1m30s"
        ),
        (
            "explode",
            "unknown property 'explode' of 'erratic': use delay, drop, large, "
                + "truncate"
        ),
    ])
    func `mistakes are named`(_ line: String, _ problem: String) {
        expectMistake("erratic {\n \(line)\n}", "Corefile:3: \(problem)")
    }
}
