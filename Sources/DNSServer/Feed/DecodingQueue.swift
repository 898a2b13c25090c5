internal import ClusterView
internal import Dispatch
internal import Registry
internal import Synchronization

/// Decodes chunks of objects on all cores, and hands them back in order.
final class DecodingQueue: Sendable {
    private struct State {
        /// Chunks that are decoded, by number.
        var decoded: [Int: [PreparedObject]] = [:]
        /// The number of the next chunk that comes in.
        var nextIn = 0
        /// The number of the next chunk that goes out.
        var nextOut = 0
    }

    private let options: ClusterIndex.Options
    private let state = Mutex(State())
    private let running = DispatchGroup()
    private let room: DispatchSemaphore

    /// Creates a queue in which at most `chunksMax` chunks are under way.
    init(_ options: ClusterIndex.Options, chunksMax: Int) {
        self.options = options
        room = DispatchSemaphore(value: chunksMax)
    }

    /// Has a chunk decoded; waits while too many are under way.
    func add(_ objects: [StoredObject]) {
        guard !objects.isEmpty else { return }
        let number = state.withLock { state in
            defer { state.nextIn += 1 }
            return state.nextIn
        }
        room.wait()
        DispatchQueue.global(qos: .userInitiated).async(group: running) { [self] in
            let decoded = objects.map { PreparedObject($0, options) }
            state.withLock { $0.decoded[number] = decoded }
            room.signal()
        }
    }

    /// Waits until nothing is under way.
    func wait() { running.wait() }

    /// The objects that are decoded, in the order in which they came.
    func takeDecoded() -> [PreparedObject] {
        state.withLock { state in
            var objects: [PreparedObject] = []
            while let chunk = state.decoded.removeValue(forKey: state.nextOut) {
                objects += chunk
                state.nextOut += 1
            }
            return objects
        }
    }
}
