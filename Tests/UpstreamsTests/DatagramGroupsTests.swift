import CLinuxNet
import TestSupport
import Testing

@testable import Upstreams

@Suite struct `Datagrams of one turn` {
    @Test(arguments: 1...8)
    func `leave in pieces, each of one length, and every one leaves once`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var groups = DatagramGroups()
        for _ in 0..<100 {
            let longest = [14, 60, 1_400, 4_096].randomElement(using: &random) ?? 60
            let lengths = (0..<64).map { _ in Int.random(in: 12...longest, using: &random) }
            let start = Int.random(in: 0..<64, using: &random)
            let range = start..<Int.random(in: start...64, using: &random)
            var vectors = unsafe lengths.map { unsafe cln_vector(base: nil, octets: $0) }
            unsafe vectors.withUnsafeMutableBufferPointer {
                unsafe groups.arrange(range, $0.baseAddress!)
            }
            #expect(groups.slots(from: 0).sorted() == Array(range))
            for number in 0..<groups.count {
                let message = unsafe groups.messages[number]
                let count = unsafe message.vector_count
                let slots = groups.slots(from: number).prefix(count)
                let length = lengths[slots.first ?? 0]
                #expect(slots.allSatisfy { lengths[$0] == length })
                #expect(count == 1 || length <= Limits.groupedOctetsMax)
                #expect(count * length <= Limits.groupOctetsMax)
                #expect(unsafe (message.control_octets > 0) == (count > 1))
            }
            guard longest < 100 else { continue }
            #expect(groups.count == Set(lengths[range]).count)
        }
    }
}
