internal import Glibc

/// Something about TLS that works, or will until a day, and is likely not wanted.
public struct TLSWarning: Sendable, Hashable, CustomStringConvertible {
    /// The kind of trouble.
    public enum Code: Sendable, Hashable {
        /// A certificate is past its end.
        case expired
        /// A certificate is near its end.
        case expiresSoon
        /// A certificate isn't valid yet.
        case notYetValid
        /// Secrets of connections are written to a file.
        case secretsAreLogged
        /// A server name is an address, which can't be asked for by name.
        case serverNameIsAddress
    }

    /// The kind of trouble.
    public var code: Code
    /// The file it is about; empty if it is about none.
    public var file: String
    /// What is the matter.
    public var message: String
    /// What to do about it.
    public var mend: String

    /// What is the matter, and what to do about it.
    public var description: String { "\(message): \(mend)" }

    /// What is to be said about the time in which a certificate is valid.
    static func validity(
        from start: Int,
        to end: Int,
        file: String,
        now: Int
    ) -> TLSWarning? {
        if now > end {
            return TLSWarning(
                code: .expired,
                file: file,
                message: "\(file): the certificate expired on \(date(end))",
                mend: "peers that check it will refuse it; renew it"
            )
        }
        if now < start {
            return TLSWarning(
                code: .notYetValid,
                file: file,
                message: "\(file): the certificate is not valid before \(date(start))",
                mend: "peers that check it will refuse it until then; check the clock of this host"
            )
        }
        guard end - now < Limits.expirySecondsMin else { return nil }
        return TLSWarning(
            code: .expiresSoon,
            file: file,
            message: "\(file): the certificate expires on \(date(end))",
            mend: "renew it; the new file is taken up without a restart"
        )
    }

    /// A point in time, from seconds since 1970, as `2031-05-04 13:00:00 UTC`.
    static func date(_ seconds: Int) -> String {
        let days = Int((Double(seconds) / 86_400).rounded(.down))
        let rest = seconds - days * 86_400
        // Years are counted from March, so that the day added in leap years is the last; in an era
        // of 400 of them the calendar repeats.
        let since = days + 719_468
        let era = Int((Double(since) / 146_097).rounded(.down))
        let day = since - era * 146_097
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
        let dayOfYear = day - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        let isNewYear = month >= 10
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(era * 400 + year + (isNewYear ? 1 : 0))-\(two(isNewYear ? month - 9 : month + 3))"
            + "-\(two(dayOfYear - (153 * month + 2) / 5 + 1)) \(two(rest / 3600))"
            + ":\(two(rest / 60 % 60)):\(two(rest % 60)) UTC"
    }
}
