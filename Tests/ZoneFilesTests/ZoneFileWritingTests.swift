import DNSWire
import Foundation
import Testing
import ZoneFiles

/// Runs a program of Debian's on a zone in a temporary file; returns its status and output.
private func run(_ program: String, _ arguments: [String], zone: String) throws -> (Int32, String) {
    let file = FileManager.default.temporaryDirectory
        .appendingPathComponent("martlet-\(UInt64.random(in: 0...UInt64.max)).zone")
    defer { try? FileManager.default.removeItem(at: file) }
    try Data(zone.utf8).write(to: file)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments + [file.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
}

private let text = """
    $TTL 30
    @ SOA ns.dns hostmaster 7 7200 1800 86400 5
    @ NS ns.dns
    ns.dns A 10.96.0.10
    ns.dns AAAA fd00:10:96::a
    web.shop.svc A 10.96.0.21
    _http._tcp.web.shop.svc SRV 0 100 80 web.shop.svc
    dns-version TXT "1.1.0"
    ext.shop.svc CNAME host.example.net.
    odd\\.name\\032x A 192.0.2.1
    \\@at A 192.0.2.1
    \\$dollar A 192.0.2.1
    text TXT "a;b(c)\\"d\\\\e\\000" ""
    mail MX 10 mail
    mail A 192.0.2.4
    caa CAA 128 issue "ca.example.net; x=y"
    naptr NAPTR 1 2 "S" "SIP+D2U" "" _sip._udp
    _sip._udp SRV 0 0 5060 mail
    _443._tcp TLSA 3 1 1 0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF
    bind HTTPS 1 . alpn="h2,h3" port=8443 ipv4hint=192.0.2.1 key667="a b"
    child NS ns.child
    ns.child A 192.0.2.5
    child DS 1 8 2 00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF
    host HINFO "a cpu" os
    tree DNAME other.example.net.
    private TYPE65280 \\# 3 010203
    """

@Suite("Written zone files")
struct ZoneFileWritingTests {
    private let zone = Result {
        try ZoneFile(parsing: Array(text.utf8), file: "test.zone", origin: Name("cluster.local"))
    }

    @Test func `a written zone is read back to the same records`() throws {
        let zone = try zone.get()
        #expect(zone.records.count == 25)
        let again = try ZoneFile(parsing: Array(zone.text.utf8), file: "again.zone")
        #expect(again == zone)
        #expect(zone.text.split(separator: "\n").count == zone.records.count)
        #expect(zone.text.hasPrefix("cluster.local.\t30\tIN\tSOA\t"))
    }

    @Test func `ldns-read-zone accepts a written zone`() throws {
        let (status, output) = try run("/usr/bin/ldns-read-zone", [], zone: zone.get().text)
        #expect(status == 0, "\(output)")
        #expect(output.contains("web.shop.svc.cluster.local.\t30\tIN\tA\t10.96.0.21"))
        #expect(output.split(separator: "\n").count == 25)
    }

    @Test func `named-checkzone accepts a written zone`() throws {
        let (status, output) = try run(
            "/usr/bin/named-checkzone",
            ["-k", "ignore", "-i", "none", "cluster.local"],
            zone: zone.get().text
        )
        #expect(status == 0, "\(output)")
        #expect(output.contains("loaded serial 7"))
    }

    @Test func `records make a zone only if one of them starts it`() throws {
        let start = ResourceRecord(
            name: try #require(Name("x.test")),
            timeToLive: 5,
            data: .soa(
                StartOfAuthority(
                    primary: .root,
                    mailbox: .root,
                    serial: 1,
                    refresh: 2,
                    retry: 3,
                    expire: 4,
                    minimum: 5
                )
            )
        )
        let address = try ResourceRecord(parsing: "a.x.test. 60 IN A 192.0.2.1")
        let zone = try ZoneFile(records: [address, start])
        #expect(zone.records == [start, address])
        #expect(zone.start.serial == 1)
        let error = #expect(throws: ZoneFileError.self) { try ZoneFile(records: [address]) }
        #expect(error?.problem == .noStart)
        #expect(error?.line == nil)
    }
}

@Suite("Text of single records")
struct RecordTextTests {
    @Test(arguments: [
        "www.example.org. 300 IN A 192.0.2.1", "x. 0 IN TXT \"a\" \"b c\"",
        "version.bind. 0 CH TXT \"x\"", "x.\t60\tIN\tMX\t10 mail.example.org.",
    ])
    func `a record is read from its line`(line: String) throws {
        let record = try ResourceRecord(parsing: line)
        #expect(
            record.description.split(whereSeparator: { " \t".contains($0) })
                == line.split(whereSeparator: { " \t".contains($0) })
        )
        #expect(record.libldnsText == record.description)
    }

    @Test(arguments: [
        "", " ", "www", "www. 300 IN A", "www. 300 IN A 1.2.3.4.5", "www. 300 IN QUUX x",
        "a..b. 300 IN A 192.0.2.1", "x. 300 IN A 192.0.2.1 192.0.2.2", "x. 1 IN TXT a\u{0}b",
        "; comment", "$ORIGIN x.",
    ])
    func `text that is no record is refused with a reason`(line: String) {
        let error = #expect(throws: RecordTextError.self) { try ResourceRecord(parsing: line) }
        #expect(error?.reason.isEmpty == false)
    }
}
