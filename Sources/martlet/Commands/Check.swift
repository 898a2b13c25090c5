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

            A file is a Corefile if its name begins with Corefile, a zone file if its name ends \
            with .zone, else manifests.
            """
    )

    @Argument(help: "Files or directories.")
    var paths: [String]

    func run() throws {
        var isGood = true
        for path in paths where !(try check(path)) { isGood = false }
        if !isGood { throw Failure.silent }
    }

    private func check(_ path: String) throws -> Bool {
        let name = path.split(separator: "/").last ?? ""
        if name.hasPrefix("Corefile") || name.hasSuffix(".corefile") {
            return try checkCorefile(path)
        }
        return name.hasSuffix(".zone") ? checkZone(path) : checkManifests(path)
    }

    private func checkManifests(_ path: String) -> Bool {
        let manifest = ManifestReader().read(paths: [path])
        for problem in manifest.problems { Output.error("error: \(problem)") }
        if let summary = manifest.skippedSummary { Output.error("\(path): \(summary)") }
        guard manifest.problems.isEmpty else { return false }
        Output.line("\(path): \(Check.count(manifest.documents.count, "object")) ok")
        return true
    }

    private func checkCorefile(_ path: String) throws -> Bool {
        let settings = ServerSettings(
            listen: [],
            corefile: path,
            workerCount: 1,
            registry: .standard,
            openStore: { _ in MemoryStore() }
        )
        do {
            let report = try ServingReport(settings)
            for warning in report.warnings { Output.error("warning: \(warning)") }
            Output.line("\(path): \(Check.count(report.blocks.count, "server block")) ok")
            for block in report.blocks { Check.explain(block) }
            for endpoint in report.endpoints {
                Output.line("  \(endpoint.directive) at \(endpoint.url)")
            }
            return true
        } catch let error as CorefileErrors {
            for error in error.errors { Output.error("error: \(error)") }
        } catch {
            Output.error("error: \(error)")
        }
        return false
    }

    private static func explain(_ block: ServingReport.Block) {
        let zones = block.zones.joined(separator: " ")
        let view = block.view.isEmpty ? "" : " (view \(block.view))"
        Output.line("  \(zones)\(view) on \(block.listeners.joined(separator: " "))")
        let plugins =
            block.plugins.isEmpty ? "nothing: REFUSED" : block.plugins.joined(separator: " > ")
        Output.line("    \(plugins)")
    }

    private func checkZone(_ path: String) -> Bool {
        do throws(ZoneFileError) {
            let zone = try ZoneFile(contentsOf: path)
            Output.line("\(path): \(zone.origin), \(Check.count(zone.records.count, "record")) ok")
            return true
        } catch {
            Output.error("error: \(error)")
            return false
        }
    }

    private static func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }
}
