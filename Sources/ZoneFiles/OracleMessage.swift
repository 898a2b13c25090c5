/// A message as libldns reads it: the second opinion that the codec's tests ask for.
public struct OracleMessage: Equatable, Sendable {
    /// A record of a section, or a question as a record without data.
    public struct Record: Equatable, Sendable {
        /// The wire octets, names uncompressed.
        public let octets: [UInt8]
        /// The line of a zone file.
        public let text: String

        /// The record cut to a question: libldns writes a TTL and an empty length after it.
        var asQuestion: Record { Record(octets: octets.dropLast(6), text: text) }
    }

    /// What the OPT record says.
    public struct EDNS: Equatable, Sendable {
        /// The octets of a UDP message that the sender can take.
        public let udpPayloadSize: UInt16
        /// The high eight bits of the response code.
        public let extended: UInt8
        /// The version.
        public let version: UInt8
        /// DO and the flags without a use.
        public let flags: UInt16
        /// The options' wire octets.
        public let options: [UInt8]
    }

    /// The identifier.
    public let id: UInt16
    /// The header's second word, without Z.
    public let flags: UInt16
    /// The questions.
    public let questions: [Record]
    /// The answer section.
    public let answers: [Record]
    /// The authority section.
    public let authorities: [Record]
    /// The additional section without the OPT record.
    public let additionals: [Record]
    /// The OPT record's content.
    public let edns: EDNS?
    /// The message as `drill` prints it.
    public let text: String

    /// Lets libldns read a message; nil if it rejects the octets.
    ///
    /// libldns accepts octets that follow the message, several OPT records, and compression
    /// everywhere.
    public init?(reading octets: [UInt8]) {
        guard let packet = try? LDNSPacket(octets: octets) else { return nil }
        let sections = packet.sections
        id = packet.id
        flags = packet.flags
        questions = sections[0]
        answers = sections[1]
        authorities = sections[2]
        additionals = sections[3]
        edns = packet.edns
        text = packet.text
    }
}
