internal import Corefile
internal import DNSWire

/// The search list of a `resolv.conf`.
struct SearchList: Sendable, Hashable {
    /// The most domains that are used: each is a step of a walk, and may be asked upstream.
    static let countMax = 16

    /// The domains, in order.
    var domains: [Name] = []

    /// Reads a file; the last line with `search` or `domain` counts (resolv.conf(5)).
    init(path: String) throws(CorefileFileError) {
        self.init(parsing: String(decoding: try DiskFiles().contents(of: path), as: UTF8.self))
    }

    /// Reads the text of a `resolv.conf`; what is no domain is left out.
    init(parsing text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let keyword = words.first else { continue }
            switch keyword {
            case "search": domains = SearchList.domains(words.dropFirst())
            case "domain": domains = SearchList.domains(words.dropFirst().prefix(1))
            default: continue
            }
        }
    }

    private static func domains(_ words: ArraySlice<Substring>) -> [Name] {
        Array(words.compactMap { Name(String($0)) }.filter { !$0.isRoot }.prefix(countMax))
    }
}
