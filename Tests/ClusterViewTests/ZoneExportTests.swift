import Addresses
import ClusterView
import DNSWire
import Testing

@Suite("The cluster's zone as records")
struct ZoneExportTests {
    @Test func `every record is what a question for it gets`() throws {
        var fixture = shop()
        _ = fixture.index.makeSnapshot(revision: 1, serial: 7)
        let zone = try #require(Name("cluster.local."))
        let records = try fixture.index.records(
            ZoneExport(
                zone: zone,
                serial: 7,
                serverAddresses: [try #require(IPAddress("192.0.2.53"))]
            )
        )
        #expect(records.first?.type == .soa)
        #expect(records.count > 30)
        let groups = Dictionary(grouping: records) { "\($0.name) \($0.type)" }
        for group in groups.values {
            let answers = fixture.ask("\(group[0].name)", group[0].type).message.answers
            #expect(group.map(\.text).sorted() == answers.map(\.text).sorted())
        }
    }
}
