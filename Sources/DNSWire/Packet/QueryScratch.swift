/// Memory that one worker lends to the query it is parsing: the question's name in lower case,
/// and where each of its labels starts.
///
/// A view: it doesn't own the memory, see ``Storage``. Nothing in it outlives the packet.
@safe
public struct QueryScratch {
    /// Owns the memory of a scratch; a worker keeps one and reuses it for each packet.
    @safe
    public struct Storage: ~Copyable {
        /// Octets of the name's buffer: 255, and room for hashing to read whole words.
        private static let nameCapacity = 272
        /// Labels that 255 octets can hold, and the root.
        private static let labelCapacity = 128

        /// The memory, to be lent for as long as the storage lives.
        public let scratch: QueryScratch

        /// Allocates the memory.
        public init() {
            let name = UnsafeMutablePointer<UInt8>.allocate(capacity: Self.nameCapacity)
            let labels = UnsafeMutablePointer<UInt8>.allocate(capacity: Self.labelCapacity)
            unsafe name.initialize(repeating: 0, count: Self.nameCapacity)
            unsafe labels.initialize(repeating: 0, count: Self.labelCapacity)
            scratch = unsafe QueryScratch(name: name, labels: labels)
        }

        deinit {
            // SAFETY: allocated in init, owned by this value alone.
            unsafe scratch.name.deallocate()
            unsafe scratch.labels.deallocate()
        }
    }

    /// The name in lower case, in wire form, the root's zero octet included; 272 octets.
    public let name: UnsafeMutablePointer<UInt8>
    /// The offset of each label's length octet in `name`, leftmost first, the root last; 128.
    public let labels: UnsafeMutablePointer<UInt8>
}
