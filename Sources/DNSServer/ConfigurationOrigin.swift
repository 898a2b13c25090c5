internal import Plugins

/// What a configuration was read from, and what it says of the process.
struct ConfigurationOrigin {
    /// The Corefile in a form that changes exactly when it says something else.
    var octets: [UInt8] = []
    /// What was tried last, if it could not be served.
    var tried: [UInt8] = []
    /// The SHA-512 of ``octets`` in hexadecimal, which `reload` tells of; nil without `reload`.
    var digest: String?
    /// How long to go on answering once the server is asked to end.
    var lameduck: Duration = .zero
    /// How long to wait until looking again whether the Corefile has changed; nil means never.
    var reloadInterval: Duration?

    /// Says nothing yet.
    init() {}

    /// Says what a plan was made from.
    init(_ plan: ServingPlan) {
        octets = plan.octets
        digest = plan.digest
        lameduck = plan.settings.map(\.lameduck).max() ?? .zero
        reloadInterval = plan.settings.compactMap(\.reload).first.map { reload in
            let half = reload.jitter / 2
            return reload.interval + half * Double.random(in: -1...1)
        }
    }
}
