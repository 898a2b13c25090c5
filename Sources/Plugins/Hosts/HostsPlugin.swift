internal import DNSWire

/// Answers from a hosts file (CoreDNS `hosts`).
///
/// `@unchecked Sendable`: restated from ``Plugin``; all properties are immutable and Sendable.
final class HostsPlugin: Plugin, @unchecked Sendable {
    private let zones: ZoneList
    private let passedOn: [Name]?
    private let passesOtherTypes: Bool
    private let timeToLive: UInt32
    private let file: HostsFile
    private let task: RepeatingTask

    /// Creates the plugin, and reads the file.
    init(_ options: HostsOptions, services: ServerServices) {
        zones = ZoneList(options.zones)
        passedOn = options.passedOn
        passesOtherTypes = options.passesOtherTypes
        timeToLive = options.timeToLive
        let file = HostsFile(options, services)
        self.file = file
        task = RepeatingTask("hosts", every: options.interval) { file.refresh() }
        super.init(name: "hosts")
    }

    override func start() { task.start() }

    override func stop() { task.stop() }

    /// Looks at the file now.
    func refresh() { file.refresh() }

    /// What was found for a query.
    private enum Finding {
        /// The reply is written.
        case written
        /// The name has no entry.
        case unknown
        /// The name has entries, and none of the type.
        case nothing
    }

    override func answer(_ transaction: inout Transaction, _ rest: RestOfChain) -> Disposition {
        let type = transaction.query.type
        if type == RecordType.ptr.rawValue {
            // Reverse names are answered in any zone, and passed on in any zone.
            guard writePointers(&transaction) else { return rest.answer(&transaction) }
            return .written
        }
        guard zones.first(in: 0..<zones.count, holding: transaction) != nil else {
            return rest.answer(&transaction)
        }
        switch find(&transaction) {
        case .written: return .written
        case .unknown:
            // A hosts file has no SOA record, without which there is no denial of a name.
            return isPassedOn(transaction) ? rest.answer(&transaction) : .serverFailure
        case .nothing:
            let isOther = type != RecordType.a.rawValue && type != RecordType.aaaa.rawValue
            if passesOtherTypes, isOther, isPassedOn(transaction) {
                return rest.answer(&transaction)
            }
            transaction.response.isAuthoritative = true
            return .written
        }
    }

    private func isPassedOn(_ transaction: borrowing Transaction) -> Bool {
        guard let passedOn else { return false }
        if passedOn.contains(.root) { return true }
        let name = transaction.questionName
        return passedOn.contains { name.isSubdomain(of: $0) }
    }

    private func find(_ transaction: inout Transaction) -> Finding {
        let query = transaction.query
        let scratch = transaction.scratch
        let spare = transaction.spare
        var response = transaction.response
        let finding = file.table.read(transaction) { table in
            // SAFETY: the scratch has room for whole words behind every name.
            let own = unsafe table.find(scratch.name, count: query.nameOctetCount)
            if let own, write(own, query.type, to: &response) { return Finding.written }
            guard let wildcard = wildcard(in: table, query, scratch, spare) else {
                return own?.exists == true ? .nothing : .unknown
            }
            if write(wildcard, query.type, to: &response) { return .written }
            return .nothing
        }
        if case .written = finding { transaction.response = response }
        return finding
    }

    /// What is known at the name with `*` in place of its first label.
    private func wildcard(
        in table: HostsTable,
        _ query: QueryView,
        _ scratch: QueryScratch,
        _ spare: QueryScratch
    ) -> HostsTable.Row? {
        guard table.hasWildcards, query.labelCount > 0 else { return nil }
        let parent = unsafe Int(scratch.labels[1])
        let count = query.nameOctetCount - parent
        // SAFETY: the wildcard is not longer than the name, which has a first label of an octet at
        // least; both scratches have room for every name.
        unsafe spare.name[0] = 1
        unsafe spare.name[1] = UInt8(ascii: "*")
        unsafe UnsafeMutableRawPointer(spare.name + 2)
            .copyMemory(from: scratch.name + parent, byteCount: count)
        let row = unsafe table.find(spare.name, count: count + 2)
        return row?.exists == true ? row : nil
    }

    /// Writes the addresses of the type; false if there are none.
    private func write(
        _ row: HostsTable.Row,
        _ type: UInt16,
        to response: inout ResponseWriter
    ) -> Bool {
        let addresses: UnsafeRawBufferPointer
        switch type {
        case RecordType.a.rawValue: unsafe addresses = row.ipv4
        case RecordType.aaaa.rawValue: unsafe addresses = row.ipv6
        default: return false
        }
        guard unsafe !addresses.isEmpty else { return false }
        response.isAuthoritative = true
        let fits = unsafe response.writeAddresses(
            owner: QueryView.headerOctetCount,
            addresses,
            width: type == RecordType.a.rawValue ? 4 : 16,
            timeToLive: timeToLive,
            first: 0,
            section: .answer
        )
        if !fits { response.isTruncated = true }
        return true
    }

    /// Writes the names of an address; false if there are none.
    private func writePointers(_ transaction: inout Transaction) -> Bool {
        let query = transaction.query
        let scratch = transaction.scratch
        var response = transaction.response
        let isWritten = file.table.read(transaction) { table in
            // SAFETY: the scratch has room for whole words behind every name.
            guard let row = unsafe table.find(scratch.name, count: query.nameOctetCount),
                unsafe !row.pointers.isEmpty
            else { return false }
            var rest = unsafe row.pointers[...]
            while unsafe !rest.isEmpty {
                let count = unsafe HostsPlugin.nameOctetCount(rest)
                let name = unsafe UnsafeRawBufferPointer(rebasing: rest.prefix(count))
                guard
                    response.beginRecord(
                        owner: QueryView.headerOctetCount,
                        type: RecordType.ptr.rawValue,
                        timeToLive: timeToLive,
                        dataOctetCount: count
                    )
                else {
                    response.isTruncated = true
                    break
                }
                unsafe response.write(name)
                response.count(.answer)
                unsafe rest = rest.dropFirst(count)
            }
            return true
        }
        guard isWritten else { return false }
        transaction.response = response
        transaction.response.isAuthoritative = true
        return true
    }

    /// The octets of the name that a run of names begins with, the root included.
    private static func nameOctetCount(_ names: Slice<UnsafeRawBufferPointer>) -> Int {
        var index = unsafe names.startIndex
        // SAFETY: the table holds whole names only.
        while unsafe names[index] != 0 { unsafe index += 1 + Int(names[index]) }
        return unsafe index + 1 - names.startIndex
    }
}
