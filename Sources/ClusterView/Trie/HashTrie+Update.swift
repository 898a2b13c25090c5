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
        var leaves = node.leaves
        if depth == Node.depthMax {
            replaced = leaves.contains { isSameKey($0, leaf) }
            leaves.removeAll { isSameKey($0, leaf) }
            return Node(leafBits: 0, nodeBits: 0, leaves: leaves + [leaf], nodes: [])
        }
        var nodes = node.nodes
        let bit = Node.bit(leaf.hash, depth: depth)
        let leafIndex = Node.rank(node.leafBits, below: bit)
        let nodeIndex = Node.rank(node.nodeBits, below: bit)
        if node.nodeBits & bit != 0 {
            nodes[nodeIndex] = inserting(
                leaf,
                into: nodes[nodeIndex],
                depth: depth + 1,
                replaced: &replaced
            )
            return Node(
                leafBits: node.leafBits,
                nodeBits: node.nodeBits,
                leaves: leaves,
                nodes: nodes
            )
        }
        guard node.leafBits & bit != 0 else {
            leaves.insert(leaf, at: leafIndex)
            return Node(
                leafBits: node.leafBits | bit,
                nodeBits: node.nodeBits,
                leaves: leaves,
                nodes: nodes
            )
        }
        if isSameKey(leaves[leafIndex], leaf) {
            replaced = true
            leaves[leafIndex] = leaf
            return Node(
                leafBits: node.leafBits,
                nodeBits: node.nodeBits,
                leaves: leaves,
                nodes: nodes
            )
        }
        // Two leaves in one position: both move into a node of their own, one level down.
        let other = leaves.remove(at: leafIndex)
        var child = Node(leafBits: 0, nodeBits: 0, leaves: [], nodes: [])
        child = inserting(other, into: child, depth: depth + 1, replaced: &replaced)
        child = inserting(leaf, into: child, depth: depth + 1, replaced: &replaced)
        nodes.insert(child, at: nodeIndex)
        return Node(
            leafBits: node.leafBits & ~bit,
            nodeBits: node.nodeBits | bit,
            leaves: leaves,
            nodes: nodes
        )
    }

    /// A copy of `node` without the leaf that has the key of `leaf`; nil if there is none.
    static func removing(
        _ leaf: Leaf,
        from node: TrieNode<Leaf>,
        depth: Int
    ) -> TrieNode<Leaf>? {
        var leaves = node.leaves
        if depth == Node.depthMax {
            guard let index = leaves.firstIndex(where: { isSameKey($0, leaf) }) else { return nil }
            leaves.remove(at: index)
            return Node(leafBits: 0, nodeBits: 0, leaves: leaves, nodes: [])
        }
        let bit = Node.bit(leaf.hash, depth: depth)
        let leafIndex = Node.rank(node.leafBits, below: bit)
        if node.leafBits & bit != 0 {
            guard isSameKey(leaves[leafIndex], leaf) else { return nil }
            leaves.remove(at: leafIndex)
            return Node(
                leafBits: node.leafBits & ~bit,
                nodeBits: node.nodeBits,
                leaves: leaves,
                nodes: node.nodes
            )
        }
        guard node.nodeBits & bit != 0 else { return nil }
        var nodes = node.nodes
        let nodeIndex = Node.rank(node.nodeBits, below: bit)
        guard let child = removing(leaf, from: nodes[nodeIndex], depth: depth + 1) else {
            return nil
        }
        // A child left with a single leaf is lifted, so that the trie's shape depends only on
        // what it holds; an empty child vanishes.
        if child.nodeCount == 0, child.leafCount <= 1 {
            nodes.remove(at: nodeIndex)
            leaves.insert(contentsOf: child.leaves, at: leafIndex)
            let leafBit = child.leafCount == 1 ? bit : 0
            return Node(
                leafBits: node.leafBits | leafBit,
                nodeBits: node.nodeBits & ~bit,
                leaves: leaves,
                nodes: nodes
            )
        }
        nodes[nodeIndex] = child
        return Node(leafBits: node.leafBits, nodeBits: node.nodeBits, leaves: leaves, nodes: nodes)
    }
}
