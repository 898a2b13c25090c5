/// Why an expression was refused at setup.
public struct ExpressionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong, and how to mend it.
    public let reason: String
    /// The line of the mistake, from 1.
    public let line: Int
    /// The column of the mistake in characters, from 1.
    public let column: Int
    private let excerpt: String

    init(_ reason: String, at offset: Int, in source: String) {
        self.reason = reason
        (line, column, excerpt) = ExpressionError.locate(offset, in: source)
    }

    /// The whole message, with the line of the expression and a mark below the mistake.
    public var description: String { "\(reason) (\(line):\(column))\n | \(excerpt)" }

    /// Finds line, column and a marked excerpt for an offset in octets.
    static func locate(
        _ offset: Int,
        in source: String
    ) -> (line: Int, column: Int, excerpt: String) {
        let octets = Array(source.utf8)
        let end = min(offset, octets.count)
        var line = 1
        var start = 0
        for index in 0..<end where octets[index] == 0x0A {
            line += 1
            start = index + 1
        }
        let stop = octets[start...].firstIndex(of: 0x0A) ?? octets.count
        let column = String(decoding: octets[start..<end], as: UTF8.self).unicodeScalars.count
        let text = String(decoding: octets[start..<stop], as: UTF8.self)
        return (line, column + 1, "\(text)\n | \(String(repeating: ".", count: column))^")
    }
}
