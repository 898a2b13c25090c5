/// What the C libraries make of a resolver option (resolv.conf(5)).
struct ResolverOption {
    /// The libraries that know the option.
    var libraries: Set<LibraryWarning.Library>
    /// The largest value that glibc accepts, for an option with a number.
    var glibcMaximum: Int?
    /// The largest value that musl accepts, for an option with a number.
    var muslMaximum: Int?

    /// The largest value that a library accepts; nil for an option without a number.
    func maximum(_ library: LibraryWarning.Library) -> Int? {
        switch library {
        case .glibc: glibcMaximum
        case .musl: muslMaximum
        }
    }

    private static func numeric(glibc: Int, musl: Int) -> ResolverOption {
        ResolverOption(libraries: [.glibc, .musl], glibcMaximum: glibc, muslMaximum: musl)
    }

    private static let glibcFlag = ResolverOption(libraries: [.glibc])

    /// The options that at least one of the libraries knows.
    static let known: [String: ResolverOption] = [
        "attempts": numeric(glibc: 5, musl: 10),
        "debug": glibcFlag,
        "edns0": glibcFlag,
        "inet6": glibcFlag,
        "ndots": numeric(glibc: Limits.ndotsMax, musl: Limits.ndotsMax),
        "no-aaaa": glibcFlag,
        "no-check-names": glibcFlag,
        "no-reload": glibcFlag,
        "no-tld-query": glibcFlag,
        "rotate": glibcFlag,
        "single-request": glibcFlag,
        "single-request-reopen": glibcFlag,
        "timeout": numeric(glibc: 30, musl: 60),
        "trust-ad": glibcFlag,
        "use-vc": glibcFlag,
    ]
}
