/// The fixed part of a node.
struct TrieNodeHead {
    /// Which of the 32 positions hold a leaf.
    let leafBits: UInt32
    /// Which of the 32 positions hold a node; disjoint from `leafBits`.
    let nodeBits: UInt32
    /// The number of slots.
    let count: UInt32
}

/// What a position of a node holds.
enum TrieSlot<Leaf: TrieLeaf> {
    case leaf(Leaf)
    case node(TrieNode<Leaf>)
}

/// A node of a persistent hash trie (a HAMT with 32-way nodes).
///
/// A node never changes once it is made: an update makes new nodes along one path and shares the
/// rest, so the cost of a change grows with the trie's depth, not with its size. Readers walk it
/// without touching a reference count.
///
/// It is one piece of memory, because readers come to most nodes when no cache holds them: the
/// head, then a tag of 16 hash bits for each slot, then the slots, in order of position. A tag
/// tells nearly always whether a leaf has the key, without a look at the leaf. Each slot is an
/// object retained once, a leaf or a node.
///
/// In a node below the last hash bits (`depth == depthMax`) there are only leaves, in no order; all
/// bits of both kinds are set, which no other node has.
@safe
final class TrieNode<Leaf: TrieLeaf>: ManagedBuffer<TrieNodeHead, UInt16> {
    /// Hash bits that one level consumes.
    static var bitsPerLevel: UInt64 { 5 }
    /// Levels until 64 bits of hash are used up; below is a plain list of colliding leaves.
    static var depthMax: Int { 13 }

    /// Makes a node of slots in order of their positions, or of colliding leaves.
    static func make(
        leafBits: UInt32,
        nodeBits: UInt32,
        _ slots: [TrieSlot<Leaf>]
    ) -> TrieNode<Leaf> {
        // Two octets for each tag, up to six of padding, eight for each slot.
        let buffer = create(minimumCapacity: slots.count * 5 + 3) { _ in
            TrieNodeHead(leafBits: leafBits, nodeBits: nodeBits, count: UInt32(slots.count))
        }
        // SAFETY: `create` makes an instance of the class that it is called on. There is room for
        // `count` tags and slots, each of which is initialised once.
        unsafe buffer.withUnsafeMutablePointerToElements { tags in
            let places = unsafe TrieNode.places(UnsafeRawPointer(tags), count: slots.count)
            for (index, slot) in slots.enumerated() {
                switch slot {
                case .leaf(let leaf):
                    unsafe tags[index] = TrieNode.tag(leaf.hash)
                    unsafe (places + index).initialize(
                        to: UnsafeRawPointer(Unmanaged.passRetained(leaf).toOpaque())
                    )
                case .node(let node):
                    unsafe tags[index] = 0
                    unsafe (places + index).initialize(
                        to: UnsafeRawPointer(Unmanaged.passRetained(node).toOpaque())
                    )
                }
            }
        }
        return unsafe unsafeDowncast(buffer, to: TrieNode<Leaf>.self)
    }

    /// Makes a node of leaves whose hashes are the same.
    static func makeList(_ leaves: [Leaf]) -> TrieNode<Leaf> {
        make(leafBits: .max, nodeBits: .max, leaves.map { .leaf($0) })
    }

    deinit {
        // SAFETY: each slot was retained once by `make`, and is released once here.
        unsafe withUnsafeMutablePointers { head, tags in
            let count = unsafe Int(head.pointee.count)
            let places = unsafe TrieNode.places(UnsafeRawPointer(tags), count: count)
            for index in 0..<count {
                unsafe Unmanaged<AnyObject>.fromOpaque(places[index]).release()
            }
        }
    }

    /// The first slot, behind `count` tags.
    @inline(__always)
    private static func places(
        _ tags: UnsafeRawPointer,
        count: Int
    ) -> UnsafeMutablePointer<UnsafeRawPointer> {
        // SAFETY: `make` made room for the tags, the slots, and what alignment takes.
        unsafe UnsafeMutableRawPointer(mutating: tags + 2 &* count)
            .alignedUp(for: UnsafeRawPointer.self)
            .assumingMemoryBound(to: UnsafeRawPointer.self)
    }

