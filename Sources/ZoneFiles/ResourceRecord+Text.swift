public import DNSWire

/// Why text is not a record, in the words of libldns.
public struct RecordTextError: Error, Equatable, CustomStringConvertible {
    /// What is wrong.
    public let reason: String

    /// The error as a sentence.
    public var description: String {
        "not a record: \(reason); write it as in a zone file: NAME TTL CLASS TYPE DATA"
    }
}

extension ResourceRecord {
    /// Reads a record from a line of a zone file, such as `www.example. 300 IN A 192.0.2.1`.
    ///
    /// A name without final dot is taken as absolute, as it is in the rest of the program.
    ///
    /// - Throws: `RecordTextError` if the text is not one record.
    public init(parsing text: String) throws(RecordTextError) {
        guard !text.utf8.contains(0) else { throw RecordTextError(reason: "a zero octet") }
        do {
            try self.init(decoding: LDNSRecord(text: text).octets)
        } catch let error as LDNSStatus {
            throw RecordTextError(reason: error.description)
        } catch let error as WireError {
            throw RecordTextError(reason: error.description)
        } catch {
            throw RecordTextError(reason: "\(error)")
        }
    }

    /// The record as libldns writes it in a zone file; our own text where libldns cannot.
    public var libldnsText: String {
        guard let octets = try? uncompressedOctets(), let record = try? LDNSRecord(octets: octets)
        else { return description }
        let text = record.text
        return text.isEmpty ? description : text
    }
}
