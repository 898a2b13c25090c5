internal import DNSWire

/// The hashed names of a signed zone that say what follows them: those with an NSEC3 record.
///
/// - SeeAlso: RFC 5155.
struct HashedNames: Sendable {
    /// SHA-1, the only hash there is (RFC 5155 §11).
    static let algorithm: UInt8 = 1

    /// A hashed name of the chain.
    private struct Entry {
        var hash: [UInt8]
        /// The place in ``sets``.
        var index: Int
    }

    /// The NSEC3 records and their signatures, by owner, in the order of the hashes.
    let sets: [[ResourceRecord]]
    /// Those of the chain that the zone's NSEC3PARAM record names.
    private let entries: [Entry]
    private let iterations: Int
    private let salt: [UInt8]

    /// Takes the records with hashed names out of a zone's records.
    init(_ zone: ZoneFile) {
        var owners: [Name: [ResourceRecord]] = [:]
        var parameters: HashParameters?
        for record in zone.records {
            if HashedNames.isHashed(record) { owners[record.name, default: []].append(record) }
            if case .nsec3param(let data) = record.data, data.flags == 0, record.name == zone.origin
            {
                parameters = parameters ?? data
            }
        }
        let sorted = owners.sorted { $0.key < $1.key }
        sets = sorted.map(\.value)
        iterations = Int(parameters?.iterations ?? 0)
        salt = parameters?.salt ?? []
        var entries: [Entry] = []
        for (index, owner) in sorted.enumerated() {
            let isOfChain = owner.value.contains { record in
                guard case .nsec3(let data) = record.data, let parameters else { return false }
                return data.iterations == parameters.iterations && data.salt == parameters.salt
            }
            guard isOfChain, let hash = HashedNames.decode(owner.key.firstLabel) else { continue }
            entries.append(Entry(hash: hash, index: index))
        }
        self.entries = entries.sorted { $0.hash.lexicographicallyPrecedes($1.hash) }
    }

    /// Whether a record is at a hashed name, where no query finds it (RFC 5155 §7.2.8).
    static func isHashed(_ record: ResourceRecord) -> Bool {
        switch record.data {
        case .nsec3: true
        case .rrsig(let signature): signature.typeCovered == .nsec3
        default: false
        }
    }

    /// Whether there is no chain.
    var isEmpty: Bool { entries.isEmpty }

    /// The records at a name's hash, which say what there is at the name; nil if there are none.
    func match(_ name: Name) -> [ResourceRecord]? {
        let hash = hash(name)
        let entry = entry(before: hash)
        return entry?.hash == hash ? entry.map { sets[$0.index] } : nil
    }

    /// The records before a name's hash, which say that there is no such name.
    func cover(_ name: Name) -> [ResourceRecord] {
        entry(before: hash(name)).map { sets[$0.index] } ?? []
    }

    /// The last entry that is not behind a hash; the last of all if that is before the first.
    private func entry(before hash: [UInt8]) -> Entry? {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if hash.lexicographicallyPrecedes(entries[middle].hash) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low > 0 ? entries[low - 1] : entries.last
    }

    /// Hashes a name (RFC 5155 §5).
    private func hash(_ name: Name) -> [UInt8] {
        var hash = Digest.sha1(name.lowercased.octets + salt)
        for _ in 0..<iterations { hash = Digest.sha1(hash + salt) }
        return hash
    }

    /// Reads a hash in base32 with the extended hexadecimal alphabet (RFC 4648 §7); nil if a label
    /// is none.
    private static func decode(_ label: some Sequence<UInt8>) -> [UInt8]? {
        var octets: [UInt8] = []
        var bits: UInt16 = 0
        var count = 0
        for octet in label {
            let value: UInt8
            switch ASCIICase.lower(octet) {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = octet - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "v"):
                value = ASCIICase.lower(octet) - UInt8(ascii: "a") + 10
            default: return nil
            }
            bits = (bits << 5 | UInt16(value)) & 0xFFF
            count += 5
            if count >= 8 {
                count -= 8
                octets.append(UInt8(truncatingIfNeeded: bits >> UInt16(count)))
            }
        }
        return octets
    }
}
