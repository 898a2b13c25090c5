/// Memory that one worker lends to the query it is parsing: the question's name in lower case,
/// and where each of its labels starts.
///
/// A worker owns one and reuses it for each packet; nothing in it outlives the packet.
@safe
public struct QueryScratch: ~Copyable {
    /// Octets of the name's buffer: 255, and room for hashing to read whole words past the end.
    @usableFromInline static let nameCapacity = 272
    /// Labels that 255 octets can hold, and the root.
    @usableFromInline static let labelCapacity = 128

    /// The name in lower case, in wire form, the root's zero octet included.
    public let name: UnsafeMutablePointer<UInt8>
    /// The offset of each label's length octet in `name`, leftmost label first, the root last.
    public let labels: UnsafeMutablePointer<UInt8>

    /// Allocates the buffers.
    public init() {
        // SAFETY: both buffers are owned by this value alone and freed in deinit; every index
        // written or read is bounded by the capacities above (see QueryView.readName).
        unsafe name = .allocate(capacity: Self.nameCapacity)
        unsafe labels = .allocate(capacity: Self.labelCapacity)
        unsafe name.initialize(repeating: 0, count: Self.nameCapacity)
        unsafe labels.initialize(repeating: 0, count: Self.labelCapacity)
    }

    deinit {
        unsafe name.deallocate()
        unsafe labels.deallocate()
    }
}
