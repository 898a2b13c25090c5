import CLinuxNet
import Glibc
import Testing

@Suite("Large pages")
struct LargePagesTests {
    private static let large = 2 << 20
    private static let small = 4096

    @Test func `memory keeps what it holds, and what is hardly used stays small`() {
        let octets = 4 * Self.large
        let flags = MAP_PRIVATE | MAP_ANONYMOUS
        let mapped = unsafe mmap(nil, octets, PROT_READ | PROT_WRITE, flags, -1, 0)
        guard unsafe mapped != MAP_FAILED, let memory = unsafe mapped else {
            Issue.record("no memory")
            return
        }
        defer { unsafe munmap(memory, octets) }
        let start = unsafe memory.alignedUp(toMultipleOf: Self.large)
        let words = Self.large / 8
        // SAFETY: two large pages lie in four from any address on.
        let full = unsafe start.bindMemory(to: UInt64.self, capacity: words)
        for index in 0..<words { unsafe full[index] = UInt64(index) &* 0x9E37_79B9_7F4A_7C15 }
        let sparse = unsafe start + Self.large
        unsafe sparse.storeBytes(of: 7, as: UInt8.self)
        // More than one where the system hands out large pages by itself.
        let usedBefore = unsafe Self.usedPages(sparse)

        _ = cln_use_large_pages()

        let isSame = (0..<words).allSatisfy {
            unsafe full[$0] == UInt64($0) &* 0x9E37_79B9_7F4A_7C15
        }
        #expect(isSame)
        #expect(unsafe sparse.load(as: UInt8.self) == 7)
        #expect(unsafe Self.usedPages(sparse) == usedBefore)
    }

    /// How many small pages of a large one are in memory.
    private static func usedPages(_ start: UnsafeMutableRawPointer) -> Int {
        var pages = [UInt8](repeating: 0, count: large / small)
        let code = unsafe mincore(start, large, &pages)
        #expect(code == 0)
        return pages.reduce(0) { $0 + Int($1 & 1) }
    }
}
