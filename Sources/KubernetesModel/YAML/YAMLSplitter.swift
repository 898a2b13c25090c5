/// Finds the documents of a YAML stream by their markers.
///
/// `---` at the start of a line is a marker wherever it stands, inside quotes and blocks too
/// (YAML 1.2.2 §9.1.2), so a stream can be cut there without parsing.
enum YAMLSplitter {
    /// A part of a stream that holds a document.
    struct Part {
        /// Where the part is.
        var range: Range<Int>
        /// The line the part begins in, from 1.
        var line: Int
    }

    /// The octets that are worth another thread.
    private static let batchOctets = 256 << 10

    /// Cuts a stream at its markers; parts without a document are left out.
    static func parts(_ octets: [UInt8]) -> [Part] {
        var parts: [Part] = []
        // A byte order mark may begin the stream (YAML 1.2.2 §5.2).
        var position = octets.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
        var start = position
        var startLine = 1
        var line = 1
        var hasContent = false
        var hasDirectives = false
        while position < octets.count {
            let end = lineEnd(octets, from: position)
            if isMarker(octets, position) {
                // Directives belong to the document that the marker begins.
                if !hasDirectives || hasContent {
                    if hasContent { parts.append(Part(range: start..<position, line: startLine)) }
                    start = position
                    startLine = line
                }
                hasContent = holdsContent(octets, position + 3, end)
                hasDirectives = false
            } else if octets[position] == UInt8(ascii: "%"), !hasContent {
                hasDirectives = true
            } else if !hasContent {
                hasContent = holdsContent(octets, position, end)
            }
            line += 1
            position = end + 1
        }
        if hasContent || hasDirectives {
            parts.append(Part(range: start..<octets.count, line: startLine))
        }
        return parts
    }

    /// Joins neighbouring parts to runs that are worth a thread each.
    static func batches(_ parts: [Part]) -> [ArraySlice<Part>] {
        var batches: [ArraySlice<Part>] = []
        var first = 0
        var count = 0
        for (index, part) in parts.enumerated() {
            count += part.range.count
            if count >= batchOctets {
                batches.append(parts[first...index])
                first = index + 1
                count = 0
            }
        }
        if first < parts.count { batches.append(parts[first...]) }
        return batches
    }

    private static func lineEnd(_ octets: [UInt8], from start: Int) -> Int {
        var position = start
        while position < octets.count, octets[position] != 0x0A { position += 1 }
        return position
    }

    private static func isMarker(_ octets: [UInt8], _ position: Int) -> Bool {
        guard position + 3 <= octets.count, octets[position] == UInt8(ascii: "-"),
            octets[position + 1] == UInt8(ascii: "-"), octets[position + 2] == UInt8(ascii: "-")
        else { return false }
        guard position + 3 < octets.count else { return true }
        return [0x20, 0x09, 0x0A, 0x0D].contains(octets[position + 3])
    }

    /// Whether a line is more than white space and a comment.
    private static func holdsContent(_ octets: [UInt8], _ start: Int, _ end: Int) -> Bool {
        for octet in octets[start..<end] where octet != 0x20 && octet != 0x09 && octet != 0x0D {
            return octet != UInt8(ascii: "#")
        }
        return false
    }
}
