internal import Addresses
internal import Corefile
internal import DNSWire

/// A `transfer` directive: who may have which zones (CoreDNS `plugin/transfer/setup.go`).
struct TransferRule: Sendable {
    /// The zones, and all below them.
    var zones: [Name]
    /// Whether every client may have them.
    var allowsAll = false
    /// The clients that may have them, who are told of changes too.
    var clients: [ServerEndpoint] = []
    /// The address that they are told from; nil leaves it to the kernel.
    var source: IPAddress?

    /// Reads a directive.
    init(_ cursor: inout DirectiveCursor, _ context: BlockContext) throws {
        zones = try cursor.zones(or: context.zones)
        let place = cursor
        try cursor.readOptions { option, cursor in
            switch option {
            case "to":
                for client in [try cursor.argument("an address or *")]
                    + cursor.remainingArguments()
                {
                    if client == "*" {
                        allowsAll = true
                    } else {
                        clients.append(try cursor.endpoint(of: client))
                    }
                }
            case "source": source = try cursor.address()
            default:
                throw cursor.unknownOption(known: PluginDirective.transferManual.optionNames)
            }
        }
        guard allowsAll || !clients.isEmpty else {
            throw place.error("transfer: 'to' is required", mend: "add the line 'to ADDRESS...'")
        }
    }

    /// Whether a client may have the zones.
    func allows(_ client: IPAddress) -> Bool {
        allowsAll || clients.contains { $0.address == client }
    }
}

extension [TransferRule] {
    /// The rule with the longest zone that a name is in.
    func rule(for name: Name) -> TransferRule? {
        var best: (rule: TransferRule, labelCount: Int)?
        for rule in self {
            for zone in rule.zones
            where name.isSubdomain(of: zone) && zone.labelCount > best?.labelCount ?? -1 {
                best = (rule, zone.labelCount)
            }
        }
        return best?.rule
    }
}
