import DNSWire

/// The files that a zone file includes, and how to read them.
struct IncludedFiles: Sendable {
    /// Reads a file; nil where none can be included.
    var read: (@Sendable (String) throws(ZoneFileError) -> [UInt8])?
    /// The paths so far, in order.
    var paths: [String] = []
    /// The octets of the file and all that it includes, each time counted.
    var octetCount = 0
    /// How many files are open, one in another.
    var depth = 0

    /// Reads nothing.
    static let none = IncludedFiles(read: nil)
}

extension ZoneFileParser {
    /// Reads the records of another file, for `$INCLUDE FILE [ORIGIN]` (RFC 1035 §5.1).
    ///
    /// It begins with the origin, owner and TTL of this file, which keeps its own.
    mutating func include(_ words: [String]) throws(ZoneFileError) {
        guard (2...3).contains(words.count), let name = ZoneFileParser.fileName(words[1]) else {
            throw error(.badInclude)
        }
        guard let read = files.read else { throw error(.includeRefused) }
        guard files.depth < ZoneFileLimits.includeDepthMax,
            files.paths.count < ZoneFileLimits.includeCountMax
        else { throw error(.tooManyIncludes) }
        let path = name.hasPrefix("/") ? name : directory + name
        files.paths.append(path)
        let octets: [UInt8]
        do throws(ZoneFileError) {
            octets = try read(path)
        } catch {
            throw self.error(.include(path, "\(error.problem)"))
        }
        files.octetCount += octets.count
        guard files.octetCount <= ZoneFileLimits.fileOctetsMax else { throw error(.tooLarge) }
        let origin = try words.count == 3 ? self.name(words[2]) : self.origin
        try readEntries(of: octets, file: path, origin: origin)
    }

    /// The directory of the file, with a slash; empty if it has none.
    private var directory: String {
        guard let slash = file.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        return String(file[...slash])
    }

    /// The path that a word says, without its quotes and escapes; nil if it says none.
    private static func fileName(_ word: String) -> String? {
        var octets: [UInt8] = []
        var rest = Array(word.utf8)[...]
        if rest.first == UInt8(ascii: "\""), rest.last == UInt8(ascii: "\""), rest.count > 1 {
            rest = rest.dropFirst().dropLast()
        }
        while let octet = rest.popFirst() {
            guard octet == UInt8(ascii: "\\") else {
                octets.append(octet)
                continue
            }
            let digits = rest.prefix(3)
            if digits.count == 3, let value = UInt8(String(decoding: digits, as: UTF8.self)) {
                octets.append(value)
                rest = rest.dropFirst(3)
            } else if let escaped = rest.popFirst() {
                octets.append(escaped)
            }
        }
        guard !octets.isEmpty, !octets.contains(0) else { return nil }
        return String(decoding: octets, as: UTF8.self)
    }
}
