public import DNSWire

/// A plugin that offers zones for transfer; `transfer` decides who gets them.
protocol TransferSource: AnyObject {
    /// Offers a zone by its exact name, as it stands now.
    func offer(_ zone: Name, to transaction: borrowing Transaction) -> TransferOffer
}

/// What a plugin has of a zone that somebody wants to transfer.
enum TransferOffer {
    /// The zone is none of the plugin's.
    case notHere
    /// The zone is the plugin's, and there is nothing to send now.
    case unavailable
    /// The zone.
    case zone(ZoneContents)
}

/// The records of a zone as they stand at one time, made as they are asked for.
///
/// `@unchecked Sendable`: `more` is called by one thread at a time, as a ``MessageStream`` is.
final class ZoneContents: @unchecked Sendable {
    /// The SOA record, which a transfer begins and ends with.
    let start: ResourceRecord
    /// The next records; nil behind the last.
    private let more: () -> [ResourceRecord]?

    /// Describes a zone by its SOA record, and by what returns all others, some at a time.
    init(start: ResourceRecord, more: @escaping () -> [ResourceRecord]?) {
        self.start = start
        self.more = more
    }

    /// The zone's serial number.
    var serial: UInt32? {
        if case .soa(let start) = start.data { start.serial } else { nil }
    }

    /// The next records; nil behind the last.
    func next() -> [ResourceRecord]? { more() }
}

/// A plugin that takes over zones from primaries, which tell it of changes (RFC 1996).
public protocol NotifyReceiver: AnyObject {
    /// Takes the news that a zone has changed.
    ///
    /// - Returns: Whether the zone is the plugin's, and the client one of its primaries; then the
    ///   reply is NOERROR, and the zone is looked at soon.
    func takeNotify(of zone: Name, from client: ClientAddress) -> Bool
}

/// A plugin that tells secondary servers of changes (RFC 1996): `transfer`.
protocol ZoneNotifier: AnyObject, Sendable {
    /// Tells the secondary servers of a zone, if there are any, that it has changed.
    func zoneHasChanged(_ zone: Name)
}
