import Addresses
import Testing

@Suite("RFC 4291 §2.2 and RFC 5952: the text of addresses")
struct IPAddressTextTests {
    @Test(
        arguments: [
            ("0.0.0.0", "0.0.0.0"), ("10.96.0.1", "10.96.0.1"),
            ("255.255.255.255", "255.255.255.255"), ("::", "::"), ("::1", "::1"), ("1::", "1::"),
            ("fd00:10:96::A", "fd00:10:96::a"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
            ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"),
            ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"), ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"),
            ("0001:0002:0003:0004:0005:0006:0007:0008", "1:2:3:4:5:6:7:8"),
            ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"), ("::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("::192.0.2.1", "::c000:201"),
            ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
            ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
        ]
    )
    func `an address is read and written in its canonical form`(text: String, canonical: String) {
        let address = IPAddress(text)
        #expect(address?.description == canonical)
        #expect(address.flatMap { IPAddress($0.description) } == address)
        #expect(address.flatMap { IPAddress(octets: $0.octets) } == address)
    }

    @Test(
        arguments: [
            "", " ", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.04", "01.2.3.4", "1.2.3.",
            ".1.2.3", "1..2.3", "1.2.3.4 ", " 1.2.3.4", "1.2.3.-4", "0x1.2.3.4", "1.2.3.4/8",
            "None", ":", ":::", "1:", ":1", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3",
            "1:::2", "::1:2:3:4:5:6:7:8", "12345::", "g::", "::1%eth0", "[::1]", "::1.2.3",
            "::1.2.3.4:5", "1.2.3.4::", "1:2:3:4:5:6:7:1.2.3.4", "::ffff:1.2.3.04", "١.٢.٣.٤",
            "::%", "fe80::1\n", "1:2:3:4:5:6:7:8:", "0000:0000:0000:0000:0000:0000:0000:0000:0",
        ]
    )
    func `a text that is no address is refused`(text: String) { #expect(IPAddress(text) == nil) }

    @Test func `a very long text is refused without being looked at`() {
        #expect(IPAddress(String(repeating: "1", count: 1 << 20)) == nil)
    }

    @Test func `random texts never crash, and what is read is read back`() {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("0123456789abcf:.:.")
        for _ in 0..<20_000 {
            let text = String(
                (0..<Int.random(in: 0...24, using: &random)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                }
            )
            guard let address = IPAddress(text) else { continue }
            #expect(IPAddress(address.description) == address, "\(text)")
        }
    }
}

@Suite("IP addresses as numbers")
struct IPAddressNumberTests {
    @Test(
        arguments: [
            ("10.0.0.1", 5, "10.0.0.6"), ("10.0.0.255", 1, "10.0.1.0"), ("::", 1, "::1"),
            ("::ffff:ffff:ffff:ffff", 1, "0:0:0:1::"), ("255.255.255.254", 1, "255.255.255.255"),
        ] as [(String, UInt64, String)]
    )
    func `advancing carries`(text: String, count: UInt64, expected: String) {
        #expect(IPAddress(text)?.advanced(by: count)?.description == expected)
    }

    @Test(arguments: ["255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"])
    func `nothing follows the last address`(text: String) throws {
        let last = try #require(IPAddress(text))
        #expect(last.advanced(by: 1) == nil)
        #expect(last.advanced(by: .max) == nil)
        #expect(last.advanced(by: 0) == last)
    }

    @Test func `IPv4 comes before IPv6, then the number decides`() {
        let sorted = ["2.0.0.0", "10.0.0.0", "::", "::1", "1::"].compactMap { IPAddress($0) }
        #expect(sorted.shuffled().sorted() == sorted)
    }

    @Test func `the same bits of another family are another address`() {
        #expect(IPAddress("0.0.0.1") != IPAddress("::1"))
    }

    @Test(arguments: [0, 1, 3, 5, 8, 15, 17, 32])
    func `only 4 or 16 octets are an address`(count: Int) {
        #expect(IPAddress(octets: [UInt8](repeating: 1, count: count)) == nil)
    }
}
