/// A zone's name by the place where it is kept: what a query's name is matched against.
///
/// Not counted: it is valid as long as whoever keeps the name.
@frozen
@safe
public struct ZoneSuffix {
    @usableFromInline let octets: UnsafeRawPointer
    /// Octets of the name, the root included.
    @usableFromInline let octetCount: Int
    /// Labels of the name, the root left out.
    public let labelCount: Int

    /// Describes a name in wire form, lower case, the root included.
    ///
    /// Unsafe: the octets must stay as they are for as long as the value is used.
    @unsafe
    @inlinable
    public init(_ name: UnsafeRawBufferPointer, labelCount: Int) {
        guard let base = name.baseAddress else { preconditionFailure("a name has octets") }
        unsafe octets = base
        octetCount = name.count
        self.labelCount = labelCount
    }

    /// Whether the name of a query is the zone's or below it.
    ///
    /// The scratch memory is the one that holds the query's name.
    @inlinable
    @inline(__always)
    public func holds(_ query: QueryView, _ scratch: QueryScratch) -> Bool {
        guard query.labelCount >= labelCount else { return false }
        // SAFETY: a query has at most as many labels as the scratch has room for.
        let start = unsafe Int(scratch.labels[query.labelCount &- labelCount])
        guard query.nameOctetCount &- start == octetCount else { return false }
        // SAFETY: the name has nameOctetCount octets in scratch, and octetCount of them are left.
        return unsafe sameOctets(octets, UnsafeRawPointer(scratch.name + start), count: octetCount)
    }
}

/// A zone's name, kept so that queries are matched against it without allocating.
///
/// `@unchecked Sendable`: the memory is written in `init` only and freed in `deinit`.
@safe
public final class ZoneMatcher: @unchecked Sendable {
    /// The name in wire form, lower case, the root included.
    public let octets: UnsafeRawBufferPointer
    /// The same without an owner: valid as long as this object.
    public let suffix: ZoneSuffix

    /// Keeps a zone's name.
    public init(_ zone: Name) {
        let lower = zone.lowercased.octets
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: lower.count, alignment: 8)
        unsafe memory.copyBytes(from: lower)
        unsafe octets = UnsafeRawBufferPointer(memory)
        suffix = unsafe ZoneSuffix(octets, labelCount: zone.labelCount)
    }

    deinit {
        unsafe octets.deallocate()
    }

    /// Labels of the name, the root left out.
    public var labelCount: Int { suffix.labelCount }

    /// Whether the name of a query is the zone's or below it.
    ///
    /// The scratch memory is the one that holds the query's name.
    public func holds(_ query: QueryView, _ scratch: QueryScratch) -> Bool {
        suffix.holds(query, scratch)
    }
}
