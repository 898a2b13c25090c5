/// How the program was called.
enum Invocation {
    /// The arguments to parse: called as `coredns`, the program is `martlet serve` with the flags
    /// and the defaults of CoreDNS.
    static func arguments(_ words: [String]) -> [String] {
        let rest = Array(words.dropFirst())
        return isCoreDNS(words) ? ["serve", "--as-coredns"] + coreDNSFlags(rest) : rest
    }

    /// Whether the program was called as `coredns`.
    static func isCoreDNS(_ words: [String]) -> Bool {
        words.first?.split(separator: "/").last == "coredns"
    }

    /// The exit status of a call that ended with one: a wrong flag of CoreDNS ends it with 2, as
    /// Go's `flag` package has it.
    static func status(_ status: Int32, of words: [String]) -> Int32 {
        isCoreDNS(words) && status == Failure.Status.usage.rawValue ? 2 : status
    }

    /// CoreDNS' flags with a value, by their names here.
    private static let valued = [
        "conf": "--conf", "dns.port": "--dns.port", "p": "--dns.port", "pidfile": "--pidfile",
    ]
    /// CoreDNS' flags without a value; those that mean nothing here have no name.
    private static let plain = [
        "plugins": "--plugins", "quiet": "--quiet", "version": "-version", "windows-service": nil,
        "h": "--help", "help": "--help",
    ]

    /// Writes CoreDNS' flags as this program knows them; other words stay as they are.
    ///
    /// Go takes one dash or two, values behind `=` or in the next word, and `-quiet=false`.
    private static func coreDNSFlags(_ words: [String]) -> [String] {
        var flags: [String] = []
        var index = 0
        while index < words.count {
            let word = words[index]
            index += 1
            guard word.hasPrefix("-") else {
                flags.append(word)
                continue
            }
            let parts = word.drop { $0 == "-" }
                .split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map(String.init)
            let dashCount = word.prefix { $0 == "-" }.count
            if dashCount <= 2, let name = valued[parts[0]] {
                flags.append(name)
                if parts.count == 2 {
                    flags.append(parts[1])
                } else if index < words.count {
                    flags.append(words[index])
                    index += 1
                }
            } else if dashCount <= 2, let name = plain[parts[0]] {
                let isOff = parts.count == 2 && ["0", "f", "false"].contains(parts[1].lowercased())
                if let name, !isOff { flags.append(name) }
            } else {
                flags.append(word)
            }
        }
        return flags
    }
}
