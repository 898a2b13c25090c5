import Addresses
import DNSWire
import Glibc
import KubernetesModel
import Registry
import TestSupport
import Testing

@testable import DNSServer

/// A server on ports of its own, with a registry in memory; stopped when nobody holds it any more.
///
/// `@unchecked Sendable`: tests that share one only ask it; the others use it from one thread.
final class TestServer: @unchecked Sendable {
    let server: Server
    let store: MemoryStore
    let directory: String
    private var isStopped = false

    /// Starts a server.
    ///
    /// Without a Corefile it has the default configuration.
    init(
        corefile: String? = nil,
        files: [String: String] = [:],
        listen: [String] = ["127.0.0.1:0", "[::1]:0"],
        limits: StreamLimits = StreamLimits(),
        workerCount: Int = 2
    ) throws {
        let store = MemoryStore()
        try store.put(shopObjects)
        let directory = try TestDirectories.make()
        do {
            for (name, text) in files { try write(text, to: "\(directory)/\(name)") }
            if let corefile { try write(corefile, to: "\(directory)/Corefile") }
            var settings = ServerSettings(
                listen: try listen.map { try ListenAddress($0) },
                corefile: corefile == nil ? nil : "\(directory)/Corefile",
                workerCount: workerCount,
                registry: .standard,
                openStore: { _ in store }
            )
            settings.streamLimits = limits
            server = try Server(settings)
        } catch {
            TestDirectories.remove(directory)
            throw error
        }
        self.store = store
        self.directory = directory
    }

    deinit {
        stop()
        TestDirectories.remove(directory)
    }

    /// Stops the server, once.
    func stop() {
        if !isStopped { server.stop() }
        isStopped = true
    }

    /// Leaves a server alone that has been stopped.
    func forget() {
        isStopped = true
    }

    /// Where the server answers over IPv4.
    var address: ListenAddress { server.addresses[0] }

    /// Writes another Corefile and lets the server read it.
    func reload(_ corefile: String) throws {
        try write(corefile, to: "\(directory)/Corefile")
        try server.reload()
    }

    /// Asks a question over UDP.
    func ask(
        _ name: String,
        _ type: RecordType = .a,
        at address: ListenAddress? = nil
    ) throws
        -> Message
    {
        let socket = try ClientSocket.udp(address ?? self.address)
        socket.send(try query(name, type))
        return try Message(decoding: socket.receive())
    }

    /// Asks a question over TCP.
    func askTCP(_ name: String, _ type: RecordType = .a) throws -> Message {
        let socket = try ClientSocket.tcp(address)
        socket.send(framed(try query(name, type)))
        let reader = StreamReader(socket)
        return try Message(decoding: #require(reader.next()))
    }
}

/// A question in wire form.
func query(
    _ name: String,
    _ type: RecordType = .a,
    id: UInt16 = 1,
    edns: EDNS? = nil
) throws
    -> [UInt8]
{
    let question = Question(name: try #require(Name(name)), type: type)
    return try Message(header: Header(id: id), questions: [question], edns: edns).encoded()
}

extension Message {
    /// The data of the answers, sorted.
    var answerTexts: [String] { answers.map { "\($0.data)" }.sorted() }
}

/// Writes a file.
func write(_ text: String, to path: String) throws {
    guard let file = unsafe fopen(path, "w") else { throw Failure(what: path) }
    defer { unsafe _ = fclose(file) }
    let octets = Array(text.utf8)
    let count = unsafe fwrite(octets, 1, octets.count, file)
    try #require(count == octets.count)
}

/// Something of the system that a test needs and does not get.
struct Failure: Error {
    var what: String
}

/// Octets of memory that this process has resident.
func residentOctets() throws -> Int {
    let status = try run("grep VmRSS: /proc/\(getpid())/status")
    let fields = status.split(whereSeparator: \.isWhitespace)
    return try #require(fields.count == 3 ? Int(fields[1]) : nil) * 1024
}
