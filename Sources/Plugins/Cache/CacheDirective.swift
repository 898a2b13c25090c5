internal import AnswerCache
internal import Corefile
internal import DNSWire

extension PluginDirective {
    /// `cache [TTL] [ZONES…] { … }`: keeps what upstreams reply.
    static let cache = PluginDirective(name: "cache", manual: cacheManual, make: makeCache)

    /// Directives whose data a cache with `include_local` hides changes of.
    private static let localDirectives = [
        "auto", "file", "hosts", "k8s_external", "kubernetes", "template",
    ]

    private static func makeCache(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        if let error = DirectiveCursor.repeated(directives) { throw error }
        guard let directive = directives.first else { return nil }
        let blockZones = context.zones
        let options = try directive.read { cursor in
            try CacheOptions(&cursor, zones: blockZones, known: cacheManual.optionNames)
        }
        if options.includesLocal { warnOfLocalData(directive, &context) }
        let services = context.services
        let configuration = options.configuration
        let make = { AnswerCache(configuration, epochs: services.epochs) }
        let store = context.block.map {
            services.caches.cache(for: CacheShelf.Key($0, configuration), or: make)
        }
        let found = store ?? make()
        let counters = CacheCounters(
            services.metrics,
            zones: options.zones.map(\.description).joined(separator: ","),
            cache: found
        )
        return CachePlugin(
            zones: options.zones,
            replies: HeldReplies(options, store: found, counters: counters),
            includesLocal: options.includesLocal
        )
    }

    private static func warnOfLocalData(_ directive: Directive, _ context: inout BlockContext) {
        let hidden = localDirectives.filter { context.directives.contains($0) }
        guard !hidden.isEmpty else { return }
        let place = directive.position.map { "\($0): " } ?? ""
        context.warnings.append(
            "\(place)cache: with include_local, changes of \(hidden.joined(separator: ", "))"
                + " are seen late: delete include_local, or write zones that aren't theirs"
        )
    }
}
