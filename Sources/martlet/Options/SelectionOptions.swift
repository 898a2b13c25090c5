import ArgumentParser
import KubernetesModel
import Registry

/// Which objects of a kind a command means.
struct SelectionOptions: ParsableArguments {
    @Option(
        name: [.customShort("l"), .long],
        help: ArgumentHelp("Only objects with these labels: a=b,c!=d,e in (f,g).", valueName: "s")
    )
    var selector = ""

    @Option(
        help: ArgumentHelp("Only objects with these fields: metadata.name=web.", valueName: "s")
    )
    var fieldSelector = ""

    /// Whether nothing was asked for.
    var isEmpty: Bool { selector.isEmpty && fieldSelector.isEmpty }

    /// The filter for a kind.
    func filter(_ kind: Kind) throws -> ObjectFilter {
        guard !isEmpty else { return .all }
        return try ObjectFilter(labels: selector, fields: fieldSelector, kind: kind)
    }
}
