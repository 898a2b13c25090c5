internal import Addresses
package import ClusterView
internal import Corefile
internal import DNSWire
internal import Plugins
package import Registry

/// A server without sockets: answers packets from memory as a server's worker does.
///
/// For benches and stress tests, which want the packet path alone.
package final class PacketBench: Sendable {
    private let source: VersionPublisher<ServingConfiguration>
    private let corefile: String
    private let services: ServerServices
    private let views: [ViewPublisher]

    /// Serves a Corefile; every `kubernetes` block shows what `view` makes of its options.
    ///
    /// - Throws: `CorefileErrors`, and what `view` throws.
    package init(
        corefile: String,
        view: (ClusterIndex.Options) throws -> ViewPublisher
    ) throws {
        services = try ServerServices.make(log: LogSink())
        let plan = try PacketBench.plan(corefile, services)
        views = try plan.views.map { try view($0.options) }
        self.corefile = corefile
        source = VersionPublisher(plan.configuration(views, services))
    }

    /// Serves a Corefile and what a registry holds now.
    package convenience init(corefile: String, store: any RegistryStore) throws {
        try self.init(corefile: corefile) { options in
            try ViewFeed(store, options: options, log: LogSink()).publisher
        }
    }

    /// Reads the Corefile again, and publishes a configuration with the same views.
    package func reload() throws {
        source.publish(try PacketBench.plan(corefile, services).configuration(views, services))
    }

    /// Makes a worker for one thread; its random numbers follow from `seed`, which isn't 0.
    package func makeWorker(seed: UInt64) -> Worker {
        Worker(QueryWorker(source, key: nil, services: services, seed: seed))
    }

    /// What one thread of a server answers with.
    package struct Worker: ~Copyable {
        private var worker: QueryWorker

        fileprivate init(_ worker: consuming QueryWorker) {
            self.worker = worker
        }

        /// Looks for a newer configuration or view, as a server does before each batch.
        package mutating func refresh() {
            worker.beginBatch()
        }

        /// Reads a datagram of a batch; call it for each, then ``endReading()``, before the first
        /// is answered.
        package mutating func read(_ request: UnsafeRawBufferPointer, to slot: Int) {
            unsafe worker.read(request, to: slot)
        }

        /// Ends reading a batch.
        package mutating func endReading() {
            worker.endReading()
        }

        /// Answers the datagram of a client on this machine that was read to a slot.
        ///
        /// - Returns: The octets of the reply in `buffer`, which is not empty; 0 if there is none,
        ///   or if it needs an upstream.
        package mutating func answer(
            _ slot: Int,
            _ request: UnsafeRawBufferPointer,
            into buffer: UnsafeMutableRawBufferPointer
        ) -> Int {
            let outcome = unsafe worker.answer(
                slot,
                request,
                into: buffer,
                from: PacketBench.client,
                at: PacketBench.client
            )
            guard case .reply(let count) = outcome else { return 0 }
            return count
        }
    }

    private static let client = ClientAddress(address: IPAddress(ipv4: 0x7F00_0001), port: 4096)

    private static func plan(
        _ text: String,
        _ services: ServerServices
    ) throws -> ServingPlan {
        let parsed = try Corefile(parsing: text, file: "Corefile", context: .process)
        return try ServingPlan(parsed, serverAddresses: [], directory: "", services: services)
    }
}
