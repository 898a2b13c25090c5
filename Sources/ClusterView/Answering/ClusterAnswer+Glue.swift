internal import DNSWire

extension ClusterAnswer {
    /// Writes addresses of an SRV target into the additional section, whole sets or not at all.
    ///
    /// Glue is a courtesy: what does not fit is left out without a mark (RFC 2181 §9).
    func writeGlue(
        _ ipv4: UnsafeRawBufferPointer,
        _ ipv6: UnsafeRawBufferPointer,
        owner: Int,
        into writer: inout ResponseWriter
    ) {
        guard owner < 0x4000 else { return }
        if writer.remaining >= ipv4.count / 4 * 16 {
            _ = unsafe writer.writeAddresses(
                owner: owner,
                ipv4,
                width: 4,
                timeToLive: timeToLive,
                first: 0,
                section: .additional
            )
        }
        if writer.remaining >= ipv6.count / 16 * 28 {
            _ = unsafe writer.writeAddresses(
                owner: owner,
                ipv6,
                width: 16,
                timeToLive: timeToLive,
                first: 0,
                section: .additional
            )
        }
    }

    /// Writes the addresses of one endpoint label.
    func writeEntryGlue(
        _ service: ServiceRecords,
        _ entry: EndpointEntry,
        owner: Int,
        into writer: inout ResponseWriter
    ) {
        unsafe writeGlue(
            service.endpointIPv4.part(Int(entry.ipv4First) * 4, Int(entry.ipv4Count) * 4),
            service.endpointIPv6.part(Int(entry.ipv6First) * 16, Int(entry.ipv6Count) * 16),
            owner: owner,
            into: &writer
        )
    }

    /// Writes the addresses of the endpoints that the SRV records in the answer section name.
    ///
    /// Walks the answer section, which holds nothing but SRV records: the first record with an
    /// entry's label is where the address records point to.
    func writeHeadlessGlue(
        _ service: ServiceRecords,
        answersFrom start: Int,
        into writer: inout ResponseWriter
    ) {
        var position = start
        var previous: EndpointEntry?
        for _ in 0..<writer.answerCount {
            // SAFETY: the answer section holds answerCount whole records that this reply's writer
            // wrote: owner pointer 2, type 2, class 2, TTL 4, length 2, then the data, which is 6
            // octets and the target.
            let dataCount = unsafe Int(
                UInt16(
                    bigEndian: writer.base.loadUnaligned(
                        fromByteOffset: position + 10,
                        as: UInt16.self
                    )
                )
            )
            let target = position + 12 + 6
            position += 12 + dataCount
            guard let entry = unsafe service.findEndpoint(writer.base + target) else { continue }
            // Records of one label follow each other.
            if entry.labelStart == previous?.labelStart { continue }
            previous = entry
            writeEntryGlue(service, entry, owner: target, into: &writer)
        }
    }
}
