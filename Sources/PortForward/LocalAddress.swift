public import Addresses

/// An address to listen on.
public struct LocalAddress: Sendable, Hashable {
    /// The address.
    public var address: IPAddress
    /// Whether another address of the list may stand in for it: `localhost` means both families,
    /// and a host may have one only.
    public var isOptional: Bool

    /// Reads the values of `--address`: addresses and `localhost`, with commas between them.
    ///
    /// - Throws: ``PortForwardError`` that names what is neither.
    public static func list(_ values: [String]) throws(PortForwardError) -> [LocalAddress] {
        var found: [LocalAddress] = []
        for word in values.flatMap({ $0.split(separator: ",") }).map(String.init) {
            var next: [LocalAddress] = []
            if word == "localhost" {
                next = [
                    LocalAddress(address: IPAddress(ipv4: 0x7F00_0001), isOptional: true),
                    LocalAddress(address: IPAddress(ipv6High: 0, low: 1), isOptional: true),
                ]
            } else if let address = IPAddress(word) {
                next = [LocalAddress(address: address, isOptional: false)]
            } else {
                throw PortForwardError(.usage, "\(word) is not a valid IP")
            }
            for address in next where !found.contains(where: { $0.address == address.address }) {
                found.append(address)
            }
        }
        guard (1...Limits.addressCountMax).contains(found.count) else {
            throw PortForwardError(
                .usage,
                "--address needs from 1 to \(Limits.addressCountMax) addresses, not \(found.count)"
            )
        }
        return found
    }
}
