/// The difference between two sets of rules: what a transaction carries.
///
/// What is no longer used is not removed with it but later, when no packet can be on its way there.
struct RuleChange {
    var addedSets: [(name: String, declaration: String)] = []
    var addedChains: [(name: String, rules: [String])] = []
    /// Chains that are there, and whose rules are made anew.
    var resetChains: [(name: String, rules: [String])] = []
    var removedElements: [Element] = []
    var addedElements: [(element: Element, value: String)] = []
    var staleChains: [String] = []
    var staleSets: [String] = []

    /// Whether there is nothing for a transaction to do.
    var isEmpty: Bool {
        addedSets.isEmpty && addedChains.isEmpty && resetChains.isEmpty
            && removedElements.isEmpty && addedElements.isEmpty
    }

    /// The number of elements that come or go.
    var elementCount: Int {
        // One whose value changes goes and comes.
        Set(removedElements).union(addedElements.map(\.element)).count
    }

    /// Puts everything in order, so that equal changes have equal texts.
    mutating func sort() {
        addedSets.sort { $0.name < $1.name }
        addedChains.sort { $0.name < $1.name }
        removedElements.sort { ($0.holder.name, $0.key) < ($1.holder.name, $1.key) }
        addedElements.sort {
            ($0.element.holder.name, $0.element.key) < ($1.element.holder.name, $1.element.key)
        }
        staleChains.sort()
        staleSets.sort()
    }
}

extension RuleChange {
    /// The commands of the transaction, in nft's language.
    var commands: String {
        let table = "inet \(ProxyLimits.table)"
        var text = ""
        for (name, declaration) in addedSets {
            text += "add set \(table) \(name) { \(declaration) }\n"
        }
        // All chains first: rules of one may lead to another.
        for (name, _) in addedChains { text += "add chain \(table) \(name)\n" }
        for (name, _) in resetChains { text += "flush chain \(table) \(name)\n" }
        for (name, rules) in addedChains + resetChains {
            for rule in rules { text += "add rule \(table) \(name) \(rule)\n" }
        }
        text += RuleChange.lists("delete element \(table)", removedElements.map { ($0, "") })
        text += RuleChange.lists("add element \(table)", addedElements)
        return text
    }

    /// A command for each set or map, with all of its elements.
    private static func lists(
        _ verb: String,
        _ elements: [(element: Element, value: String)]
    )
        -> String
    {
        var text = ""
        var holder: Holder?
        for (element, value) in elements {
            if element.holder == holder {
                text += ", "
            } else {
                if holder != nil { text += " }\n" }
                text += "\(verb) \(element.holder.name) { "
                holder = element.holder
            }
            text += element.key
            if !value.isEmpty { text += " : \(value)" }
        }
        return holder == nil ? text : text + " }\n"
    }
}