    /// The hash bits that a leaf's slot repeats; levels get to them last.
    @inline(__always)
    private static func tag(_ hash: UInt64) -> UInt16 {
        UInt16(truncatingIfNeeded: hash &>> 48)
    }

    /// What a lookup finds at one level.
    @safe
    struct Step {
        /// The leaf that may have the key, or the node to go on in; nil if the key isn't there.
        let object: UnsafeRawPointer?
        /// Whether it is a leaf.
        let isLeaf: Bool
    }

    /// Takes a step towards the leaf with a hash, in a node above `depthMax`.
    @inline(__always)
    func step(_ hash: UInt64, depth: Int) -> Step {
        unsafe withUnsafeMutablePointers { head, tags in
            let (leafBits, nodeBits) = unsafe (head.pointee.leafBits, head.pointee.nodeBits)
            let bit = TrieNode.bit(hash, depth: depth)
            guard (leafBits | nodeBits) & bit != 0 else {
                return unsafe Step(object: nil, isLeaf: false)
            }
            let index = TrieNode.rank(leafBits | nodeBits, below: bit)
            let isLeaf = leafBits & bit != 0
            if isLeaf, unsafe tags[index] != TrieNode.tag(hash) {
                return unsafe Step(object: nil, isLeaf: false)
            }
            let count = unsafe Int(head.pointee.count)
            // SAFETY: the node has a slot for each bit, hence more than `index`.
            let object = unsafe TrieNode.places(UnsafeRawPointer(tags), count: count)[index]
            return unsafe Step(object: object, isLeaf: isLeaf)
        }
    }

    /// The head, by its address: the property of the superclass checks for exclusive access.
    var head: TrieNodeHead {
        @inline(__always) get { unsafe withUnsafeMutablePointerToHeader { unsafe $0.pointee } }
    }

    /// The number of slots.
    var count: Int { Int(head.count) }

    /// Whether the node is a list of colliding leaves.
    private var isList: Bool { head.leafBits & head.nodeBits != 0 }

    /// The object in a slot, not retained.
    @inline(__always)
    func object(_ index: Int) -> UnsafeRawPointer {
        precondition(index >= 0 && index < count)
        return unsafe withUnsafeMutablePointerToElements {
            unsafe TrieNode.places(UnsafeRawPointer($0), count: count)[index]
        }
    }

    /// The slots, for a writer that makes a changed copy.
    var slots: [TrieSlot<Leaf>] {
        let leafBits = head.leafBits
        var bits = leafBits | head.nodeBits
        let isList = isList
        return (0..<count).map { index in
            let isLeaf = isList || leafBits & bits & (0 &- bits) != 0
            bits &= bits &- 1
            // SAFETY: the bits tell leaves from nodes; a list has leaves only.
            return if isLeaf {
                unsafe .leaf(Unmanaged<Leaf>.fromOpaque(object(index)).takeUnretainedValue())
            } else {
                unsafe .node(Unmanaged<TrieNode>.fromOpaque(object(index)).takeUnretainedValue())
            }
        }
    }

    /// The leaves in the node's own slots.
    var leaves: [Leaf] {
        slots.compactMap { if case .leaf(let leaf) = $0 { leaf } else { nil } }
    }

    /// The nodes in the node's slots.
    var nodes: [TrieNode<Leaf>] {
        slots.compactMap { if case .node(let node) = $0 { node } else { nil } }
    }

    /// The position's bit at `depth` of a hash.
    @inline(__always)
    static func bit(_ hash: UInt64, depth: Int) -> UInt32 {
        1 &<< UInt32(truncatingIfNeeded: hash &>> (UInt64(depth) &* bitsPerLevel) & 31)
    }

    /// The number of positions below `bit` that `bits` holds.
    @inline(__always)
    static func rank(_ bits: UInt32, below bit: UInt32) -> Int {
        (bits & (bit &- 1)).nonzeroBitCount
    }
}
