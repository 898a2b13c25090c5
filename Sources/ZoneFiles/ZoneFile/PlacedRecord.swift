internal import DNSWire

/// A record of a zone, and where it was read.
struct PlacedRecord {
    /// The record.
    var record: ResourceRecord
    /// The file; nil for the zone's own.
    var file: String?
    /// The line, counted from 1; nil if it is in no file.
    var line: Int?
    /// Whether the TTL is known; if not, it is the SOA minimum.
    var hasTimeToLive = true
}
