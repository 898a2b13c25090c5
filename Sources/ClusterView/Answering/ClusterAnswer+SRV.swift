internal import DNSWire

extension ClusterAnswer {
    /// SRV of a service's name or port name.
    ///
    /// Weight is 100 over the number of (address, port) pairs, at least 1, and one record stands
    /// for all pairs with the same target and port (CoreDNS backend_lookup.go).
    func writeServiceSRV(
        _ service: ServiceRecords,
        _ name: AskedName,
        filter: PortFilter,
        into writer: inout ResponseWriter
    ) -> Finding {
        service.shape == .virtual
            ? writeVirtualSRV(service, name, filter, into: &writer)
            : writeHeadlessSRV(service, name, filter, into: &writer)
    }

    private func weight(of pairs: Int) -> UInt16 {
        UInt16(truncatingIfNeeded: max(1, 100 / max(1, pairs)))
    }

    /// One record per port number, the service itself as target.
    private func writeVirtualSRV(
        _ service: ServiceRecords,
        _ name: AskedName,
        _ filter: PortFilter,
        into writer: inout ResponseWriter
    ) -> Finding {
        var matching = 0
        for index in 0..<service.servicePortCount
        where filter.matches(unsafe service.ports[index], of: service) { matching += 1 }
        guard matching > 0 else { return .noData }
        let addresses = unsafe service.ipv4.count / 4 + service.ipv6.count / 16
        let weight = weight(of: matching * addresses)
        var target: Int?
        for index in 0..<service.servicePortCount {
            let port = unsafe service.ports[index]
            guard filter.matches(port, of: service),
                !isRepeated(port, at: index, from: 0, filter, service)
            else { continue }
            guard
                let written = unsafe writeSRV(
                    service,
                    label: nil,
                    port: port.number,
                    weight: weight,
                    name,
                    into: &writer
                )
            else {
                writer.isTruncated = true
                return .records
            }
            target = target ?? written
        }
        if let target {
            unsafe writeGlue(service.ipv4, service.ipv6, owner: target, into: &writer)
        }
        return .records
    }

    /// Whether a port's number came before among those that are meant (TCP and UDP on one port).
    private func isRepeated(
        _ port: PortEntry,
        at index: Int,
        from first: Int,
        _ filter: PortFilter,
        _ service: ServiceRecords
    ) -> Bool {
        for earlier in first..<index {
            let other = unsafe service.ports[earlier]
            if other.number == port.number, filter.matches(other, of: service) { return true }
        }
        return false
    }

    /// One record per endpoint label and port number, from a random endpoint on.
    private func writeHeadlessSRV(
        _ service: ServiceRecords,
        _ name: AskedName,
        _ filter: PortFilter,
        into writer: inout ResponseWriter
    ) -> Finding {
        let count = service.endpointCount
        var pairs = 0
        for index in 0..<count {
            let entry = service.endpoint(index)
            pairs += entry.addressCount * matchingPorts(entry, filter, service)
        }
        guard pairs > 0 else { return .noData }
        let weight = weight(of: pairs)
        let start = writer.position
        let first = Int(truncatingIfNeeded: (UInt64(random) &* UInt64(count)) &>> 32)
        for step in 0..<count {
            let index = first + step < count ? first + step : first + step - count
            let entry = service.endpoint(index)
            guard
                writeEntry(service, entry, weight, name, filter, into: &writer)
            else {
                writer.isTruncated = true
                return .records
            }
        }
        writeHeadlessGlue(service, answersFrom: start, into: &writer)
        return .records
    }

    private func matchingPorts(
        _ entry: EndpointEntry,
        _ filter: PortFilter,
        _ service: ServiceRecords
    ) -> Int {
        var count = 0
        let first = Int(entry.portFirst)
        for index in first..<(first + Int(entry.portCount))
        where filter.matches(unsafe service.ports[index], of: service) { count += 1 }
        return count
    }

    /// Writes the records of one endpoint label; false if one did not fit.
    private func writeEntry(
        _ service: ServiceRecords,
        _ entry: EndpointEntry,
        _ weight: UInt16,
        _ name: AskedName,
        _ filter: PortFilter,
        into writer: inout ResponseWriter
    ) -> Bool {
        let first = Int(entry.portFirst)
        for index in first..<(first + Int(entry.portCount)) {
            let port = unsafe service.ports[index]
            guard filter.matches(port, of: service),
                !isRepeated(port, at: index, from: first, filter, service)
            else { continue }
            let target = unsafe writeSRV(
                service,
                label: service.label(entry),
                port: port.number,
                weight: weight,
                name,
                into: &writer
            )
            guard target != nil else { return false }
        }
        return true
    }

    /// SRV of an endpoint's own name: one record per port.
    func writeEndpointSRV(
        _ service: ServiceRecords,
        _ entry: EndpointEntry,
        _ name: AskedName,
        into writer: inout ResponseWriter
    ) -> Finding {
        let filter = PortFilter()
        let pairs = entry.addressCount * matchingPorts(entry, filter, service)
        guard pairs > 0 else { return .noData }
        guard writeEntry(service, entry, weight(of: pairs), name, filter, into: &writer) else {
            writer.isTruncated = true
            return .records
        }
        writeEntryGlue(service, entry, owner: name.position, into: &writer)
        return .records
    }

    /// Writes one SRV record; its target is spelt out, as RFC 2782 asks.
    ///
    /// The label is the endpoint's in wire form; nil for the service itself.
    ///
    /// - Returns: Where the target stands in the reply; nil if the record did not fit.
    private func writeSRV(
        _ service: ServiceRecords,
        label: UnsafeRawBufferPointer?,
        port: UInt16,
        weight: UInt16,
        _ name: AskedName,
        into writer: inout ResponseWriter
    ) -> Int? {
        unsafe zone._withUnsafeGuaranteedRef { zone in
            let labelCount = unsafe label?.count ?? 0
            let target = unsafe labelCount + service.key.count + 4 + zone.name.count
            guard target <= QueryView.nameOctetCountMax,
                writer.beginRecord(
                    owner: name.position,
                    type: TypeCode.srv,
                    timeToLive: zone.timeToLive,
                    dataOctetCount: 6 + target
                )
            else { return nil }
            writer.write(UInt16(0))
            writer.write(weight)
            writer.write(port)
            let position = writer.position
            if let label = unsafe label { unsafe writer.write(label) }
            unsafe writer.write(service.key)
            writer.writeLabel("svc")
            // The zone in the case it was asked in, as it stands in the question.
            let zoneStart = name.positionOfLast(zone.labelCount)
            unsafe writer.write(
                UnsafeRawBufferPointer(start: writer.base + zoneStart, count: zone.name.count)
            )
            writer.count(.answer)
            return position
        }
    }
}
