internal import Corefile
internal import DNSWire

extension DirectiveCursor {
    /// Reads zones from the arguments on the line; CIDR blocks become reverse zones.
    ///
    /// No arguments mean `fallback`.
    mutating func zones(or fallback: [Name]) throws(CorefileErrors) -> [Name] {
        let arguments = remainingArguments()
        guard !arguments.isEmpty else { return fallback }
        var zones: [Name] = []
        for argument in arguments { zones += try self.zones(argument) }
        return zones
    }

    /// The zones that one argument means.
    func zones(_ argument: String) throws(CorefileErrors) -> [Name] {
        do {
            return try ServerAddress.zones(of: argument).compactMap { Name($0) }
        } catch {
            throw CorefileErrors([self.error(error.message, mend: error.mend)])
        }
    }
}
