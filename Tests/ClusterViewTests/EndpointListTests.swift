import Addresses
import Testing

@testable import ClusterView

@Suite("Packed endpoints")
struct EndpointListTests {
    @Test(arguments: [
        ("10.244.0.9", "10-244-0-9"), ("10.244.0.9", "db-0"), ("0.0.0.0", "0-0-0-0"),
        ("255.255.255.255", "255-255-255-255"), ("fd00::", "fd00--0"), ("fd00::1", "fd00--1"),
        ("2001:db8::1", "2001-db8-0-0-0-0-0-1"), ("10.0.0.1", "x"),
    ])
    func `what goes in comes out`(_ address: String, _ label: String) throws {
        let endpoint = EndpointData(address: try #require(IPAddress(address)), label: label)
        var list = EndpointList()
        #expect(list.isEmpty)
        list.append(endpoint)
        list.append(endpoint)
        #expect(Array(list) == [endpoint, endpoint])
    }

    @Test func `the label of an address is the same from its text and its number`() throws {
        for text in ["1.2.3.4", "10.20.30.40", "100.200.250.255", "0.0.0.0", "fd00::", "::1"] {
            let address = try #require(IPAddress(text))
            #expect(EndpointData.dashedLabel(text) == EndpointData.dashedLabel(address))
        }
    }

    @Test func `a label that is too long for a name is left out`() throws {
        var list = EndpointList()
        let label = String(repeating: "a", count: 64)
        list.append(EndpointData(address: try #require(IPAddress("10.0.0.1")), label: label))
        #expect(list.isEmpty)
    }
}
