internal import Addresses
internal import Corefile
internal import DNSWire
internal import ZoneFiles

/// Talks with other servers about zones: NOTIFY, SOA, AXFR.
///
/// Blocks the calling thread.
enum PrimaryConnection {
    /// Seconds to wait for the answer to one NOTIFY.
    private static let notifySeconds = 2

    /// Tells a secondary server that a zone has changed, and waits until it says that it knows
    /// (RFC 1996 §3.6).
    static func notify(
        _ server: ServerEndpoint,
        of zone: Name,
        from source: IPAddress?
    ) throws(WireTransferError) {
        var failure = WireTransferError("no answer")
        for _ in 0..<Limits.notifyAttemptCount {
            do throws(WireTransferError) {
                let id = UInt16.random(in: 0 ... .max)
                var header = Header(id: id, opcode: .notify)
                header.isAuthoritative = true
                let socket = try BlockingSocket(
                    .udp,
                    to: server,
                    from: source,
                    stepSeconds: notifySeconds
                )
                try socket.send(try octets(header, Question(name: zone, type: .soa)))
                let reply = try decode(try socket.receive(Limits.messageOctetsMax), id)
                guard reply.header.responseCode == .noError else {
                    throw WireTransferError("it answered \(reply.header.responseCode)")
                }
                return
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// The serial number that a primary has of a zone; asked over TCP, which is hard to forge.
    static func serial(
        of zone: Name,
        at server: ServerEndpoint
    ) throws(WireTransferError) -> UInt32 {
        let id = UInt16.random(in: 0 ... .max)
        let socket = try BlockingSocket(.tcp, to: server)
        try socket.ask(try octets(Header(id: id), Question(name: zone, type: .soa)))
        let reply = try decode(try socket.receiveMessage(), id)
        guard reply.header.responseCode == .noError else {
            throw WireTransferError("it answered \(reply.header.responseCode)")
        }
        for record in reply.answers where record.name == zone {
            if case .soa(let start) = record.data { return start.serial }
        }
        throw WireTransferError("it answered without the SOA record of \(zone)")
    }

    /// Fetches a zone from a primary (RFC 5936).
    ///
    /// - Parameters:
    ///   - zone: The zone's name.
    ///   - server: The primary.
    ///   - share: What the zone takes of the room that it has is added to it, also if nothing comes
    ///     of the transfer.
    /// - Throws: ``WireTransferError`` if nothing came of it.
    /// - Returns: The zone.
    static func transfer(
        _ zone: Name,
        from server: ServerEndpoint,
        taking share: inout TransferShare
    ) throws(WireTransferError) -> StaticZone {
        let id = UInt16.random(in: 0 ... .max)
        let socket = try BlockingSocket(.tcp, to: server)
        try socket.ask(try octets(Header(id: id), Question(name: zone, type: .axfr)))
        var records: [ResourceRecord] = []
        while true {
            let octets = try socket.receiveMessage()
            let message = try decode(octets, id)
            guard message.header.responseCode == .noError else {
                throw WireTransferError("it answered \(message.header.responseCode)")
            }
            guard !message.answers.isEmpty else {
                throw WireTransferError("it sent a message without records")
            }
            try share.grow(octets: octets.count, records: message.answers.count)
            records += message.answers
            guard let first = records.first, first.type == .soa, first.name == zone else {
                throw WireTransferError("it did not begin with the SOA record of \(zone)")
            }
            // The SOA record that comes again ends the zone (RFC 5936 §2.2).
            if records.count > 1, records.last?.type == .soa { break }
        }
        records.removeLast()
        do throws(ZoneFileError) {
            return StaticZone(try ZoneFile(records: records, origin: zone))
        } catch {
            throw WireTransferError("\(error)")
        }
    }

    private static func octets(
        _ header: Header,
        _ question: Question
    ) throws(WireTransferError) -> [UInt8] {
        do throws(WireError) {
            return try Message(header: header, questions: [question]).encoded()
        } catch {
            throw WireTransferError("\(question.name) can't be asked about: \(error)")
        }
    }

    private static func decode(
        _ octets: [UInt8],
        _ id: UInt16
    ) throws(WireTransferError) -> Message {
        do throws(WireError) {
            let message = try Message(decoding: octets)
            guard message.header.id == id, message.header.isResponse else {
                throw WireError.badRecordData
            }
            return message
        } catch {
            throw WireTransferError("it answered with what is no reply: \(error)")
        }
    }
}

extension BlockingSocket {
    /// Sends a message with its length in front (RFC 1035 §4.2.2).
    fileprivate borrowing func ask(_ octets: [UInt8]) throws(WireTransferError) {
        let count = UInt16(truncatingIfNeeded: octets.count)
        try send([UInt8(count >> 8), UInt8(count & 0xFF)] + octets)
    }

    /// Receives a message with its length in front.
    fileprivate borrowing func receiveMessage() throws(WireTransferError) -> [UInt8] {
        let length = try receive(exactly: 2)
        return try receive(exactly: Int(length[0]) << 8 | Int(length[1]))
    }
}
