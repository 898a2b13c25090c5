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
        self.init(root: .make(leafBits: 0, nodeBits: 0, []), count: 0)
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
        // SAFETY: this value holds the root strongly, and every node holds what is in its slots
        // strongly and never changes, so all references walked here stay valid without being
        // retained.
        var node = unsafe Unmanaged.passUnretained(root)
        for depth in 0..<TrieNode<Leaf>.depthMax {
            let step = unsafe node._withUnsafeGuaranteedRef { $0.step(hash, depth: depth) }
            guard let object = unsafe step.object else { return nil }
            if step.isLeaf {
                return unsafe HashTrie.match(.fromOpaque(object), key, count: count, hash: hash)
            }
            unsafe node = .fromOpaque(object)
        }
        return unsafe HashTrie.findInList(node, key, count: count, hash: hash)
    }

    /// Goes some levels towards the leaf with a hash, and stops short of reading what is there.
    ///
    /// - Parameters:
    ///   - hash: The hash.
    ///   - levels: The levels to go, at most `depthMax`.
    /// - Returns: A node, or a leaf that may have the key; nil if no leaf has the hash.
    @inline(__always)
    func approach(_ hash: UInt64, levels: Int) -> TrieNode<Leaf>.Step {
        // SAFETY: as for `find`.
        var node = unsafe Unmanaged.passUnretained(root)
        for depth in 0..<levels {
            let step = unsafe node._withUnsafeGuaranteedRef { $0.step(hash, depth: depth) }
            guard let object = unsafe step.object, !step.isLeaf else { return step }
            unsafe node = .fromOpaque(object)
        }
        return unsafe TrieNode.Step(object: node.toOpaque(), isLeaf: false)
    }

    /// Goes on from what ``approach(_:levels:)`` found.
    ///
    /// - Returns: A leaf that may have the key, not read; a node if many leaves have the hash; nil
    ///   if no leaf has it.
    @inline(__always)
    static func follow(
        _ start: TrieNode<Leaf>.Step,
        _ hash: UInt64,
        levels: Int
    ) -> TrieNode<Leaf>.Step {
        var step = start
        var depth = levels
        while let object = unsafe step.object, !step.isLeaf {
            guard depth < TrieNode<Leaf>.depthMax else { return step }
            // SAFETY: what is no leaf is a node; the caller holds the version that it is from.
            step = unsafe Unmanaged<TrieNode<Leaf>>.fromOpaque(object)._withUnsafeGuaranteedRef {
                $0.step(hash, depth: depth)
            }
            depth &+= 1
        }
        return step
    }

    /// Finds the leaf of a key among leaves with one hash; hardly ever needed.
    @inline(never)
    private static func findInList(
        _ list: Unmanaged<TrieNode<Leaf>>,
        _ key: UnsafeRawPointer,
        count: Int,
        hash: UInt64
    ) -> Unmanaged<Leaf>? {
        unsafe list._withUnsafeGuaranteedRef { list in
            for index in 0..<list.count {
                if let leaf = unsafe match(
                    .fromOpaque(list.object(index)),
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
