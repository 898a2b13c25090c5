import ArgumentParser

/// kubectl's flags about how an object ends; they change nothing, as objects here end at once.
struct PatienceOptions: ParsableArguments {
    @Option(help: "Seconds until pods are ended.")
    var gracePeriod: Int?

    @Flag(help: "End objects without waiting for what they run.")
    var force = false

    @Flag(help: "End objects soon.")
    var now = false

    @Option(help: "Whether to wait until the objects are gone.")
    var wait: Bool?

    @Option(help: "How long to wait.")
    var timeout: String?
}
