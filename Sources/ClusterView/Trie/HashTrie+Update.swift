extension HashTrie {
    private typealias Node = TrieNode<Leaf>

    private static func isSameKey(_ left: Leaf, _ right: Leaf) -> Bool {
        guard left.hash == right.hash, let other = unsafe right.key.baseAddress else {
            return false
        }
        return unsafe sameOctets(left.key, other, count: right.key.count)
    }

    /// A copy of `node` that holds `leaf`.
    static func inserting(
        _ leaf: Leaf,
        into node: TrieNode<Leaf>,
        depth: Int,
        replaced: inout Bool
    ) -> TrieNode<Leaf> {
        if depth == Node.depthMax {
            var leaves = node.leaves
            replaced = leaves.contains { isSameKey($0, leaf) }
            leaves.removeAll { isSameKey($0, leaf) }
            return .makeList(leaves + [leaf])
        }
        let bit = Node.bit(leaf.hash, depth: depth)
        let (leafBits, nodeBits) = (node.head.leafBits, node.head.nodeBits)
        let index = Node.rank(leafBits | nodeBits, below: bit)
        var slots = node.slots
        guard (leafBits | nodeBits) & bit != 0 else {
            slots.insert(.leaf(leaf), at: index)
            return .make(leafBits: leafBits | bit, nodeBits: nodeBits, slots)
        }
        switch slots[index] {
        case .node(let child):
            slots[index] = .node(
                inserting(leaf, into: child, depth: depth + 1, replaced: &replaced)
            )
            return .make(leafBits: leafBits, nodeBits: nodeBits, slots)
        case .leaf(let other) where isSameKey(other, leaf):
            replaced = true
            slots[index] = .leaf(leaf)
            return .make(leafBits: leafBits, nodeBits: nodeBits, slots)
        case .leaf(let other):
            // Two leaves in one position: both move into a node of their own, one level down.
            slots[index] = .node(HashTrie.node(of: [other, leaf], depth: depth + 1))
            return .make(leafBits: leafBits & ~bit, nodeBits: nodeBits | bit, slots)
        }
    }

    /// A copy of `node` without the leaf that has the key of `leaf`; nil if there is none.
    static func removing(
        _ leaf: Leaf,
        from node: TrieNode<Leaf>,
        depth: Int
    ) -> TrieNode<Leaf>? {
        if depth == Node.depthMax {
            var leaves = node.leaves
            guard let index = leaves.firstIndex(where: { isSameKey($0, leaf) }) else { return nil }
            leaves.remove(at: index)
            return .makeList(leaves)
        }
        let bit = Node.bit(leaf.hash, depth: depth)
        let (leafBits, nodeBits) = (node.head.leafBits, node.head.nodeBits)
        guard (leafBits | nodeBits) & bit != 0 else { return nil }
        let index = Node.rank(leafBits | nodeBits, below: bit)
        var slots = node.slots
        switch slots[index] {
        case .leaf(let other):
            guard isSameKey(other, leaf) else { return nil }
            slots.remove(at: index)
            return .make(leafBits: leafBits & ~bit, nodeBits: nodeBits, slots)
        case .node(let child):
            guard let changed = removing(leaf, from: child, depth: depth + 1) else { return nil }
            // A child left with a single leaf is lifted, so that the trie's shape depends only on
            // what it holds; a child has never had less than two.
            guard changed.count == 1, case .leaf(let last) = changed.slots[0] else {
                slots[index] = .node(changed)
                return .make(leafBits: leafBits, nodeBits: nodeBits, slots)
            }
            slots[index] = .leaf(last)
            return .make(leafBits: leafBits | bit, nodeBits: nodeBits & ~bit, slots)
        }
    }
}
