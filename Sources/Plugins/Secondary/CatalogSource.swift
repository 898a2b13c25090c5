internal import Corefile
internal import DNSWire
internal import Dispatch

/// A catalog that is followed: where it and its members come from, and what it may name.
final class CatalogSource: Sendable {
    /// The catalog zone.
    let origin: Name
    /// Whom the catalog is transferred from, and its members (RFC 9432 §1).
    let primaries: [ServerEndpoint]
    /// The zones that members must be or be in; nil if they may be any (RFC 9432 §7).
    let scope: [Name]?
    /// The zones whose unknown names are passed on.
    let passedOn: [Name]?
    /// Where the members' primaries are waited for: few, however many members there are.
    private let lanes: [DispatchQueue]

    /// Describes a catalog.
    init(_ origin: Name, _ options: SecondaryOptions) {
        self.origin = origin
        primaries = options.primaries
        scope = options.catalogScope
        passedOn = options.passedOn
        lanes = (0..<Limits.catalogLaneCount).map { _ in
            DispatchQueue(label: "martlet-catalog", qos: .utility)
        }
    }

    /// Where the primaries of a member are waited for.
    func lane(of member: Name) -> DispatchQueue {
        lanes[Int(UInt(bitPattern: member.hashValue) % UInt(lanes.count))]
    }

    /// Whether a zone may be a member.
    func admits(_ zone: Name) -> Bool {
        scope?.contains { zone.isSubdomain(of: $0) } ?? true
    }
}
