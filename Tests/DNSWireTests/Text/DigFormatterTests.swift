import DNSWire
import Foundation
import Glibc
import Testing
import ZoneFiles

/// A socket on a free port of 127.0.0.1 that answers one question with the given octets.
private struct CannedServer: ~Copyable {
    private let descriptor: Int32
    let port: UInt16

    init() throws {
        descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        try #require(descriptor >= 0)
        var timeout = timeval(tv_sec: 60, tv_usec: 0)
        // SAFETY: the option's value is one timeval, read during the call.
        unsafe setsockopt(
            descriptor,
            SOL_SOCKET,
            SO_RCVTIMEO,
            &timeout,
            socklen_t(MemoryLayout<timeval>.size)
        )
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        // SAFETY: a sockaddr_in is read, and written back, as the sockaddr that it is.
        let isBound = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe bind(descriptor, address, length) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        try #require(isBound)
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }

    /// Waits for a question; sends `reply` with the question's identifier.
    func answer(with reply: [UInt8]) throws {
        var buffer = Array(repeating: UInt8(0), count: 4_096)
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        // SAFETY: as above; the buffer has the length that is given.
        let count = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                let count = unsafe recvfrom(descriptor, &buffer, 4_096, 0, address, &length)
                guard count >= 12 else { return count }
                let octets = Array(buffer[0..<2]) + reply[2...]
                return unsafe sendto(descriptor, octets, octets.count, 0, address, length)
            }
        }
        try #require(count == reply.count)
    }
}

