import Addresses
import DNSWire
import Plugins
import TestSupport
import Testing

@Suite("Replies of any content, shuffled")
struct LoadbalanceOrderTests {
    /// A random record: few names, so that sets have several records.
    private func record(_ random: inout SeededGenerator) throws -> ResourceRecord {
        let names = ["target.test", "Other.test", "www.example.test"]
        let name = try #require(Name(names[Int.random(in: 0..<3, using: &random)]))
        let target = try #require(Name("t\(Int.random(in: 0..<99, using: &random)).test"))
        let number = UInt32.random(in: 0..<1_000, using: &random)
        let data: RecordData =
            switch Int.random(in: 0..<12, using: &random) {
            case 0: .cname(target)
            case 1: .mx(MailExchange(preference: UInt16(number), exchange: target))
            case 2: .text("text \(number)")
            case 3...5: .address(IPAddress(ipv6High: 0x2001_0DB8 << 32, low: UInt64(number)))
            default: .address(IPAddress(ipv4: number))
            }
        return ResourceRecord(name: name, timeToLive: number, data: data)
    }

    @Test(arguments: ["loadbalance", "loadbalance {\n prefer 0.0.1.0/24 2001:db8::/120\n}"])
    func `records only change places, and aliases come first`(_ directive: String) throws {
        let zone = try TemporaryFile("@ 60 SOA ns h 1 2 3 4 5\nwww 60 CNAME target.test.\n")
        let plain = try ChainFixture("file \(zone.path)")
        let shuffled = try ChainFixture("\(directive)\nfile \(zone.path)")
        var random = SeededGenerator(seed: 20_26)
        var changeCount = 0
        for _ in 0..<300 {
            let count = Int.random(in: 0..<12, using: &random)
            var records: [ResourceRecord] = []
            for _ in 0..<count { records.append(try record(&random)) }
            plain.resolver.records = records
            shuffled.resolver.records = records
            let number = UInt32.random(in: 0...UInt32.max, using: &random)
            let before = try plain.ask("www.example.test", limit: 4_096, random: number)
            let after = try shuffled.ask("www.example.test", limit: 4_096, random: number)
            #expect(after.answers.sorted() == before.answers.sorted())
            #expect(after.message.header == before.message.header)
            if after.answers != before.answers { changeCount += 1 }
            let types = after.message.answers.map(\.type)
            #expect(types.drop { $0 == .cname }.allSatisfy { $0 != .cname }, "\(types)")
        }
        #expect(changeCount > 100)
    }
}
