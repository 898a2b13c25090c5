import TestSupport
import Testing

@testable import ClusterView

/// A leaf whose hash the test chooses, so that keys collide in as many bits as it likes.
@safe
private final class TestLeaf: TrieLeaf {
    let hash: UInt64
    let value: Int
    let key: UnsafeRawBufferPointer

    init(_ name: String, hash: UInt64, value: Int = 0) {
        self.hash = hash
        self.value = value
        let octets = UnsafeMutableRawBufferPointer.allocate(
            byteCount: name.utf8.count,
            alignment: 8
        )
        unsafe octets.copyBytes(from: name.utf8)
        unsafe key = UnsafeRawBufferPointer(octets)
    }

    deinit {
        unsafe key.deallocate()
    }
}

extension HashTrie where Leaf == TestLeaf {
    fileprivate func value(_ name: String, hash: UInt64) -> Int? {
        unsafe Array(name.utf8).withUnsafeBytes { key in
            guard let base = key.baseAddress else { return nil }
            return unsafe find(base, count: key.count, hash: hash)?.takeUnretainedValue().value
        }
    }
}

@Suite("The persistent hash trie")
struct HashTrieTests {
    /// Hashes of names, from well spread to all the same.
    private static let hashes: [@Sendable (Int) -> UInt64] = [
        { UInt64($0) &* 0x9E37_79B9_7F4A_7C15 },
        { UInt64($0 % 8) },
        { UInt64($0 % 3) << 60 },
        { UInt64($0 % 2) << 63 | UInt64($0 % 40) },
        { _ in 0xFFFF_FFFF_FFFF_FFFF },
    ]

    @Test(arguments: 0..<5)
    func `any changes give what a dictionary has, and old versions stay`(_ kind: Int) {
        var random = SeededGenerator(seed: UInt64(kind) + 1)
        let hash = Self.hashes[kind]
        var trie = HashTrie<TestLeaf>()
        var model: [Int: Int] = [:]
        var versions: [(HashTrie<TestLeaf>, [Int: Int])] = []
        for step in 0..<600 {
            let number = Int.random(in: 0..<60, using: &random)
            if Int.random(in: 0..<5, using: &random) < 3 {
                trie.insert(TestLeaf("n\(number)", hash: hash(number), value: step))
                model[number] = step
            } else {
                trie.remove(TestLeaf("n\(number)", hash: hash(number)))
                model[number] = nil
            }
            if step % 50 == 0 { versions.append((trie, model)) }
        }
        versions.append((trie, model))
        for (version, model) in versions {
            #expect(version.count == model.count)
            for number in 0..<60 {
                #expect(version.value("n\(number)", hash: hash(number)) == model[number])
            }
        }
    }

    @Test(arguments: 0..<5)
    func `a trie made at once and one made step by step have the same shape`(_ kind: Int) {
        let hash = Self.hashes[kind]
        let leaves = (0..<60).map { TestLeaf("n\($0)", hash: hash($0), value: $0) }
        var trie = HashTrie<TestLeaf>()
        for number in 60..<90 { trie.insert(TestLeaf("n\(number)", hash: hash(number))) }
        for leaf in leaves { trie.insert(leaf) }
        for number in 60..<90 { trie.remove(TestLeaf("n\(number)", hash: hash(number))) }
        #expect(Self.shape(trie.root) == Self.shape(HashTrie(leaves).root))
    }

    private static func shape(_ node: TrieNode<TestLeaf>) -> String {
        let leaves = node.leaves.map { "\($0.value)" }.sorted().joined(separator: " ")
        return "(\(leaves)\(node.nodes.map { " " + shape($0) }.joined()))"
    }

    @Test
    func `a key is found by all of it, not by its hash alone`() {
        var trie = HashTrie<TestLeaf>()
        trie.insert(TestLeaf("abc", hash: 5, value: 1))
        #expect(trie.value("abc", hash: 5) == 1)
        #expect(trie.value("abd", hash: 5) == nil)
        #expect(trie.value("abcd", hash: 5) == nil)
        #expect(trie.value("ab", hash: 5) == nil)
    }

    @Test
    func `changing any octet of a key changes its hash`() {
        for count in 1...40 {
            var octets = (0..<count).map { UInt8($0) }
            let hash = unsafe octets.withUnsafeBytes { unsafe keyHash($0) }
            #expect(unsafe octets.withUnsafeBytes { unsafe keyHash($0) } == hash)
            for index in 0..<count {
                octets[index] ^= 0x40
                #expect(unsafe octets.withUnsafeBytes { unsafe keyHash($0) } != hash)
                octets[index] ^= 0x40
            }
        }
    }

    @Test
    func `runs of octets are the same if all octets are`() {
        for count in 1...40 {
            let left = (0..<count).map { UInt8($0) }
            var right = left
            #expect(Self.isSame(left, right))
            for index in 0..<count {
                right[index] ^= 1
                #expect(!Self.isSame(left, right))
                right[index] ^= 1
            }
        }
    }

    private static func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in
                guard let base = right.baseAddress else { return false }
                return unsafe sameOctets(left, base, count: right.count)
            }
        }
    }
}
