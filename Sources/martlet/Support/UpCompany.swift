import Dispatch
import PodRuntime
import Registry
import ServiceProxy

/// What `martlet up` has at work beside its server: the proxy of services, and the watch over pods.
final class UpCompany {
    private let proxy: ProxyThread
    private let watch: PodWatch
    private let threads = DispatchGroup()

    /// Sets the rules, and begins to watch.
    ///
    /// Signals must be blocked before: the threads must not take them from the one that waits.
    ///
    /// - Parameters:
    ///   - registry: The registry that services are in.
    ///   - settings: What the proxy is told about its node.
    ///   - watch: The watch over the node's pods.
    /// - Throws: `ProxyError` if the rules can't be set.
    init(_ registry: Registry, _ settings: ProxySettings, _ watch: PodWatch) throws {
        proxy = try ProxyThread(registry, settings)
        self.watch = watch
        DispatchQueue.global(qos: .userInitiated).async(group: threads) {
            watch.run { report in
                Output.line(report.description)
                Output.flush()
            }
        }
    }

    /// Follows nothing any more; the rules stay.
    func stop() throws {
        watch.stop()
        threads.wait()
        try proxy.stop()
    }
}
