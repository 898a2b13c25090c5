public import Addresses
public import DNSWire

/// How one zone of a `kubernetes` block answers: its name and its options.
///
/// `@unchecked Sendable`: every stored property is a `let` of a value or of memory that is never
/// written after `init` and freed in `deinit`.
@safe
public final class ClusterZone: @unchecked Sendable {
    /// How the names of pods by address are answered.
    public enum PodMode: UInt8, Sendable {
        /// There are none.
        case disabled
        /// Any address in an existing namespace.
        case insecure
        /// Addresses of existing pods.
        case verified
    }

    /// What a zone is made from.
    public struct Settings: Sendable {
        /// The zone's name in wire form, any case.
        public var zone: [UInt8]
        /// The zone that ends the targets of PTR records, in wire form.
        public var primaryZone: [UInt8]
        /// Seconds that answers may be kept, 0…3600 (CoreDNS default 5).
        public var timeToLive: UInt32 = 5
        /// How the names of pods are answered.
        public var podMode = PodMode.disabled
        /// The namespaces that are shown; empty means all.
        public var namespaces: Set<String> = []
        /// Whether services without ready endpoints are hidden (`ignore empty_service`).
        public var ignoresEmptyServices = false
        /// The addresses that the server answers on, for NS and `ns.dns`.
        public var serverAddresses: [IPAddress] = []

        /// Creates the settings of a zone with the defaults.
        public init(zone: [UInt8], primaryZone: [UInt8]) {
            self.zone = zone
            self.primaryZone = primaryZone
        }
    }

    /// The zone's name in wire form, lower case, the root included.
    let name: UnsafeRawBufferPointer
    /// The zone's name, to match queries against; valid as long as the zone.
    public let suffix: ZoneSuffix
    /// The zone's SOA record as it is sent, but for two pointers and the serial number.
    let authority: AuthorityRecord
    /// The primary zone's name in wire form, lower case, the root included.
    let primaryName: UnsafeRawBufferPointer
    /// Whether the zone is below `in-addr.arpa` or `ip6.arpa`.
    public let isReverse: Bool
    /// Seconds that positive answers may be kept.
    let timeToLive: UInt32
    /// How the names of pods are answered.
    let podMode: PodMode
    /// Whether services without ready endpoints are hidden.
    let ignoresEmptyServices: Bool
    /// The namespaces that are shown, as wire labels in a trie; nil means all.
    let exposed: HashTrie<KeyRecord>?
    /// The addresses that the server answers on.
    let serverAddresses: [IPAddress]

    /// Makes a zone.
    public init(_ settings: Settings) {
        let name = settings.zone.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }
        let primary = settings.primaryZone.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }
        var builder = OctetBlockBuilder()
        _ = builder.append(name)
        _ = builder.append(primary)
        let block = unsafe builder.finish()
        unsafe self.name = block.part(0, name.count)
        unsafe primaryName = block.part(name.count, primary.count)
        suffix = unsafe ZoneSuffix(self.name, labelCount: ClusterZone.labelCount(name))
        authority = AuthorityRecord(timeToLive: settings.timeToLive)
        isReverse = ClusterZone.reverseSuffixes.contains { name.suffix($0.count) == $0[...] }
        timeToLive = settings.timeToLive
        podMode = settings.podMode
        ignoresEmptyServices = settings.ignoresEmptyServices
        serverAddresses = settings.serverAddresses
        var trie: HashTrie<KeyRecord>?
        if !settings.namespaces.isEmpty {
            var shown = HashTrie<KeyRecord>()
            for namespace in settings.namespaces {
                guard let label = wireLabel(namespace) else { continue }
                shown.insert(KeyRecord(label))
            }
            trie = shown
        }
        exposed = trie
    }

    deinit {
        // SAFETY: `name` starts the block that OctetBlockBuilder.finish() made for this object.
        unsafe name.deallocate()
    }

    private static let reverseSuffixes: [[UInt8]] = [
        [7] + Array("in-addr".utf8) + [4] + Array("arpa".utf8) + [0],
        [3] + Array("ip6".utf8) + [4] + Array("arpa".utf8) + [0],
    ]

    private static func labelCount(_ name: [UInt8]) -> Int {
        var labels = 0
        var offset = 0
        while offset < name.count, name[offset] != 0 {
            offset += 1 + Int(name[offset])
            labels += 1
        }
        return labels
    }
}

extension ClusterZone {
    /// Labels of the zone's name.
    public var labelCount: Int { suffix.labelCount }

    /// Whether the name of a query is the zone's or below it.
    ///
    /// The scratch memory is the one that holds the query's name.
    public func holds(_ query: QueryView, _ scratch: QueryScratch) -> Bool {
        suffix.holds(query, scratch)
    }
}
