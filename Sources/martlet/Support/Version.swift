/// The program's version.
enum Version {
    /// The version of this source tree (semver.org).
    static let text = "0.1.0"
}
