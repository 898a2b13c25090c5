internal import Corefile
internal import DNSWire

extension CacheOptions {
    /// The most seconds that an option may say (RFC 2181 §8).
    private static let secondsMax = UInt32(Int32.max)
    /// The most entries of a store: its table takes some 20 octets for each.
    private static let entriesMax = 50_000_000
    /// The longest time that a failure may be kept (RFC 2308 §7.1).
    private static let failureTimeMax = Duration.seconds(300)

    /// Reads a directive; `zones` are those of the server block.
    init(
        _ cursor: inout DirectiveCursor,
        zones blockZones: [Name],
        known: [String]
    ) throws(CorefileErrors) {
        if let text = cursor.upcomingArgument, Int(text) != nil {
            do throws(CorefileError) {
                if let seconds = try CacheOptions.timeToLive(&cursor) {
                    success.maximum = seconds
                    denial.maximum = seconds
                }
            } catch {
                throw CorefileErrors([error])
            }
        }
        zones = try cursor.zones(or: blockZones)
        var lonely: CorefileError?
        try cursor.readOptions { option, cursor in
            try read(option, &cursor, known: known)
            guard option == "serve_stale_policy" else { return }
            lonely = cursor.error(
                "cache: serve_stale_policy needs serve_stale",
                mend: "add serve_stale, or delete serve_stale_policy"
            )
        }
        if let lonely, stale == nil { throw CorefileErrors([lonely]) }
    }

    private mutating func read(
        _ option: String,
        _ cursor: inout DirectiveCursor,
        known: [String]
    ) throws {
        switch option {
        case "success": try success.readCapacity(&cursor)
        case "denial": try denial.readCapacity(&cursor)
        case "memory":
            success.octets = try CacheOptions.octets(&cursor)
            denial.octets = cursor.hasArgument ? try CacheOptions.octets(&cursor) : success.octets
        case "prefetch": prefetch = try CacheOptions.prefetch(&cursor)
        case "serve_stale": stale = try Stale(&cursor)
        case "serve_stale_policy":
            _ = try cursor.oneOf(["prefer_positive"])
            prefersPositive = true
        case "servfail":
            let time = try cursor.duration()
            guard time <= CacheOptions.failureTimeMax else {
                throw cursor.error(
                    "cache: caching SERVFAIL responses over \(GoDuration.text(time))"
                        + " is not permitted",
                    mend: "write at most 5m"
                )
            }
            failureSeconds = time.secondsRoundedUp
        case "disable": try readDisable(&cursor)
        case "keepttl": keepsTimes = true
        case "include_local": includesLocal = true
        default: throw cursor.unknownOption(known: known)
        }
    }

    private mutating func readDisable(_ cursor: inout DirectiveCursor) throws {
        let kind = try cursor.argument("success or denial")
        guard kind == "success" || kind == "denial" else {
            throw cursor.error(
                "cache: cache type for disable must be \"success\" or \"denial\", found"
                    + " \"\(kind)\"",
                mend: "write disable success or disable denial"
            )
        }
        let zones = try cursor.zones(or: [.root])
        if kind == "success" {
            success.exceptions += zones
        } else {
            denial.exceptions += zones
        }
    }

    private static func prefetch(
        _ cursor: inout DirectiveCursor
    ) throws(CorefileError) -> Prefetch? {
        let amount: Int = try cursor.integer()
        guard amount >= 0 else {
            throw cursor.error(
                "cache: prefetch amount should be positive: \(amount)",
                mend: "write the number of hits, such as 10"
            )
        }
        var prefetch = Prefetch(hits: UInt32(clamping: amount))
        if cursor.hasArgument {
            prefetch.gapSeconds = max(1, try cursor.duration().secondsRoundedUp)
        }
        if cursor.hasArgument { prefetch.percent = UInt64(try cursor.percentage(in: 10...90)) }
        return amount == 0 ? nil : prefetch
    }

