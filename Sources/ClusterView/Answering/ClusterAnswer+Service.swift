internal import DNSWire

extension ClusterAnswer {
    /// `S.NS.svc`, `E.S.NS.svc` and `_port._proto.S.NS.svc`.
    ///
    /// There are `left` labels in front of the zone, at least 3.
    func findService(
        _ name: AskedName,
        _ left: Int,
        into writer: inout ResponseWriter
    ) -> Finding {
        guard let found = unsafe service(name, left &- 3) else { return .nameError }
        let showsAll = unsafe zone._withUnsafeGuaranteedRef { $0.exposed == nil }
        guard showsAll || isListed(name, left - 2) else { return .nameError }
        return unsafe found._withUnsafeGuaranteedRef { service in
            guard service.exists, !isHidden(service) else { return .nameError }
            switch left {
            case 3: return answerService(service, name, into: &writer)
            case 4: return answerEndpoint(service, name, into: &writer)
            case 5: return answerPort(service, name, into: &writer)
            default: return .nameError
            }
        }
    }

    /// Finds the service whose name and namespace are the labels from `index` on.
    @inline(__always)
    private func service(_ name: AskedName, _ index: Int) -> Unmanaged<ServiceRecords>? {
        let start = name.offset(index)
        let count = name.offset(index &+ 2) &- start
        let key = unsafe UnsafeRawPointer(name.octets + start)
        let finding = name.finding
        guard unsafe finding.source == UnsafeRawPointer(snapshot.toOpaque()),
            finding.start == start
        else { return unsafe lookUp(key, count: count) }
        // Of all services, only the one that was found can have the key.
        guard let object = unsafe finding.object else { return nil }
        // SAFETY: the object is one of the version's services, which the caller holds.
        let found = unsafe Unmanaged<ServiceRecords>.fromOpaque(object)
        let isSame = unsafe found._withUnsafeGuaranteedRef {
            unsafe sameOctets($0.key, key, count: count)
        }
        return unsafe isSame ? found : nil
    }

    @inline(never)
    private func lookUp(_ key: UnsafeRawPointer, count: Int) -> Unmanaged<ServiceRecords>? {
        let hash = unsafe KeyHash.hash(key, count: count, seed: KeyHash.seed)
        return unsafe snapshot._withUnsafeGuaranteedRef {
            unsafe $0.services.find(key, count: count, hash: hash)
        }
    }

    private func isListed(_ name: AskedName, _ index: Int) -> Bool {
        let label = unsafe name.label(index)
        let count = unsafe Int(label.load(as: UInt8.self)) + 1
        let hash = unsafe KeyHash.hash(label, count: count, seed: KeyHash.seed)
        return unsafe isListed(label, count: count, hash: hash)
    }

    /// Whether a virtual service without ready endpoints is left out (`ignore empty_service`).
    private func isHidden(_ service: ServiceRecords) -> Bool {
        // The zone is asked first: it is in the cache, the number of endpoints may not be.
        guard unsafe zone._withUnsafeGuaranteedRef({ $0.ignoresEmptyServices }) else {
            return false
        }
        return service.shape == .virtual && service.endpointCount == 0
    }

    /// The service's own name.
    private func answerService(
        _ service: ServiceRecords,
        _ name: AskedName,
        into writer: inout ResponseWriter
    ) -> Finding {
        if service.shape == .external {
            switch type {
            case TypeCode.a, TypeCode.aaaa, TypeCode.cname:
                return writeAlias(service, name, into: &writer)
            default:
                return .noData
            }
        }
        switch type {
        case TypeCode.a:
            return unsafe writeAll(service.ipv4, width: 4, name, into: &writer)
        case TypeCode.aaaa:
            return unsafe writeAll(service.ipv6, width: 16, name, into: &writer)
        case TypeCode.srv:
            return writeServiceSRV(service, name, filter: PortFilter(), into: &writer)
        default:
            return .noData
        }
    }

    /// `_port._proto.S.NS.svc`: the underscores may be missing, as in CoreDNS.
    private func answerPort(
        _ service: ServiceRecords,
        _ name: AskedName,
        into writer: inout ResponseWriter
    ) -> Finding {
        guard service.shape != .external else { return .nameError }
        let filter = unsafe PortFilter(
            name: PortFilter.text(name.label(0)),
            transport: PortFilter.text(name.label(1))
        )
        guard hasPort(service, filter) else { return .nameError }
        switch type {
        case TypeCode.a:
            return unsafe writeAll(service.ipv4, width: 4, name, into: &writer)
        case TypeCode.aaaa:
            return unsafe writeAll(service.ipv6, width: 16, name, into: &writer)
        case TypeCode.srv:
            return writeServiceSRV(service, name, filter: filter, into: &writer)
        default:
            return .noData
        }
    }

    /// `E.S.NS.svc`, or `_proto.S.NS.svc`, which exists because of the port names below it.
    private func answerEndpoint(
        _ service: ServiceRecords,
        _ name: AskedName,
        into writer: inout ResponseWriter
    ) -> Finding {
        let label = unsafe name.label(0)
        guard service.shape != .external else { return .nameError }
        guard let entry = unsafe service.findEndpoint(label) else {
            guard unsafe label.load(fromByteOffset: 1, as: UInt8.self) == UInt8(ascii: "_") else {
                return .nameError
            }
            let filter = unsafe PortFilter(name: nil, transport: PortFilter.text(label))
            return hasPort(service, filter, named: true) ? .noData : .nameError
        }
        switch type {
        case TypeCode.a:
            let part = unsafe service.endpointIPv4.part(
                Int(entry.ipv4First) * 4,
                Int(entry.ipv4Count) * 4
            )
            return unsafe writeAll(part, width: 4, name, into: &writer)
        case TypeCode.aaaa:
            let part = unsafe service.endpointIPv6.part(
                Int(entry.ipv6First) * 16,
                Int(entry.ipv6Count) * 16
            )
            return unsafe writeAll(part, width: 16, name, into: &writer)
        case TypeCode.srv:
            return writeEndpointSRV(service, entry, name, into: &writer)
        default:
            return .noData
        }
    }

    /// Writes all addresses of a list, from a random one on; a list that doesn't fit is cut short
    /// and marked as truncated.
    private func writeAll(
        _ addresses: UnsafeRawBufferPointer,
        width: Int,
        _ name: AskedName,
        into writer: inout ResponseWriter
    ) -> Finding {
        let count = addresses.count / width
        guard count > 0 else { return .noData }
        // A multiplication maps 32 random bits to 0..<count without a division.
        let first = Int(truncatingIfNeeded: (UInt64(random) &* UInt64(count)) &>> 32)
        let fits = unsafe writer.writeAddresses(
            owner: name.position,
            addresses,
            width: width,
            timeToLive: timeToLive,
            first: first,
            section: .answer
        )
        if !fits { writer.isTruncated = true }
        return .records
    }

    /// Writes the CNAME of an ExternalName service, its target uncompressed at the reply's end.
    private func writeAlias(
        _ service: ServiceRecords,
        _ name: AskedName,
        into writer: inout ResponseWriter
    ) -> Finding {
        guard
            unsafe writer.beginRecord(
                owner: name.position,
                type: TypeCode.cname,
                timeToLive: timeToLive,
                dataOctetCount: service.externalName.count
            )
        else {
            writer.isTruncated = true
            return .records
        }
        let target = writer.position
        unsafe writer.write(service.externalName)
        writer.count(.answer)
        return type == TypeCode.cname ? .records : .chase(at: target)
    }
}
