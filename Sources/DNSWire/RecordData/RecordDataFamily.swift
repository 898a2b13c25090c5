/// The data of one record type, or of several with the same format.
protocol RecordDataFamily: Hashable, Sendable, CustomStringConvertible {
    /// Reads the fields; the caller checks that every octet of the record data was used.
    init(reading reader: inout WireReader) throws(WireError)
    /// Writes the fields, without the length before them.
    func write(into writer: inout WireWriter) throws(WireError)
}
