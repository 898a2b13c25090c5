/// Messages for tests, put together octet by octet.
enum TestMessage {
    /// A query.
    static func query(
        _ name: String,
        id: UInt16 = 0x1234,
        type: UInt16 = 1,
        edns: (payload: UInt16, flags: UInt16, options: [UInt8])? = nil
    ) -> [UInt8] {
        var octets = words([id, 0x0100, 1, 0, 0, edns == nil ? 0 : 1])
        octets += wire(name) + words([type, 1])
        if let edns {
            octets += [0] + words([41, edns.payload, 0, edns.flags, UInt16(edns.options.count)])
            octets += edns.options
        }
        return octets
    }

    /// A reply to a query: its question, then `records`, each the root's name, a type, and data.
    static func reply(
        to query: [UInt8],
        flags: UInt16 = 0x8180,
        answers: [[UInt8]] = [[192, 0, 2, 1]],
        withEDNS: Bool = false
    ) -> [UInt8] {
        var octets = Array(query[..<2])
        octets += words([flags, 1, UInt16(answers.count), 0, withEDNS ? 1 : 0])
        octets += query[12..<questionEnd(query)]
        for answer in answers {
            octets += [0xC0, 12] + words([1, 1, 0, 60, UInt16(answer.count)]) + answer
        }
        if withEDNS { octets += [0] + words([41, 1_232, 0, 0, 0]) }
        return octets
    }

    /// The octets of words.
    static func words(_ words: [UInt16]) -> [UInt8] {
        words.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }

    /// A name in wire form.
    static func wire(_ name: String) -> [UInt8] {
        name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }

    /// Where the question of a message ends.
    static func questionEnd(_ octets: [UInt8]) -> Int {
        var offset = 12
        while octets[offset] != 0 { offset += 1 + Int(octets[offset]) }
        return offset + 5
    }

    /// The name in the question of a message.
    static func name(_ octets: [UInt8]) -> String {
        var offset = 12
        var labels: [String] = []
        while octets[offset] != 0 {
            let end = offset + 1 + Int(octets[offset])
            labels.append(String(decoding: octets[(offset + 1)..<end], as: UTF8.self))
            offset = end
        }
        return labels.joined(separator: ".")
    }
}
