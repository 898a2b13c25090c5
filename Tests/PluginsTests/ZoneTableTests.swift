import DNSWire
import TestSupport
import Testing

@testable import Plugins

@Suite("The closest of many zones")
struct ZoneTableTests {
    /// Compares the zone that a table finds with the one that a list finds.
    ///
    /// `@unchecked Sendable`: restated from `Plugin`; all properties are immutable and Sendable.
    private final class Finder: Plugin, @unchecked Sendable {
        private let table: ZoneTable
        private let list: ZoneList
        private let names: [Name]

        init(_ zones: [Name]) {
            names = zones.sorted { $0.labelCount > $1.labelCount }
            table = ZoneTable(names)
            list = ZoneList(names)
            super.init(name: "finder")
        }

        override func answer(_ transaction: inout Transaction, _: RestOfChain) -> Disposition {
            let found = table.closest(transaction)
            let expected = list.first(in: 0..<list.count, holding: transaction)
            return found == expected ? (found == nil ? .refused : .written) : .serverFailure
        }
    }

    @Test(arguments: [0, 1, 2, 5, 300])
    func `a table finds what a list finds`(_ count: Int) throws {
        var random = SeededGenerator(seed: 53)
        func name() -> String {
            (0..<random.number(1...5)).map { _ in "\(random.number(0...2))." }.joined()
        }
        var zones = Set<Name>()
        while zones.count < min(count, 200) {
            zones.insert(try #require(Name(random.chance(50) ? "." : name())))
        }
        let chain = try ChainFixture("", zones: ".", behind: [Finder(Array(zones))])
        var hits = 0
        for _ in 0..<200 {
            let reply = try chain.ask(name())
            #expect(reply.disposition != .serverFailure)
            if reply.disposition == .written { hits += 1 }
        }
        #expect(hits > 0 || count == 0)
    }
}
