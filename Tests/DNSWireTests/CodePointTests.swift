import DNSWire
import Testing

@Suite("RFC 3597 §5, RFC 6895: code points")
struct CodePointTests {
    @Test(
        arguments: [
            ("A", 1), ("aaaa", 28), ("HTTPS", 65), ("type65280", 65_280), ("TYPE1", 1),
            ("ANY", 255),
            ("TYPE0", 0),
        ] as [(String, UInt16)]
    )
    func `a type is read from text`(text: String, code: UInt16) {
        #expect(RecordType(text)?.rawValue == code)
    }

    @Test(arguments: [
        "", "TYPE", "TYPE65536", "TYPE-1", "TYPE+1", "TYPE 1", "QUUX", "AA", "TYPE1X",
    ])
    func `text that is no type is refused`(text: String) {
        #expect(RecordType(text) == nil)
    }

    @Test func `every code point survives its text`() {
        for code in 0...UInt16.max {
            let type = RecordType(rawValue: code)
            #expect(RecordType(type.description) == type)
            let recordClass = RecordClass(rawValue: code)
            #expect(RecordClass(recordClass.description) == recordClass)
        }
        for code in 0...UInt16(0x0FFF) {
            let responseCode = ResponseCode(rawValue: code)
            #expect(ResponseCode(responseCode.description) == responseCode)
            let halves = ResponseCode(low: responseCode.low, extended: responseCode.extended)
            #expect(halves == responseCode)
        }
        for code in 0...UInt8(15) {
            let opcode = Opcode(rawValue: code)
            #expect(Opcode(opcode.description) == opcode)
        }
    }

    @Test func `points without mnemonic are numbered`() {
        #expect(RecordType(rawValue: 65_280).description == "TYPE65280")
        #expect(RecordClass(rawValue: 32).description == "CLASS32")
        #expect(ResponseCode.badVersion.description == "BADVERS")
        #expect(ResponseCode(rawValue: 42).description == "RCODE42")
        #expect(ResponseCode("BADSIG") == .badVersion)
        #expect(Opcode(rawValue: 9).description == "OPCODE9")
        #expect(OptionCode.cookie.description == "COOKIE")
    }

    @Test(
        arguments: [
            (41, true), (249, true), (255, true), (128, true), (127, false), (256, false),
            (1, false),
        ]
            as [(UInt16, Bool)]
    )
    func `meta types are told apart`(code: UInt16, isMeta: Bool) {
        #expect(RecordType(rawValue: code).isMeta == isMeta)
    }
}
