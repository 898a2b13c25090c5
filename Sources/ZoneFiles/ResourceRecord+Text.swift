public import DNSWire

/// Why text is not a record.
public struct RecordTextError: Error, Equatable, CustomStringConvertible {
    /// What is wrong, and how to mend it.
    public let reason: String

    /// The error as a sentence.
    public var description: String { "not a record: \(reason)" }
}

extension ResourceRecord {
    /// Reads a record from a line of a zone file, such as `www.example. 300 IN A 192.0.2.1`.
    ///
    /// A name without final dot is taken as absolute, as it is in the rest of the program.
    ///
    /// - Throws: `RecordTextError` if the text is not one record.
    public init(parsing text: String) throws(RecordTextError) {
        let record: ResourceRecord?
        do throws(ZoneFileError) {
            record = try ZoneFileParser.readSingle(text)
        } catch {
            throw RecordTextError(reason: error.problem.description)
        }
        guard let record else {
            throw RecordTextError(reason: "not exactly one; write NAME TTL CLASS TYPE DATA")
        }
        self = record
    }

    /// The record as libldns writes it in a zone file; our own text where libldns cannot.
    public var libldnsText: String {
        guard let octets = try? uncompressedOctets(), let record = try? LDNSRecord(octets: octets)
        else { return description }
        let text = record.text
        return text.isEmpty ? description : text
    }
}
