internal import AnswerCache
internal import Corefile
internal import Synchronization

/// Where a configuration finds what the caches of the one before it hold.
///
/// A cache goes with the last plugin that uses it. While an old configuration and a new one both
/// live, a server block that says the same in both gets the same cache.
final class CacheShelf: Sendable {
    /// What a cache belongs to.
    struct Key: Hashable, Sendable {
        /// The keys of the server block.
        private let keys: [String]
        /// The words of all its directives that have a say in what is replied.
        private let words: [String]
        /// How the cache is set up.
        private let configuration: Words

        private struct Words: Hashable, Sendable {
            let value: CacheConfiguration

            static func == (left: Words, right: Words) -> Bool { left.value == right.value }

            func hash(into hasher: inout Hasher) {
                hasher.combine(value.success.entries)
                hasher.combine(value.denial.entries)
            }
        }

        /// Directives that only watch, or say how replies travel.
        private static let silent: Set<String> = [
            "cancel", "debug", "errors", "health", "loadbalance", "log", "metadata",
            "multisocket", "nsid", "pprof", "prometheus", "ready", "reload", "shed", "timeouts",
        ]

        /// Names the cache of a server block.
        init(_ block: ServerBlock, _ configuration: CacheConfiguration) {
            keys = block.keys.map(\.text)
            words = block.directives.filter { !Key.silent.contains($0.name) }
                .flatMap { [""] + $0.tokens.map(\.text) }
            self.configuration = Words(value: configuration)
        }
    }

    /// A cache that is gone when nobody else uses it.
    private struct Place {
        weak var cache: AnswerCache?
    }

    private let places = Mutex<[Key: Place]>([:])

    /// The cache that belongs to `key`; makes it if there is none.
    func cache(for key: Key, or make: () -> AnswerCache) -> AnswerCache {
        places.withLock { places in
            if let cache = places[key]?.cache { return cache }
            places = places.filter { $0.value.cache != nil }
            let cache = make()
            places[key] = Place(cache: cache)
            return cache
        }
    }
}
