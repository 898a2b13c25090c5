internal import DNSWire
internal import ZoneFiles

/// What a catalog zone says: which zones its consumers are to serve.
///
/// - SeeAlso: RFC 9432 §4.
struct Catalog: Sendable {
    /// A zone that the catalog names.
    struct Member: Sendable, Hashable {
        /// The zone.
        var zone: Name
        /// The label of the node that names it, in lower case; another one means that the zone
        /// starts anew (RFC 9432 §5.4).
        var label: [UInt8]
        /// The catalog that may take the zone over: the `coo` property (RFC 9432 §4.4.1).
        var newOwner: Name?
    }

    /// Why a zone is no catalog that may be processed.
    struct Broken: Error, Hashable, CustomStringConvertible {
        /// The reason.
        let description: String

        fileprivate init(_ description: String) { self.description = description }
    }

    /// The schema that is understood (RFC 9432 §4.3.1).
    private static let version = Array("2".utf8)

    /// The members, by the zone's name.
    let members: [Name: Member]

    /// Reads a catalog zone.
    ///
    /// Properties other than `coo`, such as `group` (RFC 9432 §4.4.2), have no meaning here.
    ///
    /// - Throws: ``Broken`` if it must not be processed (RFC 9432 §5.1).
    init(_ zone: StaticZone) throws(Broken) {
        try Catalog.checkVersion(of: zone)
        guard let list = Catalog.child("zones", of: zone.origin) else {
            members = [:]
            return
        }
        var members: [Name: Member] = [:]
        for index in 0..<zone.nameCount {
            let records = zone.records(atIndex: index)
            guard let node = records.first?.name, node.parent == list else { continue }
            guard let target = try Catalog.pointer(at: node, in: zone) else { continue }
            let member = Member(
                zone: target.lowercased,
                label: Array(node.lowercased.firstLabel),
                newOwner: try Catalog.newOwner(at: node, in: zone)
            )
            guard members.updateValue(member, forKey: member.zone) == nil else {
                throw Broken("it names \(member.zone) at more than one label")
            }
            guard members.count <= Limits.catalogMemberCountMax else {
                throw Broken("it names more than \(Limits.catalogMemberCountMax) zones")
            }
        }
        self.members = members
    }

    private static func checkVersion(of zone: StaticZone) throws(Broken) {
        let name = child("version", of: zone.origin)
        let records = name.map { zone.records(at: $0, .txt) } ?? []
        guard let record = records.first else {
            throw Broken("it has no TXT record at version.\(zone.origin)")
        }
        guard records.count == 1 else {
            throw Broken("it has more than one TXT record at version.\(zone.origin)")
        }
        guard record.recordClass == .in, record.data == .txt([version]) else {
            throw Broken("its schema is not the one of RFC 9432, version 2")
        }
    }

    /// The catalog that a member may move to; nil if it is to stay.
    private static func newOwner(at node: Name, in zone: StaticZone) throws(Broken) -> Name? {
        guard let coo = child("coo", of: node) else { return nil }
        return try pointer(at: coo, in: zone)?.lowercased
    }

    /// What the one PTR record of a name says; nil if there is none.
    private static func pointer(at name: Name, in zone: StaticZone) throws(Broken) -> Name? {
        let records = zone.records(at: name, .ptr)
        guard records.count < 2 else { throw Broken("it has more than one PTR record at \(name)") }
        guard let record = records.first, case .ptr(let target) = record.data else { return nil }
        guard record.recordClass == .in else {
            throw Broken("the PTR record at \(name) is of class \(record.recordClass)")
        }
        return target
    }

    /// A name below another; nil if that has no room for it.
    private static func child(_ label: String, of name: Name) -> Name? {
        try? name.prepending(label: label)
    }
}
