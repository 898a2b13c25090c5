internal import Corefile
internal import DNSWire

/// The options of a `hosts` block (CoreDNS `plugin/hosts/setup.go`).
struct HostsOptions {
    /// The file; relative paths begin where the block's do.
    var path = "/etc/hosts"
    /// The zones whose names are answered.
    var zones: [Name] = []
    /// The entries that stand in the block, one a line.
    var lines: [String] = []
    /// Seconds that answers may be kept.
    var timeToLive: UInt32 = 3600
    /// Whether addresses have names.
    var hasReverse = true
    /// How often the file is looked at; zero means never.
    var interval: Duration = .seconds(5)
    /// The zones whose unknown names are passed on; nil if none are.
    var passedOn: [Name]?
    /// Whether types that a hosts file can't say are passed on too.
    var passesOtherTypes = false

    /// Reads the directive.
    init(_ cursor: inout DirectiveCursor, _ context: BlockContext) throws(CorefileErrors) {
        if let file = cursor.nextArgument() { path = file }
        path = context.path(path)
        zones = try cursor.zones(or: context.zones)
        let place = cursor
        var asksForOtherTypes = false
        try cursor.readOptions { option, cursor in
            switch option {
            case "fallthrough": passedOn = try cursor.zones(or: [.root])
            case "fallthrough_unsupported": asksForOtherTypes = true
            case "no_reverse": hasReverse = false
            case "ttl": timeToLive = try cursor.integer(in: 1...65_535)
            case "reload": interval = try cursor.duration()
            default:
                // Behind `fallthrough`, CoreDNS takes no further entries.
                guard passedOn == nil else {
                    throw cursor.unknownOption(known: PluginDirective.hostsManual.optionNames)
                }
                lines.append(([option] + cursor.remainingArguments()).joined(separator: " "))
            }
        }
        guard asksForOtherTypes else { return }
        guard passedOn != nil else {
            throw CorefileErrors([
                place.error(
                    "hosts: fallthrough_unsupported requires fallthrough",
                    mend: "add the line 'fallthrough'"
                )
            ])
        }
        passesOtherTypes = true
    }
}
