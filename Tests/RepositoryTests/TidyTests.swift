import Foundation
import Testing

@Suite("The repository: code")
struct TidyTests {
    @Test func `there is code to look at`() {
        #expect(Repository.sources.count > 100)
        #expect(Repository.tests.count > 40)
        #expect(Repository.documents.count > 5)
    }

    @Test func `a file of code is one idea`() {
        for file in Repository.sources + Repository.shims {
            #expect(file.lines.count <= 401, "\(file.path) has more than 400 lines: split it")
        }
        for file in Repository.tests {
            #expect(file.lines.count <= 601, "\(file.path) has more than 600 lines: split it")
        }
    }

    @Test func `a line of code has at most 100 columns`() {
        // In tests, expected text may be longer: broken lines would be harder to compare.
        for file in Repository.sources + Repository.shims {
            for (number, line) in file.lines.enumerated() where line.count > 100 {
                Issue.record("\(file.path):\(number + 1) has \(line.count) columns")
            }
        }
    }

    @Test func `nothing is left for later, and nothing printed on the way`() throws {
        // Written in two parts, so that this file is none of the places.
        let leftover = try Regex("\\b(FIX" + "ME|TO" + "DO|XX" + "X|HA" + "CK)\\b")
        for file in Repository.sources + Repository.shims + Repository.tests {
            #expect(file.places(of: leftover) == [])
        }
        for file in Repository.sources {
            #expect(file.places(of: #/(^|[^.\w])(debugPrint|print|dump)\(/#) == [])
        }
    }

    @Test func `nothing in the sources traps instead of saying what is wrong`() {
        for file in Repository.sources {
            #expect(file.places(of: #/\btry!|\bas!|\bunsafelyUnwrapped\b/#) == [])
        }
    }

    @Test func `Foundation enters at the SQLite registry and the program, not below`() {
        let above = ["Sources/RegistrySQLite/", "Sources/martlet/"]
        let foundation =
            #/^\s*(@\w+ )?(public |package |internal |private |fileprivate )?import Foundation/#
        for file in Repository.sources where !above.contains(where: file.path.hasPrefix) {
            #expect(file.places(of: foundation) == [])
        }
    }

    @Test func `what the compiler doesn't check has its reason above it`() {
        let unchecked = #/@unchecked Sendable|nonisolated\(unsafe\)/#
        for file in Repository.sources + Repository.tests
        where !file.path.hasPrefix("Tests/RepositoryTests/") {
            for (number, line) in file.lines.enumerated()
            where line.firstMatch(of: unchecked) != nil && !Self.isComment(line) {
                // A reason stands within six lines above, or opens the body below.
                let near = file.lines[max(0, number - 6)...min(number + 2, file.lines.count - 1)]
                let reasons = near.filter {
                    Self.isComment($0) && $0.contains(#/Sendable|[Ss]afe|SAFETY|thread/#)
                }
                #expect(!reasons.isEmpty, "\(file.path):\(number + 1) gives no reason")
            }
        }
    }

    @Test func `unsafe code in the sources is proven where it stands`() {
        for file in Repository.sources {
            let unsafe = file.places(of: #/\bunsafe \w/#).filter { !$0.contains(": //") }
            let proof = file.places(of: #/SAFETY|[Ss]afe|Sendable|[Oo]wn|valid|terminated/#)
            #expect(unsafe.isEmpty || !proof.isEmpty, "\(file.path) proves nothing: \(unsafe[0])")
        }
    }

    private static func isComment(_ line: Substring) -> Bool {
        line.drop { $0 == " " }.hasPrefix("//")
    }
}
