/// The octets of a fixture: pairs of hexadecimal digits, text in quotes, `;` starts a comment.
func octets(_ fixture: String) -> [UInt8] {
    var octets: [UInt8] = []
    for line in fixture.split(separator: "\n") {
        let code = line.prefix { $0 != ";" }
        for word in code.split(separator: " ") {
            if word.hasPrefix("\"") {
                octets += Array(word.dropFirst().dropLast().utf8)
            } else {
                octets.append(UInt8(word, radix: 16) ?? 0)
            }
        }
    }
    return octets
}
