import Testing

@testable import HostNetwork

@Suite("Messages to and from the kernel")
struct NetlinkMessageTests {
    @Test func `what is written is read again`() {
        var message = NetlinkMessage(16, [.create, .acknowledge])
        message.append(UInt32(7))
        message.attribute(3, text: "martlet0")
        message.attribute(10, number: 0xDEAD_BEEF)
        message.attribute(18) { info in
            info.attribute(1, text: "veth")
            info.attribute(2) { $0.attribute(1, [1, 2, 3]) }
        }
        message.finish(number: 42)
        let all = NetlinkPart(octets: message.octets[...])
        #expect(all.number(at: 0) == UInt32(message.octets.count))
        #expect(all.number(at: 4, octets: 2) == 16)
        #expect(all.number(at: 6, octets: 2) == 0x405)
        #expect(all.number(at: 8) == 42)
        #expect(all.number(at: 16) == 7)
        let attributes = all.dropFirst(20).attributes
        #expect(attributes.keys.sorted() == [3, 10, 18])
        #expect(attributes[3]?.text == "martlet0")
        #expect(attributes[10]?.number(at: 0) == 0xDEAD_BEEF)
        let info = attributes[18]?.attributes
        #expect(info?[1]?.text == "veth")
        #expect(info?[2]?.attributes[1].map { Array($0.octets) } == [1, 2, 3])
        #expect(message.octets.count % 4 == 0)
    }

    @Test func `a number that isn't there is 0`() {
        let part = NetlinkPart(octets: [1, 2, 3][...])
        #expect(part.number(at: 0) == 0)
        #expect(part.number(at: 2, octets: 1) == 3)
        #expect(part.number(at: 3, octets: 1) == 0)
        #expect(part.number(at: -1) == 0)
        #expect(part.dropFirst(9).number(at: 0, octets: 1) == 0)
    }

    @Test(arguments: 0..<64)
    func `whatever octets come, reading them ends`(_ seed: UInt64) {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next() -> UInt8 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return UInt8(truncatingIfNeeded: state >> 32)
        }
        for count in 0..<200 {
            // Small numbers, so that lengths are often right.
            let octets = (0..<count).map { _ in next() & (next() & 1 == 0 ? 0x0F : 0xFF) }
            let part = NetlinkPart(octets: octets[...])
            for attribute in part.attributes.values {
                #expect(attribute.octets.count <= count)
                _ = attribute.attributes.values.map(\.text)
                _ = attribute.number(at: count - 2)
            }
        }
    }
}
