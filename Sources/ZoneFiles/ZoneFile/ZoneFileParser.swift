import CLDNS
import DNSWire

/// Reads the entries of a zone file as records: owner, TTL, class and type here, data by libldns.
struct ZoneFileParser {
    /// The file that is read.
    private(set) var file: String
    private var entries: ZoneFileEntries
    /// The origin of relative names.
    private(set) var origin: Name?
    private var owner: Name?
    private var defaultTimeToLive: UInt32?
    private var previousTimeToLive: UInt32?
    private var startMinimum: UInt32?
    private var line = 0
    /// Whether only class IN is read, as in a zone.
    private var isOnlyInternet = true
    private var records: [PlacedRecord] = []
    /// The files that are included.
    var files: IncludedFiles

    init(octets: [UInt8], file: String, origin: Name?, files: IncludedFiles = .none) {
        self.file = file
        self.origin = origin
        self.files = files
        entries = ZoneFileEntries(octets: octets, file: file)
    }

    /// Reads exactly one record, of any class; a missing TTL is an hour.
    static func readSingle(_ text: String) throws(ZoneFileError) -> ResourceRecord? {
        var parser = ZoneFileParser(octets: Array(text.utf8), file: "record", origin: .root)
        parser.isOnlyInternet = false
        parser.defaultTimeToLive = 3_600
        let records = try parser.readRecords()
        return records.count == 1 ? records[0].record : nil
    }

    /// Reads all records, each with the line on which it starts.
    mutating func readRecords() throws(ZoneFileError) -> [PlacedRecord] {
        try readEntries()
        for index in records.indices where !records[index].hasTimeToLive {
            records[index].record.timeToLive = startMinimum ?? 0
        }
        return records
    }

    /// Reads the entries of an included file, and goes on in this one as if nothing had been.
    mutating func readEntries(
        of octets: [UInt8],
        file: String,
        origin: Name?
    ) throws(ZoneFileError) {
        let own = (self.file, entries, self.origin, owner, line)
        let times = (defaultTimeToLive, previousTimeToLive)
        (self.file, self.origin) = (file, origin)
        entries = ZoneFileEntries(octets: octets, file: file)
        files.depth += 1
        try readEntries()
        files.depth -= 1
        (self.file, entries, self.origin, owner, line) = own
        (defaultTimeToLive, previousTimeToLive) = times
    }

    private mutating func readEntries() throws(ZoneFileError) {
        while let entry = try entries.next() {
            line = entry.line
            if !entry.startsWithSpace, entry.words[0].hasPrefix("$") {
                try follow(entry.words)
                continue
            }
            guard records.count < ZoneFileLimits.recordCountMax else {
                throw error(.tooManyRecords)
            }
            let (record, hasTimeToLive) = try read(entry)
            records.append(
                PlacedRecord(
                    record: record,
                    file: files.depth > 0 ? file : nil,
                    line: line,
                    hasTimeToLive: hasTimeToLive
                )
            )
        }
    }

    /// Follows a directive.
    private mutating func follow(_ words: [String]) throws(ZoneFileError) {
        let directive = words[0].uppercased()
        switch directive {
        case "$ORIGIN":
            guard words.count == 2 else { throw error(.badDirective(directive)) }
            origin = try name(words[1])
        case "$TTL":
            guard words.count == 2 else { throw error(.badDirective(directive)) }
            guard let seconds = ZoneFileParser.timeToLive(words[1]) else {
                throw error(.badTimeToLive(words[1]))
            }
            defaultTimeToLive = seconds
        case "$INCLUDE": try include(words)
        default: throw error(.unknownDirective(excerpt(words[0])))
        }
    }

