internal import Corefile
internal import DNSWire

/// A `file` directive (CoreDNS `plugin/file/setup.go`).
struct FileOptions {
    /// The zone file.
    var path: String
    /// The zones that the file is read for.
    var origins: [Name]
    /// How often the file is looked at; zero means never.
    var interval: Duration = .seconds(60)
    /// Whether a file that was written is read again even if its serial number is the same.
    var followsTime = false
    /// The zones whose unknown names are passed on; nil if none are.
    var passedOn: [Name]?
    /// Where the directive is, for errors.
    var place: DirectiveCursor

    /// Reads a directive.
    init(_ cursor: inout DirectiveCursor, _ context: BlockContext) throws {
        guard let argument = cursor.nextArgument() else {
            throw cursor.error(
                "file: no zone file is named",
                mend: "write file DBFILE [ZONES...]"
            )
        }
        path = context.path(argument)
        place = cursor
        origins = try cursor.zones(or: context.zones)
        try cursor.readOptions { option, cursor in
            switch option {
            case "fallthrough": passedOn = try cursor.zones(or: [.root])
            case "reload": interval = try cursor.duration()
            case "reload_by_mtime": followsTime = true
            // Of older versions: names outside of the zone are looked up by the server itself.
            case "upstream": _ = cursor.remainingArguments()
            default:
                throw cursor.unknownOption(known: PluginDirective.fileManual.optionNames)
            }
        }
    }
}
