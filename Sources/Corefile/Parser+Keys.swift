extension Parser {
    /// Parses keys up to the brace, the next line or the end of the file; nil after an error.
    mutating func keys() throws(Stop) -> (keys: [Token], isEnd: Bool)? {
        var keys: [Token] = []
        var expectsAnother = false
        while let token = current {
            var text = try substituted(token)
            if text == "import", token.startsLine {
                try importTokens()
                if try !advance() { return (keys, true) }
                continue
            }
            if text == "{" {
                if expectsAnother {
                    try report(
                        at: token,
                        "expected another key but found '{'",
                        mend: "delete the comma before it"
                    )
                }
                return (keys, false)
            }
            // An empty word, written as two quotes, is skipped.
            if !text.isEmpty {
                expectsAnother = text.utf8.last == UInt8(ascii: ",")
                if expectsAnother { text = String(Substring(text.utf8.dropLast())) }
            }
            if !text.isEmpty {
                keys.append(Token(text, at: token.position, startsLine: token.startsLine))
            }
            guard try advance() else {
                guard expectsAnother else { return (keys, true) }
                try report(
                    at: token,
                    "the file ends where another key must follow",
                    mend: "delete the comma"
                )
                return nil
            }
            if !expectsAnother, current?.startsLine == true { break }
        }
        return (keys, false)
    }

    /// Reports keys that mean nothing, and warns of those that are hardly meant.
    mutating func check(_ keys: [Token]) throws(Stop) {
        for key in keys {
            let text = key.text.shown
            let hasBrace = key.text.contains("{") || key.text.contains("}")
            let spacing = "put white space around braces that open or close a block"
            let addresses: [ServerAddress]
            do throws(ServerKeyError) {
                addresses = try ServerAddress.parse(key: key.text)
            } catch {
                try report(at: key, error.message, mend: hasBrace ? spacing : error.mend)
                continue
            }
            if hasBrace {
                warn(at: key, "'\(text)' is taken for a zone", mend: spacing)
            } else if key.text.hasPrefix(ServerAddress.unixPrefix) {
                warn(at: key, "'\(text)' is served by nothing", mend: "delete it")
            } else if let address = addresses.first, !ZoneText.isPreferred(address.zone) {
                warnAbout(zone: address.zone, of: key)
            }
        }
    }

    private mutating func warnAbout(zone: String, of key: Token) {
        if zone.contains("://") {
            let schemes = ServerAddress.Scheme.allCases.map { "\($0.rawValue)://" }
            warn(
                at: key,
                "'\(key.text.shown)' has no scheme that is known: all of it is taken for a zone",
                mend: "use \(schemes.joined(separator: ", "))"
            )
        } else {
            warn(
                at: key,
                "the zone '\(zone.shown)' does not follow the preferred syntax of names",
                mend: "begin labels with a letter, and use letters, digits and hyphens"
            )
        }
    }
}
