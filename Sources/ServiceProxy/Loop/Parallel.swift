internal import Dispatch
internal import Synchronization

/// Work that all cores share.
enum Parallel {
    /// Items that one core takes at a time; fewer aren't worth a switch of threads.
    private static let chunkCount = 256

    /// Calls a function with each item; the results are in the items' order.
    static func map<Item: Sendable, Result: Sendable>(
        _ items: [Item],
        _ body: @Sendable (Item) -> Result
    ) -> [Result] {
        guard items.count > chunkCount else { return items.map(body) }
        let count = (items.count + chunkCount - 1) / chunkCount
        let chunks = Mutex<[Int: [Result]]>([:])
        DispatchQueue.concurrentPerform(iterations: count) { number in
            let end = min(items.count, (number + 1) * chunkCount)
            let results = items[(number * chunkCount)..<end].map(body)
            chunks.withLock { $0[number] = results }
        }
        return chunks.withLock { done in (0..<count).flatMap { done[$0] ?? [] } }
    }
}
