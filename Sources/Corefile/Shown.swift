extension StringProtocol {
    /// The text as errors show it: cut after 60 characters, nothing that moves a terminal.
    var shown: String {
        var shown = ""
        for (index, scalar) in unicodeScalars.enumerated() {
            guard index < Limits.shownScalarsMax else { return shown + "…" }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator:
                shown += scalar == "\n" ? #"\n"# : #"\u{\#(String(scalar.value, radix: 16))}"#
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}
