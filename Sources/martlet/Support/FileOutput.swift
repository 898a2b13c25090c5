/// Where the text goes whose `-o FORMAT|PATH` names no format of the command.
enum FileOutput {
    /// Formats of some command; that a file of such a name is meant is unlikely.
    private static let formatWords: Set = [
        "compose", "docker", "export", "json", "name", "podman", "wide", "yaml",
    ]

    /// Writes to a file, or to standard output for `-`.
    ///
    /// - Throws: ``Failure`` if the path is the name of a format that the command doesn't have.
    static func write(_ text: String, to path: String, formats: [String]) throws {
        guard path != "-" else { return Output.write(text) }
        guard !formatWords.contains(path) else {
            throw Failure(
                "-o \(path): the formats are \(formats.joined(separator: ", ")); for a file of this"
                    + " name write ./\(path)",
                status: .usage
            )
        }
        try SystemFiles.write(text, to: path)
    }
}
