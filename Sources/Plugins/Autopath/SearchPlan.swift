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

    /// The labels of the name as the application gave it.
    var baseLabelCount: Int
    /// Whose search path it is.
    var path: Path

    /// The names to be tried after the one in the question, in order, each once.
    ///
    /// `host` are the domains of the server's host, and `fixed` those that are the same for all.
    func candidates(for asked: Name, host: [Name], fixed: [Name]) -> [Name] {
        var suffixes: [Name] = []
        switch path {
        case .fixed: suffixes = fixed.dropFirst() + [.root]
        case .pod(let count):
            let zone = asked.suffix(labelCount: count)
            suffixes = [asked.suffix(labelCount: count + 1), zone]
            suffixes += SearchPlan.outside(zone, host)
        case .marker(let count):
            let zone = asked.suffix(labelCount: count)
            suffixes = [
                asked.suffix(labelCount: count + 2), asked.suffix(labelCount: count + 1), zone,
            ]
            suffixes += SearchPlan.outside(zone, host)
        }
        var names: [Name] = []
        guard let base = try? Name(labels: asked.labels.prefix(baseLabelCount)) else { return [] }
        for suffix in suffixes {
            // A name that is too long exists nowhere.
            guard let name = try? base.appending(suffix), name != asked, !names.contains(name)
            else { continue }
            names.append(name)
        }
        return names
    }

    /// The domains that are not in the cluster's zone, and then the root.
    ///
    /// Those in it are of the namespace in which the server runs, not of the client's.
    private static func outside(_ zone: Name, _ host: [Name]) -> [Name] {
        host.filter { !$0.isSubdomain(of: zone) } + [.root]
    }
}
