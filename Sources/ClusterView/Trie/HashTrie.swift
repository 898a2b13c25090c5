/// A persistent map from octet keys to leaves.
///
/// A value of this type is a version: changing it makes a new version that shares all but one path
/// with the old one. Reading needs no lock and changes no reference count, as long as the reader
/// holds the version (see ``find(_:count:hash:)``).
struct HashTrie<Leaf: TrieLeaf> {
    /// The root; a trie without leaves has an empty node.
    private(set) var root: TrieNode<Leaf>
    /// The number of leaves.
    private(set) var count: Int

    /// Makes an empty trie.
    init() {
        self.init(
            root: TrieNode(leafBits: 0, nodeBits: 0, leaves: [], nodes: []),
            count: 0
        )
    }

    /// Makes a trie of a root that holds `count` leaves.
    init(root: TrieNode<Leaf>, count: Int) {
        self.root = root
        self.count = count
    }

    /// Finds the leaf of a key.
    ///
    /// - Parameters:
    ///   - key: The key's octets.
    ///   - count: The number of octets.
    ///   - hash: The key's hash.
    /// - Returns: The leaf, not retained: it lives at least as long as this version of the trie.
    /// - Complexity: O(log32 of the number of leaves).
    @inline(__always)
    func find(_ key: UnsafeRawPointer, count: Int, hash: UInt64) -> Unmanaged<Leaf>? {
        // SAFETY: this value holds the root strongly, and every node holds its children strongly
        // and never changes, so all references walked here stay valid without being retained.
        var node = unsafe Unmanaged.passUnretained(root)
        var depth = 0
        while depth < TrieNode<Leaf>.depthMax {
            let bit = TrieNode<Leaf>.bit(hash, depth: depth)
            let step: (leaf: UnsafeRawPointer?, node: UnsafeRawPointer?) =
                unsafe node._withUnsafeGuaranteedRef { current in
                    if current.leafBits & bit != 0 {
                        let index = TrieNode<Leaf>.rank(current.leafBits, below: bit)
                        return unsafe (current.slots[index], nil)
                    }
                    guard current.nodeBits & bit != 0 else { return (nil, nil) }
                    let index = TrieNode<Leaf>.rank(current.nodeBits, below: bit)
                    return unsafe (nil, current.slots[current.leafCount &+ index])
                }
            if let leaf = unsafe step.leaf {
                return unsafe HashTrie.match(.fromOpaque(leaf), key, count: count, hash: hash)
            }
            guard let next = unsafe step.node else { return nil }
            unsafe node = .fromOpaque(next)
            depth &+= 1
        }
        return unsafe node._withUnsafeGuaranteedRef { current in
            for index in 0..<current.leafCount {
                if let leaf = unsafe HashTrie.match(
                    .fromOpaque(current.slots[index]),
                    key,
                    count: count,
                    hash: hash
                ) {
                    return unsafe leaf
                }
            }
            return nil
        }
    }

    @inline(__always)
    private static func match(
        _ leaf: Unmanaged<Leaf>,
        _ key: UnsafeRawPointer,
        count: Int,
        hash: UInt64
    ) -> Unmanaged<Leaf>? {
        let isSame = unsafe leaf._withUnsafeGuaranteedRef {
            unsafe $0.hash == hash && sameOctets($0.key, key, count: count)
        }
        return unsafe isSame ? leaf : nil
    }

    /// Puts a leaf in, replacing the one with the same key.
    mutating func insert(_ leaf: Leaf) {
        var replaced = false
        root = HashTrie.inserting(leaf, into: root, depth: 0, replaced: &replaced)
        if !replaced { count += 1 }
    }

    /// Removes the leaf with the key of `leaf`, if there is one.
    mutating func remove(_ leaf: Leaf) {
        guard let changed = HashTrie.removing(leaf, from: root, depth: 0) else { return }
        root = changed
        count -= 1
    }
}
