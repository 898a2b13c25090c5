internal import Synchronization

/// A file of weights, read again when it changes.
final class WeightFile: Sendable {
    private struct State {
        var table = WeightTable()
        var octets: [UInt8] = []
        var task: RepeatingTask?
    }

    private let path: String
    private let interval: Duration
    private let log: LogSink
    private let state = Mutex(State())

    /// Creates the watch of a file; an `interval` of zero means that it is read once.
    init(path: String, interval: Duration, log: LogSink) {
        self.path = path
        self.interval = interval
        self.log = log
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
        do throws(FileReadingError) {
            octets = try FileReading.octets(path, limit: Limits.weightFileOctetsMax)
        } catch {
            throw WeightFileError(
                "\(error)",
                mend: "check the path and its rights",
                isMissing: FileVersion(path) == nil
            )
        }
        guard state.withLock({ $0.octets != octets }) else { return false }
        // A file that is wrong is complained of once, not each time that it is looked at.
        state.withLock { $0.octets = octets }
        let loaded = try WeightTable(parsing: String(decoding: octets, as: UTF8.self), path: path)
        state.withLock { $0.table = loaded }
        return true
    }

    /// Begins to look at the file again and again.
    func watch() {
        let task = RepeatingTask("loadbalance", every: interval) { [weak self] in self?.look() }
        state.withLock { $0.task = task }
        task.start()
    }

    /// Ends that.
    func stop() {
        state.withLock { $0.task }?.stop()
    }

    private func look() {
        do throws(WeightFileError) {
            guard try load() else { return }
            log.write("[INFO] plugin/loadbalance: Successfully reloaded weight file \(path)")
        } catch {
            log.write("[ERROR] plugin/loadbalance: \(error): \(error.mend)")
        }
    }
}

extension Limits {
    /// Octets of a file of weights: room for some hundred thousand addresses.
    static let weightFileOctetsMax = 8 << 20
}
