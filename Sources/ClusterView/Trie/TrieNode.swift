/// A node of a persistent hash trie (a HAMT with 32-way nodes).
///
/// A node never changes once it is made: an update makes new nodes along one path and shares the
/// rest, so the cost of a change grows with the trie's depth, not with its size. Readers walk it
/// without touching a reference count.
@safe
final class TrieNode<Leaf: TrieLeaf> {
    /// Which of the 32 positions hold a leaf.
    let leafBits: UInt32
    /// Which of the 32 positions hold a node; disjoint from `leafBits`.
    let nodeBits: UInt32
    /// The leaves in order of position, then the nodes in order of position; each retained once.
    ///
    /// In a node below the last hash bits (`depth == depthMax`) there are only leaves, in no
    /// order, and the bits are not used.
    let slots: UnsafeMutablePointer<UnsafeRawPointer>
    /// The number of leaves in `slots`.
    let leafCount: Int
    /// The number of nodes in `slots`.
    let nodeCount: Int

    /// Hash bits that one level consumes.
    static var bitsPerLevel: UInt64 { 5 }
    /// Levels until 64 bits of hash are used up; below is a plain list of colliding leaves.
    static var depthMax: Int { 13 }

    /// Makes a node that holds `leaves` and `nodes`, in order of their positions.
    init(leafBits: UInt32, nodeBits: UInt32, leaves: [Leaf], nodes: [TrieNode<Leaf>]) {
        self.leafBits = leafBits
        self.nodeBits = nodeBits
        leafCount = leaves.count
        nodeCount = nodes.count
        unsafe slots = .allocate(capacity: max(1, leaves.count + nodes.count))
        for (index, leaf) in leaves.enumerated() {
            unsafe (slots + index).initialize(
                to: UnsafeRawPointer(Unmanaged.passRetained(leaf).toOpaque())
            )
        }
        for (index, node) in nodes.enumerated() {
            unsafe (slots + leaves.count + index).initialize(
                to: UnsafeRawPointer(Unmanaged.passRetained(node).toOpaque())
            )
        }
    }

    deinit {
        // SAFETY: each slot was retained once in init, and is released once here.
        for index in 0..<leafCount {
            unsafe Unmanaged<Leaf>.fromOpaque(slots[index]).release()
        }
        for index in leafCount..<(leafCount + nodeCount) {
            unsafe Unmanaged<TrieNode<Leaf>>.fromOpaque(slots[index]).release()
        }
        unsafe slots.deallocate()
    }

    /// The leaves, for a writer that makes a changed copy.
    var leaves: [Leaf] {
        (0..<leafCount).map { unsafe Unmanaged<Leaf>.fromOpaque(slots[$0]).takeUnretainedValue() }
    }

    /// The nodes, for a writer that makes a changed copy.
    var nodes: [TrieNode<Leaf>] {
        (leafCount..<(leafCount + nodeCount)).map {
            unsafe Unmanaged<TrieNode<Leaf>>.fromOpaque(slots[$0]).takeUnretainedValue()
        }
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
