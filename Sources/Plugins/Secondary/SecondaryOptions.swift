internal import Corefile
internal import DNSWire

/// A `secondary` directive (CoreDNS `plugin/secondary/setup.go`).
struct SecondaryOptions: Sendable {
    /// The zones that are transferred.
    var zones: [Name]
    /// Whom they are transferred from, asked in this order.
    var primaries: [ServerEndpoint] = []
    /// The zones whose unknown names are passed on; nil if none are.
    var passedOn: [Name]?
    /// Whether the zones are catalogs.
    var areCatalogs = false
    /// The zones that members of catalogs must be or be in; nil if they may be any.
    var catalogScope: [Name]?

    /// Reads a directive.
    init(_ cursor: inout DirectiveCursor, _ context: BlockContext) throws {
        zones = try cursor.zones(or: context.zones)
        let place = cursor
        try cursor.readOptions { option, cursor in
            switch option {
            case "transfer": try readPrimaries(&cursor)
            case "fallthrough": passedOn = try cursor.zones(or: [.root])
            case "catalog":
                areCatalogs = true
                if cursor.hasArgument { catalogScope = try cursor.zones(or: []) }
            default:
                throw cursor.unknownOption(known: PluginDirective.secondaryManual.optionNames)
            }
        }
        guard !primaries.isEmpty else {
            throw place.error(
                "secondary: 'transfer from' is required",
                mend: "add the line 'transfer from ADDRESS...'"
            )
        }
    }

    private mutating func readPrimaries(_ cursor: inout DirectiveCursor) throws {
        guard try cursor.argument("from ADDRESS...") == "from" else {
            throw cursor.error(
                "secondary: transfer: unknown property '\(cursor.current)'",
                mend: "write transfer from ADDRESS..."
            )
        }
        for text in [try cursor.argument("an address")] + cursor.remainingArguments() {
            primaries.append(try cursor.endpoint(of: text))
        }
    }
}
