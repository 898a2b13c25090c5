import Addresses
import DNSWire
import Glibc
import Plugins
import Testing

/// A directory that is removed with this object, with what was written into it.
final class TemporaryDirectory {
    let path: String
    private var names: Set<String> = []

    /// Makes an empty directory.
    init() throws {
        var template = Array("/tmp/martlet-test-XXXXXX".utf8CString)
        try #require(unsafe mkdtemp(&template) != nil)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for name in names { _ = unsafe unlink("\(path)/\(name)") }
        _ = unsafe rmdir(path)
    }

    /// Writes a file in place of one of the same name, and returns its path.
    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        let target = "\(path)/\(name)"
        let flags = O_WRONLY | O_CREAT | O_TRUNC
        let descriptor = unsafe open("\(target).new", flags, 0o600)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let octets = Array(text.utf8)
        try #require(unsafe Glibc.write(descriptor, octets, octets.count) == octets.count)
        // Another inode each time: a file is known by it, however coarse its time is.
        try #require(unsafe rename("\(target).new", target) == 0)
        names.insert(name)
        return target
    }

    /// Removes a file.
    func remove(_ name: String) {
        _ = unsafe unlink("\(path)/\(name)")
        names.remove(name)
    }
}

extension ChainFixture {
    /// Asks over TCP for all messages of a reply, and returns their records.
    func transfer(
        _ zone: String,
        _ type: RecordType = .axfr,
        serial: UInt32? = nil,
        client: IPAddress = IPAddress(ipv4: 0x7F00_0001)
    ) throws -> (reply: Reply, messages: [Message]) {
        var query = Message(header: Header(id: 4_711))
        query.questions = [Question(name: try #require(Name(zone)), type: type)]
        query.authorities = try serial.map { [try Self.start(zone, serial: $0)] } ?? []
        let origin = QueryOrigin(
            client: ClientAddress(address: client, port: 53_535),
            local: LocalAddress(address: IPAddress(ipv4: 0x7F00_0001), port: 53),
            transport: .tcp,
            random: 0
        )
        let reply = try send(try query.encoded(), from: origin, limit: 65_535, at: 0)
        var messages = [reply.message]
        let stream = unsafe desk.pointee.takeStream()
        while let octets = stream?.next() { messages.append(try Message(decoding: octets)) }
        return (reply, messages)
    }

    private static func start(_ zone: String, serial: UInt32) throws -> ResourceRecord {
        let name = try #require(Name(zone))
        return ResourceRecord(
            name: name,
            timeToLive: 0,
            data: .soa(
                StartOfAuthority(
                    primary: name,
                    mailbox: name,
                    serial: serial,
                    refresh: 1,
                    retry: 1,
                    expire: 1,
                    minimum: 1
                )
            )
        )
    }
}
