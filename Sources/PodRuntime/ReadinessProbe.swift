/// How it is found out whether a pod is ready.
public struct ReadinessProbe: Sendable, Hashable {
    /// What is tried.
    public enum Action: Sendable, Hashable {
        /// Whether a connection is taken.
        case tcp(port: UInt16)
        /// Whether a request is answered with a status from 200 to 399.
        case http(port: UInt16, path: String)
        /// Whether a program in the pod ends with status 0.
        case exec([String])
    }

    /// What is tried.
    public var action: Action
    /// What is tried, as it was written.
    public private(set) var title = ""
    /// Seconds before the first attempt.
    public var initialDelay = 0.0
    /// Seconds from one attempt to the next.
    public var period = 1.0
    /// Seconds after which an attempt has failed.
    public var timeout = 1.0
    /// Successes in a row that make a pod ready.
    public var successThreshold = 1
    /// Failures in a row that make a pod not ready.
    public var failureThreshold = 3

    /// Creates a probe with Kubernetes' defaults, but for the period, which is 10 s there.
    public init(_ action: Action) { self.action = action }

    /// Reads an action from `tcp:PORT`, `http:PORT[/PATH]` or `exec:COMMAND`.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - ports: The pod's named ports.
    /// - Throws: ``PodError`` that says what is expected.
    public init(parsing text: String, ports: [String: UInt16] = [:]) throws(PodError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        func port(_ word: some StringProtocol) throws(PodError) -> UInt16 {
            if let number = UInt16(word), number > 0 { return number }
            if let number = ports[String(word)] { return number }
            throw PodError(
                "the probe \(text): \"\(word)\" is no port: write a number from 1 to 65535, or the "
                    + "name of one of the pod's ports"
            )
        }
        let rest = parts.count == 2 ? parts[1] : ""
        switch parts[0] {
        case "tcp": self.init(.tcp(port: try port(rest)))
        case "http":
            let name = rest.prefix { $0 != "/" }
            let path = rest.dropFirst(name.count)
            guard !path.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
                throw PodError("the probe \(text): write spaces in the path as %20")
            }
            self.init(.http(port: try port(name), path: path.isEmpty ? "/" : String(path)))
        case "exec" where !rest.isEmpty: self.init(.exec(["/bin/sh", "-c", String(rest)]))
        default:
            throw PodError(
                "\(text) is no probe: write tcp:PORT, http:PORT/PATH or exec:COMMAND"
            )
        }
        title = text
    }
}

/// Counts what probes say, and tells when it makes a difference.
///
/// - SeeAlso: kubelet `prober/worker.go`.
struct Readiness {
    private(set) var isReady = false
    /// Whether so many attempts in a row have failed that one says so.
    var isFailing: Bool { last == false && count >= failureThreshold }
    private let successThreshold: Int
    private let failureThreshold: Int
    private var last: Bool?
    private var count = 0

    init(successThreshold: Int, failureThreshold: Int) {
        self.successThreshold = successThreshold
        self.failureThreshold = failureThreshold
    }

    /// Takes in one outcome.
    ///
    /// - Returns: Whether the pod has become ready or stopped to be.
    mutating func note(success: Bool) -> Bool {
        count = last == success ? count + 1 : 1
        last = success
        guard success != isReady, count >= (success ? successThreshold : failureThreshold) else {
            return false
        }
        isReady = success
        return true
    }
}