    /// Reads seconds for which replies are kept at most.
    fileprivate static func timeToLive(
        _ cursor: inout DirectiveCursor
    ) throws(CorefileError) -> UInt32? {
        guard cursor.hasArgument else { return nil }
        let seconds: Int = try cursor.integer()
        guard seconds > 0 else {
            throw cursor.error(
                "cache: cache TTL can not be zero or negative: \(seconds)",
                mend: "write seconds, at least 1; 'disable' says what is not kept"
            )
        }
        return min(UInt32(clamping: seconds), secondsMax)
    }

    fileprivate static func minimum(
        _ cursor: inout DirectiveCursor
    ) throws(CorefileError) -> UInt32? {
        guard cursor.hasArgument else { return nil }
        let seconds: Int = try cursor.integer()
        guard seconds >= 0 else {
            throw cursor.error(
                "cache: cache min TTL can not be negative: \(seconds)",
                mend: "write seconds, 0 or more"
            )
        }
        return min(UInt32(clamping: seconds), secondsMax)
    }

    fileprivate static func entries(
        _ cursor: inout DirectiveCursor
    ) throws(CorefileError) -> Int {
        try cursor.integer(in: 1...entriesMax)
    }

    /// Reads a number of octets, such as `65536` or `32MiB`.
    private static func octets(_ cursor: inout DirectiveCursor) throws(CorefileError) -> Int {
        let text = try cursor.argument("a size such as 32MiB")
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let units = ["": 0, "B": 0, "K": 10, "KIB": 10, "M": 20, "MIB": 20, "G": 30, "GIB": 30]
        guard let count = Int(digits), count > 0, count < 1 << 31,
            let shift = units[text.dropFirst(digits.count).uppercased()]
        else {
            throw cursor.wrong(text, "is not a size", mend: "write such as 32MiB or 1GiB")
        }
        return count << shift
    }
}

extension CacheOptions.Store {
    /// Reads `CAPACITY [TTL [MINTTL]]`.
    fileprivate mutating func readCapacity(
        _ cursor: inout DirectiveCursor
    ) throws(CorefileError) {
        entries = try CacheOptions.entries(&cursor)
        if let seconds = try CacheOptions.timeToLive(&cursor) { maximum = seconds }
        if let seconds = try CacheOptions.minimum(&cursor) { minimum = seconds }
    }
}

extension CacheOptions.Stale {
    /// Reads `[DURATION [immediate [RTTL [RECHECK]] | verify [TIMEOUT [RTTL [RECHECK]]]]]`.
    fileprivate init(_ cursor: inout DirectiveCursor) throws(CorefileError) {
        guard cursor.hasArgument else { return }
        seconds = try cursor.duration().secondsRoundedUp
        guard let word = cursor.nextArgument() else { return }
        guard let mode = Mode(rawValue: word.lowercased()) else {
            throw cursor.error(
                "cache: invalid value for serve_stale refresh mode: \(word)",
                mend: "write immediate or verify"
            )
        }
        self.mode = mode
        if mode == .verify, cursor.hasArgument {
            timeout = try cursor.duration(allowsSeconds: true).nanosecondsClamped
        }
        if cursor.hasArgument {
            timeToLive = try cursor.duration(allowsSeconds: true).secondsRoundedUp
        }
        if cursor.hasArgument {
            recheckSeconds = try cursor.duration(allowsSeconds: true).secondsRoundedUp
        }
    }
}

extension Duration {
    /// Whole seconds, rounded up, of a duration that is not negative.
    fileprivate var secondsRoundedUp: UInt32 {
        let (seconds, rest) = components
        return min(UInt32(clamping: seconds + (rest > 0 ? 1 : 0)), UInt32(Int32.max))
    }

    /// Whole nanoseconds of a duration that is not negative, ten years at most.
    fileprivate var nanosecondsClamped: UInt64 {
        let (seconds, rest) = components
        return UInt64(clamping: min(seconds, 315_360_000)) * 1_000_000_000
            + UInt64(clamping: rest / 1_000_000_000)
    }
}
