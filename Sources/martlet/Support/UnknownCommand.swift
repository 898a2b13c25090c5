import ArgumentParser

/// The failure that a word stands where the name of a command should.
enum UnknownCommand {
    /// Looks for such a word; nil if all words before the first flag are commands.
    ///
    /// The argument parser would say that the word, or a flag behind it, is unexpected.
    static func failure(_ arguments: [String]) -> Failure? {
        var command: any ParsableCommand.Type = Martlet.self
        var path = "martlet"
        for word in arguments {
            let subcommands = command.configuration.subcommands
            guard !subcommands.isEmpty, !word.hasPrefix("-"), word != "help" else { return nil }
            guard let next = subcommands.first(where: { names($0).contains(word) }) else {
                let known = subcommands.compactMap { names($0).first }.joined(separator: ", ")
                return Failure(
                    "unknown command \"\(word)\" for \"\(path)\"; it has \(known)",
                    status: .usage
                )
            }
            command = next
            path += " \(word)"
        }
        return nil
    }

    private static func names(_ command: any ParsableCommand.Type) -> [String] {
        let configuration = command.configuration
        return [configuration.commandName ?? "\(command)".lowercased()] + configuration.aliases
    }
}
