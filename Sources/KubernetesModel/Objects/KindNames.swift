/// The kinds that Kubernetes has besides ours, and what a misspelt one was meant to be.
enum KindNames {
    /// Says what is wrong with a kind that the registry does not hold.
    static func mistake(apiVersion: String, kind: String) -> String {
        if let known = Kind(rawValue: kind) {
            return "\(kind) objects have apiVersion \(JSONWriter.quoted(known.apiVersion)), "
                + "not \(JSONWriter.quoted(apiVersion))"
        }
        return "no kind \(JSONWriter.quoted(kind)) in \(apiVersion)"
    }
}
