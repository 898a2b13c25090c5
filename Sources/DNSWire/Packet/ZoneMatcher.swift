/// A zone's name, kept so that queries are matched against it without allocating.
///
/// `@unchecked Sendable`: the memory is written in `init` only and freed in `deinit`.
@safe
public final class ZoneMatcher: @unchecked Sendable {
    /// The name in wire form, lower case, the root included.
    public let octets: UnsafeRawBufferPointer
    /// Labels of the name, the root left out.
    public let labelCount: Int

    /// Keeps a zone's name.
    public init(_ zone: Name) {
        let lower = zone.lowercased.octets
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: lower.count, alignment: 8)
        unsafe memory.copyBytes(from: lower)
        unsafe octets = UnsafeRawBufferPointer(memory)
        labelCount = zone.labelCount
    }

    deinit {
        unsafe octets.deallocate()
    }

    /// Whether the name of a query is the zone's or below it.
    ///
    /// The scratch memory is the one that holds the query's name.
    public func holds(_ query: QueryView, _ scratch: QueryScratch) -> Bool {
        guard query.labelCount >= labelCount else { return false }
        let start = unsafe Int(scratch.labels[query.labelCount - labelCount])
        guard unsafe query.nameOctetCount - start == octets.count else { return false }
        guard let base = unsafe octets.baseAddress else { return true }
        // SAFETY: the name has nameOctetCount octets in scratch, and octets.count of them are left.
        return unsafe isSame(base, UnsafeRawPointer(scratch.name + start), count: octets.count)
    }
}
