import ArgumentParser
import Corefile
import DNSWire
import KubernetesModel
import Plugins
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
        let octets = try SystemFiles.read(path)
        var errors: [CorefileError] = []
        do throws(CorefileErrors) {
            let corefile = try Corefile(
                parsing: octets,
                file: path,
                context: CorefileContext(
                    environment: { SystemFiles.environment($0) },
                    files: DiskFiles()
                )
            )
            for warning in corefile.warnings { Output.error("warning: \(warning)") }
            for block in corefile.blocks { errors += Check.errors(in: block, path) }
            if errors.isEmpty {
                Output.line("\(path): \(Check.count(corefile.blocks.count, "server block")) ok")
            }
        } catch {
            errors = error.errors
        }
        for error in errors { Output.error("error: \(error)") }
        return errors.isEmpty
    }

    /// What is wrong with the keys of a block, and what its plugins say.
    private static func errors(in block: ServerBlock, _ path: String) -> [CorefileError] {
        do throws(CorefileErrors) {
            var context = BlockContext(
                zones: try block.addresses().compactMap { Name($0.zone) },
                serverAddresses: [],
                directory: path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "",
                log: LogSink(),
                views: []
            )
            _ = try PluginChain(block, context: &context)
            return []
        } catch {
            return error.errors
        }
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
