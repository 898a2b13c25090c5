/// A host's `resolv.conf`, read as the kubelet reads it (`kubelet dns.go`, `parseResolvConf`).
///
/// This is not how a C library reads the file: `domain` is ignored, `;` starts no comment, and
/// nothing checks that a name server is an address.
public struct HostResolverConfiguration: Sendable, Hashable {
    /// The name servers, in order.
    public var nameservers: [String]
    /// The entries of the last `search` line, each without its final dot.
    public var searches: [String]
    /// The options of all `options` lines, the last value of each name kept.
    public var options: [String]

    /// Creates a configuration from its parts.
    public init(nameservers: [String] = [], searches: [String] = [], options: [String] = []) {
        self.nameservers = nameservers
        self.searches = searches
        self.options = options
    }

    /// Reads the text of a `resolv.conf`.
    ///
    /// - Parameter octets: The file's content.
    /// - Throws: ``HostResolverError`` if the kubelet would refuse the file.
    public init(parsing octets: [UInt8]) throws(HostResolverError) {
        self.init()
        guard octets.count <= Limits.hostFileOctetsMax else { throw .tooLarge(octets.count) }
        let lines = octets.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let fields = HostResolverConfiguration.fields(of: line)
            guard let keyword = fields.first, !keyword.hasPrefix("#") else { continue }
            switch keyword {
            case "nameserver":
                guard fields.count > 1 else { throw .nameserverWithoutAddress(line: index + 1) }
                nameservers.append(fields[1])
            case "search":
                searches = fields.dropFirst().filter { $0 != "." }
                    .map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 }
            case "options":
                options = OptionList.merge(options, Array(fields.dropFirst()))
            default:
                break
            }
        }
    }

    /// The words of a line, separated by Unicode white space as Go's `strings.Fields` does.
    private static func fields(of line: ArraySlice<UInt8>) -> [String] {
        String(decoding: line, as: UTF8.self).unicodeScalars
            .split { $0.properties.isWhitespace }
            .map { String(String.UnicodeScalarView($0)) }
    }
}

/// Why a host's `resolv.conf` cannot be used.
public enum HostResolverError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file has this many octets, more than are read.
    case tooLarge(Int)
    /// A `nameserver` line names no server.
    case nameserverWithoutAddress(line: Int)

    /// What is wrong, where, and the mend.
    public var description: String {
        switch self {
        case .tooLarge(let count):
            "resolv.conf has \(count) octets, the most that is read is"
                + " \(Limits.hostFileOctetsMax): pass a shorter file"
        case .nameserverWithoutAddress(let line):
            "resolv.conf:\(line): 'nameserver' without an address, which makes the kubelet refuse"
                + " the whole file: add an address or delete the line"
        }
    }
}
