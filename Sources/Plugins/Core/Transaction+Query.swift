internal import DNSWire

extension Transaction {
    /// The query in wire form, with what plugins on the way have changed of its flags and payload
    /// size: what is to be sent to somebody else.
    ///
    /// Allocates: for plugins outside of the packet path only.
    public var requestOctets: [UInt8] {
        var octets = unsafe Array(request)
        guard octets.count >= QueryView.headerOctetCount else { return octets }
        octets[2] = UInt8(truncatingIfNeeded: query.flags >> 8)
        octets[3] = UInt8(truncatingIfNeeded: query.flags)
        guard query.hasEDNS else { return octets }
        var records = unsafe PacketRecords(request, from: query.questionEnd)
        while let record = records.next() {
            guard record.type == RecordType.opt.rawValue else { continue }
            // The class of OPT is the payload size (RFC 6891 §6.1.2).
            octets[record.fields + 2] = UInt8(truncatingIfNeeded: query.udpPayloadOctets >> 8)
            octets[record.fields + 3] = UInt8(truncatingIfNeeded: query.udpPayloadOctets)
        }
        return octets
    }
}
