import DNSWire
import Foundation
import TestSupport

/// CoreDNS, where it is on the PATH of the tests.
enum CoreDNS {
    /// The path of the program; nil if there is none.
    static let program: String? = {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").map { "\($0)/coredns" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()
}

/// What a client sees of a reply, without what may differ from run to run: the order of records,
/// the case of owners, its own port.
struct SeenReply: Equatable, CustomStringConvertible {
    var code: String
    var flags: String
    var answers: [String]
    var authorities: [String]
    var additionals: [String]
    var hasEDNS: Bool

    init(_ message: Message) {
        code = "\(message.header.responseCode)"
        let header = message.header
        flags = [
            ("aa", header.isAuthoritative), ("tc", header.isTruncated),
            ("rd", header.isRecursionDesired), ("ra", header.isRecursionAvailable),
            ("ad", header.isAuthenticData), ("cd", header.isCheckingDisabled),
        ].filter(\.1).map(\.0).joined(separator: " ")
        answers = Self.texts(message.answers)
        authorities = Self.texts(message.authorities)
        additionals = Self.texts(message.additionals)
        hasEDNS = message.edns != nil
    }

    private static func texts(_ records: [ResourceRecord]) -> [String] {
        records.map { record in
            let owner = "\(record.name)".lowercased()
            // The port that whoami sees is another one for each socket.
            let isPort = record.type == .srv && "\(record.data)".hasPrefix("0 0 ")
            let data = isPort ? "0 0 PORT ." : "\(record.data)"
            return "\(owner) \(record.timeToLive) \(record.recordClass) \(record.type) \(data)"
        }.sorted()
    }

    var description: String {
        "\(code) [\(flags)]\(hasEDNS ? " edns" : "") an:\(answers) ns:\(authorities)"
            + " ar:\(additionals)"
    }
}

/// A question of the comparison.
struct Asked: CustomStringConvertible {
    var name: String
    var type: RecordType
    var recordClass = RecordClass.in
    var isOverTCP = false
    var hasEDNS = false

    var description: String {
        "\(name) \(recordClass) \(type)\(isOverTCP ? " tcp" : "")\(hasEDNS ? " edns" : "")"
    }

    /// Asks a server of 127.0.0.1; nil if it doesn't answer.
    func ask(_ port: UInt16) throws -> SeenReply? {
        guard let owner = Name(name) else { throw Trouble("\(name) is no name") }
        let client = isOverTCP ? try LoopbackClient.tcp(port) : try LoopbackClient.udp(port)
        let query = Message(
            header: Header(id: 0x4D61, flags: 0x0100),
            questions: [Question(name: owner, type: type, recordClass: recordClass)],
            edns: hasEDNS ? EDNS(udpPayloadSize: 1_232) : nil
        )
        client.send(try query.encoded())
        guard let reply = client.receive() else { return nil }
        return SeenReply(try Message(decoding: reply))
    }
}
