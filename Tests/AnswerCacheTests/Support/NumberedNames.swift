@testable import AnswerCache

/// Names that differ in a number, and replies to them, made without a detour: for many of them.
struct NumberedNames {
    /// Octets of the text in a reply.
    var textOctets = 40
    var type: UInt16 = 16

    /// The name `n12345678.x.`, lower case, in wire form.
    static func name(_ number: Int) -> [UInt8] {
        var octets: [UInt8] = [9, 0x6E, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0x78, 0]
        var rest = number
        for index in 0..<8 {
            octets[9 - index] = 0x30 + UInt8(rest % 10)
            rest /= 10
        }
        return octets
    }

    /// A reply: one text, filled with an octet, its first four octets the number.
    func reply(_ number: Int, fill: UInt8 = 0x61, seconds: UInt16 = 300) -> [UInt8] {
        let length = UInt16(textOctets)
        var octets: [UInt8] = [0, 7, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]
        octets += NumberedNames.name(number) + [0, UInt8(type), 0, 1]
        octets += [
            0xC0, 12, 0, UInt8(type), 0, 1, 0, 0, UInt8(seconds >> 8), UInt8(seconds & 0xFF),
        ]
        octets += [UInt8(length >> 8), UInt8(length & 0xFF)]
        for shift in [24, 16, 8, 0] { octets.append(UInt8(truncatingIfNeeded: number >> shift)) }
        octets += [UInt8](repeating: fill, count: textOctets - 4)
        return octets
    }

    func withKey<Result>(_ number: Int, _ body: (CacheKey) -> Result) -> Result {
        let name = NumberedNames.name(number)
        return unsafe name.withUnsafeBytes { octets in
            let key = unsafe CacheKey(
                name: octets.baseAddress!,
                nameOctetCount: octets.count,
                type: type,
                recordClass: 1,
                dnssecOK: false,
                checkingDisabled: false,
                view: 0
            )
            return body(key)
        }
    }

    @discardableResult
    func put(
        _ number: Int,
        in cache: AnswerCache,
        fill: UInt8 = 0x61,
        now: UInt64 = 1
    ) -> StoreRefusal? {
        withKey(number) { key in
            do throws(StoreRefusal) {
                try cache.insert(
                    reply(number, fill: fill),
                    for: key,
                    policy: StorePolicy(),
                    now: now,
                    wallClock: 0
                )
                return nil
            } catch {
                return error
            }
        }
    }
}

/// A cache of numbered names, and a reader of it.
final class NumberedCache {
    let cache: AnswerCache
    private let reader: EpochReader
    var names = NumberedNames()

    init(entries: Int, octets: Int = .max) {
        let epochs = ReaderEpochs(readersMax: 2)
        let configuration = CacheConfiguration(
            success: CacheCapacity(entries: entries, octets: octets),
            denial: CacheCapacity(entries: 10)
        )
        cache = AnswerCache(configuration, epochs: epochs, seed: 11)
        reader = epochs.register()!
    }

    @discardableResult
    func put(_ number: Int, now: UInt64 = 1) -> StoreRefusal? {
        names.put(number, in: cache, now: now)
    }

    /// Whether a name is held; looks it up as a worker does.
    func has(_ number: Int) -> Bool {
        let epoch = reader.enter()
        defer { reader.leave() }
        return names.withKey(number) { cache.lookup($0, now: 2, in: epoch) != nil }
    }
}