/// What `dig` prints of a reply, from `Got answer` to before the statistics.
private func digOutput(of reply: [UInt8], name: String) throws -> String {
    let server = try CannedServer()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/dig")
    process.arguments = [
        "@127.0.0.1", "-p", "\(server.port)", name, "+qid=4660", "+bufsize=4096", "+nocookie",
        "+tries=1", "+time=60", "+nostats",
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    try server.answer(with: reply)
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    let text = String(decoding: output, as: UTF8.self)
    let start = try #require(text.range(of: ";; Got answer:"), "\(text)")
    return String(text[start.lowerBound...])
}

@Suite("Printing as dig does")
struct DigFormatterTests {
    static let answers = [
        "a. 5 IN A 192.0.2.1", "example.com. 3600 IN AAAA 2001:db8::1",
        "web.shop.svc.cluster.local. 5 IN CNAME x.", "fifteen.chars12. 5 IN NS x.",
        "a-name-of-thirty-one-chars.xyz. 5 IN PTR x.", "a-name-of-twenty-three. 5 IN PTR x.",
        "a-name-of-more-than-forty-characters.example.org. 123456 IN TXT \"a b;\\\"\\\\\\000\" \"\"",
        "x. 1 IN SOA a. b. 1 2 3 4 5", "x. 1 IN SRV 1 2 3 t.", "x. 1 IN MX 1 t.",
        "x. 1 IN HTTPS 1 . mandatory=alpn alpn=\"h2,h3\" no-default-alpn port=443 ipv4hint=192.0.2.1,192.0.2.2 ech=AAEC ipv6hint=2001:db8::1 key667=\"a b\\000\"",
        "x. 1 IN CAA 0 issue \"ca; x\"", "x. 1 IN NAPTR 1 2 \"s\" \"\" \"!a!b!\" t.",
        "x. 1 IN DS 1 8 2 00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF",
        "x. 1 IN TLSA 3 1 1 00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF",
        "x. 1 IN DNSKEY 257 3 13 mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==",
        "0P9MHAVEQVM6T7VBL5LOP2U3T3RP3TOM.x. 1 IN NSEC3 1 0 5 AB 0123456789ABCDEFGHIJKLMNOPQRSTUV A NS TYPE65280",
        "x. 1 IN RRSIG A 13 2 300 20240101000000 20231201000000 12345 x. mdsswUyr3DPW132mOi8V9xESWE8jTo0dxCjjnopKl+GqJxpVXckHAeF+KkxLbxILfDLUT0rAK9iUzy1L53eKGQ==",
        "x. 1 IN TYPE65280 \\# 3 010203", "x. 1 IN TYPE65281 \\# 0", "x. 1 IN NSEC y. A MX",
        "x. 1 IN DNAME y.", "x. 1 IN HINFO \"a b\" c", "x. 1 IN NSEC3PARAM 1 0 0 -",
        "\\@x\\$\\\"\\;\\(\\.. 1 IN TXT a",
    ]

    static let options: [EDNS.Option] = [
        .init(code: .nsid, data: Array("ab\u{1}".utf8)),
        .init(code: .extendedError, data: [0, 15] + Array("blocked here".utf8)),
        .init(code: .clientSubnet, data: [0, 1, 24, 0, 192, 0, 2]),
        .init(code: .padding, data: [0, 0, 0]),
        .init(code: .tcpKeepalive, data: [0, 123]),
        .init(code: .expire, data: [0, 0, 1, 0]),
        .init(code: OptionCode(rawValue: 65_001), data: [1, 2, 0x41]),
    ]

    private func message(flags: UInt16, name: String) throws -> Message {
        Message(
            header: Header(id: 4_660, flags: flags),
            questions: [Question(name: try #require(Name(name)), type: .a)]
        )
    }

    @Test func `a reply of all types and options prints as with dig`() throws {
        var message = try message(flags: 0x8580, name: "web.shop.svc.cluster.test")
        message.answers = try Self.answers.map { try ResourceRecord(parsing: $0) }
        message.authorities = [try ResourceRecord(parsing: "x. 1 IN NS y.")]
        message.additionals = [try ResourceRecord(parsing: "x. 1 IN A 192.0.2.1")]
        message.edns = EDNS(isDNSSECOK: true, options: Self.options)
        let wire = try message.encoded()
        let theirs = try digOutput(of: wire, name: "web.shop.svc.cluster.test")
        #expect(try DigFormatter().text(Message(decoding: wire)) == theirs)
    }

    @Test(
        arguments: [
            0x8100, 0x8183, 0x8580, 0x87B5, 0x8400, 0x8002, 0x850B, 0x81C0,
        ] as [UInt16]
    )
    func `flags and codes print as with dig`(flags: UInt16) throws {
        let wire = try message(flags: flags & 0xFDFF, name: "a.test").encoded()
        let theirs = try digOutput(of: wire, name: "a.test")
        #expect(try DigFormatter().text(Message(decoding: wire)) == theirs)
    }

    @Test(arguments: [16, 17, 23, 42] as [UInt16])
    func `extended codes print as with dig`(code: UInt16) throws {
        var message = try message(flags: 0x8100, name: "a.test")
        message.edns = EDNS(version: 0, reservedFlags: 1)
        message.header.responseCode = ResponseCode(rawValue: code)
        let wire = try message.encoded()
        let theirs = try digOutput(of: wire, name: "a.test")
        #expect(DigFormatter().text(message) == theirs)
    }

    @Test func `the exchange follows the message`() throws {
        let text = DigFormatter().text(
            try message(flags: 0x8580, name: "a.test"),
            exchange: DigFormatter.Exchange(
                milliseconds: 3,
                server: "127.0.0.1#1053(127.0.0.1)",
                transport: "UDP",
                moment: "Sun Nov 22 12:00:00 UTC 2026",
                octetCount: 24
            )
        )
        #expect(
            text.hasSuffix(
                """
                ;a.test.\t\t\t\tIN\tA

                ;; Query time: 3 msec
                ;; SERVER: 127.0.0.1#1053(127.0.0.1) (UDP)
                ;; WHEN: Sun Nov 22 12:00:00 UTC 2026
                ;; MSG SIZE  rcvd: 24

                """
            )
        )
    }

    @Test func `the short form is the data alone`() throws {
        var message = try message(flags: 0x8580, name: "a.test")
        message.answers = [
            try ResourceRecord(parsing: "a.test. 1 IN CNAME b.test."),
            try ResourceRecord(parsing: "b.test. 1 IN A 192.0.2.1"),
        ]
        #expect(DigFormatter().shortText(message) == "b.test.\n192.0.2.1\n")
    }
}
