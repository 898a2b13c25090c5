import AnswerCache
import DNSWire
import TestSupport
import Testing

/// The cache beside a dictionary that does the same, slowly.
@Suite("The cache: any order of what can happen")
struct ModelTests {
    private struct Held {
        var message: Message
        var expiry: Double
    }

    @Test(arguments: 1...3)
    func `the cache answers as a dictionary would`(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let asker = Asker()
        var success: [String: Held] = [:]
        var denial: [String: Held] = [:]
        var hits = 0
        for _ in 0..<1_500 {
            let name = "n\(random.number(0...39)).test."
            let ask = Ask(name, .txt)
            let seconds = UInt32(random.number(1...30))
            let held = { (message: Message, lifetime: UInt32) in
                Held(message: message, expiry: asker.seconds + Double(lifetime))
            }
            switch random.number(0...9) {
            case 0...2:
                let message = reply(ask, .noError, [text(name, random.number(1...300), seconds)])
                asker.put(ask, message)
                success[name] = held(message, seconds)
                denial[name] = nil
            case 3:
                let message = reply(ask, .nameError, authority: [soa("test.", seconds)])
                asker.put(ask, message)
                denial[name] = held(message, seconds)
                success[name] = nil
            case 4:
                ask.withKey { _ = asker.cache.remove($0) }
                success[name] = nil
                denial[name] = nil
            case 5: asker.seconds += Double(random.number(0...16)) / 4
            default:
                let expected = [success[name], denial[name]].compactMap(\.self)
                    .first { $0.expiry > asker.seconds }
                let message = asker.message(ask)
                #expect((message == nil) == (expected == nil))
                guard let message, let expected else { continue }
                hits += 1
                let left = UInt32((expected.expiry - asker.seconds).rounded(.up))
                #expect(message.header.responseCode == expected.message.header.responseCode)
                #expect(message.answers.map(\.data) == expected.message.answers.map(\.data))
                let records = message.answers + message.authorities
                #expect(records.map(\.timeToLive) == [left])
            }
            #expect(asker.cache.count == success.count + denial.count)
        }
        #expect(hits > 100)
    }
}
