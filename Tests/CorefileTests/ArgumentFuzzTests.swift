import Addresses
import TestSupport
import Testing

@testable import Corefile

@Suite("Corefile: arguments of every kind of text")
struct ArgumentFuzzTests {
    static func text(_ parts: [String], _ generator: inout SeededGenerator) -> String {
        (0..<Int.random(in: 0..<8, using: &generator))
            .map { _ in parts.randomElement(using: &generator) ?? "" }.joined()
    }

    @Test(arguments: 0..<16)
    func `a duration that is read is written and read as the same`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let parts = [
            "-", "+", "0", "1", "59", ".", "5", "h", "m", "s", "ms", "µs", "9223372036", "e",
        ]
        for _ in 0..<200 {
            guard let value = GoDuration.parse(Self.text(parts, &generator)) else { continue }
            #expect(GoDuration.parse(GoDuration.text(value)) == value)
        }
    }

    @Test(arguments: 0..<16)
    func `so are addresses with ports`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let parts = [
            "[", "]", ":", "::", "%", "eth0", "10.0.0.1", "fe80::1", "53", "65535", "tls://", "dns",
            "https3://", "/", ".",
        ]
        for _ in 0..<200 {
            let text = Self.text(parts, &generator)
            if let value = HostPort(text) { #expect(HostPort(value.description) == value) }
            if let value = ServerEndpoint(text) {
                #expect(ServerEndpoint(value.description) == value)
            }
        }
    }

    @Test(arguments: 0..<16)
    func `so are keys, and their zones are names`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let parts = [
            "tls://", "foo://", "a", "B", ".", "..", "10.0.0.0", "2001:db8::", "/8", "/25", "/31",
            ":", "53", "-1", "99999999999999999999", "\\", "\\046", "\\.", " ", "é", "\u{0}",
            String(repeating: "c", count: 40),
        ]
        for _ in 0..<200 {
            let addresses = try? ServerAddress.parse(key: Self.text(parts, &generator))
            for address in addresses ?? [] {
                #expect(ZoneText.isName(address.zone), "\(address)")
                #expect(address.zone.hasSuffix("."))
                let again = try ServerAddress.parse(key: address.description)
                #expect(again.map(\.description) == [address.description])
            }
            #expect(addresses?.count ?? 0 <= 128)
        }
    }

    @Test(arguments: 0..<16)
    func `any argument of any kind is read or refused in a short line`(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let kinds = [
            "integer", "octet", "least", "percentage", "duration", "hour", "seconds", "oneOf",
            "mode",
            "onOff", "address", "cidr", "network", "hostPort", "endpoint", "upstream",
        ]
        for _ in 0..<40 {
            let octets = (0..<Int.random(in: 1..<200, using: &generator)).map { _ in
                UInt8.random(in: 0x21...0xFF, using: &generator)
            }
            let text = String(decoding: octets, as: UTF8.self).filter { !"\"#{}".contains($0) }
            for kind in kinds {
                do {
                    _ = try DirectiveValueTests.read(kind, text)
                } catch let error as CorefileError {
                    #expect(error.description.utf8.count < 500)
                }
            }
        }
    }
}
