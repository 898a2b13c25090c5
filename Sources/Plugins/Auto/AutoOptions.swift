internal import Corefile
internal import DNSWire
internal import Expressions

/// An `auto` directive (CoreDNS `plugin/auto/setup.go`).
struct AutoOptions: Sendable {
    /// The zones that are served from the directory, and all below them.
    var zones: [Name]
    /// The directory.
    var directory = ""
    /// Which files are zone files.
    var pattern: Pattern
    /// How a zone's name is made from a match.
    var template = PatternTemplate(braces: "{1}")
    /// How often the directory is looked at; zero means once.
    var interval: Duration = .seconds(60)

    /// Reads a directive.
    init(_ cursor: inout DirectiveCursor, _ context: BlockContext) throws {
        pattern = try Pattern("db\\.(.*)")
        zones = try cursor.zones(or: context.zones)
        try cursor.readOptions { option, cursor in
            switch option {
            case "directory": try readDirectory(&cursor, context)
            case "reload": interval = try cursor.duration()
            // Of older versions: names outside of the zone are looked up by the server itself.
            case "upstream": _ = cursor.remainingArguments()
            default:
                throw cursor.unknownOption(known: PluginDirective.autoManual.optionNames)
            }
        }
    }

    private mutating func readDirectory(
        _ cursor: inout DirectiveCursor,
        _ context: BlockContext
    ) throws(CorefileError) {
        directory = context.path(try cursor.argument("a directory"))
        guard let text = cursor.nextArgument() else { return }
        guard text.utf8.count <= Limits.autoPatternOctetsMax else {
            throw cursor.error(
                "auto: directory: the regular expression is too long",
                mend: "write at most \(Limits.autoPatternOctetsMax) octets"
            )
        }
        do throws(PatternError) {
            pattern = try Pattern(text)
        } catch {
            throw cursor.error("auto: directory: \(error)")
        }
        guard pattern.groupCount > 0 else {
            throw cursor.error(
                "auto: directory: need at least one sub expression",
                mend: "write the part that becomes the zone in parentheses, as in db\\.(.*)"
            )
        }
        template = PatternTemplate(braces: try cursor.argument("a template such as {1}"))
    }
}
