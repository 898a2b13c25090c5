import DNSWire
import Plugins
import Testing

@Suite("root")
struct RootTests {
    @Test func `root is where paths start`() throws {
        #expect(try ChainFixture("root /tmp").context.directory == "/tmp")
        #expect(try ChainFixture("root /usr\nroot /tmp").context.directory == "/tmp")
        #expect(try ChainFixture("root lib", directory: "/usr").context.directory == "/usr/lib")
        #expect(try ChainFixture("root /tmp").context.warnings.isEmpty)
        let absent = try ChainFixture("root /no/such").context
        #expect(absent.directory == "/no/such")
        #expect(
            absent.warnings == ["Corefile:2: root: Root path does not exist: /no/such"]
        )
        expectMistake("root", "Corefile:2: 'root' needs an argument: write one after it")
        expectMistake("root a b", "Corefile:2: 'root' takes one argument: delete 'b'")
        expectMistake(
            "root /etc/passwd/x",
            "Corefile:2: root: unable to access root path '/etc/passwd/x': Not a directory: "
                + "check the path and its rights"
        )
    }

    @Test func `files are found below root`() throws {
        let zone = try TemporaryFile("@ 60 SOA ns h 1 2 3 4 5\n")
        let name = zone.path.split(separator: "/").last ?? ""
        let fixture = try ChainFixture("file \(name)\nroot /tmp")
        #expect(try fixture.ask("example.test", .soa).answers.count == 1)
    }
}
