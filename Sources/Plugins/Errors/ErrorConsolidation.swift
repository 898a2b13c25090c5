internal import Corefile
internal import Expressions
internal import Synchronization
internal import Upstreams

/// Errors that are counted for a time and told in one line.
final class ErrorConsolidation: Sendable {
    /// What becomes of an error.
    enum Outcome {
        /// It will be told with others.
        case counted
        /// It is the first of its time, and is to be told at once.
        case first
        /// Nothing is counted any more.
        case stopped
    }

    /// The level of the lines.
    let level: LogLevel
    /// What the texts of the errors have in common.
    let pattern: Pattern
    /// Whether lines of the level `debug` are written.
    let isDebugging: Bool
    private let period: Duration
    private let showsFirst: Bool
    private let log: LogSink
    private let loop: UpstreamLoop
    private let state = Mutex((count: 0, isStopped: false))

    /// Creates a consolidation.
    init(_ options: ErrorsOptions.Consolidation, isDebugging: Bool, services: ServerServices) {
        level = options.level
        pattern = options.pattern
        period = options.period
        showsFirst = options.showsFirst
        self.isDebugging = isDebugging
        log = services.log
        loop = services.loop
    }

    /// Counts an error; the first one starts the time.
    func count() -> Outcome {
        let count = state.withLock { state -> Int? in
            guard !state.isStopped else { return nil }
            state.count += 1
            return state.count
        }
        guard let count else { return .stopped }
        guard count == 1 else { return .counted }
        loop.post { [loop, period, weak self] in
            _ = loop.schedule(after: period) { self?.tell() }
        }
        return showsFirst ? .first : .counted
    }

    /// Tells what was counted, and counts no more.
    func stop() {
        state.withLock { $0.isStopped = true }
        tell()
    }

    private func tell() {
        let count = state.withLock { state in
            defer { state.count = 0 }
            return state.count
        }
        guard count > 0, level != .debug || isDebugging else { return }
        log.write(
            "\(level.prefix)plugin/errors: \(count) errors like '\(pattern.source)' occurred "
                + "in last \(GoDuration.text(period))"
        )
    }
}
