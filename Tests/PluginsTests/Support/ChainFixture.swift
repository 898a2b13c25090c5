import Addresses
import ClusterView
import Corefile
import DNSWire
import Glibc
import KubernetesModel
import Plugins
import Testing

/// The chain of one server block, and what it wrote to its log.
final class ChainFixture {
    let chain: PluginChain
    let context: BlockContext
    let resolver = ScriptedResolver()
    private let sink: LogSink
    private let file: TemporaryFile

    /// Sets up the directives of a block for `zones`.
    init(_ directives: String, zones: String = "example.test", directory: String = "") throws {
        file = try TemporaryFile("")
        sink = LogSink(descriptor: file.descriptor)
        let corefile = try Corefile(parsing: "\(zones) {\n\(directives)\n}\n")
        let block = corefile.blocks[0]
        var context = BlockContext(
            zones: try block.addresses().compactMap { Name($0.zone) },
            serverAddresses: [IPAddress(ipv4: 0xC000_0235)],
            directory: directory,
            log: sink,
            views: []
        )
        chain = try PluginChain(block, context: &context)
        self.context = context
    }

    /// A reply, and what the chain said about it.
    struct Reply {
        var disposition = Disposition.written
        var message = Message(header: Header(id: 0))

        var code: ResponseCode { message.header.responseCode }
        var answers: [String] { message.answers.map(\.text) }
        var authorities: [String] { message.authorities.map(\.text) }
        var additionals: [String] { message.additionals.map(\.text) }
    }

    /// Sends a question through the chain.
    func ask(
        _ name: String,
        _ type: RecordType = .a,
        client: IPAddress = IPAddress(ipv4: 0x7F00_0001),
        transport: Transport = .udp,
        flags: UInt16 = 0,
        edns: EDNS? = nil,
        limit: Int = 1232
    ) throws -> Reply {
        let question = Question(name: try #require(Name(name)), type: type)
        let header = Header(id: 4_711, flags: flags)
        let request = try Message(header: header, questions: [question], edns: edns).encoded()
        let main = QueryScratch.Storage()
        let spare = QueryScratch.Storage()
        let snapshot = unsafe Unmanaged.passRetained(Self.snapshot())
        defer { unsafe snapshot.release() }
        let snapshots = unsafe [Unmanaged<ClusterSnapshot>](
            repeating: snapshot,
            count: max(1, context.views.count)
        )
        var buffer = [UInt8](repeating: 0, count: 4_096)
        var reply = Reply()
        let count = unsafe request.withUnsafeBytes { request in
            unsafe buffer.withUnsafeMutableBytes { buffer in
                unsafe snapshots.withUnsafeBufferPointer { snapshots in
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
                        client: ClientAddress(address: client, port: 53_535),
                        transport: transport,
                        random: 0,
                        depth: 0,
                        snapshots: snapshots,
                        resolver: .passUnretained(resolver)
                    )
                    reply.disposition = chain.answer(&transaction)
                    if let code = reply.disposition.responseCode {
                        transaction.response.responseCode = code
                    }
                    return transaction.response.finish(query)
                }
            }
        }
        reply.message = try Message(decoding: Array(buffer[..<count]))
        return reply
    }

    /// What was written to the log; nothing can be logged after it.
    func log() throws -> [String] {
        sink.close()
        sink.run()
        return try file.text().split(separator: "\n").map(String.init)
    }

    /// A cluster with `web.shop`.
    private static func snapshot() -> ClusterSnapshot {
        var index = ClusterIndex(options: .init())
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
        return index.makeSnapshot(revision: 1, serial: 7)
    }
}

/// Answers lookups of plugins from a table, and keeps what was asked.
///
/// `@unchecked Sendable`: each test uses its own from one thread.
final class ScriptedResolver: Resolver, @unchecked Sendable {
    var records: [ResourceRecord] = []
    var asked: [String] = []

    override func resolve(
        _ question: Question,
        for client: ClientAddress,
        snapshots: UnsafeBufferPointer<Unmanaged<ClusterSnapshot>>,
        depth: Int
    ) -> Message? {
        asked.append("\(question.name) \(question.type) \(depth)")
        return Message(header: Header(id: 0), questions: [question], answers: records)
    }
}

extension ResourceRecord {
    /// The record on one line, with single spaces.
    var text: String {
        description.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
