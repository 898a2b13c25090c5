import TestSupport
import Testing

@testable import PodEnvironment

@Suite("kubelet: reading the host's resolv.conf")
struct HostResolverConfigurationTests {
    struct Case: CustomTestStringConvertible {
        var name: String
        var text: String
        var nameservers: [String] = []
        var searches: [String] = []
        var options: [String] = []
        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "an empty file is an empty configuration", text: ""),
        Case(
            name: "name servers accumulate and take one word each",
            text: "nameserver 1.2.3.4 5.6.7.8\nnameserver fd00::1 # mine\n",
            nameservers: ["1.2.3.4", "fd00::1"]
        ),
        Case(
            name: "a name server need not be an address",
            text: "nameserver one\n",
            nameservers: ["one"]
        ),
        Case(name: "a line with # is a comment", text: "  #nameserver 1.2.3.4\n"),
        Case(
            name: "a line with ; is no comment, and no keyword either",
            text: ";nameserver 1.2.3.4\nnameserver\t5.6.7.8\r\n",
            nameservers: ["5.6.7.8"]
        ),
        Case(
            name: "the last search line wins",
            text: "search a b\nsearch c. d\n",
            searches: ["c", "d"]
        ),
        Case(name: "the last search line wins although it is empty", text: "search a\nsearch\n"),
        Case(name: "search . contributes nothing", text: "search .\n"),
        Case(name: "one final dot is lost", text: "search a.. b.\n", searches: ["a.", "b"]),
        Case(name: "domain is ignored", text: "domain example.com\n"),
        Case(
            name: "options accumulate, the later value wins in the place of the first",
            text: "options ndots:1 rotate\noptions timeout:2 ndots:3\n",
            options: ["ndots:3", "rotate", "timeout:2"]
        ),
        Case(
            name: "a last line without line feed counts",
            text: "nameserver 9.9.9.9",
            nameservers: ["9.9.9.9"]
        ),
        Case(
            name: "Unicode spaces separate words",
            text: "nameserver\u{2003}9.9.9.9\n",
            nameservers: ["9.9.9.9"]
        ),
    ]

    @Test(arguments: cases)
    func `a file is read`(_ test: Case) throws {
        let read = try HostResolverConfiguration(parsing: Array(test.text.utf8))
        #expect(read.nameservers == test.nameservers)
        #expect(read.searches == test.searches)
        #expect(read.options == test.options)
    }

    @Test func `a nameserver line without an address refuses the file and names the line`() {
        let error = #expect(throws: HostResolverError.self) {
            try HostResolverConfiguration(parsing: Array("search a\nnameserver\n".utf8))
        }
        #expect(error == .nameserverWithoutAddress(line: 2))
        #expect(error?.description.hasPrefix("resolv.conf:2:") == true)
    }

    @Test func `a file beyond the limit is refused`() {
        let octets = [UInt8](repeating: 35, count: Limits.hostFileOctetsMax + 1)
        #expect(throws: HostResolverError.tooLarge(octets.count)) {
            try HostResolverConfiguration(parsing: octets)
        }
    }

    @Test(arguments: 0..<64)
    func `random bytes are read or refused, and no word holds white space`(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let words = [
            "nameserver ", "search ", "options ", "#", "\n", "\r", ":", ".", "\u{85}", "a",
        ]
        for _ in 0..<50 {
            var octets: [UInt8] = []
            for _ in 0..<Int.random(in: 0..<40, using: &generator) {
                if Bool.random(using: &generator) {
                    octets += Array(words.randomElement(using: &generator)!.utf8)
                } else {
                    octets.append(UInt8.random(in: 0...255, using: &generator))
                }
            }
            guard let read = try? HostResolverConfiguration(parsing: octets) else { continue }
            for word in read.nameservers + read.searches + read.options {
                #expect(!word.unicodeScalars.contains { $0.properties.isWhitespace })
            }
            #expect(Set(read.options.map(OptionList.name)).count == read.options.count)
        }
    }
}
