import Addresses
import AnswerCache
import ClusterView
import Corefile
import DNSWire
import Dispatch
import Glibc
import KubernetesModel
import Metrics
import Plugins
import Testing
import Upstreams

/// The chain of one server block, and what it wrote to its log.
///
/// Queries that wait are answered again as the server does it: their errands run on the loop's
/// thread.
@safe
final class ChainFixture {
    let chain: PluginChain
    let context: BlockContext
    let resolver = ScriptedResolver()
    let services: ServerServices
    private let sink: LogSink
    private let file: TemporaryFile
    private let block: MetricsBlock
    let desk: UnsafeMutablePointer<WorkerDesk>
    private let snapshots: [ClusterSnapshot]
    private var isLoopRunning: Bool
    private let isLoopShared: Bool
    /// The way by which queries come, for plugins that count by it.
    var route: RouteInfo?

    /// Sets up the directives of a block for `zones`, with plugins behind them.
    ///
    /// `services` are those of another fixture, as after a reload.
    init(
        _ directives: String,
        zones: String = "example.test",
        directory: String = "",
        behind: [Plugin] = [],
        certificates: CertificatePlugin? = nil,
        services shared: ServerServices? = nil
    ) throws {
        file = try TemporaryFile("")
        sink = LogSink(descriptor: file.descriptor)
        // Who has the services runs their loop.
        isLoopShared = shared != nil
        isLoopRunning = isLoopShared
        services =
            try shared
            ?? ServerServices(
                log: sink,
                metrics: MetricsRegistry(),
                loop: UpstreamLoop(),
                epochs: ReaderEpochs()
            )
        let corefile = try Corefile(parsing: "\(zones) {\n\(directives)\n}\n")
        let block = corefile.blocks[0]
        var context = BlockContext(
            zones: try block.addresses().compactMap { Name($0.zone) },
            serverAddresses: [IPAddress(ipv4: 0xC000_0235)],
            directory: directory,
            services: services,
            views: []
        )
        context.certificates = certificates
        let made = try PluginChain(block, context: &context)
        chain = behind.isEmpty ? made : PluginChain(made.plugins + behind)
        self.context = context
        self.block = services.metrics.makeBlock()
        snapshots = Array(repeating: Self.snapshot(), count: max(1, context.views.count))
        unsafe desk = .allocate(capacity: 1)
        unsafe desk.initialize(
            to: WorkerDesk(metrics: self.block.writer, epochs: services.epochs)
        )
        unsafe desk.pointee.adopt(snapshots)
    }

    deinit {
        if !isLoopShared { services.loop.stop() }
        unsafe desk.deinitialize(count: 1)
        unsafe desk.deallocate()
    }

    /// A reply, and what the chain said about it.
    struct Reply {
        var disposition = Disposition.written
        var message = Message(header: Header(id: 0))
        /// How often the query had to wait.
        var waitCount = 0
        /// Why it failed, as a plugin said.
        var failure: String?
        /// Whether the block's view takes the query.
        var isInView = true

        var code: ResponseCode { message.header.responseCode }
        var answers: [String] { message.answers.map(\.text) }
        var authorities: [String] { message.authorities.map(\.text) }
        var additionals: [String] { message.additionals.map(\.text) }
    }

    /// Sends a question through the chain.
    func ask(
        _ name: String,
        _ type: RecordType = .a,
        recordClass: RecordClass = .in,
        client: IPAddress = IPAddress(ipv4: 0x7F00_0001),
        transport: Transport = .udp,
        flags: UInt16 = 0,
        edns: EDNS? = nil,
        limit: Int = 1232,
        random: UInt32 = 0,
        time: UInt64 = 0,
        batchTime: UInt64? = nil
    ) throws -> Reply {
        let owner = try #require(Name(name))
        let question = Question(name: owner, type: type, recordClass: recordClass)
        let header = Header(id: 4_711, flags: flags)
        let request = try Message(header: header, questions: [question], edns: edns).encoded()
        let origin = QueryOrigin(
            client: ClientAddress(address: client, port: 53_535),
            local: LocalAddress(address: IPAddress(ipv4: 0x7F00_0001), port: 53),
            transport: transport,
            random: random,
            start: time
        )
        return try send(request, from: origin, limit: limit, at: batchTime ?? time)
    }

    /// Sends a query through the chain from a plugin on, until it waits for nothing more.
    func send(
        _ request: [UInt8],
        from origin: QueryOrigin,
        limit: Int = 1232,
        at time: UInt64,
        start: Int = 0
    ) throws -> Reply {
        var reply = Reply()
        unsafe desk.pointee.arrivals = nil
        while true {
            unsafe desk.pointee.beginBatch(at: time)
            unsafe desk.pointee.failure = nil
            try pass(request, origin, limit, &reply, from: start)
            unsafe desk.pointee.endBatch()
            guard reply.disposition == .waiting else { break }
            let errand = try #require(unsafe desk.pointee.takeErrand())
            reply.waitCount += 1
            let arrivals = unsafe desk.pointee.arrivals ?? Arrivals()
            let done = Completion()
            runLoop()
            services.loop.post { errand.start { done.finish($0) } }
            arrivals.add(try done.result(), for: errand.key)
            unsafe desk.pointee.arrivals = arrivals
        }
        reply.failure = unsafe desk.pointee.failure?.description
        return reply
    }

