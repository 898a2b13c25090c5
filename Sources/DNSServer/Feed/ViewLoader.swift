internal import ClusterView
internal import KubernetesModel
internal import Plugins
internal import Registry

/// Fills an index from a registry: one thread reads, others decode meanwhile.
struct ViewLoader {
    /// Objects that are decoded together: enough to be worth a switch of threads, few enough that
    /// their text takes little memory.
    private static let chunkCount = 256
    /// Chunks that may wait or be decoded at a time; then the reader waits, or its memory grows.
    private static let chunksMax = 16

    private let log: LogSink
    private(set) var index: ClusterIndex
    private var waiting: [StoredObject] = []
    private let decoders: DecodingQueue

    /// Starts with an empty index.
    init(_ options: ClusterIndex.Options, _ log: LogSink) {
        self.log = log
        index = ClusterIndex(options: options)
        decoders = DecodingQueue(options, chunksMax: ViewLoader.chunksMax)
    }

    /// Reads everything that matters to the view.
    ///
    /// - Returns: The revision that was read.
    mutating func load(_ store: any RegistryStore) throws -> Revision {
        // Whatever happens, no decoder is left behind.
        defer { decoders.wait() }
        return try store.read { reader in
            for kind in Kind.allCases where index.isShown(kind) {
                try reader.forEachStored(kind) { object in
                    waiting.append(object)
                    if waiting.count == ViewLoader.chunkCount { passOn() }
                }
            }
            passOn()
            decoders.wait()
            takeDecoded()
            return try reader.revision
        }
    }

    /// Gives what is waiting to the decoders, and takes over what they have finished.
    private mutating func passOn() {
        let objects = waiting
        waiting.removeAll(keepingCapacity: true)
        decoders.add(objects)
        takeDecoded()
    }

    private mutating func takeDecoded() {
        for object in decoders.takeDecoded() { index.take(object, log) }
    }
}
