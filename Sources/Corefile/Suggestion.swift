/// Proposals for misspelt words.
public enum Suggestion {
    /// What to do about a word that is none of `known`.
    public static func mend(for word: String, among known: some Collection<String>) -> String {
        let near = known.sorted().map { ($0, distance(word.lowercased(), $0)) }
            .min { $0.1 < $1.1 }
        if let near, near.1 <= max(1, word.utf8.count * 2 / 5), near.1 < word.utf8.count {
            return "did you mean '\(near.0)'?"
        }
        guard !known.isEmpty else { return "delete it" }
        return known.count > 12 ? "delete it" : "use \(known.sorted().joined(separator: ", "))"
    }

    /// The edits that lead from one word to the other; large for long words.
    ///
    /// An edit replaces, adds or deletes an octet, or swaps two neighbours.
    private static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        guard left.count <= 64, right.count <= 64 else { return Int.max }
        var rows = [Array(0...right.count)]
        for i in left.indices {
            var row = [i + 1]
            for j in right.indices {
                var best = min(rows[i][j] + (left[i] == right[j] ? 0 : 1), rows[i][j + 1] + 1)
                best = min(best, row[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    best = min(best, rows[i - 1][j - 1] + 1)
                }
                row.append(best)
            }
            rows.append(row)
        }
        return rows[left.count][right.count]
    }
}
