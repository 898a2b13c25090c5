import Foundation
import Testing

@Suite("Documents: their commands, typed as they stand")
struct DocumentCommandTests {
    /// A command of a document's `console` block, and what is shown below it.
    struct Command {
        var line: String
        var shown: [String] = []
    }

    /// Documents that exist.
    private static let documents = [
        "README.md", "zones/README.md", "docs/architecture.md", "docs/guide.md",
    ].filter { FileManager.default.fileExists(atPath: Site.path($0)) }

    @Test(arguments: documents)
    func `commands do and print what the document shows`(_ document: String) throws {
        let text = try String(contentsOfFile: Site.path(document), encoding: .utf8)
        let commands = Self.commands(text)
        let site = try Site()
        // Where a reader stands: in the repository, with `make run` in another terminal.
        try FileManager.default.createSymbolicLink(
            atPath: "\(site.directory)/zones",
            withDestinationPath: Site.path("zones")
        )
        try FileManager.default.createDirectory(
            atPath: "\(site.directory)/bin",
            withIntermediateDirectories: true
        )
        try FileManager.default.createSymbolicLink(
            atPath: "\(site.directory)/bin/martlet",
            withDestinationPath: Site.program
        )
        try site.done("apply", "-f", Site.path("zones/demo"))
        let server = try site.serve("--config", Site.path("zones/Corefile"))
        for command in commands {
            let words = command.line.split(separator: " ")
            switch words.first {
            case "cat":
                try site.write(String(words[1]), command.shown.joined(separator: "\n") + "\n")
            case "martlet" where words.contains("serve"), "make":
                continue
            case "martlet", "dig", "kdig", "getent":
                try Self.check(command, in: site, port: server.port, document)
            default:
                Issue.record("\(document): nobody tries `\(command.line)`")
            }
        }
        try server.stop()
    }

    @Test func `the first document has commands to try`() throws {
        let text = try String(contentsOfFile: Site.path("README.md"), encoding: .utf8)
        let lines = Self.commands(text).map(\.line)
        #expect(lines.contains { $0.hasPrefix("dig ") && $0.contains("web.shop.svc") })
        #expect(lines.contains { $0.hasPrefix("martlet apply ") })
        #expect(lines.contains { $0.hasPrefix("martlet get ") })
        #expect(lines.contains { $0.hasPrefix("martlet resolv-conf ") })
        #expect(lines.contains { $0.hasPrefix("martlet env ") })
    }

    /// Runs a command until it prints what is shown, for a change takes a moment to be answered.
    ///
    /// Nothing shown stands for any output, and a line `…` for lines left out.
    private static func check(
        _ command: Command,
        in site: Site,
        port: String,
        _ document: String
    ) throws {
        // The port of the document is the one that `make run` serves.
        let line = command.line.replacingOccurrences(of: "1053", with: port)
        let shell = "cd '\(site.directory)' && PATH='\(site.directory)/bin':$PATH && \(line)"
        let isCut = command.shown.isEmpty || command.shown.contains("…")
        let expected = command.shown.filter { $0 != "…" }.map(masked).sorted()
        let deadline = Instant.now + 120
        while true {
            let outcome = try site.run(["bash", "-c", shell])
            // A resolv.conf adds the search domains of the host that it is made on.
            let isOfHost = command.line.contains("resolv-conf") && outcome.status == 0
            let lines = outcome.output.split(separator: "\n").map { masked(String($0)) }.sorted()
            let isShown = isCut ? Set(expected).isSubset(of: lines) : lines == expected
            if outcome.status == 0, isShown || isOfHost && lines.count == expected.count { return }
            // Only what DNS says follows a change later than the command that made it.
            guard command.line.hasPrefix("martlet") || Instant.now > deadline else { continue }
            #expect(outcome.status == 0, "\(document): \(command.line)\n\(outcome.errors)")
            #expect(lines == expected, "\(document): \(command.line)\n\(outcome.errors)")
            return
        }
    }

    /// A line without what differs from registry to registry: addresses, ages, generated names.
    private static func masked(_ line: String) -> String {
        line.replacing(#/\b(10|172)(\.\d+){3}\b/#, with: "ADDRESS")
            .replacing(#/\b\d+[smhd]\b/#, with: "AGE")
            .replacing(#/\b\d+:3[0-2]\d{3}\/(TCP|UDP)/#, with: "PORT")
            .replacing(#/-[a-z0-9]{9,10}-[a-z0-9]{5}\b/#, with: "-POD")
            .split(separator: " ").joined(separator: " ")
    }

    /// The commands of the `console` blocks, in the order that a reader types them.
    private static func commands(_ text: String) -> [Command] {
        var commands: [Command] = []
        var isConsole = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("```") {
                isConsole = line == "```console"
            } else if isConsole, line.hasPrefix("$ ") {
                let words = line.dropFirst(2).split(separator: "#", maxSplits: 1)
                commands.append(
                    Command(line: words[0].trimmingCharacters(in: .whitespaces))
                )
            } else if isConsole, !commands.isEmpty {
                commands[commands.count - 1].shown.append(String(line))
            }
        }
        return commands
    }
}
