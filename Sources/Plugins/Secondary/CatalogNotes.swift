internal import DNSWire

/// What a catalog changed, for the log; its lines about members that are left out are bounded, as a
/// catalog may name many.
struct CatalogNotes: ~Copyable {
    /// Zones that are to be started.
    var begun: [SecondaryZone] = []
    /// Whether other zones are served than before.
    private(set) var hasChanges = false
    /// The catalog that the next notes are about.
    var origin: Name
    private let log: LogSink
    private var complaintCount = 0

    /// Begins notes about a catalog.
    init(_ origin: Name, _ log: LogSink) {
        self.origin = origin
        self.log = log
    }

    /// Notes a new member.
    mutating func added(_ zone: Name, isAsked: Bool) {
        hasChanges = true
        write("INFO", "Added catalog member zone \(zone) from catalog \(origin)")
        guard !isAsked else { return }
        complain("\(zone) is in no zone of the server block, so that its names are not asked of it")
    }

    /// Notes that a member is there no more.
    mutating func removed(_ zone: Name) {
        hasChanges = true
        write("INFO", "Removed catalog member zone \(zone) from catalog \(origin)")
    }

    /// Notes that a member starts anew.
    mutating func reset(_ zone: Name) {
        hasChanges = true
        write("INFO", "Reset catalog member zone \(zone) from \(origin): it has another label")
    }

    /// Notes that a member has another owner.
    mutating func moved(_ zone: Name, from source: Name, isKept: Bool) {
        hasChanges = true
        let data = isKept ? "keeping what is known of it" : "from the start: it has another label"
        write("INFO", "Migrated catalog member zone \(zone) from \(source) to \(origin), \(data)")
    }

    /// Notes that a member is left out.
    mutating func skipped(_ zone: Name, _ reason: String) {
        complain("Skipping catalog member zone \(zone) from \(origin): \(reason)")
    }

    /// Ends the notes about a catalog that was read.
    consuming func end(of origin: Name, memberCount: Int) {
        let rest = complaintCount - Limits.catalogComplaintCountMax
        if rest > 0 { write("WARNING", "\(rest) more members of \(origin) are like this") }
        write("INFO", "Parsed catalog zone \(origin) with \(memberCount) member zones")
    }

    private mutating func complain(_ text: String) {
        complaintCount += 1
        if complaintCount <= Limits.catalogComplaintCountMax { write("WARNING", text) }
    }

    private func write(_ level: String, _ text: String) {
        log.write("[\(level)] plugin/secondary: \(text)")
    }
}
