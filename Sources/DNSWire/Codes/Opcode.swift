/// What kind of request a message is (RFC 1035 §4.1.1); four bits.
public struct Opcode: RawRepresentable, Hashable, Sendable {
    /// The code point, 0…15.
    public let rawValue: UInt8

    /// Creates the opcode with a code point; only the low four bits count.
    @inlinable
    public init(rawValue: UInt8) { self.rawValue = rawValue & 0x0F }

    /// A question (RFC 1035 §4.1.1).
    @inlinable public static var query: Opcode { Opcode(rawValue: 0) }
    /// An inverse question, obsolete (RFC 3425).
    @inlinable public static var inverseQuery: Opcode { Opcode(rawValue: 1) }
    /// A question for the server's status (RFC 1035 §4.1.1).
    @inlinable public static var status: Opcode { Opcode(rawValue: 2) }
    /// A notice that a zone has changed (RFC 1996).
    @inlinable public static var notify: Opcode { Opcode(rawValue: 4) }
    /// A dynamic update (RFC 2136).
    @inlinable public static var update: Opcode { Opcode(rawValue: 5) }
    /// A stateful operation (RFC 8490).
    @inlinable public static var stateful: Opcode { Opcode(rawValue: 6) }
}

extension Opcode: LosslessStringConvertible {
    private static let mnemonics = CodePointNames(
        prefix: "OPCODE",
        [
            0: "QUERY", 1: "IQUERY", 2: "STATUS", 4: "NOTIFY", 5: "UPDATE", 6: "DSO",
        ]
    )

    /// Reads a mnemonic or `OPCODE` and a number, in any case; nil if it is neither.
    public init?(_ text: String) {
        guard let code = Opcode.mnemonics.code(text), code <= 0x0F else { return nil }
        self.init(rawValue: UInt8(truncatingIfNeeded: code))
    }

    /// The mnemonic, or `OPCODE` and the number.
    public var description: String { Opcode.mnemonics.text(UInt16(rawValue)) }
}
