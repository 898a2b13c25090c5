internal import Addresses
internal import DNSWire

extension ClusterAnswer {
    /// Seconds that the version record may be kept (CoreDNS `dnsVersion`).
    private static var versionTimeToLive: UInt32 { 28800 }

    var timeToLive: UInt32 {
        unsafe zone._withUnsafeGuaranteedRef { $0.timeToLive }
    }

    /// Writes the zone's SOA.
    ///
    /// - Returns: Whether it fit.
    func writeSOA(
        _ name: AskedName,
        section: ResponseWriter.Section,
        into writer: inout ResponseWriter
    ) -> Bool {
        let serial = unsafe snapshot._withUnsafeGuaranteedRef { $0.serial }
        return unsafe zone._withUnsafeGuaranteedRef { zone in
            let apex = name.positionOfLast(zone.labelCount)
            return zone.authority.write(apex: apex, serial, to: section, into: &writer)
        }
    }

    /// The zone's own name: SOA and NS.
    func findApex(_ name: AskedName, into writer: inout ResponseWriter) -> Finding {
        switch type {
        case TypeCode.soa:
            if !writeSOA(name, section: .answer, into: &writer) { writer.isTruncated = true }
            return .records
        case TypeCode.ns:
            return writeNameServer(name, into: &writer)
        default:
            return .noData
        }
    }

    /// `dns-version`: the version of the DNS schema (Kubernetes DNS specification §2.2).
    func findVersion(_ name: AskedName, into writer: inout ResponseWriter) -> Finding {
        guard type == TypeCode.txt else { return .noData }
        guard
            writer.beginRecord(
                owner: name.position,
                type: TypeCode.txt,
                timeToLive: ClusterAnswer.versionTimeToLive,
                dataOctetCount: 6
            )
        else {
            writer.isTruncated = true
            return .records
        }
        writer.writeLabel("1.1.0")
        writer.count(.answer)
        return .records
    }

    /// `dns` exists because `ns.dns` does; `ns.dns` has the server's own addresses.
    func findServer(
        _ name: AskedName,
        _ left: Int,
        into writer: inout ResponseWriter
    ) -> Finding {
        guard left == 2 else { return .noData }
        guard name.isLabel(0, "ns") else { return .nameError }
        guard type == TypeCode.a || type == TypeCode.aaaa else { return .noData }
        let before = writer.answerCount
        writeServerAddresses(
            owner: name.position,
            section: .answer,
            wants: { $0.isIPv4 == (type == TypeCode.a) },
            into: &writer
        )
        return writer.answerCount == before && !writer.isTruncated ? .noData : .records
    }

    /// NS of the zone: `ns.dns`, with its addresses in the additional section.
    private func writeNameServer(
        _ name: AskedName,
        into writer: inout ResponseWriter
    ) -> Finding {
        guard
            writer.beginRecord(
                owner: name.position,
                type: TypeCode.ns,
                timeToLive: timeToLive,
                dataOctetCount: 9
            )
        else {
            writer.isTruncated = true
            return .records
        }
        let server = writer.position
        writer.writeLabel("ns")
        writer.writeLabel("dns")
        writer.write(UInt16(truncatingIfNeeded: 0xC000 | name.position))
        writer.count(.answer)
        writeServerAddresses(
            owner: server,
            section: .additional,
            wants: { _ in true },
            into: &writer
        )
        return .records
    }

    private func writeServerAddresses(
        owner: Int,
        section: ResponseWriter.Section,
        wants: (IPAddress) -> Bool,
        into writer: inout ResponseWriter
    ) {
        // Rare: a query for the server itself may count references.
        let addresses = unsafe zone._withUnsafeGuaranteedRef { $0.serverAddresses }
        for address in addresses where wants(address) {
            let fits = unsafe address.octets.withUnsafeBytes {
                unsafe writer.writeAddresses(
                    owner: owner,
                    $0,
                    width: $0.count,
                    timeToLive: timeToLive,
                    first: 0,
                    section: section
                )
            }
            guard fits else {
                if section == .answer { writer.isTruncated = true }
                return
            }
        }
    }
}

extension ResponseWriter {
    /// Appends a label or character string: a count, then the octets of `text`.
    mutating func writeLabel(_ text: StaticString) {
        let count = text.utf8CodeUnitCount
        precondition(count <= 255 && remaining > count)
        unsafe base.storeBytes(
            of: UInt8(truncatingIfNeeded: count),
            toByteOffset: position,
            as: UInt8.self
        )
        position += 1
        unsafe write(UnsafeRawBufferPointer(start: text.utf8Start, count: count))
    }
}
