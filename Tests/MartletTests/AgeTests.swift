import Testing

@testable import martlet

@Suite("kubectl: ages and times")
struct AgeTests {
    @Test(arguments: [
        (-5, "<invalid>"), (-1, "0s"), (0, "0s"), (59, "59s"), (119, "119s"), (120, "2m"),
        (312, "5m12s"), (599, "9m59s"), (600, "10m"), (10_799, "179m"), (10_800, "3h"),
        (11_100, "3h5m"), (28_800, "8h"), (172_799, "47h"), (172_800, "2d"), (180_000, "2d2h"),
        (691_200, "8d"), (63_071_999, "729d"), (63_072_000, "2y"), (63_158_400, "2y1d"),
        (252_288_000, "8y"),
    ])
    func `a duration has at most two units`(_ seconds: Int, _ text: String) {
        #expect(Age.text(seconds: seconds) == text)
    }

    @Test func `an age counts from the creation, and is unknown without one`() {
        #expect(Age.text(created: "2026-01-02T03:04:05Z", now: 1_767_323_045 + 312) == "5m12s")
        #expect(Age.text(created: "", now: 0) == "<unknown>")
    }

    @Test(arguments: [
        "1970-01-01T00:00:00Z", "2000-02-29T12:00:00Z", "2026-12-31T23:59:59Z",
        "2100-03-01T00:00:00Z",
    ])
    func `a time survives reading and writing`(_ text: String) throws {
        #expect(Timestamp.text(try #require(Timestamp.seconds(text))) == text)
    }

    @Test(arguments: ["", "now", "2026-13-01T00:00:00Z", "2026-01-01 00:00:00Z", "2026-01-01"])
    func `what is no time is refused`(_ text: String) {
        #expect(Timestamp.seconds(text) == nil)
    }
}
