import ArgumentParser

/// Pods that run.
struct PodCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pod",
        abstract: "Run programs as pods: with an address, resolv.conf and variables of their own.",
        discussion: """
            Examples:
              sudo martlet node up
              sudo martlet pod run web -n shop -l app=web --port http:8080 --probe tcp:8080 \
            --detach -- python3 -m http.server 8080
              sudo martlet pod exec web -n shop -- getent hosts web.shop
              sudo martlet pod stop web -n shop
            """,
        subcommands: [
            PodRun.self, PodExec.self, PodLogs.self, PodList.self, PodStop.self, PodGC.self,
        ]
    )
}
