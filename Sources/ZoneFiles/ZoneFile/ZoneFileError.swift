public import DNSWire

/// Why a zone file is refused: where, what was found, and how to mend it.
public struct ZoneFileError: Error, Equatable, Sendable {
    /// What is wrong with the file.
    public enum Problem: Equatable, Sendable {
        /// The file cannot be read; the system's reason.
        case unreadable(String)
        /// The file has more octets than the limit.
        case tooLarge
        /// There are more records than the limit.
        case tooManyRecords
        /// A record's text has more octets than the limit.
        case entryTooLong
        /// A zero octet.
        case zeroOctet
        /// A quoted string does not end on its line.
        case openQuote
        /// A parenthesis is not closed, or closed without being open.
        case unbalancedParenthesis
        /// `$INCLUDE` where no file can be read.
        case includeRefused
        /// `$INCLUDE` without a file, or with too much.
        case badInclude
        /// Files that include others too deeply, or too many.
        case tooManyIncludes
        /// A file that is included can't be read; the reason.
        case include(String, String)
        /// Another directive than `$ORIGIN`, `$TTL` and `$INCLUDE`.
        case unknownDirective(String)
        /// A directive without exactly one argument.
        case badDirective(String)
        /// The text is no domain name.
        case badName(String, NameError)
        /// A relative name where no origin is known.
        case noOrigin(String)
        /// The first record has no owner.
        case noOwner
        /// The text is no TTL.
        case badTimeToLive(String)
        /// Another class than IN.
        case classNotInternet(String)
        /// The line ends before the type.
        case noType
        /// The text is no record type, or one that is never in a zone.
        case unknownType(String)
        /// The data does not fit its type; the reason is libldns' or ours.
        case badData(RecordType, String, reason: String)
        /// There is no SOA record.
        case noStart
        /// There is a second SOA record.
        case secondStart
        /// The SOA record is at `found`, but the zone is `expected`.
        case startElsewhere(found: Name, expected: Name)
        /// The owner is outside the zone.
        case outsideZone(Name, zone: Name)
        /// An alias has other data beside it (RFC 2181 §10.1).
        case aliasWithOthers(Name)
        /// Hashed names without NSEC3PARAM at the zone's name (RFC 5155 §4).
        case hashesWithoutParameters
        /// A hash of another algorithm than SHA-1, the only one (RFC 5155 §11).
        case unknownHash(UInt8)
        /// A hash that is repeated too often (RFC 9276 §3.2).
        case tooManyIterations(UInt16)
    }

    /// The file's name, as given.
    public let file: String
    /// The line, counted from 1; nil if the whole file is meant.
    public let line: Int?
    /// What is wrong.
    public let problem: Problem

    /// Creates an error.
    public init(file: String, line: Int?, problem: Problem) {
        self.file = file
        self.line = line
        self.problem = problem
    }
}

extension ZoneFileError: CustomStringConvertible {
    /// `FILE:LINE: what was found; how to mend it`.
    public var description: String {
        "\(file)\(line.map { ":\($0)" } ?? ""): \(problem)"
    }
}

extension ZoneFileError.Problem: CustomStringConvertible {
    /// What was found and how to mend it.
    public var description: String {
        switch self {
        case .unreadable(let reason): "cannot be read: \(reason); check the path and its rights"
        case .tooLarge:
            "has more than \(ZoneFileLimits.fileOctetsMax) octets; split the zone"
        case .tooManyRecords:
            "has more than \(ZoneFileLimits.recordCountMax) records; split the zone"
        case .entryTooLong:
            "a record has more than \(ZoneFileLimits.entryOctetsMax) octets of text; "
                + "shorten it, or close a parenthesis before it"
        case .zeroOctet: "a zero octet; write it as \\000, or save the file as plain text"
        case .openQuote: "a quoted string does not end on its line; add the closing quote"
        case .unbalancedParenthesis: "a parenthesis has no partner; add or remove one"
        case .includeRefused: "$INCLUDE has no place here; put the records themselves"
        case .badInclude: "$INCLUDE needs a file; write `$INCLUDE FILE` or `$INCLUDE FILE ORIGIN`"
        case .tooManyIncludes:
            "$INCLUDE goes \(ZoneFileLimits.includeDepthMax) files deep at most, and "
                + "\(ZoneFileLimits.includeCountMax) times; does a file include itself?"
        case .include(let path, let reason): "$INCLUDE \(path): \(reason)"
        case .unknownDirective(let text):
            "\(text) is not known; only $ORIGIN, $TTL and $INCLUDE are, `$` in a name is written "
                + "`\\$`"
        case .badDirective(let text): "\(text) takes exactly one argument; write `\(text) VALUE`"
        case .badName(let text, let error): "`\(text)` is no domain name: \(error)"
        case .noOrigin(let text):
            "`\(text)` is relative and no origin is known; end it with a dot or put "
                + "`$ORIGIN ZONE.` before it"
        case .noOwner: "the first record starts with a space; put its name before it"
        case .badTimeToLive(let text):
            "`\(text)` is no TTL; write seconds up to \(WireLimits.timeToLiveMax), or like `1h30m`"
        case .classNotInternet(let text): "class \(text) is not served; only IN is"
        case .noType: "a record without type; write `NAME TTL IN TYPE DATA`"
        case .unknownType(let text):
            "`\(text)` is no record type of a zone; write `NAME TTL IN TYPE DATA`, an unusual type "
                + "as TYPE and its number"
        case .badData(let type, let text, let reason):
            "`\(text)` is no data of \(type): \(reason)\(Self.example(type))"
        case .noStart: "there is no SOA record; a zone needs exactly one, at its name"
        case .secondStart: "a second SOA record; a zone has exactly one, remove the other"
        case .startElsewhere(let found, let expected):
            "the SOA record is at \(found), but the zone is \(expected); they must be equal"
        case .outsideZone(let name, let zone):
            "\(name) is outside the zone \(zone); remove it, or a final dot is missing or too much"
        case .aliasWithOthers(let name):
            "\(name) has a CNAME and other records; an alias can have no other data"
        case .hashesWithoutParameters:
            "there are NSEC3 records and no NSEC3PARAM at the zone's name; sign the zone anew"
        case .unknownHash(let algorithm):
            "NSEC3 hash algorithm \(algorithm) is not known, only 1 is; sign the zone anew"
        case .tooManyIterations(let count):
            "the NSEC3 hash is repeated \(count) times, which validators don't accept; sign the "
                + "zone with 0 iterations, at most \(ZoneFileLimits.hashIterationsMax)"
        }
    }

    /// What data of a common type looks like.
    private static func example(_ type: RecordType) -> String {
        let text: String
        switch type {
        case .a: text = "192.0.2.1"
        case .aaaa: text = "2001:db8::1"
        case .mx: text = "10 mail.example.org."
        case .srv: text = "0 100 443 web.example.org."
        case .txt: text = "\"some text\""
        case .soa: text = "ns1.example.org. admin.example.org. 1 7200 900 1209600 300"
        case .caa: text = "0 issue \"ca.example.org\""
        case .cname, .ns, .ptr, .dname: text = "host.example.org."
        default: return "; see the type's RFC, or write `\\# COUNT HEXADECIMAL`"
        }
        return "; write it like `\(text)`"
    }
}
