/// What a misspelt word was probably meant to be.
enum Spelling {
    /// Finds the word that is at most two slips away; nil if none is, or the text is very long.
    static func nearest(to text: String, among words: some Sequence<String>) -> String? {
        guard (2...60).contains(text.utf8.count) else { return nil }
        let lowercased = text.lowercased()
        var best: (word: String, distance: Int)?
        for word in words {
            let distance = distance(Array(lowercased.utf8), Array(word.lowercased().utf8))
            // Half of a short word is another word.
            guard distance <= min(2, word.utf8.count / 3) else { continue }
            if let best, (best.distance, best.word) <= (distance, word) { continue }
            best = (word, distance)
        }
        return best?.word
    }

    /// The number of letters to add, drop, change or swap (Damerau and Levenshtein).
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        guard abs(left.count - right.count) <= 2 else { return 3 }
        var before = [Int](repeating: 0, count: right.count + 1)
        var previous = Array(0...right.count)
        for row in 0..<left.count {
            var current = [row + 1]
            for column in 0..<right.count {
                let change = left[row] == right[column] ? 0 : 1
                var cost = min(
                    previous[column + 1] + 1,
                    current[column] + 1,
                    previous[column] + change
                )
                if row > 0, column > 0, left[row] == right[column - 1],
                    left[row - 1] == right[column]
                {
                    cost = min(cost, before[column - 1] + 1)
                }
                current.append(cost)
            }
            before = previous
            previous = current
        }
        return previous[right.count]
    }
}
