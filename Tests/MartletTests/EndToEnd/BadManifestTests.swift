import Foundation
import TestSupport
import Testing

@Suite("Bad input: manifests and flags")
struct BadManifestTests {
    /// What a user did wrong, and what the program must say about it.
    struct Mistake: Sendable, CustomTestStringConvertible {
        var title: String
        /// The manifest, given as a file named `input.yaml`; nil for none.
        var text: String?
        /// The arguments; `@` is the test's directory.
        var words = ["apply", "-f", "@/input.yaml"]
        var status: Int32 = 1
        /// What standard error must name: the place, the thing, the mend.
        var named: [String]

        var testDescription: String { title }
    }

    private static func service(_ name: String, _ more: String = "") -> String {
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: \(name)\nspec:\n  ports: [{port: 80}]\n"
            + more
    }

    private static let mistakes: [Mistake] = [
        Mistake(
            title: "not YAML",
            text: "hello: [unclosed",
            named: ["input.yaml: document 1 (line 1): not YAML: line 2", "nothing was applied"]
        ),
        Mistake(
            title: "YAML, but no object",
            text: "just words",
            named: ["input.yaml: document 1 (line 1)", "an object must be a mapping, not string"]
        ),
        Mistake(
            title: "not text",
            text: "\u{0}\u{1}\u{2}\u{7f}",
            named: ["input.yaml: document 1 (line 1): not YAML"]
        ),
        Mistake(
            title: "a number for a name",
            text: service("5"),
            named: ["input.yaml", "metadata.name: Invalid value: 5: must be of type string"]
        ),
        Mistake(
            title: "a word for a port",
            text: "apiVersion: v1\nkind: Service\nmetadata: {name: x}\n"
                + "spec: {ports: [{port: eighty}]}\n",
            named: ["spec.ports[0].port: Invalid value: \"eighty\": must be of type int"]
        ),
        Mistake(
            title: "unknown fields",
            text: "apiVersion: v1\nkind: Service\nmetadata: {name: x, lables: {}}\n"
                + "spec: {prots: [], ports: [{port: 80}]}\n",
            named: [
                "unknown field \"metadata.lables\"; did you mean \"labels\"?",
                "unknown field \"spec.prots\"; did you mean \"ports\"?",
            ]
        ),
        Mistake(
            title: "an unknown kind",
            text: "apiVersion: v1\nkind: Servce\nmetadata: {name: x}\n",
            named: ["no kind \"Servce\" in v1; did you mean \"Service\"?"]
        ),
        Mistake(
            title: "the same object twice",
            text: service("x") + "---\n" + service("x"),
            named: ["document 2 (line 8): Service \"x\" is there twice, first in", "document 1"]
        ),
        Mistake(
            title: "a good object before a bad one",
            text: service("good") + "---\n" + service("Bad_Name"),
            named: ["document 2 (line 8)", "metadata.name: Invalid value: \"Bad_Name\""]
        ),
        Mistake(
            title: "a label of 1 MB",
            text: "apiVersion: v1\nkind: Service\nmetadata:\n  name: x\n  labels:\n    big: "
                + String(repeating: "a", count: 1 << 20) + "\nspec:\n  ports: [{port: 80}]\n",
            named: ["Service \"x\" is invalid: metadata.labels", "no more than 63"]
        ),
        Mistake(
            title: "an address that another service has",
            text: "apiVersion: v1\nkind: Service\nmetadata: {name: x}\n"
                + "spec: {clusterIP: 10.96.0.1, ports: [{port: 80}]}\n",
            named: ["Service \"x\"", "10.96.0.1", "already allocated"]
        ),
        Mistake(
            title: "a namespace that isn't there",
            text: service("x"),
            words: ["apply", "-f", "@/input.yaml", "-n", "nowhere"],
            named: ["namespaces \"nowhere\" not found"]
        ),
        Mistake(title: "an empty file", text: "", named: ["no objects passed", "input.yaml"]),
        Mistake(
            title: "a directory without manifests",
            words: ["apply", "-f", "@"],
            named: ["no objects passed to apply: no manifest in ", ".yaml, .yml or .json", "-R"]
        ),
        Mistake(
            title: "no such file",
            words: ["apply", "-f", "@/none.yaml"],
            named: ["/none.yaml: cannot open: No such file or directory"]
        ),
        Mistake(
            title: "nothing on standard input",
            words: ["apply", "-f", "-"],
            named: ["no objects passed to apply"]
        ),
        Mistake(
            title: "no file at all",
            words: ["apply"],
            status: 64,
            named: ["must specify one of -f FILE, -f DIR or -f -"]
        ),
        Mistake(
            title: "an unknown flag",
            words: ["apply", "--nope", "-f", "@"],
            status: 64,
            named: ["'--nope'", "--help"]
        ),
        Mistake(title: "an unknown command", words: ["aply"], status: 64, named: ["aply"]),
        Mistake(
            title: "an unknown kind to get",
            words: ["get", "servces"],
            named: ["servces"]
        ),
        Mistake(
            title: "a registry of no known engine",
            words: ["get", "svc", "--registry", "mysql:x"],
            status: 64,
            named: ["mysql:x", "sqlite:"]
        ),
        Mistake(
            title: "no address to listen on",
            words: ["serve", "--listen", "nonsense:53"],
            status: 64,
            named: ["\"nonsense\" is not an IP address", "127.0.0.1:53"]
        ),
        Mistake(
            title: "no such Corefile",
            words: ["serve", "--listen", "127.0.0.1:0", "--config", "@/Corefile"],
            named: ["/Corefile: no such file", "--config"]
        ),
    ]

    @Test(arguments: mistakes)
    func `a mistake is named with its mend, and changes nothing`(_ mistake: Mistake) throws {
        let site = try Site()
        try site.done("create", "namespace", "kept")
        let before = try site.done("get", "services,namespaces", "-A", "-o", "json")
        if let text = mistake.text { try site.write("input.yaml", text) }
        let words = mistake.words.map {
            $0.hasPrefix("@") ? site.directory + $0.dropFirst() : $0
        }
        let outcome = try site.run([Site.program] + words)
        #expect(outcome.status == mistake.status, "\(outcome.errors.prefix(1000))")
        for part in mistake.named {
            #expect(outcome.errors.contains(part), "\(outcome.errors.prefix(1000))")
        }
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.utf8.count < 4096, "a message that nobody can read")
        #expect(try site.done("get", "services,namespaces", "-A", "-o", "json") == before)
    }

    @Test func `random bytes on standard input are refused with words`() throws {
        let site = try Site()
        var random = SeededGenerator(seed: 1)
        for _ in 0..<10 {
            let scalars = (0..<2000).map { _ in
                Character(UnicodeScalar(UInt8.random(in: 0...255, using: &random)))
            }
            let outcome = try site.martlet("apply", "-f", "-", input: String(scalars))
            #expect(outcome.status == 1)
            #expect(outcome.errors.contains("standard input"))
        }
    }
}
