import Foundation
import Testing

@Suite("martlet: programs that run on")
struct RunningTests {
    @Test func `a watch shows what another process changes`() throws {
        let place = try Place()
        _ = try place.run("apply", "-f", Place.zones + "/demo")
        let watch = try Running(place, ["get", "pods", "-n", "data", "-l", "app=db", "--watch"])
        let first = watch.read { $0.contains("db-2") }
        #expect(first.hasPrefix("NAME   READY   STATUS    RESTARTS   AGE\n"))
        _ = try place.run("set", "unready", "pod/db-1", "-n", "data")
        let change = watch.read { $0.contains("0/1") }
        #expect(change.hasPrefix("db-1   0/1"))
        watch.stop()
    }

    @Test func `the server answers what the registry says, and what another process changes`()
        throws
    {
        let place = try Place()
        _ = try place.run("apply", "-f", Place.zones + "/demo")
        let server = try Running(
            place,
            ["serve", "--config", Place.zones + "/Corefile", "--listen", "127.0.0.1:0"]
        )
        let log = server.read { $0.contains("serves") }
        let address = try #require(log.firstMatch(of: /listening on (\S+)/)?.output.1)
        let ask = { (words: String...) in
            try place.run(["query", "--server", String(address), "--short"] + words).output
        }
        #expect(try ask("web.shop.svc.cluster.local") == "10.96.0.21\n")
        #expect(try ask("web.shop.svc.cluster.local", "--tcp") == "10.96.0.21\n")
        #expect(try ask("-x", "10.96.0.21") == "web.shop.svc.cluster.local.\n")
        #expect(try ask("postgres.example.internal") == "192.0.2.32\n")
        let full = try place.run("query", "--server", String(address), "nope.cluster.local")
        #expect(full.output.contains("status: NXDOMAIN"))
        #expect(full.output.contains(";; AUTHORITY SECTION:\ncluster.local.\t\t5\tIN\tSOA\t"))

        _ = try place.run(
            "create",
            "service",
            "clusterip",
            "new",
            "--tcp=80",
            "--clusterip=10.96.7.7"
        )
        // The change is on its way; a server that never took it would keep this loop going.
        let deadline = ContinuousClock.now + .seconds(120)
        while try ask("new.default.svc.cluster.local").isEmpty, ContinuousClock.now < deadline {}
        #expect(try ask("new.default.svc.cluster.local") == "10.96.7.7\n")
        server.stop()
        #expect(server.status == 0)
    }
}

/// A program that goes on until it is told to end.
final class Running {
    private let process = Process()
    private let pipe = Pipe()
    private let place: Place

    init(_ place: Place, _ arguments: [String]) throws {
        self.place = place
        process.executableURL = Place.binary
        process.arguments = arguments
        process.environment = ["MARTLET_REGISTRY": "sqlite:\(place.directory)/registry.db"]
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
    }

    deinit { stop() }

    /// Its exit status, once it ended.
    var status: Int32 { process.terminationStatus }

    /// Reads what it prints until that is enough, or it ended.
    func read(until isEnough: (String) -> Bool) -> String {
        var text = ""
        while !isEnough(text) {
            let data = pipe.fileHandleForReading.availableData
            guard !data.isEmpty else { break }
            text += String(decoding: data, as: UTF8.self)
        }
        return text
    }

    /// Asks it to end, and waits for that.
    func stop() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }
}
