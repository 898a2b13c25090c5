import Foundation
import Testing

/// Counted as skipped, with the reason, where namespaces can't be made.
@Suite(
    "The tour: pods and services, one by one",
    .enabled(
        if: Pod.obstacle == nil,
        "SKIPPED, THE TOUR WAS NOT MADE: namespaces can't be made here: \(Pod.obstacle ?? "")"
    )
)
struct TourTests {
    @Test func `every step does what it should, and the first document shows it`() throws {
        let site = try Site()
        let outcome = try site.run([Site.path("scripts/tour"), Site.program], seconds: 1200)
        try #require(outcome.status == 0, "\(outcome.output)\n\(outcome.errors)")
        let shown = try Self.excerpt()
        #expect(shown.count > 5)
        let lines = Set(outcome.output.split(separator: "\n").map { Self.masked($0) })
        for line in shown { #expect(lines.contains(Self.masked(line)), "\(line)") }
    }

    /// What README.md shows of the tour.
    private static func excerpt() throws -> [Substring] {
        let text = try String(contentsOfFile: Site.path("README.md"), encoding: .utf8)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0.hasPrefix("make tour") })
        let block = lines[start...].drop { $0 != "```text" }.dropFirst()
        return block.prefix { $0 != "```" }.filter { !$0.isEmpty && $0 != "…" }
    }

    /// A line without what differs from run to run.
    private static func masked(_ line: Substring) -> String {
        line.replacing(#/\b(10|172)(\.\d+){3}\b/#, with: "ADDRESS")
            .replacing(#/[^ ]+\/serve-name\.py/#, with: "serve-name.py")
            .split(separator: " ").joined(separator: " ")
    }
}
