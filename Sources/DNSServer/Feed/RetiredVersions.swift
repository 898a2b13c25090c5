internal import ClusterView

/// Old versions of a view that workers may still read.
///
/// Who drops the last reference to a version frees what only that version had, which is a whole
/// registry after a view was loaded anew. It shall not be a worker in the midst of its packets: so
/// the feed holds on to each version until no worker does.
struct RetiredVersions {
    private var versions: [ClusterSnapshot] = []

    /// The number of versions that somebody may still read.
    var count: Int { versions.count }

    /// Keeps a version that is about to be replaced.
    mutating func add(_ version: ClusterSnapshot) {
        versions.append(version)
    }

    /// Frees the versions that nobody else holds.
    mutating func free() {
        var index = 0
        while index < versions.count {
            if isKnownUniquelyReferenced(&versions[index]) {
                versions.remove(at: index)
            } else {
                index += 1
            }
        }
    }
}
