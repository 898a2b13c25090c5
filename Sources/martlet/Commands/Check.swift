import ArgumentParser
import Corefile
import DNSServer
import KubernetesModel
import Registry
import ZoneFiles

/// Checks files without using them.
struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check manifests, Corefiles and zone files, and use none of them.",
        discussion: """
            Examples:
              martlet check zones/demo
              martlet check zones/Corefile zones/example.internal.zone
              martlet check --strict --output json Corefile

            A file is a Corefile if its name begins with Corefile, or if it begins as one; a zone \
            file if its name ends with .zone; else manifests. Of a directory all three are \
            checked. Of a Corefile it says what would be served, and warns of what is legal but \
            hurts.

            Exit status: 0 good; 1 something is wrong, or with --strict there is a warning.
            """
    )

    @Argument(help: "Files or directories.")
    var paths: [String]

    @Flag(help: "Fail for warnings too; hints are none.")
    var strict = false

    @Option(name: [.short, .long], help: "How to say it: text or json.")
    var output = CheckOutput.text

    func run() throws {
        var isGood = true
        var results: [CheckResult] = []
        for result in paths.flatMap(check) {
            if !result.isGood(strict: strict) { isGood = false }
            if output == .text { result.show() }
            results.append(result)
        }
        if output == .json {
            Output.line(JSONWriter.pretty(.array(results.map(\.value))))
        }
        if !isGood { throw Failure.silent }
    }

    private func check(_ path: String) -> [CheckResult] {
        switch CheckedFile(path) {
        case .corefile: [checkCorefile(path)]
        case .zone: [checkZone(path)]
        case .manifests: [checkManifests(path)]
        case .directory(let others): checkDirectory(path, others)
        }
    }

    /// Checks the manifests of a directory, and the other files that it has.
    private func checkDirectory(_ path: String, _ others: [String]) -> [CheckResult] {
        let manifests = checkManifests(path)
        let hasManifests = !manifests.errors.isEmpty || manifests.objectCount > 0
        return (hasManifests || others.isEmpty ? [manifests] : []) + others.flatMap(check)
    }

    private func checkManifests(_ path: String) -> CheckResult {
        let manifest = ManifestReader().read(paths: [path])
        var result = CheckResult(path)
        result.errors = manifest.problems.map { "\($0)" }
        if let summary = manifest.skippedSummary { result.notes = ["\(path): \(summary)"] }
        result.objectCount = manifest.documents.count
        result.summary = Check.count(result.objectCount, "object")
        return result
    }

    private func checkCorefile(_ path: String) -> CheckResult {
        let settings = ServerSettings(
            listen: [],
            corefile: path,
            workerCount: 1,
            registry: .standard,
            openStore: { _ in MemoryStore() }
        )
        var result = CheckResult(path)
        do {
            let report = try ServingReport(settings)
            result.warnings = report.warnings
            result.summary = Check.count(report.blocks.count, "server block")
            result.report = report
        } catch let error as CorefileErrors {
            result.warnings = error.warnings.map { Advice(text: "\($0)") }
            result.errors = error.errors.map { "\($0)" }
        } catch {
            result.errors = ["\(error)"]
        }
        return result
    }

    private func checkZone(_ path: String) -> CheckResult {
        var result = CheckResult(path)
        do throws(ZoneFileError) {
            let zone = try ZoneFile(contentsOf: path)
            result.summary = "\(zone.origin), \(Check.count(zone.records.count, "record"))"
        } catch {
            result.errors = ["\(error)"]
        }
        return result
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
}
