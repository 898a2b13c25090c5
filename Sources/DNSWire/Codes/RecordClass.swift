/// The class of a record or a question (RFC 1035 §3.2.4).
///
/// An open set: a class without mnemonic is written `CLASS32` (RFC 3597 §5).
public struct RecordClass: RawRepresentable, Hashable, Sendable {
    /// The code point.
    public let rawValue: UInt16

    /// Creates the class with a code point.
    @inlinable
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// The internet.
    @inlinable public static var `in`: RecordClass { RecordClass(rawValue: 1) }
    /// Chaosnet, today used to ask a server about itself.
    @inlinable public static var ch: RecordClass { RecordClass(rawValue: 3) }
    /// Hesiod.
    @inlinable public static var hs: RecordClass { RecordClass(rawValue: 4) }
    /// No class, in updates (RFC 2136 §2.4).
    @inlinable public static var none: RecordClass { RecordClass(rawValue: 254) }
    /// Any class, in questions.
    @inlinable public static var any: RecordClass { RecordClass(rawValue: 255) }
}

extension RecordClass: LosslessStringConvertible {
    private static let mnemonics = CodePointNames(
        prefix: "CLASS",
        [
            1: "IN", 3: "CH", 4: "HS", 254: "NONE", 255: "ANY",
        ]
    )

    /// Reads a mnemonic or `CLASS` and a number, in any case; nil if it is neither.
    public init?(_ text: String) {
        guard let code = RecordClass.mnemonics.code(text) else { return nil }
        self.init(rawValue: code)
    }

    /// The mnemonic, or `CLASS` and the number.
    public var description: String { RecordClass.mnemonics.text(rawValue) }
}
