import Synchronization
import TestSupport
import Testing

@testable import Expressions

#if canImport(Glibc)
import Glibc
#endif

@Suite("Patterns: cost")
struct PatternCostTests {
    @Test(arguments: [
        "^(a+)+$", "(a*)*$", "^(a|aa)+$", "(.*)(.*)(.*)(.*)(.*)(.*)x",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "(a?){30}a{30}b", "(?:a|a)*b", "((a+)+)+!",
    ])
    func `a match that explodes is given up`(_ source: String) throws {
        let pattern = try Pattern(source)
        // It ends; whether found out or given up is the engine's business.
        let outcome = try? pattern.matches(String(repeating: "a", count: 250) + "!")
        if outcome == nil {
            #expect(throws: PatternFailure.tooCostly) {
                try pattern.matches(String(repeating: "a", count: 250) + "!")
            }
        }
    }

    @Test func `giving up is a failure, not a mismatch`() throws {
        let pattern = try Pattern("^(a+)+$")
        #expect(throws: PatternFailure.tooCostly) {
            try pattern.firstMatch(in: String(repeating: "a", count: 100) + "!")
        }
        // And the thread's memory serves the next match.
        #expect(try pattern.matches("aaa"))
        #expect(try pattern.firstMatch(in: "aaa")?.groups == ["aaa", "aaa"])
    }

    @Test func `a long text is looked through, and a longer one refused`() throws {
        let pattern = try Pattern("b$")
        #expect(try pattern.matches(String(repeating: "a", count: 65_534) + "b"))
        #expect(throws: PatternFailure.subjectTooLong) {
            try pattern.matches(String(repeating: "a", count: 65_536))
        }
    }

    @Test func `one pattern serves many threads at once`() throws {
        let pattern = try Pattern("^(?P<n>[0-9]+)-(?P<w>[a-z]+)[.]")
        let failures = Atomic<Int>(0)
        try withThreads(4) { thread in
            for round in 0..<500 {
                let match = try? pattern.firstMatch(in: "\(thread)\(round)-abc.example.")
                if match?["n"] != "\(thread)\(round)" { failures.add(1, ordering: .relaxed) }
                if (try? pattern.matches("none")) != false { failures.add(1, ordering: .relaxed) }
            }
        }
        #expect(failures.load(ordering: .relaxed) == 0)
    }

    @Test func `any octets and any patterns come to an end`() throws {
        var random = SeededGenerator(seed: 7)
        let pieces = [
            "a", "b", ".", "*", "+", "?", "|", "(", ")", "[", "]", "^", "$", "{2}", "{1,}", "(?i)",
            "(?:", "(?P<n>", "\\d", "\\b", "\\pL", "[^a]", "[a-c]", "\\", "-", "é", "\\Q", "\\E",
            "[:alpha:]", "(?U)", "\\x41", "\0",
        ]
        var compiled = 0
        for _ in 0..<3_000 {
            let source = random.text(of: pieces, upTo: 12)
            guard let pattern = try? Pattern(source) else { continue }
            compiled += 1
            let octets = (0..<24).map { _ in
                let mask: UInt8 = Bool.random(using: &random) ? 0x63 : 0xFF
                return UInt8.random(in: 0...255, using: &random) & mask
            }
            _ = try? pattern.firstMatch(in: octets.span)
        }
        #expect(compiled > 300)
    }

    private func withThreads(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) throws {
        final class Work: Sendable {
            let index: Int
            let body: @Sendable (Int) -> Void
            init(_ index: Int, _ body: @escaping @Sendable (Int) -> Void) {
                self.index = index
                self.body = body
            }
        }
        var threads: [pthread_t] = []
        for index in 0..<count {
            var thread = pthread_t()
            let work = unsafe Unmanaged.passRetained(Work(index, body)).toOpaque()
            let status = unsafe pthread_create(
                &thread,
                nil,
                { pointer in
                    guard let pointer = unsafe pointer else { return nil }
                    let work = unsafe Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue()
                    work.body(work.index)
                    return nil
                },
                work
            )
            #expect(status == 0)
            threads.append(thread)
        }
        for thread in threads { pthread_join(thread, nil) }
    }
}
