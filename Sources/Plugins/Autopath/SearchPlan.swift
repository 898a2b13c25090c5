internal import DNSWire

/// How a name is looked for: what the client began with, and where its search path is from.
struct SearchPlan {
    /// Whose search path it is.
    enum Path {
        /// That of a pod; the zone has so many labels.
        case pod(zoneLabelCount: Int)
        /// That of the namespace behind a marker; the zone has so many labels.
        case marker(zoneLabelCount: Int)
        /// One that is the same for all clients.
        case fixed
    }

    /// A name to be tried.
    struct Candidate {
        /// The name.
        var name: Name
        /// Whether it is in a domain of a host, which somebody else knows: whether it exists there
        /// is then asked once, for all types.
        var isProbed = false
    }

    /// The labels of the name as the application gave it.
    var baseLabelCount: Int
    /// Whose search path it is.
    var path: Path

    /// The names to be tried after the one in the question, in order, each once.
    ///
    /// `host` are the domains of the server's host, and `fixed` those that are the same for all.
    func candidates(for asked: Name, host: [Name], fixed: [Name]) -> [Candidate] {
        guard let base = try? Name(labels: asked.labels.prefix(baseLabelCount)) else { return [] }
        var own: [Name] = []
        var others: [Name] = []
        switch path {
        case .fixed: others = Array(fixed.dropFirst())
        case .pod(let count):
            own = [asked.suffix(labelCount: count + 1), asked.suffix(labelCount: count)]
        case .marker(let count):
            own = [2, 1, 0].map { asked.suffix(labelCount: count + $0) }
        }
        if let zone = own.last {
            // Those in the zone are of the namespace in which the server runs.
            others = host.filter { !$0.isSubdomain(of: zone) }
        }
        let suffixes = own.map { ($0, false) } + others.map { ($0, true) } + [(.root, false)]
        var candidates: [Candidate] = []
        for (suffix, isProbed) in suffixes {
            // A name that is too long exists nowhere.
            guard let name = try? base.appending(suffix), name != asked,
                !candidates.contains(where: { $0.name == name })
            else { continue }
            candidates.append(Candidate(name: name, isProbed: isProbed))
        }
        return candidates
    }
}
