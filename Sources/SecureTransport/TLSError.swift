/// Why TLS cannot be set up: what is wrong with which file, and what to do about it.
public struct TLSError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of trouble.
    public enum Code: Sendable, Hashable {
        /// There is no such file.
        case missing
        /// The file is there and can't be read.
        case unreadable
        /// The file is larger than any of its kind.
        case tooLarge
        /// The file holds nothing.
        case empty
        /// The file holds something else than what it is named for.
        case wrongContent
        /// The private key needs a passphrase.
        case encryptedKey
        /// The private key belongs to another certificate.
        case keyMismatch
        /// The system has no list of certificate authorities.
        case noSystemAuthorities
        /// A directive has a wrong number of arguments, or a wrong one.
        case arguments
        /// The TLS library refuses for a reason of its own.
        case refused
    }

    /// The kind of trouble.
    public var code: Code
    /// The file that is to blame; empty if none is.
    public var file: String
    /// What is wrong, the file included.
    public var message: String
    /// What to do about it.
    public var mend: String

    /// Creates an error.
    public init(_ code: Code, file: String = "", _ message: String, mend: String) {
        self.code = code
        self.file = file
        self.message = message
        self.mend = mend
    }

    /// What is wrong, and what to do about it.
    public var description: String { mend.isEmpty ? message : "\(message): \(mend)" }
}
