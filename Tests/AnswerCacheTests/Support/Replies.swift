import Addresses
import DNSWire

/// A record, its owner and data as text where that is short.
func a(_ name: String, _ seconds: UInt32 = 300, _ address: UInt32 = 0xC000_0201) -> ResourceRecord {
    ResourceRecord(
        name: Name(name)!,
        timeToLive: seconds,
        data: .address(IPAddress(ipv4: address))
    )
}

func cname(_ name: String, _ target: String, _ seconds: UInt32 = 300) -> ResourceRecord {
    ResourceRecord(name: Name(name)!, timeToLive: seconds, data: .cname(Name(target)!))
}

func ns(_ name: String, _ target: String, _ seconds: UInt32 = 300) -> ResourceRecord {
    ResourceRecord(name: Name(name)!, timeToLive: seconds, data: .ns(Name(target)!))
}

func text(_ name: String, _ octets: Int, _ seconds: UInt32 = 300) -> ResourceRecord {
    var strings: [[UInt8]] = []
    var left = octets
    while left > 0 {
        strings.append([UInt8](repeating: 0x61, count: min(left, 255)))
        left -= 255
    }
    return ResourceRecord(name: Name(name)!, timeToLive: seconds, data: .txt(strings))
}

func soa(_ name: String, _ seconds: UInt32 = 600, minimum: UInt32 = 600) -> ResourceRecord {
    ResourceRecord(
        name: Name(name)!,
        timeToLive: seconds,
        data: .soa(
            StartOfAuthority(
                primary: Name("ns." + name)!,
                mailbox: Name("root." + name)!,
                serial: 1,
                refresh: 2,
                retry: 3,
                expire: 4,
                minimum: minimum
            )
        )
    )
}

func rrsig(_ name: String, inception: UInt32, expiration: UInt32) -> ResourceRecord {
    ResourceRecord(
        name: Name(name)!,
        timeToLive: 300,
        data: .rrsig(
            RecordSignature(
                typeCovered: .a,
                algorithm: 13,
                labelCount: 2,
                originalTimeToLive: 300,
                expiration: expiration,
                inception: inception,
                keyTag: 1,
                signer: Name("test.")!,
                signature: [1, 2, 3]
            )
        )
    )
}

/// An upstream's reply to a query.
func reply(
    _ ask: Ask,
    _ code: ResponseCode = .noError,
    _ answers: [ResourceRecord] = [],
    authority: [ResourceRecord] = [],
    additional: [ResourceRecord] = [],
    _ change: (inout Message) -> Void = { _ in }
) -> Message {
    var message = Message(header: Header(id: 7, isRecursionDesired: true))
    message.header.isResponse = true
    message.header.isRecursionAvailable = true
    message.header.responseCode = code
    message.questions = [ask.question]
    message.answers = answers
    message.authorities = authority
    message.additionals = additional
    change(&message)
    return message
}