    /// Reads `[NAME] [TTL] [CLASS] TYPE DATA`, TTL and class in either order.
    private mutating func read(
        _ entry: ZoneFileEntry
    ) throws(ZoneFileError) -> (record: ResourceRecord, hasTimeToLive: Bool) {
        var words = entry.words[...]
        if !entry.startsWithSpace, let word = words.popFirst() { owner = try name(word) }
        guard let owner else { throw error(.noOwner) }
        var explicit: UInt32?
        var ownClass: RecordClass?
        while let word = words.first {
            if explicit == nil, let digit = word.utf8.first,
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit)
            {
                guard let seconds = ZoneFileParser.timeToLive(word) else {
                    throw error(.badTimeToLive(excerpt(word)))
                }
                explicit = seconds
            } else if ownClass == nil, let recordClass = RecordClass(word) {
                guard recordClass == .in || !isOnlyInternet else {
                    throw error(.classNotInternet(word))
                }
                ownClass = recordClass
            } else {
                break
            }
            words.removeFirst()
        }
        guard let word = words.popFirst() else { throw error(.noType) }
        guard let type = RecordType(word), !type.isMeta, type.rawValue != 0 else {
            throw error(.unknownType(excerpt(word)))
        }
        if let explicit { previousTimeToLive = explicit }
        let timeToLive = explicit ?? defaultTimeToLive ?? previousTimeToLive
        let data = try data(words, type: type)
        if case .soa(let start) = data, startMinimum == nil { startMinimum = start.minimum }
        let record = ResourceRecord(
            name: owner,
            timeToLive: timeToLive ?? 0,
            recordClass: ownClass ?? .in,
            data: data
        )
        return (record, timeToLive != nil)
    }

    /// Lets libldns read the data, with names relative to the origin.
    private func data(
        _ words: ArraySlice<String>,
        type: RecordType
    ) throws(ZoneFileError) -> RecordData {
        let text = words.joined(separator: " ")
        if let problem = NumberFields.problem(in: words, type: type) {
            throw error(.badData(type, excerpt(text), reason: problem))
        }
        do {
            let record = try LDNSRecord(text: ". 0 IN \(type) \(text)", origin: origin)
            return try ResourceRecord(decoding: record.octets).data
        } catch {
            throw self.error(.badData(type, excerpt(text), reason: "\(error)"))
        }
    }

    /// Reads a name that may be relative to the origin.
    func name(_ text: String) throws(ZoneFileError) -> Name {
        do throws(NameError) {
            guard let origin else {
                // Without an origin only an absolute name, one that ends with a bare dot, has
                // a meaning: the same name is then read below any origin.
                let absolute = try Name(parsing: text)
                let isAbsolute = try Name(parsing: text, origin: ZoneFileParser.probe) == absolute
                if isAbsolute { return absolute }
                throw .emptyLabel
            }
            return try Name(parsing: text, origin: origin)
        } catch {
            if origin == nil, Name(text) != nil { throw self.error(.noOrigin(excerpt(text))) }
            throw self.error(.badName(excerpt(text), error))
        }
    }

    /// An origin of one label, to see whether a name is relative.
    private static let probe = (try? Name(labels: [[0x78]])) ?? .root

    /// Reads seconds, or numbers with units as in `1w2d3h4m5s`; nil if it isn't that.
    static func timeToLive(_ text: String) -> UInt32? {
        let units: [UInt8: UInt64] = [
            UInt8(ascii: "s"): 1, UInt8(ascii: "m"): 60, UInt8(ascii: "h"): 3_600,
            UInt8(ascii: "d"): 86_400, UInt8(ascii: "w"): 604_800,
        ]
        var total: UInt64 = 0
        var number: UInt64?
        for octet in text.utf8 {
            if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(octet) {
                number = (number ?? 0) * 10 + UInt64(octet - UInt8(ascii: "0"))
            } else if let unit = units[ASCIICase.lower(octet)], let value = number {
                total += value * unit
                number = nil
            } else {
                return nil
            }
            guard total + (number ?? 0) <= UInt64(WireLimits.timeToLiveMax) else { return nil }
        }
        guard !text.isEmpty else { return nil }
        return UInt32(total + (number ?? 0))
    }

    /// So much of a text as an error quotes.
    private func excerpt(_ text: String) -> String {
        guard text.utf8.count > ZoneFileLimits.excerptOctetsMax else { return text }
        return text.prefix(ZoneFileLimits.excerptOctetsMax) + "…"
    }

    /// The error that something is wrong on the current line.
    func error(_ problem: ZoneFileError.Problem) -> ZoneFileError {
        ZoneFileError(file: file, line: line, problem: problem)
    }
}
