internal import Corefile

extension PluginDirective {
    /// `reload [INTERVAL] [JITTER]`: looks for changes of the Corefile.
    static let reload = PluginDirective(name: "reload", manual: reloadManual, make: makeReload)

    private static let reloadManual = PluginManual(
        name: "reload",
        summary: "Looks for changes of the Corefile, and serves what it says then.",
        syntax: "reload [INTERVAL] [JITTER]",
        details: [
            """
            The Corefile, with the files it imports and the variables it uses, is read every \
            `INTERVAL` (30s by default, 2s at least), to which up to half of `JITTER` (15s; 0s, or \
            1s at least; at most half of the interval counts) is added or taken off by chance. If \
            it says something else than before, the new configuration is set up and its sockets \
            are opened; only then it takes over, and no query is lost. Whatever goes wrong, the \
            old one goes on, and the log says why.
            """,
            """
            At the start and after each reload the log says which configuration is served: \
            `[INFO] plugin/reload: Running configuration SHA512 = …`, as the metric does.
            """,
            "SIGHUP and SIGUSR1 do the same at once, with or without this directive.",
        ],
        metrics: [
            ("coredns_reload_failed_total", "configurations that could not be served"),
            ("coredns_reload_version_info{hash,value}", "1; `value` is the configuration's hash"),
        ],
        differences: [
            "SIGHUP reloads too; CoreDNS ignores it.",
            "Replies in caches and the counts of metrics outlive a reload.",
        ],
        example: """
            . {
                reload 10s 0s
                whoami
            }
            """
    )

    private static func makeReload(
        _ directives: [Directive],
        _ context: inout BlockContext
    ) throws(CorefileErrors) -> Plugin? {
        if let error = DirectiveCursor.repeated(directives) { throw error }
        var settings = ReloadSettings(interval: .seconds(30), jitter: .seconds(15))
        _ = try directives.readEach { cursor in
            if cursor.hasArgument {
                settings.interval = try cursor.duration(in: .seconds(2)...GoDuration.max)
            }
            if let text = cursor.upcomingArgument {
                settings.jitter = try cursor.duration()
                guard settings.jitter == .zero || settings.jitter >= .seconds(1) else {
                    throw cursor.wrong(text, "is less than a second", mend: "write 0s, or 1s")
                }
            }
            try cursor.noMoreArguments()
        }
        settings.jitter = min(settings.jitter, settings.interval / 2)
        context.settings.reload = settings
        return nil
    }
}
