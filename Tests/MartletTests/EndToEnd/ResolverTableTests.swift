import Foundation
import Testing

/// Counted as skipped, with the reason, where namespaces can't be made.
@Suite(
    "Who resolves how: docs/resolvers.md is what resolvers do",
    .enabled(
        if: Pod.obstacle == nil,
        "SKIPPED, NO RESOLVER WAS TRIED: namespaces can't be made here: \(Pod.obstacle ?? "")"
    )
)
struct ResolverTableTests {
    private static let path = Site.path("docs/resolvers.md")

    /// What a run of `scripts/resolvers` printed.
    private struct Printed {
        var lines: [Substring]
        /// Titles of tools that could not be tried, and why.
        var skipped: [(title: Substring, reason: Substring)]
    }

    @Test func `the tables are what every resolver asks and gets`() throws {
        let printed = try Self.printed()
        for (title, reason) in printed.skipped {
            print("SKIPPED, NOT TRIED: \(title): \(reason)")
        }
        let document = try String(contentsOfFile: Self.path, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false)
        let mark = try #require(document.firstIndex { $0.hasPrefix("<!-- ") })
        if ProcessInfo.processInfo.environment["UPDATE_RESOLVERS"] != nil {
            try #require(printed.skipped.isEmpty, "the table would lack rows")
            let lines = document[...mark] + [""] + printed.lines
            try lines.joined(separator: "\n").write(
                toFile: Self.path,
                atomically: true,
                encoding: .utf8
            )
            return
        }
        let written = Self.compared(document[(mark + 1)...], without: printed.skipped)
        let found = Self.compared(printed.lines[...], without: printed.skipped)
        for (line, shown) in zip(found, written) { #expect(line == shown) }
        #expect(found.count == written.count, "UPDATE_RESOLVERS=1 writes the tables anew")
        #expect(found.count > 10)
    }

    private static func printed() throws -> Printed {
        let site = try Site()
        let words = [Site.path("scripts/resolvers"), "--martlet", Site.program]
        let outcome = try site.run(words, seconds: 1200)
        try #require(outcome.status == 0, "\(outcome.errors)")
        let skipped = outcome.errors.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: "\t")
            return parts.count == 3 && parts[0] == "SKIPPED" ? (parts[1], parts[2]) : nil
        }
        return Printed(
            lines: outcome.output.split(separator: "\n", omittingEmptySubsequences: false),
            skipped: skipped
        )
    }

    /// The rows that count: none of tools that are missing here, and no versions.
    private static func compared(
        _ lines: ArraySlice<Substring>,
        without skipped: [(title: Substring, reason: Substring)]
    ) -> [Substring] {
        let isWithoutContainers = skipped.contains { $0.title == "podman" }
        let end = lines.firstIndex { $0 == "## Containers" } ?? lines.endIndex
        let rows = isWithoutContainers ? lines[..<end] : lines
        return rows.filter { line in
            guard !line.isEmpty, !line.hasPrefix("Tried with ") else { return false }
            return !skipped.contains { line.hasPrefix("| \($0.title) |") }
        }
    }
}
