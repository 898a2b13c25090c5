/// Memory that one worker lends to the query it is parsing: the question's name in lower case,
/// where each of its labels starts, and what a look ahead found for it.
///
/// A view: it doesn't own the memory, see ``Storage``. Nothing in it outlives the packet.
@frozen
@safe
public struct QueryScratch {
    /// Owns the memory of scratches; a worker keeps it and reuses it for each packet.
    @safe
    public struct Storage: ~Copyable {
        /// The first scratch, to be lent for as long as the storage lives.
        public let scratch: QueryScratch
        /// How many scratches there are.
        private let count: Int

        /// Allocates the memory of `count` scratches, at least one.
        public init(count: Int = 1) {
            precondition(count >= 1)
            self.count = count
            let octets = count * QueryScratch.octetCount
            let memory = UnsafeMutableRawPointer.allocate(byteCount: octets, alignment: 64)
            unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: octets)
            scratch = unsafe QueryScratch(memory)
        }

        deinit {
            // SAFETY: allocated in init, owned by this value alone.
            unsafe scratch.base.deallocate()
        }

        /// The scratch with a number below the count.
        public subscript(index: Int) -> QueryScratch {
            precondition(index >= 0 && index < count)
            return unsafe QueryScratch(scratch.base + index * QueryScratch.octetCount)
        }
    }

    /// What a look ahead found for the name.
    @frozen
    @safe
    public struct Finding: BitwiseCopyable {
        /// What it was looked up in; nil if nothing was.
        public var source: UnsafeRawPointer?
        /// What may have the key; nil if nothing has.
        public var object: UnsafeRawPointer?
        /// Where the key starts in the name.
        public var start: Int

        /// Tells of a finding.
        @inlinable
        public init(source: UnsafeRawPointer?, object: UnsafeRawPointer?, start: Int) {
            unsafe self.source = unsafe source
            unsafe self.object = unsafe object
            self.start = start
        }
    }

    /// Labels that 255 octets can hold, and the root.
    @inlinable static var labelCapacity: Int { 128 }
    /// Octets in front of the name: the finding, and where labels start.
    @inlinable static var nameStart: Int { 32 + labelCapacity }
    /// Octets of a scratch; behind the name's 255 octets there is room for reading whole words.
    ///
    /// They are an odd number of cache lines, so that the same parts of scratches side by side
    /// don't compete for the same places of a cache.
    @inlinable static var octetCount: Int { 448 }

    @usableFromInline let base: UnsafeMutableRawPointer

    /// Unsafe: `base` has `octetCount` octets, aligned for words.
    @unsafe
    @inlinable
    init(_ base: UnsafeMutableRawPointer) {
        unsafe self.base = unsafe base
    }

    /// The name in lower case, in wire form, the root's zero octet included; 288 octets.
    @inlinable
    public var name: UnsafeMutablePointer<UInt8> {
        unsafe (base + QueryScratch.nameStart).assumingMemoryBound(to: UInt8.self)
    }

    /// The offset of each label's length octet in `name`, leftmost first, the root last; 128.
    @inlinable
    public var labels: UnsafeMutablePointer<UInt8> {
        unsafe (base + 32).assumingMemoryBound(to: UInt8.self)
    }

    /// What a look ahead found for the name that was read last.
    @inlinable
    public var finding: Finding {
        // SAFETY: the scratch begins with a finding.
        get { unsafe base.load(as: Finding.self) }
        nonmutating set { unsafe base.storeBytes(of: newValue, as: Finding.self) }
    }

    /// Forgets what was found: another name follows.
    @inlinable
    @inline(__always)
    public func forgetFinding() {
        // SAFETY: a finding begins with its source.
        unsafe base.storeBytes(of: nil, as: UnsafeRawPointer?.self)
    }
}
