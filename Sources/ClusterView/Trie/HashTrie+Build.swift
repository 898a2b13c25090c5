extension HashTrie {
    /// Makes a trie of many leaves at once: each node is made once.
    ///
    /// - Parameter leaves: Leaves with distinct keys.
    /// - Complexity: O(*n*) in the number of leaves.
    init(_ leaves: [Leaf]) {
        self.init(root: HashTrie.node(of: leaves, depth: 0), count: leaves.count)
    }

    /// A node that holds `leaves`, whose hashes are the same in all bits above `depth`.
    static func node(of leaves: [Leaf], depth: Int) -> TrieNode<Leaf> {
        guard depth < TrieNode<Leaf>.depthMax else { return .makeList(leaves) }
        var parts = [[Leaf]](repeating: [], count: 32)
        for leaf in leaves {
            parts[TrieNode<Leaf>.bit(leaf.hash, depth: depth).trailingZeroBitCount].append(leaf)
        }
        var leafBits: UInt32 = 0
        var nodeBits: UInt32 = 0
        var slots: [TrieSlot<Leaf>] = []
        for (position, part) in parts.enumerated() where !part.isEmpty {
            if part.count == 1 {
                leafBits |= 1 << UInt32(position)
                slots.append(.leaf(part[0]))
            } else {
                nodeBits |= 1 << UInt32(position)
                slots.append(.node(node(of: part, depth: depth + 1)))
            }
        }
        return .make(leafBits: leafBits, nodeBits: nodeBits, slots)
    }
}
