internal import Corefile
internal import DNSWire
internal import ZoneFiles

extension PluginDirective {
    /// `file DBFILE [ZONES…] { fallthrough [ZONES…] }`: a zone file.
    static let file = PluginDirective(name: "file", make: makeFile)

    private static func makeFile(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        var zones: [FilePlugin.Zone] = []
        var errors: [CorefileError] = []
        for directive in directives {
            do {
                zones += try read(directive, context)
            } catch {
                errors.append(contentsOf: error.errors)
            }
        }
        guard errors.isEmpty else { throw CorefileErrors(errors) }
        return FilePlugin(zones: zones)
    }

    private static func read(
        _ directive: Directive,
        _ context: BlockContext
    ) throws(CorefileErrors) -> [FilePlugin.Zone] {
        var cursor = directive.cursor()
        guard let path = cursor.nextArgument() else {
            throw CorefileErrors([
                cursor.error("file: no zone file is named", mend: "write file DBFILE [ZONES...]")
            ])
        }
        let place = cursor
        let origins = try cursor.zones(or: context.zones)
        let passedOn = try readOptions(&cursor)
        var zones: [FilePlugin.Zone] = []
        for origin in origins {
            do {
                let file = try ZoneFile(contentsOf: context.path(path), origin: origin)
                guard file.origin == origin else {
                    throw CorefileErrors([
                        place.error(
                            "file: \(path) is the zone \(file.origin), not \(origin)",
                            mend: "name the zone behind the file"
                        )
                    ])
                }
                zones.append(
                    FilePlugin.Zone(
                        matcher: ZoneMatcher(origin),
                        records: StaticZone(file),
                        passedOn: passedOn
                    )
                )
            } catch let error as ZoneFileError {
                throw CorefileErrors([place.error("file: \(error)")])
            } catch let errors as CorefileErrors {
                throw errors
            } catch {
                throw CorefileErrors([place.error("file: \(path): \(error)")])
            }
        }
        return zones
    }

    /// Reads the block; returns the zones of `fallthrough`.
    private static func readOptions(
        _ cursor: inout DirectiveCursor
    ) throws(CorefileErrors) -> [Name]? {
        var passedOn: [Name]?
        while let option = cursor.nextOption() {
            switch option {
            case "fallthrough":
                passedOn = try cursor.zones(or: [.root])
            case "reload", "reload_by_mtime":
                throw CorefileErrors([
                    cursor.error(
                        "file: the option \"\(option)\" of CoreDNS is not in Martlet yet",
                        mend: "remove it, and send SIGHUP after a change"
                    )
                ])
            default:
                throw CorefileErrors([cursor.unknownOption(known: ["fallthrough"])])
            }
        }
        return passedOn
    }
}