    /// Runs the loop on a thread of its own, until this object is gone.
    private func runLoop() {
        guard !isLoopRunning else { return }
        isLoopRunning = true
        let loop = services.loop
        DispatchQueue(label: "loop").async { loop.run() }
    }

    /// Sends a query through the chain once.
    private func pass(
        _ request: [UInt8],
        _ origin: QueryOrigin,
        _ limit: Int,
        _ reply: inout Reply,
        from start: Int = 0
    ) throws {
        let main = QueryScratch.Storage()
        let spare = QueryScratch.Storage()
        var buffer = [UInt8](repeating: 0, count: 65_535)
        let count = unsafe request.withUnsafeBytes { request in
            unsafe buffer.withUnsafeMutableBytes { buffer in
                var query = QueryView()
                precondition(unsafe query.read(request, scratch: main.scratch) == .answer)
                var transaction = unsafe Transaction(
                    query: query,
                    request: request,
                    scratch: main.scratch,
                    spare: spare.scratch,
                    response: ResponseWriter(
                        answering: query,
                        request: request,
                        into: buffer,
                        limit: limit,
                        payloadOctets: 1232
                    ),
                    origin: origin,
                    desk: desk,
                    resolver: .passUnretained(resolver)
                )
                unsafe transaction.route = route.map { unsafe .passUnretained($0) }
                lookAtView(&transaction, &reply)
                reply.disposition = chain.answer(&transaction, from: start)
                if let code = reply.disposition.responseCode {
                    transaction.response.responseCode = code
                }
                return transaction.response.finish(transaction.query)
            }
        }
        reply.message = try Message(decoding: Array(buffer[..<count]))
    }

    /// Does what the server does with `metadata` and `view`, but answers in any case.
    private func lookAtView(_ transaction: inout Transaction, _ reply: inout Reply) {
        if !context.settings.metadataZones.isEmpty {
            transaction.clearMetadata()
            for plugin in chain.plugins { plugin.addMetadata(to: &transaction) }
        }
        if let view = context.settings.view { reply.isInView = view.accepts(transaction) }
    }

    /// What was written to the log; nothing can be logged after it.
    func log() throws -> [String] {
        sink.close()
        sink.run()
        return try file.text().split(separator: "\n").map(String.init)
    }

    /// A cluster with `web.shop`, a pod of it at 10.244.0.7, and two pods at the host 10.0.0.9.
    private static func snapshot() -> ClusterSnapshot {
        var options = ClusterIndex.Options()
        options.indexesPods = true
        options.indexesClients = true
        var index = ClusterIndex(options: options)
        index.addNamespace("shop")
        index.addNamespace("hidden")
        for namespace in ["shop", "hidden"] {
            index.update(
                Service(
                    metadata: ObjectMeta(name: "web", namespace: namespace),
                    clusterIPs: ["10.96.0.21"],
                    ports: [ServicePort(name: "http", port: 80)]
                )
            )
        }
        index.update(
            Service(
                metadata: ObjectMeta(name: "docs", namespace: "shop"),
                type: .externalName,
                externalName: "www.example.test"
            )
        )
        let pods = [
            ("web-0", "shop", "10.244.0.7"), ("a", "shop", "10.0.0.9"), ("b", "hidden", "10.0.0.9"),
        ]
        for (name, namespace, address) in pods {
            index.update(
                Pod(
                    metadata: ObjectMeta(
                        name: name,
                        namespace: namespace,
                        labels: name == "web-0" ? ["app": "web"] : [:]
                    ),
                    phase: .running,
                    podIPs: [address]
                )
            )
        }
        return index.makeSnapshot(revision: 1, serial: 7)
    }
}

/// Waits for the result of an errand, which may come from another thread.
///
/// `@unchecked Sendable`: the result is written before the semaphore is signalled, and read after.
private final class Completion: @unchecked Sendable {
    private let semaphore = DispatchSemaphore(value: 0)
    private var value: ErrandResult?

    func finish(_ result: ErrandResult) {
        value = result
        semaphore.signal()
    }

    func result() throws -> ErrandResult {
        try #require(semaphore.wait(timeout: .now() + 120) == .success)
        return try #require(value)
    }
}

/// Answers lookups of plugins from a table, and keeps what was asked.
///
/// `@unchecked Sendable`: each test uses its own from one thread.
final class ScriptedResolver: Resolver, @unchecked Sendable {
    var records: [ResourceRecord] = []
    var asked: [String] = []

    override func answer(
        _ request: UnsafeRawBufferPointer,
        in space: borrowing QuerySpace,
        origin: QueryOrigin,
        desk: UnsafeMutablePointer<WorkerDesk>
    ) -> ChainReply {
        guard let query = unsafe try? Message(decoding: request),
            let question = query.questions.first
        else { return .code(.formatError) }
        asked.append("\(question.name) \(question.type) \(origin.depth)")
        var reply = Message(replyingTo: query)
        reply.answers = records
        guard let octets = try? reply.encoded() else { return .code(.serverFailure) }
        return .message(octets)
    }
}

extension ResourceRecord {
    /// The record on one line, with single spaces.
    var text: String {
        description.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
