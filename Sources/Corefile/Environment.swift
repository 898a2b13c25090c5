/// Replaces references to environment variables: `{%NAME%}`, then `{$NAME}`.
enum Environment {
    /// Why a word's references cannot be replaced.
    struct Overflow: Error {}

    /// A word with its references replaced; unset variables are empty.
    ///
    /// Replaced text is read again from the start, so a value may hold references itself.
    static func substitute(
        _ word: String,
        _ value: (String) -> String?
    ) throws(Overflow) -> String {
        guard word.utf8.contains(UInt8(ascii: "{")) else { return word }
        var octets = Array(word.utf8)
        for (start, end) in [("{%", "%}"), ("{$", "}")] {
            try replace(&octets, Array(start.utf8), Array(end.utf8), value)
        }
        return String(decoding: octets, as: UTF8.self)
    }

    private static func replace(
        _ word: inout [UInt8],
        _ start: [UInt8],
        _ end: [UInt8],
        _ value: (String) -> String?
    ) throws(Overflow) {
        for _ in 0..<Limits.substitutionsMax {
            guard let first = index(of: start, in: word[...]),
                let last = index(of: end, in: word[first...])
            else { return }
            // An empty name, as in `{$}`, ends the search.
            guard last > first + start.count else { return }
            let name = String(decoding: word[(first + start.count)..<last], as: UTF8.self)
            let reference = Array(word[first..<(last + end.count)])
            word = try replacing(reference, in: word, from: first, Array((value(name) ?? "").utf8))
        }
        throw Overflow()
    }

    /// A word with every occurrence of a reference replaced, the first of which is known.
    private static func replacing(
        _ reference: [UInt8],
        in word: [UInt8],
        from first: Int,
        _ value: [UInt8]
    ) throws(Overflow) -> [UInt8] {
        var result = Array(word[..<first])
        var rest = word[first...]
        while let place = index(of: reference, in: rest) {
            result += rest[..<place]
            result += value
            rest = rest[(place + reference.count)...]
            guard result.count <= Limits.substitutedOctetsMax else { throw Overflow() }
        }
        result += rest
        guard result.count <= Limits.substitutedOctetsMax else { throw Overflow() }
        return result
    }

    private static func index(of part: [UInt8], in word: ArraySlice<UInt8>) -> Int? {
        guard word.count >= part.count else { return nil }
        return (word.startIndex...(word.endIndex - part.count)).first {
            word[$0..<($0 + part.count)].elementsEqual(part)
        }
    }
}
