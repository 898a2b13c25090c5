import Addresses
import DNSWire
import TestSupport

// Names and record data of every family.
extension SeededGenerator {
    /// A name: mostly of few plain labels that repeat, seldom of any octets.
    mutating func name() -> Name {
        let plain = ["web", "shop", "SVC", "svc", "cluster", "local", "a", "_tcp", "*", "x--1"]
        if chance(8) {
            let labels = (0..<number(0...4)).map { _ in octets(1...40) }
            return (try? Name(labels: labels)) ?? .root
        }
        let labels = (0..<number(0...6)).map { _ in
            Array((plain.randomElement(using: &self) ?? "").utf8)
        }
        return (try? Name(labels: labels)) ?? .root
    }

    mutating func bitmap() -> TypeBitmap {
        TypeBitmap((0..<number(1...6)).map { _ in RecordType(rawValue: UInt16(number(1...1_300))) })
    }

    private mutating func digits(_ range: ClosedRange<Int>) -> [UInt8] {
        octets(range).map { UInt8(ascii: "a") + $0 % 26 }
    }

    mutating func binding() -> ServiceBinding {
        var parameters: [ServiceBinding.Parameter] = []
        if chance(2) {
            parameters.append(.init(key: .alpn, value: [2, 0x68, 0x32, 2, 0x68, 0x33]))
        }
        if chance(2) { parameters.append(.init(key: .port, value: [0x01, 0xBB])) }
        if chance(2) { parameters.append(.init(key: .ipv4Hint, value: octets(4...4))) }
        if chance(3) { parameters.append(.init(key: .ipv6Hint, value: octets(16...16))) }
        if chance(3) { parameters.append(.init(key: .ech, value: octets(1...20))) }
        if chance(3) { parameters.append(.init(key: .mandatory, value: [0, 1, 0, 3])) }
        if chance(3) { parameters.append(.init(key: .init(rawValue: 667), value: octets(1...20))) }
        return ServiceBinding(
            priority: word(),
            target: name(),
            parameters: parameters.shuffled(using: &self)
        )
    }

    mutating func data() -> RecordData {
        switch number(0...21) {
        case 0: .address(IPAddress(ipv4: UInt32(truncatingIfNeeded: next())))
        case 1: .address(IPAddress(ipv6High: next(), low: next()))
        case 2: .ns(name())
        case 3: .cname(name())
        case 4: .ptr(name())
        case 5: .dname(name())
        case 6:
            .soa(
                StartOfAuthority(
                    primary: name(),
                    mailbox: name(),
                    serial: UInt32(word()),
                    refresh: 1,
                    retry: 2,
                    expire: UInt32.max,
                    minimum: UInt32(word())
                )
            )
        case 7: .mx(MailExchange(preference: word(), exchange: name()))
        case 8: .txt((0..<number(1...4)).map { _ in octets(0...255) })
        case 9: .hinfo(HostInformation(processor: octets(0...20), system: octets(0...20)))
        case 10:
            .srv(ServiceLocation(priority: word(), weight: word(), port: word(), target: name()))
        case 11:
            .naptr(
                NamingAuthorityPointer(
                    order: word(),
                    preference: word(),
                    flags: digits(0...1),
                    services: octets(0...20),
                    expression: octets(0...20),
                    replacement: name()
                )
            )
        case 12:
            .caa(
                CertificationAuthority(
                    flags: octet(),
                    tag: digits(1...15),
                    value: octets(1...40)
                )
            )
        case 13:
            .tlsa(
                CertificateAssociation(
                    usage: octet(),
                    selector: octet(),
                    matching: octet(),
                    association: octets(1...64)
                )
            )
        case 14: .svcb(binding())
        case 15: .https(binding())
        case 16, 17, 18: securityData()
        default: .unknown(RecordType(rawValue: UInt16(number(1_000...65_279))), octets(0...60))
        }
    }

    private mutating func securityData() -> RecordData {
        switch number(0...5) {
        case 0:
            .ds(
                SigningKeyDigest(
                    keyTag: word(),
                    algorithm: octet(),
                    digestType: octet(),
                    digest: octets(1...48)
                )
            )
        case 1:
            .dnskey(
                ZoneKey(
                    flags: 257,
                    protocolNumber: 3,
                    algorithm: octet(),
                    key: octets(1...64)
                )
            )
        case 2:
            .rrsig(
                RecordSignature(
                    typeCovered: .a,
                    algorithm: octet(),
                    labelCount: octet(),
                    originalTimeToLive: UInt32(word()),
                    expiration: UInt32(truncatingIfNeeded: next() >> 33),
                    inception: UInt32(truncatingIfNeeded: next() >> 33),
                    keyTag: word(),
                    signer: name(),
                    signature: octets(1...64)
                )
            )
        case 3: .nsec(NextSecure(next: name(), types: bitmap()))
        case 4:
            .nsec3(
                HashedNextSecure(
                    algorithm: 1,
                    flags: octet(),
                    iterations: word(),
                    salt: octets(0...8),
                    next: octets(20...20),
                    types: bitmap()
                )
            )
        default:
            .nsec3param(
                HashParameters(algorithm: 1, flags: 0, iterations: word(), salt: octets(0...8))
            )
        }
    }
}

// Messages.
extension SeededGenerator {
    mutating func record() -> ResourceRecord {
        ResourceRecord(
            name: name(),
            timeToLive: UInt32(truncatingIfNeeded: next() >> 33),
            data: data()
        )
    }

    mutating func records(_ range: ClosedRange<Int>) -> [ResourceRecord] {
        (0..<number(range)).map { _ in record() }
    }

    mutating func edns() -> EDNS {
        EDNS(
            udpPayloadSize: word(),
            isDNSSECOK: chance(2),
            reservedFlags: chance(4) ? word() : 0,
            options: (0..<number(0...3)).map { _ in
                EDNS.Option(code: OptionCode(rawValue: word()), data: octets(0...24))
            }
        )
    }

    mutating func message() -> Message {
        var message = Message(
            header: Header(id: word(), flags: word() & 0xFFBF),
            questions: (0..<(chance(6) ? number(0...3) : 1)).map { _ in
                Question(name: name(), type: RecordType(rawValue: UInt16(number(1...300))))
            },
            answers: records(0...4),
            authorities: records(0...2),
            additionals: records(0...3),
            edns: chance(2) ? edns() : nil
        )
        if message.edns != nil {
            message.header.responseCode = ResponseCode(rawValue: word())
        }
        return message
    }
}
