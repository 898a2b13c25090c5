/// What people read about a directive: the page in `docs/plugins/` and the help of its options are
/// made from it.
public struct PluginManual: Sendable, Hashable {
    /// An option of a directive's block.
    public struct Option: Sendable, Hashable {
        /// The option with its arguments, such as `ttl SECONDS`.
        public var syntax: String
        /// What it does, in a sentence or two; ranges and units included.
        public var meaning: String
        /// What holds without it; empty if nothing does.
        public var standard: String
        /// Whether CoreDNS has no such option.
        public var isOurs: Bool

        /// Describes an option.
        public init(
            _ syntax: String,
            _ meaning: String,
            standard: String = "",
            isOurs: Bool = false
        ) {
            self.syntax = syntax
            self.meaning = meaning
            self.standard = standard
            self.isOurs = isOurs
        }
    }

    /// The directive's name.
    public var name: String
    /// What it is for, in a sentence.
    public var summary: String
    /// The directive's line, such as `cache [TTL] [ZONES...]`.
    public var syntax: String
    /// What its arguments mean and how it behaves: paragraphs.
    public var details: [String]
    /// The options of its block.
    public var options: [Option]
    /// Its metrics: name with labels, and meaning.
    public var metrics: [(name: String, meaning: String)] {
        get { metricLines.map { ($0[0], $0[1]) } }
        set { metricLines = newValue.map { [$0.name, $0.meaning] } }
    }
    /// Where it differs from CoreDNS, and why.
    public var differences: [String]
    /// A piece of a Corefile.
    public var example: String
    private var metricLines: [[String]]

    /// Describes a directive.
    public init(
        name: String,
        summary: String,
        syntax: String,
        details: [String] = [],
        options: [Option] = [],
        metrics: [(name: String, meaning: String)] = [],
        differences: [String] = [],
        example: String
    ) {
        self.name = name
        self.summary = summary
        self.syntax = syntax
        self.details = details
        self.options = options
        metricLines = metrics.map { [$0.name, $0.meaning] }
        self.differences = differences
        self.example = example
    }

    /// The names of the options, in order, each once: for "known are …" in errors.
    public var optionNames: [String] {
        var seen: Set<String> = []
        return options.compactMap { option in
            let name = option.syntax.prefix { $0 != " " }
            return seen.insert(String(name)).inserted ? String(name) : nil
        }
    }

    /// The page in `docs/plugins/`.
    public var markdown: String {
        var lines = ["# \(name)", "", summary, "", "```", syntax]
        if !options.isEmpty { lines[lines.count - 1] += " {" }
        lines += options.map { "    \($0.syntax)" }
        if !options.isEmpty { lines.append("}") }
        lines.append("```")
        for paragraph in details { lines += ["", paragraph] }
        if !options.isEmpty {
            lines += ["", "## Options", "", "| option | meaning | default |", "|---|---|---|"]
            lines += options.map { option in
                let ours = option.isOurs ? " (Martlet's own)" : ""
                let syntax = option.syntax.replacing("|", with: "\\|")
                let meaning = option.meaning.replacing("|", with: "\\|")
                return "| `\(syntax)` | \(meaning)\(ours) | \(option.standard) |"
            }
        }
        if !metricLines.isEmpty {
            lines += ["", "## Metrics", "", "| metric | counts |", "|---|---|"]
            lines += metricLines.map { "| `\($0[0])` | \($0[1]) |" }
        }
        if !differences.isEmpty {
            lines += ["", "## Differences from CoreDNS", ""]
            lines += differences.map { "- \($0)" }
        }
        lines += ["", "## Example", "", "```", example, "```", ""]
        return lines.joined(separator: "\n")
    }
}
