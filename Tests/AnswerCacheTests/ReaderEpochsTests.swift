import Testing

@testable import AnswerCache

@Suite("The cache: memory that readers still use")
struct ReaderEpochsTests {
    private let names = NumberedNames()
    private let epochs = ReaderEpochs(readersMax: 3)

    private func isThere(_ reader: borrowing EpochReader?) -> Bool {
        switch reader {
        case .some: true
        case .none: false
        }
    }

    @Test func `a domain has room for so many readers, and for others after them`() {
        do {
            let first = epochs.register()
            let second = epochs.register()
            let third = epochs.register()
            let fourth = epochs.register()
            let results = [isThere(first), isThere(second), isThere(third), isThere(fourth)]
            #expect(results == [true, true, true, false])
        }
        let next = isThere(epochs.register())
        #expect(next)
    }

    @Test func `a reader is active from enter to leave`() {
        let reader = epochs.register()!
        let epoch = reader.enter()
        #expect(epoch.isActive)
        reader.leave()
        #expect(!epoch.isActive)
        let again = reader.enter()
        #expect(again.isActive)
        reader.leave()
    }

    @Test func `what a reader may have found is freed when it has left, not before`() {
        let cache = AnswerCache(epochs: epochs)
        let reader = epochs.register()!
        let other = epochs.register()!
        names.put(1, in: cache)
        let epoch = reader.enter()
        let hit = names.withKey(1) { cache.lookup($0, now: 2, in: epoch) }
        names.put(1, in: cache, fill: 0x62)
        names.withKey(1) { #expect(cache.remove($0)) }
        cache.freeRetired()
        #expect(cache.figures.retiredEntries == 2)
        _ = other.enter()
        #expect(hit?.answerCount == 1)
        #expect(hit?.octetCount == names.reply(1).count)
        reader.leave()
        // The other one entered in a later epoch.
        cache.freeRetired()
        #expect(cache.figures.retiredEntries == 0)
        other.leave()
    }

    @Test func `entering anew gives up what was found before`() {
        let cache = AnswerCache(epochs: epochs)
        let reader = epochs.register()!
        names.put(1, in: cache)
        _ = reader.enter()
        cache.removeAll()
        #expect(cache.figures.retiredEntries == 1)
        _ = reader.enter()
        cache.freeRetired()
        #expect(cache.figures.retiredEntries == 0)
        reader.leave()
    }

    @Test func `a reader that ends has left`() {
        let cache = AnswerCache(epochs: epochs)
        do {
            let reader = epochs.register()!
            _ = reader.enter()
            names.put(1, in: cache)
            cache.removeAll()
            #expect(cache.figures.retiredEntries == 1)
        }
        cache.freeRetired()
        #expect(cache.figures.retiredEntries == 0)
    }

    @Test func `behind a reader that is stuck nothing piles up`() {
        let cache = AnswerCache(epochs: epochs)
        let reader = epochs.register()!
        _ = reader.enter()
        var refusal: StoreRefusal?
        var stored = 0
        while refusal == nil, stored < 10_000 {
            refusal = names.put(1, in: cache)
            if refusal == nil { stored += 1 }
        }
        #expect(refusal == .readersStuck)
        #expect(stored == CacheLimits.retiredEntriesMax + 1)
        #expect(cache.count == 1)
        reader.leave()
        #expect(names.put(1, in: cache) == nil)
        #expect(cache.figures.retiredEntries < CacheLimits.retiredBatch)
    }
}
