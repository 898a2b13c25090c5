import ArgumentParser
import Corefile
import DNSServer
import Glibc
import Registry

/// `martlet serve`: the DNS server.
struct Serve: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Answer DNS queries from the registry.",
        discussion: """
            Without --config, the cluster's domain and the reverse zones of its addresses are \
            served. A --config is a Corefile; SIGHUP makes the server read it again, and SIGTERM \
            makes it answer what has come in and end.

              martlet serve --listen 127.0.0.1:1053
              martlet serve --listen 10.96.0.10:53 --listen '[fd00:10:96::a]:53'
              martlet serve --config zones/Corefile --listen 127.0.0.1:1053
            """
    )

    @Option(
        parsing: .singleValue,
        help: ArgumentHelp(
            "Listen here, on UDP and TCP; repeatable.",
            discussion: "Default: all addresses, on the ports that the Corefile's keys name.",
            valueName: "address:port"
        )
    )
    var listen: [String] = []

    @Option(name: [.customLong("config"), .customLong("conf")], help: "The Corefile to serve.")
    var config: String?

    @Option(help: "Threads that answer UDP on each address; by default one for each core.")
    var workers: Int?

    @OptionGroup var registry: RegistryOptions
    @OptionGroup var cluster: SettingsOptions

    func validate() throws {
        guard (workers ?? 1) >= 1, (workers ?? 1) <= 1024 else {
            throw ValidationError("--workers must be a number from 1 to 1024")
        }
    }

    func run() throws {
        // Before any thread starts, so that all of them leave these signals to this one.
        let signals = SignalWaiter(for: [SIGTERM, SIGINT, SIGHUP, SIGUSR1])
        let addresses = try listen.map(Serve.address)
        let registry = try registry.open(cluster.requested())
        let store = registry.store
        let settings = ServerSettings(
            listen: addresses,
            corefile: config,
            workerCount: workers ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            registry: registry.settings,
            openStore: { url in
                guard let url else { return store }
                return try RegistryOptions.openStore(RegistryURL(url))
            }
        )
        let server = try Serve.explained { try Server(settings) }
        for address in server.addresses { Output.line("listening on \(address) (UDP and TCP)") }
        Output.line("martlet \(Version.text) serves \(store.location)")
        Serve.follow(signals, server)
        registry.close()
    }

    private static func address(_ text: String) throws -> ListenAddress {
        do {
            return try ListenAddress(text)
        } catch {
            throw Failure("--listen \(error)", status: .usage)
        }
    }

    /// Does what signals say, until one says to end.
    private static func follow(_ signals: SignalWaiter, _ server: Server) {
        while true {
            Output.flush()
            switch signals.next() {
            case SIGHUP, SIGUSR1:
                do {
                    try server.reload()
                    Output.line("reloaded the configuration")
                } catch {
                    Output.line("the configuration stays as it is: \(error)")
                }
            case let signal:
                Output.line("\(signal == SIGINT ? "SIGINT" : "SIGTERM"): ending")
                Output.flush()
                server.stop()
                return
            }
        }
    }

    /// Runs `body`, and gives errors of the server the program's form and exit status.
    private static func explained<Result>(_ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch let error as RegistryError {
            throw error
        } catch {
            throw Failure("\(error)")
        }
    }
}
