internal import DNSWire

/// The names of codes, laid out so that one is written without looking it up by text.
///
/// `@unchecked Sendable`: the memory is written in `init` only and freed in `deinit`.
@safe
final class CodeNames: @unchecked Sendable {
    /// Octets kept for a name: its length, and at most 15 of text.
    private static let slotOctets = 16

    /// The names of types; those above DNSSEC lookaside and beyond are few and have numbers.
    static let types = CodeNames(count: 264) { RecordType(rawValue: $0).description }
    /// The names of classes.
    static let classes = CodeNames(count: 256) { RecordClass(rawValue: $0).description }
    /// The names of response codes.
    static let responseCodes = CodeNames(count: 32) { ResponseCode(rawValue: $0).description }

    private let slots: UnsafeMutablePointer<UInt8>
    private let count: Int
    private let text: @Sendable (UInt16) -> String

    /// Lays out the names of the codes below `count`.
    init(count: Int, _ text: @escaping @Sendable (UInt16) -> String) {
        let slots = UnsafeMutablePointer<UInt8>.allocate(capacity: count * CodeNames.slotOctets)
        unsafe slots.initialize(repeating: 0, count: count * CodeNames.slotOctets)
        for code in 0..<count {
            let name = text(UInt16(truncatingIfNeeded: code)).utf8.prefix(CodeNames.slotOctets - 1)
            let slot = unsafe slots + code * CodeNames.slotOctets
            unsafe slot[0] = UInt8(truncatingIfNeeded: name.count)
            for (offset, octet) in name.enumerated() { unsafe slot[1 + offset] = octet }
        }
        unsafe self.slots = slots
        self.count = count
        self.text = text
    }

    deinit {
        unsafe slots.deallocate()
    }

    /// Appends the name of a code.
    func append(_ code: UInt16, to line: inout TextLine) {
        guard Int(code) < count else {
            line.append(text: text(code))
            return
        }
        // SAFETY: there is a slot for each code below `count`, and its first octet is below 16.
        let slot = unsafe slots + Int(code) * CodeNames.slotOctets
        unsafe line.append(UnsafeRawBufferPointer(start: slot + 1, count: Int(slot[0])))
    }
}
