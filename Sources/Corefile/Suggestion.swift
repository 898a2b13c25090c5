/// Proposals for misspelt words.
enum Suggestion {
    /// What to do about a word that is none of `known`.
    static func mend(for word: String, among known: some Collection<String>) -> String {
        let near = known.sorted().map { ($0, distance(word.lowercased(), $0)) }
            .min { $0.1 < $1.1 }
        if let near, near.1 <= max(1, word.utf8.count * 2 / 5) {
            return "did you mean '\(near.0)'?"
        }
        guard !known.isEmpty else { return "delete it" }
        return known.count > 12 ? "delete it" : "use \(known.sorted().joined(separator: ", "))"
    }

    /// The edits that lead from one word to the other (Levenshtein); large for long words.
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        guard left.count <= 64, right.count <= 64 else { return Int.max }
        var row = Array(0...right.count)
        for (i, octet) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let replaced = diagonal + (octet == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
