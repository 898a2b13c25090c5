import DNSWire
import Glibc
import Testing

@testable import AnswerCache

@Suite("The cache: what stays and what goes")
struct EvictionTests {
    @Test(arguments: [1, 2, 3, 7, 10, 64, 1_000])
    func `a store holds what it may and no more`(_ entries: Int) {
        let held = NumberedCache(entries: entries)
        for number in 0..<(3 * entries) {
            #expect(held.put(number) == nil)
            #expect(held.has(number))
        }
        #expect(held.cache.count == entries)
        #expect(held.cache.figures.success.evictions == UInt64(2 * entries))
        let found = (0..<(3 * entries)).count { held.has($0) }
        #expect(found == entries)
        held.cache.removeAll()
        #expect(held.cache.count == 0)
        #expect(held.cache.octetCount == 0)
        #expect(!(0..<(3 * entries)).contains { held.has($0) })
    }

    @Test func `the stores don't take room from each other`() {
        let held = NumberedCache(entries: 5)
        for number in 0..<5 { held.put(number) }
        let asker = Asker()
        for number in 0..<50 {
            let ask = Ask("d\(number).test.")
            let denial = reply(ask, .nameError, authority: [soa("test.")])
            ask.withKey { key in
                _ = try? held.cache.insert(
                    try! denial.encoded(),
                    for: key,
                    policy: asker.policy,
                    now: 1,
                    wallClock: 0
                )
            }
        }
        #expect(held.cache.figures.denial.entries == 10)
        #expect(held.cache.figures.denial.evictions == 40)
        #expect((0..<5).allSatisfy { held.has($0) })
    }

    @Test func `names asked often outlive any number of names asked once`() {
        let held = NumberedCache(entries: 1_000)
        let often = 0..<300
        for number in often { held.put(number) }
        var missed = 0
        for number in 1_000..<20_000 {
            held.put(number)
            // Each of them is asked for once in 600 new names.
            let asked = number / 2 % 300
            if number % 2 == 0, !held.has(asked) {
                missed += 1
                held.put(asked)
            }
        }
        #expect(missed == 0)
        #expect(often.allSatisfy { held.has($0) })
        #expect(held.cache.count == 1_000)
    }

    @Test func `a name that comes back soon after it went is kept for longer`() {
        let held = NumberedCache(entries: 100)
        for number in 0..<110 { held.put(number) }
        #expect(!held.has(0))
        held.put(0)
        for number in 200..<290 { held.put(number) }
        #expect(held.has(0))
    }

    @Test func `entries that are of no use any more go first`() {
        let held = NumberedCache(entries: 100)
        for number in 0..<100 {
            held.put(number)
            #expect(held.has(number))
        }
        let later = 400 * CacheLimits.second
        for number in 100..<200 { held.put(number, now: later) }
        #expect(held.cache.count == 100)
        #expect(held.cache.listing(now: later).allSatisfy { $0.remaining == 300 })
    }

    @Test func `octets are bounded too`() {
        let held = NumberedCache(entries: 1_000, octets: 50_000)
        held.names.textOctets = 1_000
        for number in 0..<200 { held.put(number) }
        #expect(held.cache.octetCount <= 50_000)
        #expect(held.cache.octetCount > 48_000)
        #expect(held.cache.count == 42 || held.cache.count == 43)
        #expect(held.has(199))
        // A larger reply to a question that is held makes room for itself.
        held.names.textOctets = 30_000
        held.put(199)
        #expect(held.cache.octetCount <= 50_000)
        #expect(held.has(199))
        held.names.textOctets = 50_000
        #expect(held.put(5) == .tooLarge)
        #expect(held.cache.count > 1)
    }

    @Test func `a store without entries keeps nothing`() {
        let held = NumberedCache(entries: 0)
        #expect(held.put(1) == .disabled)
    }

    @Test func `names that all want the same place push each other out`() {
        let held = NumberedCache(entries: 200)
        #expect(held.cache.figures.tableOctets == 64 * 64)
        // Chosen by who knows the seed: all begin at one of the 64 buckets.
        let numbers = (0..<20_000).filter { number in
            held.names.withKey(number) { $0.hash(seed: held.cache.seed) & 63 == 60 }
        }.prefix(150)
        #expect(numbers.count == 150)
        for (index, number) in numbers.enumerated() {
            #expect(held.put(number) == nil)
            #expect(held.has(number))
            #expect(held.cache.count == min(index + 1, 56))
        }
        #expect(numbers.count { held.has($0) } == 56)
        #expect(held.cache.figures.success.evictions == 94)
        // Others still find a place, and everything can be removed again.
        for number in 30_000..<30_100 { held.put(number) }
        #expect((30_000..<30_100).count { held.has($0) } > 50)
        held.cache.removeAll()
        #expect(!numbers.contains { held.has($0) })
        for number in numbers.prefix(56) { held.put(number) }
        #expect(numbers.prefix(56).allSatisfy { held.has($0) })
    }

    @Test func `an entry takes at most 400 octets of memory beyond its packet`() {
        let held = NumberedCache(entries: 10_000)
        for number in 0..<10_000 { held.put(number) }
        let packet = held.names.reply(0).count
        let figures = held.cache.figures
        let each = (figures.success.octets + figures.tableOctets) / 10_000 + 4
        #expect(each - packet <= 400, "\(each - packet)")
        // The C library agrees with what is counted.
        typealias UsableSize = @convention(c) (UnsafeMutableRawPointer?) -> Int
        guard let symbol = unsafe dlsym(nil, "malloc_usable_size") else { return }
        let usableSize = unsafe unsafeBitCast(symbol, to: UsableSize.self)
        var usable = 0
        held.cache.success.visitAll { unsafe usable += usableSize($0.pointer) + 8 }
        // Now and then it gives a little more, rather than leave a piece too small for anybody.
        #expect(usable <= figures.success.octets + figures.success.octets / 100)
        #expect(usable > 10_000 * packet)
    }

    @Test func `what waits to be freed stays little, however many names pass`() {
        let held = NumberedCache(entries: 500)
        var most = 0
        for number in 0..<20_000 {
            held.put(number)
            if number % 100 == 0 { most = max(most, held.cache.figures.retiredEntries) }
        }
        #expect(most <= CacheLimits.retiredBatch)
        #expect(held.cache.count == 500)
    }
}
