import Addresses
import Testing

@Suite("RFC 4632 §3.1: blocks of addresses")
struct CIDRBlockTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var block: String
        var last: String
        var count: UInt64
        var testDescription: String { text }
    }

    static let cases = [
        Case(text: "10.96.0.0/16", block: "10.96.0.0/16", last: "10.96.255.255", count: 65_536),
        Case(text: "10.96.7.9/12", block: "10.96.0.0/12", last: "10.111.255.255", count: 1 << 20),
        Case(text: "1.2.3.4/32", block: "1.2.3.4/32", last: "1.2.3.4", count: 1),
        Case(text: "1.2.3.4/0", block: "0.0.0.0/0", last: "255.255.255.255", count: 1 << 32),
        Case(
            text: "fd00:10:96::/112",
            block: "fd00:10:96::/112",
            last: "fd00:10:96::ffff",
            count: 65_536
        ),
        Case(
            text: "fd00::1/64",
            block: "fd00::/64",
            last: "fd00::ffff:ffff:ffff:ffff",
            count: .max
        ),
        Case(
            text: "fd00::1/65",
            block: "fd00::/65",
            last: "fd00::7fff:ffff:ffff:ffff",
            count: 1 << 63
        ),
        Case(
            text: "::/0",
            block: "::/0",
            last: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            count: .max
        ),
        Case(text: "::1/128", block: "::1/128", last: "::1", count: 1),
        Case(
            text: "fe80::/10",
            block: "fe80::/10",
            last: "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
            count: .max
        ),
    ]

    @Test(arguments: cases)
    func `a block is masked and knows its last address`(_ item: Case) {
        let block = CIDRBlock(item.text)
        #expect(block?.description == item.block)
        #expect(block?.last.description == item.last)
        #expect(block?.count == item.count)
    }

    @Test(
        arguments: [
            "", "/", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8",
            "10.0.0.0/8/8", "10.0.0.0/0008", "10.0.0.0/8 ", "x/8", "::/129", "::/1e1",
            "10.0.0.0/٨", "10.0.0.0/99999999999999999999",
        ]
    )
    func `a text that is no block is refused`(text: String) { #expect(CIDRBlock(text) == nil) }

    @Test func `a block holds its addresses and no others`() throws {
        let block = try #require(CIDRBlock("10.96.0.0/16"))
        for text in ["10.96.0.0", "10.96.12.34", "10.96.255.255"] {
            #expect(try block.contains(#require(IPAddress(text))))
        }
        for text in ["10.95.255.255", "10.97.0.0", "::a60:1", "::ffff:10.96.0.1"] {
            #expect(try !block.contains(#require(IPAddress(text))))
        }
    }

    @Test func `every prefix length masks as a slow count of bits does`() throws {
        let address = try #require(IPAddress("fd12:3456:789a:bcde:f012:3456:789a:bcde"))
        for length in 0...128 {
            let block = try #require(CIDRBlock(address, prefixLength: length))
            var octets = address.octets
            var top = address.octets
            for bit in length..<128 {
                octets[bit / 8] &= ~(0x80 >> UInt8(bit % 8))
                top[bit / 8] |= 0x80 >> UInt8(bit % 8)
            }
            #expect(block.base.octets == octets)
            #expect(block.last.octets == top)
        }
        #expect(CIDRBlock(address, prefixLength: 129) == nil)
        #expect(CIDRBlock(address, prefixLength: -1) == nil)
    }
}
