import Testing

@testable import RegistrySQLite

@Suite("When a registry's file is looked into")
struct LookPlanTests {
    private static let millisecond: UInt64 = 1_000_000
    private static let start: UInt64 = 1_000_000_000

    @Test func `without events nothing is looked at`() {
        var plan = LookPlan(now: Self.start)
        #expect(plan.wait(now: Self.start) == -1)
        plan.take(.none, now: Self.start)
        #expect(plan.wait(now: Self.start) == -1)
        #expect(!plan.isDue(now: .max))
    }

    @Test func `the file is looked into at once, after its log in a moment`() {
        var plan = LookPlan(now: Self.start)
        plan.take(.log, now: Self.start)
        #expect(plan.wait(now: Self.start) == 1)
        #expect(!plan.isDue(now: Self.start))
        // More of the log doesn't put it off.
        plan.take(.log, now: Self.start + Self.millisecond / 2)
        #expect(plan.isDue(now: Self.start + Self.millisecond))
        plan.take(.file, now: Self.start + 1)
        #expect(plan.isDue(now: Self.start + 1))
    }

    @Test func `what isn't seen yet is looked for again, and then no more`() {
        var plan = LookPlan(now: Self.start)
        plan.take(.file, now: Self.start)
        var now = Self.start
        var waits: [Int32] = []
        while plan.wait(now: now) >= 0 {
            plan.looked(isNew: false, now: now)
            let wait = plan.wait(now: now)
            waits.append(wait)
            now += UInt64(max(0, wait)) * Self.millisecond
        }
        #expect(waits == [1, 2, 4, 8, 16, 32, 64, 128, -1])
    }

    @Test func `a look that showed something is the last`() {
        var plan = LookPlan(now: Self.start)
        plan.take(.file, now: Self.start)
        plan.looked(isNew: true, now: Self.start)
        #expect(plan.wait(now: Self.start) == -1)
        #expect(plan.rest == 0)
    }

    @Test func `very many writes are taken together, few never wait`() {
        // Looks every quarter of a millisecond, if there were no rest.
        var plan = LookPlan(now: Self.start)
        var now = Self.start
        var looks = 0
        while now < Self.start + 1_000 * Self.millisecond {
            plan.take(.file, now: now)
            plan.looked(isNew: true, now: now)
            looks += 1
            #expect(plan.rest <= 2)
            now += Self.millisecond / 4 + UInt64(plan.rest) * Self.millisecond
        }
        #expect((400...510).contains(looks))
        // After some peace, several writes in a row are seen at once.
        now += 100 * Self.millisecond
        for _ in 0..<8 {
            plan.take(.file, now: now)
            #expect(plan.isDue(now: now))
            plan.looked(isNew: true, now: now)
            #expect(plan.rest == 0)
        }
    }
}
