import KubernetesModel
import Testing

@testable import Registry

@Suite("Distribution and allocation")
struct PackingTests {
    private func endpoints(_ numbers: some Sequence<Int>, ready: Bool = true) -> [Endpoint] {
        numbers.map { Endpoint(addresses: ["10.0.0.\($0)"], ready: ready, targetName: "p\($0)") }
    }

    private let packer = SlicePacker(endpointsMax: 4)

    @Test func `new endpoints fill changed slices, then one that has room, then new ones`() {
        let existing = [endpoints(1...3), endpoints(4...5), endpoints(6...9)]
        // 4 goes: its slice changes anyway, so it takes 10 and 11 before the first one is touched.
        let packed = packer.pack(endpoints([1, 2, 3, 5, 6, 7, 8, 9, 10, 11]), into: existing)
        #expect(
            packed == [
                .init(existing: 0, endpoints: endpoints(1...3)),
                .init(existing: 1, endpoints: endpoints([5, 10, 11])),
                .init(existing: 2, endpoints: endpoints(6...9)),
            ]
        )
        let grown = packer.pack(endpoints(1...10), into: existing)
        #expect(
            grown == [
                .init(existing: 0, endpoints: endpoints([1, 2, 3, 10])),
                .init(existing: 1, endpoints: endpoints(4...5)),
                .init(existing: 2, endpoints: endpoints(6...9)),
            ]
        )
        #expect(packer.pack(endpoints(1...9), into: []).map(\.endpoints.count) == [4, 4, 1])
    }

    @Test func `states change in place, duplicates and emptied slices go`() {
        let existing = [endpoints(1...2), endpoints(2...3), endpoints(4...4)]
        let packed = packer.pack(endpoints(1...3, ready: false), into: existing)
        #expect(
            packed == [
                .init(existing: 0, endpoints: endpoints(1...2, ready: false)),
                .init(existing: 1, endpoints: endpoints(3...3, ready: false)),
            ]
        )
        #expect(packer.pack([], into: existing).isEmpty)
        let overfull = packer.pack(endpoints(1...6), into: [endpoints(1...6)])
        #expect(overfull.map(\.endpoints.count) == [4, 2])
    }

    static let bands: [(count: UInt64, addresses: UInt64, ports: UInt64)] = [
        (14, 0, 0), (16, 0, 0), (254, 16, 16), (2_768, 173, 86), (65_534, 256, 128),
        (1 << 40, 256, 128),
    ]

    @Test(arguments: bands)
    func `bands have Kubernetes' sizes`(count: UInt64, addresses: UInt64, ports: UInt64) {
        #expect(AllocationBand.addresses(count).reserved == addresses)
        #expect(AllocationBand.ports(count).reserved == ports)
    }

    @Test func `a band is searched to its end, the lower one last`() {
        let band = AllocationBand(count: 20, reserved: 5)
        var asked: [UInt64] = []
        func last(_ bound: UInt64) -> UInt64 { bound - 1 }
        let picked = band.pick(last) { offset in
            asked.append(offset)
            return false
        }
        #expect(picked == nil)
        #expect(asked == [19] + Array(5...18) + [4, 0, 1, 2, 3])
    }

    @Test func `a band of all addresses wraps without overflow`() {
        let band = AllocationBand(count: .max, reserved: 256)
        var asked: [UInt64] = []
        func last(_ bound: UInt64) -> UInt64 { bound - 1 }
        let picked = band.pick(last) { offset in
            asked.append(offset)
            return asked.count == 3
        }
        #expect(asked == [.max - 1, 256, 257])
        #expect(picked == 257)
    }

    static let merges: [(old: Fields, new: Fields, live: Fields, expected: Fields)] = [
        (["a": 1, "b": 2], ["a": 3], ["a": 1, "b": 2, "c": 4], ["a": 3, "c": 4]),
        ([:], ["a": .null], ["a": 1, "b": 2], ["b": 2]),
        (["m": ["x": 1]], ["m": ["y": 2]], ["m": ["x": 1, "z": 3]], ["m": ["z": 3, "y": 2]]),
        (["l": [1, 2]], ["l": [3]], ["l": [1, 2, 9]], ["l": [3]]),
        ([:], ["m": ["x": .null, "y": [["z": .null]]]], [:], ["m": ["y": [[:]]]]),
        (
            ["spec": ["ports": [["port": 1], ["port": 2]]]],
            ["spec": ["ports": [["port": 2, "name": "b"], ["port": 3]]]],
            [
                "spec": [
                    "ports": [
                        ["port": 1, "protocol": "TCP", "nodePort": 31],
                        ["port": 2, "nodePort": 32],
                        ["port": 9, "nodePort": 39],
                    ]
                ]
            ],
            [
                "spec": [
                    "ports": [
                        ["port": 2, "nodePort": 32, "name": "b"], ["port": 3],
                        ["port": 9, "nodePort": 39],
                    ]
                ]
            ]
        ),
    ]

    @Test(arguments: merges)
    func `a merge takes what is new, drops what was, keeps the rest`(
        old: Fields,
        new: Fields,
        live: Fields,
        expected: Fields
    ) {
        let merged = ThreeWayMerge.merge(old: old, new: new, live: live)
        #expect(merged.saysTheSame(as: expected), "\(JSONWriter.compact(.object(merged)))")
    }
}
