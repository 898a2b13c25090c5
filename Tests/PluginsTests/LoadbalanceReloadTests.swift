import DNSWire
import Glibc
import Plugins
import Testing

@Suite("A file of weights that changes")
struct LoadbalanceReloadTests {
    @Test func `it is read again`() throws {
        let weights = try TemporaryFile("www.example.test\n192.0.2.1 1\n")
        let zone = try TemporaryFile(
            "@ 60 SOA ns h 1 2 3 4 5\nwww 60 A 192.0.2.1\nwww 60 A 192.0.2.2\n"
        )
        let fixture = try ChainFixture(
            "loadbalance weighted \(weights.path) {\n reload 5ms\n}\nfile \(zone.path)"
        )
        for plugin in fixture.chain.plugins { try plugin.start() }
        let text = Array("www.example.test\n192.0.2.2 255\n".utf8)
        #expect(unsafe pwrite(weights.descriptor, text, text.count, 0) == text.count)
        // Forty in a row with 192.0.2.2 in front don't come by chance.
        var row = 0
        let deadline = ContinuousClock.now + .seconds(120)
        var random: UInt32 = 0
        while row < 40, ContinuousClock.now < deadline {
            random &+= 1
            let reply = try fixture.ask("www.example.test", random: random)
            row = reply.answers.first?.hasSuffix("192.0.2.2") == true ? row + 1 : 0
        }
        #expect(row == 40)
        for plugin in fixture.chain.plugins { plugin.stop() }
        #expect(
            try fixture.log() == [
                "[INFO] plugin/loadbalance: Successfully reloaded weight file \(weights.path)"
            ]
        )
    }
}
