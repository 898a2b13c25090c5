import ArgumentParser
import DNSServer
import KubernetesModel
import OrderedCollections

/// How `check` says what it found.
enum CheckOutput: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

/// What `check` found in a file.
struct CheckResult {
    /// The file, or the directory.
    var path: String
    /// What is wrong.
    var errors: [String] = []
    /// What is legal but may hurt, and what could be better.
    var warnings: [Advice] = []
    /// What else there is to say.
    var notes: [String] = []
    /// Objects of manifests.
    var objectCount = 0
    /// What there is, if nothing is wrong.
    var summary = ""
    /// What a Corefile would serve, if nothing is wrong.
    var report: ServingReport?

    /// Creates the result of a file of which nothing is known yet.
    init(_ path: String) { self.path = path }

    /// Whether nothing is wrong; if `strict`, nothing is warned of either.
    func isGood(strict: Bool) -> Bool {
        errors.isEmpty && !(strict && warnings.contains { $0.level == .warning })
    }

    /// Writes the result for people: what is wrong to standard error, the rest to standard output.
    func show() {
        for warning in warnings { Output.error("\(warning.level.rawValue): \(warning)") }
        for error in errors { Output.error("error: \(error)") }
        for note in notes { Output.error(note) }
        guard errors.isEmpty else { return }
        Output.line("\(path): \(summary) ok")
        guard let report else { return }
        for block in report.blocks { CheckResult.show(block) }
        for endpoint in report.endpoints {
            Output.line("  \(endpoint.directive) at \(endpoint.url)")
        }
    }

    private static func show(_ block: ServingReport.Block) {
        let zones = block.zones.joined(separator: " ")
        let view = block.view.isEmpty ? "" : " (view \(block.view))"
        Output.line("  \(zones)\(view) on \(block.listeners.joined(separator: " "))")
        let plugins =
            block.plugins.isEmpty ? "nothing: REFUSED" : block.plugins.joined(separator: " > ")
        Output.line("    \(plugins)")
    }

    /// The result for programs.
    var value: Value {
        var fields: Fields = [
            "path": .string(path),
            "ok": .bool(errors.isEmpty),
            "errors": .array(errors.map { .string($0) }),
            "warnings": .array(
                warnings.map {
                    .object([
                        "level": .string($0.level.rawValue),
                        "file": .string($0.file),
                        "line": .integer(Int64($0.line)),
                        "message": .string($0.message),
                    ])
                }
            ),
        ]
        guard errors.isEmpty else { return .object(fields) }
        fields["summary"] = .string(summary)
        guard let report else { return .object(fields) }
        fields["blocks"] = .array(report.blocks.map(CheckResult.value))
        fields["endpoints"] = .array(
            report.endpoints.map {
                .object(["directive": .string($0.directive), "url": .string($0.url)])
            }
        )
        return .object(fields)
    }

    private static func value(_ block: ServingReport.Block) -> Value {
        func list(_ texts: [String]) -> Value { .array(texts.map { .string($0) }) }
        return .object([
            "zones": list(block.zones), "listeners": list(block.listeners),
            "plugins": list(block.plugins), "view": .string(block.view),
        ])
    }
}
