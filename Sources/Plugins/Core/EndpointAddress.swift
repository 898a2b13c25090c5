internal import Addresses
internal import Corefile

/// Where `health`, `ready` and `prometheus` are served.
struct EndpointAddress {
    /// The address; nil means all.
    var address: IPAddress?
    /// The port.
    var port: UInt16

    /// Reads the one argument that a line may have; without it `standard` holds.
    ///
    /// - Throws: ``CorefileErrors`` if it is no address, or more follows.
    init(_ cursor: inout DirectiveCursor, standard: String) throws(CorefileErrors) {
        do {
            let text = cursor.nextArgument() ?? standard
            try cursor.noMoreArguments()
            guard let place = HostPort(text) else {
                throw cursor.wrong(text, "is no address with a port", mend: "write \(standard)")
            }
            port = place.port
            switch place.host {
            case "": address = nil
            case "localhost": address = IPAddress(ipv4: 0x7F00_0001)
            default:
                guard let parsed = IPAddress(place.host) else {
                    throw cursor.wrong(
                        text,
                        "does not begin with an IP address",
                        mend: "write \(standard)"
                    )
                }
                address = parsed
            }
        } catch let error as CorefileError {
            throw CorefileErrors([error])
        } catch {
            throw CorefileErrors([])
        }
    }
}
