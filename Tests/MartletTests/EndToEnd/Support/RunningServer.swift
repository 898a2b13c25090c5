import Glibc
import Testing

/// A server that answers, and the public tools that ask it.
final class RunningServer {
    let child: Child
    let port: String
    private let site: Site

    /// Waits until a starting server says where it listens.
    init(_ child: Child, site: Site) throws {
        self.child = child
        self.site = site
        try child.waitForOutput { $0.contains(" serves ") }
        let lines = child.text.split(separator: "\n")
        let line = try #require(lines.first { $0.hasPrefix("listening on ") })
        #expect(line.hasSuffix(" (UDP and TCP)"))
        let address = try #require(line.split(separator: " ").dropFirst(2).first)
        port = String(try #require(address.split(separator: ":").last))
    }

    /// What dig prints.
    func dig(_ words: String...) throws -> String {
        let standard = ["dig", "@127.0.0.1", "-p", port, "+tries=1", "+time=60"]
        return try site.run(standard + words).output
    }

    /// The data of an answer as dig prints it, in order of text.
    func short(_ words: String...) throws -> [String] {
        let standard = ["dig", "@127.0.0.1", "-p", port, "+tries=1", "+time=60", "+short"]
        return try site.run(standard + words).output.split(separator: "\n").map(String.init)
            .sorted()
    }

    /// Asks until the answer is what is expected; the last answer is compared in any case.
    func expect(
        _ words: String...,
        become expected: [String],
        seconds: Double = 120,
        at location: SourceLocation = #_sourceLocation
    ) throws {
        let deadline = Instant.now + seconds
        let standard = ["dig", "@127.0.0.1", "-p", port, "+tries=1", "+time=60", "+short"]
        var answer: [String] = []
        repeat {
            answer = try site.run(standard + words).output.split(separator: "\n")
                .map(String.init).sorted()
        } while answer != expected && Instant.now < deadline
        #expect(answer == expected, "\(words)", sourceLocation: location)
    }

    /// Ends the server in the way that it is asked to end.
    func stop(at location: SourceLocation = #_sourceLocation) throws {
        child.send(SIGTERM)
        #expect(try child.wait() == .exited(0), sourceLocation: location)
    }
}
