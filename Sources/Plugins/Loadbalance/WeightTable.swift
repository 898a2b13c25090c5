internal import Addresses
internal import DNSWire

/// The weights of addresses, by the names that have them.
final class WeightTable: Sendable {
    private let weights: [Name: [IPAddress: UInt8]]

    /// Starts without any.
    init() {
        weights = [:]
    }

    /// Reads the text of a file.
    ///
    /// - Throws: ``WeightFileError`` with the first line that is wrong.
    init(parsing text: String, path: String) throws(WeightFileError) {
        var weights: [Name: [IPAddress: UInt8]] = [:]
        var current: Name?
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let fields = line.split(whereSeparator: \.isWhitespace)
            guard let first = fields.first, !first.hasPrefix("#") else { continue }
            func error(_ problem: String, _ mend: String) -> WeightFileError {
                WeightFileError("\(path):\(number + 1): \(problem)", mend: mend)
            }
            switch fields.count {
            case 1:
                guard IPAddress(String(first)) == nil, let name = Name(String(first)) else {
                    throw error("wrong domain name: \"\(first)\"", "maybe a weight is missing")
                }
                current = name
                weights[name] = weights[name] ?? [:]
            case 2:
                guard let address = IPAddress(String(first)) else {
                    throw error("wrong IP address: \"\(first)\"", "write one such as 10.0.0.1")
                }
                guard let weight = UInt8(String(fields[1])), weight > 0 else {
                    throw error("wrong weight value: \"\(fields[1])\"", "write 1 to 255")
                }
                guard let current else {
                    throw error("missing domain name", "write it on a line before the addresses")
                }
                // As in CoreDNS, the first weight of an address holds.
                weights[current, default: [:]][address] = weights[current]?[address] ?? weight
            default:
                throw error("could not parse weight line", "write ADDRESS WEIGHT")
            }
        }
        self.weights = weights
    }

    /// The weight of an address of a name; 1 if nothing is said of it.
    subscript(name: Name, address: IPAddress) -> UInt8 { weights[name]?[address] ?? 1 }
}

/// What is wrong with a file of weights.
struct WeightFileError: Error, CustomStringConvertible {
    /// What is wrong, with its place.
    let description: String
    /// How to mend it.
    let mend: String
    /// Whether there is no such file, which may come later.
    let isMissing: Bool

    /// Creates an error.
    init(_ description: String, mend: String, isMissing: Bool = false) {
        self.description = description
        self.mend = mend
        self.isMissing = isMissing
    }
}
