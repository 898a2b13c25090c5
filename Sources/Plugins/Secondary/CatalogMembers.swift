internal import DNSWire
internal import Synchronization

/// What is answered from at one time.
final class SecondarySet: Sendable {
    /// The configured zones and the members.
    let served: ZoneSet
    /// The members, by name.
    let members: [Name: SecondaryZone]

    /// Puts zones together.
    init(_ configured: [ServedZone], _ members: [Name: SecondaryZone]) {
        served = ZoneSet(configured + members.values.map(\.served))
        self.members = members
    }
}

/// The zones that are served because a catalog names them, as catalogs come and change.
///
/// - SeeAlso: RFC 9432 §5.
final class CatalogMembers: Sendable {
    /// A member that is served.
    private struct Held {
        /// The catalog that it is served for.
        var source: CatalogSource
        var label: [UInt8]
        var zone: SecondaryZone
    }

    private struct State {
        var isStarted = false
        var isStopped = false
        /// What each catalog said last.
        var catalogs: [Name: Catalog] = [:]
        var held: [Name: Held] = [:]
    }

    /// What is answered from now.
    let set: Replaceable<SecondarySet>
    /// The room of all members.
    let budget = TransferBudget()
    private let configured: [ServedZone]
    private let sources: [CatalogSource]
    private let blockZones: [Name]
    private let services: ServerServices
    private let notifier: (any ZoneNotifier)?
    private let state = Mutex(State())

    /// Begins without members.
    ///
    /// - Parameters:
    ///   - configured: The zones that the Corefile names; a catalog can't replace one.
    ///   - sources: The catalogs.
    ///   - blockZones: The zones of the server block: names in no other zones are asked of it.
    ///   - services: What the process has once.
    ///   - notifier: Tells the members' own secondary servers.
    init(
        _ configured: [ServedZone],
        _ sources: [CatalogSource],
        blockZones: [Name],
        services: ServerServices,
        notifier: (any ZoneNotifier)?
    ) {
        self.configured = configured
        self.sources = sources
        self.blockZones = blockZones
        self.services = services
        self.notifier = notifier
        set = Replaceable(SecondarySet(configured, [:]), services.epochs)
    }

    /// Begins to keep members.
    func start() {
        let zones = state.withLock { state in
            state.isStarted = true
            return state.held.values.map(\.zone)
        }
        for zone in zones { zone.start() }
    }

    /// Ends with all members.
    func stop() {
        let zones = state.withLock { state in
            state.isStopped = true
            return state.held.values.map(\.zone)
        }
        for zone in zones { zone.stop() }
    }

    /// Serves what a catalog names now, and nothing that it doesn't name any more.
    func apply(_ catalog: Catalog, of source: CatalogSource) {
        var notes = CatalogNotes(source.origin, services.log)
        let isStarted = state.withLock { state -> Bool in
            guard !state.isStopped else { return false }
            state.catalogs[source.origin] = catalog
            let gone = remove(allBut: catalog, of: source, &state, &notes)
            for member in catalog.members.values.sorted(by: { $0.zone < $1.zone }) {
                take(member, for: source, &state, &notes)
            }
            // What another catalog was refused because of a clash is free for it now.
            for other in sources where other !== source {
                notes.origin = other.origin
                for name in gone {
                    guard let member = state.catalogs[other.origin]?.members[name] else { continue }
                    take(member, for: other, &state, &notes)
                }
            }
            if notes.hasChanges {
                set.replace(with: SecondarySet(configured, state.held.mapValues(\.zone)))
            }
            return state.isStarted
        }
        if isStarted { for zone in notes.begun { zone.start() } }
        notes.end(of: source.origin, memberCount: catalog.members.count)
    }

    /// Takes away what a catalog doesn't name any more; what has another owner stays
    /// (RFC 9432 §5.3).
    private func remove(
        allBut catalog: Catalog,
        of source: CatalogSource,
        _ state: inout State,
        _ notes: inout CatalogNotes
    ) -> [Name] {
        let gone = state.held.filter { name, held in
            held.source === source && catalog.members[name] == nil
        }
        for (name, held) in gone {
            held.zone.stop()
            state.held[name] = nil
            notes.removed(name)
        }
        return gone.keys.sorted()
    }

    /// Serves a member of a catalog, unless there is another zone of that name.
    private func take(
        _ member: Catalog.Member,
        for source: CatalogSource,
        _ state: inout State,
        _ notes: inout CatalogNotes
    ) {
        guard source.admits(member.zone) else {
            return notes.skipped(member.zone, "it is in none of the zones that 'catalog' admits")
        }
        guard !configured.contains(where: { $0.origin == member.zone }) else {
            return notes.skipped(member.zone, "the Corefile names this zone")
        }
        guard let held = state.held[member.zone] else {
            guard state.held.count < Limits.catalogMemberCountMax else {
                return notes.skipped(
                    member.zone,
                    "there are \(Limits.catalogMemberCountMax) members already"
                )
            }
            begin(member, source, nil, &state, &notes)
            return notes.added(member.zone, isAsked: isAsked(member.zone))
        }
        if held.source === source {
            // Another label: the zone is removed and added again (RFC 9432 §5.4).
            guard held.label != member.label else { return }
            held.zone.stop()
            begin(member, source, nil, &state, &notes)
            return notes.reset(member.zone)
        }
        // Only its present owner gives a member away (RFC 9432 §4.4.1, §5.2).
        let offer = state.catalogs[held.source.origin]?.members[member.zone]
        guard let offer, offer.newOwner == source.origin else {
            return notes.skipped(
                member.zone,
                "it is a member of \(held.source.origin), which doesn't give it away"
            )
        }
        let isKept = held.label == member.label && offer.label == member.label
        begin(member, source, isKept ? held.zone : nil, &state, &notes)
        if !isKept { held.zone.stop() }
        notes.moved(member.zone, from: held.source.origin, isKept: isKept)
    }

    /// Serves a member, from what a predecessor knows if there is one.
    private func begin(
        _ member: Catalog.Member,
        _ source: CatalogSource,
        _ predecessor: SecondaryZone?,
        _ state: inout State,
        _ notes: inout CatalogNotes
    ) {
        let served = ServedZone(
            member.zone,
            version: predecessor?.served.version.current ?? ZoneVersion(nil),
            passedOn: source.passedOn,
            services: services
        )
        let zone = SecondaryZone(
            served,
            primaries: source.primaries,
            log: services.log,
            notifier: notifier,
            queue: source.lane(of: member.zone),
            budget: budget
        )
        if let predecessor { zone.inherit(predecessor.retire()) }
        state.held[member.zone] = Held(source: source, label: member.label, zone: zone)
        notes.begun.append(zone)
    }

    /// Whether names of a zone come to the server block at all.
    private func isAsked(_ zone: Name) -> Bool {
        blockZones.contains { zone.isSubdomain(of: $0) || $0.isSubdomain(of: zone) }
    }
}
