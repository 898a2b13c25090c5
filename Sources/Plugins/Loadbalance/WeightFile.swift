internal import Corefile
internal import Synchronization
internal import Upstreams

/// A file of weights, read again when it changes.
final class WeightFile: Sendable {
    private struct State {
        var table = WeightTable()
        var octets: [UInt8] = []
        var isStopped = false
    }

    private let path: String
    private let interval: Duration
    private let loop: UpstreamLoop
    private let log: LogSink
    private let state = Mutex(State())

    /// Creates the watch of a file; an `interval` of zero means that it is read once.
    init(path: String, interval: Duration, services: ServerServices) {
        self.path = path
        self.interval = interval
        loop = services.loop
        log = services.log
    }

    /// The weights as they are now.
    var table: WeightTable { state.withLock { $0.table } }

    /// Reads the file.
    ///
    /// - Throws: ``WeightFileError``; the weights stay as they were.
    /// - Returns: Whether the file has changed.
    @discardableResult
    func load() throws(WeightFileError) -> Bool {
        let octets: [UInt8]
        do throws(CorefileFileError) {
            octets = try DiskFiles().contents(of: path)
        } catch {
            throw WeightFileError(
                "\(path): cannot be read: \(error)",
                mend: "check the path and its rights",
                isMissing: true
            )
        }
        guard state.withLock({ $0.octets != octets }) else { return false }
        let table: Result<WeightTable, WeightFileError>
        do throws(WeightFileError) {
            table = .success(
                try WeightTable(parsing: String(decoding: octets, as: UTF8.self), path: path)
            )
        } catch {
            table = .failure(error)
        }
        // A file that is wrong is complained of once, not each time that it is looked at.
        state.withLock { $0.octets = octets }
        let loaded = try table.get()
        state.withLock { $0.table = loaded }
        return true
    }

    /// Begins to look at the file again and again.
    func watch() {
        guard interval > .zero else { return }
        loop.post { [self] in schedule() }
    }

    /// Ends that.
    func stop() {
        state.withLock { $0.isStopped = true }
    }

    private func schedule() {
        loop.schedule(after: interval) { [weak self] in self?.look() }
    }

    private func look() {
        guard !state.withLock({ $0.isStopped }) else { return }
        do throws(WeightFileError) {
            if try load() {
                log.write("[INFO] plugin/loadbalance: Successfully reloaded weight file \(path)")
            }
        } catch {
            log.write("[ERROR] plugin/loadbalance: \(error): \(error.mend)")
        }
        schedule()
    }
}
