/// The names of up to 256 addresses that differ in their last octet: one immutable block of memory.
///
/// A view has names for each endpoint. A record for each of them would cost more in headers and
/// trie nodes than in names; a block for each 256 costs a copy of some kilooctets per change.
///
/// `@unchecked Sendable`: every stored property is a trivial `let`, the block they point into is
/// never written after `init`, and it is freed in `deinit`, when no reference is left.
@safe
final class AddressBlock: TrieLeaf, @unchecked Sendable {
    let hash: UInt64
    /// The addresses' octets but the last: 3 or 15.
    let key: UnsafeRawBufferPointer
    /// The last octets of the addresses that have names, ascending.
    private let lasts: UnsafeRawBufferPointer
    /// Where the names of each address start in `names`, and where the last ones end.
    private let starts: UnsafeBufferPointer<UInt32>
    /// The names of each address, as `[AddressName].encoded` makes them.
    private let names: UnsafeRawBufferPointer
    private let block: UnsafeRawBufferPointer

    /// Lays out the names of addresses: the last octet of each, ascending, and its encoded names.
    convenience init(prefix: [UInt8], _ parts: [(last: UInt8, names: [UInt8])]) {
        var starts: [UInt32] = [0]
        var names: [UInt8] = []
        for part in parts {
            names.append(contentsOf: part.names)
            starts.append(UInt32(names.count))
        }
        self.init(prefix: prefix, lasts: parts.map(\.last), starts: starts, names: names)
    }

    /// Makes a changed block; nil if no address in it has a name any more.
    ///
    /// What didn't change is copied as it is.
    ///
    /// - Parameters:
    ///   - prefix: The addresses' octets but the last.
    ///   - old: The block as it was; nil if there was none.
    ///   - edits: Last octets of addresses, ascending, and their encoded names; empty for none.
    convenience init?(
        prefix: [UInt8],
        _ old: AddressBlock?,
        replacing edits: [(last: UInt8, names: [UInt8])]
    ) {
        var lasts: [UInt8] = []
        var starts: [UInt32] = [0]
        var names: [UInt8] = []
        let count = unsafe old?.lasts.count ?? 0
        lasts.reserveCapacity(count + edits.count)
        starts.reserveCapacity(count + edits.count + 1)
        unsafe names.reserveCapacity(
            (old?.names.count ?? 0) + edits.reduce(0) { $0 + $1.names.count }
        )
        var index = 0
        var edit = 0
        while index < count || edit < edits.count {
            let known = unsafe index < count ? old?.lasts[index] : nil
            let changed = edit < edits.count ? edits[edit].last : nil
            if let changed, known.map({ changed <= $0 }) ?? true {
                if changed == known { index += 1 }
                edit += 1
                guard !edits[edit - 1].names.isEmpty else { continue }
                names.append(contentsOf: edits[edit - 1].names)
                lasts.append(changed)
            } else if let old, let known {
                unsafe names.append(contentsOf: old.names(at: index))
                lasts.append(known)
                index += 1
            }
            starts.append(UInt32(names.count))
        }
        guard !lasts.isEmpty else { return nil }
        self.init(prefix: prefix, lasts: lasts, starts: starts, names: names)
    }

    private func names(at index: Int) -> UnsafeRawBufferPointer {
        let start = unsafe Int(starts[index])
        return unsafe names.part(start, Int(starts[index + 1]) - start)
    }

    /// Lays out the names of addresses.
    ///
    /// - Parameters:
    ///   - prefix: The addresses' octets but the last.
    ///   - lasts: The last octets of the addresses, ascending.
    ///   - starts: Where the names of each address start in `names`, and where the last ones end.
    ///   - names: The encoded names of all addresses.
    init(prefix: [UInt8], lasts: [UInt8], starts: [UInt32], names: [UInt8]) {
        var builder = OctetBlockBuilder()
        _ = builder.append(prefix)
        let lastsStart = builder.append(lasts)
        let startsStart = builder.append(values: starts)
        let namesStart = builder.append(names)
        let nameCount = names.count
        let block = unsafe builder.finish()
        unsafe self.block = block
        unsafe key = block.part(0, prefix.count)
        unsafe self.lasts = block.part(lastsStart, lasts.count)
        unsafe self.starts = block.values(UInt32.self, startsStart, starts.count)
        unsafe self.names = block.part(namesStart, nameCount)
        hash = unsafe keyHash(key)
    }

    deinit {
        // SAFETY: the block came from OctetBlockBuilder.finish() and belongs to this object alone.
        unsafe block.deallocate()
    }

    /// The encoded names of the address that ends in `last`; nil if it has none.
    func encodedNames(_ last: UInt8) -> UnsafeRawBufferPointer? {
        var low = 0
        var high = unsafe lasts.count
        while low < high {
            let middle = (low + high) / 2
            if unsafe lasts[middle] < last { low = middle + 1 } else { high = middle }
        }
        guard unsafe low < lasts.count, unsafe lasts[low] == last else { return nil }
        return unsafe names(at: low)
    }

    /// What the block was made of.
    var parts: [(last: UInt8, names: [UInt8])] {
        unsafe (0..<lasts.count).map { index in
            unsafe (lasts[index], Array(names(at: index)))
        }
    }
}
