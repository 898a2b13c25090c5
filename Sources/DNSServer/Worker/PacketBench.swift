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
    private let views: [ViewPublisher]

    /// Serves a Corefile; every `kubernetes` block shows what `view` makes of its options.
    ///
    /// - Throws: `CorefileErrors`, and what `view` throws.
    package init(
        corefile: String,
        view: (ClusterIndex.Options) throws -> ViewPublisher
    ) throws {
        let plan = try PacketBench.plan(corefile)
        views = try plan.views.map { try view($0.options) }
        self.corefile = corefile
        source = VersionPublisher(PacketBench.configuration(plan, views))
    }

    /// Serves a Corefile and what a registry holds now.
    package convenience init(corefile: String, store: any RegistryStore) throws {
        try self.init(corefile: corefile) { options in
            try ViewFeed(store, options: options, log: LogSink()).publisher
        }
    }

    /// Reads the Corefile again, and publishes a configuration with the same views.
    package func reload() throws {
        source.publish(PacketBench.configuration(try PacketBench.plan(corefile), views))
    }

    /// Makes a worker for one thread; its random numbers follow from `seed`, which isn't 0.
    package func makeWorker(seed: UInt64) -> Worker {
        Worker(QueryWorker(source, port: 53, seed: seed))
    }

    /// What one thread of a server answers with.
    package struct Worker: ~Copyable {
        private var worker: QueryWorker

        fileprivate init(_ worker: consuming QueryWorker) {
            self.worker = worker
        }

        /// Looks for a newer configuration or view, as a server does before each batch.
        package mutating func refresh() {
            worker.refresh()
        }

        /// Answers a datagram of a client on this machine.
        ///
        /// - Returns: The octets of the reply in `buffer`, which is not empty; 0 if there is none.
        package mutating func answer(
            _ request: UnsafeRawBufferPointer,
            into buffer: UnsafeMutableRawBufferPointer
        ) -> Int {
            unsafe worker.answer(
                Exchange(
                    request: request,
                    buffer: buffer,
                    client: PacketBench.client,
                    transport: .udp
                )
            )
        }
    }

    private static let client = ClientAddress(address: IPAddress(ipv4: 0x7F00_0001), port: 4096)

    private static func plan(_ text: String) throws -> ServingPlan {
        let parsed = try Corefile(parsing: text, file: "Corefile", context: .process)
        return try ServingPlan(parsed, serverAddresses: [], directory: "", log: LogSink())
    }

    private static func configuration(
        _ plan: ServingPlan,
        _ views: [ViewPublisher]
    ) -> ServingConfiguration {
        let routes = plan.routes.sorted { $0.key < $1.key }.flatMap(\.value)
        return ServingConfiguration(tables: [:], common: RoutingTable(routes), views: views)
    }
}
