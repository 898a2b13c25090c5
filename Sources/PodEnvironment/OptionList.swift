/// Operations on resolver options, which are words of the form `name` or `name:value`.
enum OptionList {
    /// The name of an option: what stands before the first colon.
    static func name(_ option: String) -> Substring {
        option.prefix { $0 != ":" }
    }

    /// The value of an option: what stands after the first colon; nil without a colon.
    static func value(_ option: String) -> Substring? {
        guard let colon = option.firstIndex(of: ":") else { return nil }
        return option[option.index(after: colon)...]
    }

    /// Adds options to a list; the last value of a name wins, at the place of its first.
    ///
    /// The kubelet keeps options in a Go map, whose order is random; this order is stable.
    static func merge(_ base: [String], _ added: [String]) -> [String] {
        var result: [String] = []
        var places: [Substring: Int] = [:]
        for option in base + added {
            let name = name(option)
            // An empty value is written like none, as `mergeDNSOptions` does.
            let text = value(option)?.isEmpty == true ? String(name) : option
            if let place = places[name] {
                result[place] = text
            } else {
                places[name] = result.count
                result.append(text)
            }
        }
        return result
    }
}
