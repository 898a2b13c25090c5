public import DNSWire

/// Answers one question from one version of the view.
///
/// A value lives as long as the query; it borrows the version, the zone and the worker's scratch
/// memory, and writes into the reply as it finds records.
@safe
public struct ClusterAnswer {
    let snapshot: Unmanaged<ClusterSnapshot>
    let zone: Unmanaged<ClusterZone>
    /// The question's type.
    let type: UInt16
    /// A random number that picks where address lists start.
    let random: UInt32

    /// Prepares an answer.
    ///
    /// - Parameters:
    ///   - snapshot: The version to answer from. The caller holds it until the answer is written.
    ///   - zone: The zone that the question's name is in. The caller holds it likewise.
    ///   - type: The question's type.
    ///   - random: A fresh random number.
    public init(from snapshot: ClusterSnapshot, zone: ClusterZone, type: UInt16, random: UInt32) {
        unsafe self.snapshot = .passUnretained(snapshot)
        unsafe self.zone = .passUnretained(zone)
        self.type = type
        self.random = random
    }

    /// Answers a query whose name is in the zone.
    ///
    /// - Parameters:
    ///   - query: The query, as read.
    ///   - scratch: The scratch memory that holds the query's name.
    ///   - spare: Scratch memory for the targets of aliases.
    ///   - writer: The reply, which holds the question so far.
    /// - Returns: What was written, or what the caller has to do.
    public func answer(
        _ query: QueryView,
        scratch: QueryScratch,
        spare: QueryScratch,
        into writer: inout ResponseWriter
    ) -> ClusterOutcome {
        guard type != TypeCode.axfr, type != TypeCode.ixfr else { return .refused }
        let name = AskedName(query, scratch)
        var finding = findOnce(name, into: &writer)
        if case .chase = finding {
            finding = follow(finding, name, spare: spare, into: &writer)
        }
        switch finding {
        case .records:
            writer.isAuthoritative = true
            return .answered
        case .noData:
            writeNegative(code: 0, name, into: &writer)
            return .answered
        case .nameError:
            return .nameError
        case .chase(let position):
            writer.isAuthoritative = true
            return .chase(at: position)
        }
    }

    /// Writes the negative reply of a name that doesn't exist (RFC 2308 §2.1).
    public func writeNameError(
        _ query: QueryView,
        scratch: QueryScratch,
        into writer: inout ResponseWriter
    ) {
        writeNegative(code: 3, AskedName(query, scratch), into: &writer)
    }

    /// Writes a negative reply: the code, and the zone's SOA in the authority section.
    func writeNegative(code: UInt16, _ name: AskedName, into writer: inout ResponseWriter) {
        writer.responseCode = code
        writer.isAuthoritative = true
        if !writeSOA(name, section: .authority, into: &writer) { writer.isTruncated = true }
    }

    /// Follows aliases inside the zone.
    @inline(never)
    private func follow(
        _ first: Finding,
        _ name: AskedName,
        spare: QueryScratch,
        into writer: inout ResponseWriter
    ) -> Finding {
        var finding = first
        // Where the targets that were followed stand in the reply.
        var followed: [Int] = []
        while case .chase(let position) = finding {
            guard let target = targetName(at: position, spare: spare, in: writer),
                unsafe zone._withUnsafeGuaranteedRef({ target.isWithin($0) })
            else { return finding }
            // A circle ends where it closes, and a chain as CoreDNS bounds it: the aliases so far
            // are the answer.
            guard followed.count < ClusterAnswer.aliasCountMax, !target.isSame(as: name),
                !followed.contains(where: { target.stands(at: $0, in: writer) })
            else { return .records }
            followed.append(position)
            finding = findOnce(target, into: &writer)
            switch finding {
            case .noData, .nameError:
                // The alias exists even if its target has nothing: NOERROR with the chain so far.
                if !writeSOA(name, section: .authority, into: &writer) {
                    writer.isTruncated = true
                }
                return .records
            case .records, .chase: break
            }
        }
        return finding
    }

    /// Aliases that are followed inside the zone for one question.
    static var aliasCountMax: Int { 10 }

    /// The name that stands uncompressed at `position` of the reply.
    private func targetName(
        at position: Int,
        spare: QueryScratch,
        in writer: ResponseWriter
    ) -> AskedName? {
        let count = writer.position - position
        guard (1...QueryView.nameOctetCountMax).contains(count) else { return nil }
        // SAFETY: the target ends the reply so far: it was written last, by writeAlias.
        let octets = unsafe UnsafeRawBufferPointer(start: writer.base + position, count: count)
        return unsafe AskedName(octets, at: position, spare)
    }

    /// Finds what a name has of the question's type, without following aliases.
    private func findOnce(_ name: AskedName, into writer: inout ResponseWriter) -> Finding {
        let (labelsOfZone, isReverse) = unsafe zone._withUnsafeGuaranteedRef {
            ($0.labelCount, $0.isReverse)
        }
        let left = name.labelCount &- labelsOfZone
        if left > 2, !isReverse, name.isService(left &- 1) {
            return findService(name, left, into: &writer)
        }
        return findOther(name, left, isReverse: isReverse, into: &writer)
    }

    /// Finds what a name has that is no service's.
    @inline(never)
    private func findOther(
        _ name: AskedName,
        _ left: Int,
        isReverse: Bool,
        into writer: inout ResponseWriter
    ) -> Finding {
        if left == 0 { return findApex(name, into: &writer) }
        if left == 1, name.isLabel(0, "dns-version") {
            return findVersion(name, into: &writer)
        }
        if left <= 2, name.isLabel(left - 1, "dns") {
            return findServer(name, left, into: &writer)
        }
        if isReverse { return findReverse(name, into: &writer) }
        if name.isService(left - 1) {
            return left == 1 || isExposed(name, 0) ? .noData : .nameError
        }
        if name.isLabel(left - 1, "pod") { return findPod(name, left, into: &writer) }
        return .nameError
    }

    /// Whether the namespace in label `index` exists and is shown.
    func isExposed(_ name: AskedName, _ index: Int) -> Bool {
        let label = unsafe name.label(index)
        let count = unsafe Int(label.load(as: UInt8.self)) + 1
        let hash = unsafe KeyHash.hash(label, count: count, seed: KeyHash.seed)
        let exists = unsafe snapshot._withUnsafeGuaranteedRef {
            unsafe $0.namespaces.find(label, count: count, hash: hash) != nil
        }
        return unsafe exists && isListed(label, count: count, hash: hash)
    }

    /// Whether a namespace is among those that the zone shows.
    func isListed(_ label: UnsafeRawPointer, count: Int, hash: UInt64) -> Bool {
        unsafe zone._withUnsafeGuaranteedRef { zone in
            guard let exposed = zone.exposed else { return true }
            return unsafe exposed.find(label, count: count, hash: hash) != nil
        }
    }
}
