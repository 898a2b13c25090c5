import Addresses
import DNSServer
import DNSWire

/// A worker that is asked, and what its answers must be.
struct StressAsker: ~Copyable {
    private var worker: PacketBench.Worker
    private var buffer = [UInt8](repeating: 0, count: 4096)

    init(_ worker: consuming PacketBench.Worker) {
        self.worker = worker
    }

    /// Lets the worker look for a newer version.
    ///
    /// - Returns: The version's number, which is the zone's serial number.
    mutating func beginBatch() throws -> UInt32 {
        worker.refresh()
        let reply = try ask("cluster.local.", .soa)
        for case .soa(let record) in reply.answers.map(\.data) { return record.serial }
        throw ProbeError.answer("no SOA")
    }

    /// Asks for a service's addresses, and compares them with what the version says.
    mutating func check(_ service: Int, at version: UInt32) throws {
        let reply = try ask("s\(service).n.svc.cluster.local.", .a)
        var addresses: Set<UInt32> = []
        for case .address(let address) in reply.answers.map(\.data) {
            addresses.insert(UInt32(truncatingIfNeeded: address.low))
        }
        let found: StressHistory.Content =
            reply.header.responseCode == .nameError ? .absent : .addresses(addresses)
        let wanted = StressHistory.content(of: service, at: version)
        guard found == wanted else {
            throw ProbeError.answer("version \(version), s\(service): \(found), not \(wanted)")
        }
    }

    private mutating func ask(_ name: String, _ type: RecordType) throws -> Message {
        guard let name = Name(name) else { throw ProbeError.question(name) }
        let question = Question(name: name, type: type)
        let edns = EDNS(udpPayloadSize: 1232)
        let request = try Message(header: Header(id: 1), questions: [question], edns: edns)
            .encoded()
        let count = unsafe buffer.withUnsafeMutableBytes { buffer in
            // SAFETY: the worker reads the packet and writes the buffer during the calls only.
            unsafe request.withUnsafeBytes { request in
                unsafe worker.read(request, to: 0)
                worker.endReading()
                return unsafe worker.answer(0, request, into: buffer)
            }
        }
        return try Message(decoding: Array(buffer[..<count]))
    }
}
