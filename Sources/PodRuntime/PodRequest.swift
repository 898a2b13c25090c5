public import KubernetesModel
public import PodEnvironment

/// What a pod is to be and to run.
public struct PodRequest: Sendable {
    /// The pod's object, as it would be written: status, node and addresses are filled in.
    public var object: APIObject
    /// The program and its arguments; empty for none, then the pod is there until it is stopped.
    public var words: [String]
    /// Variables for the program, over the service variables: `NAME=VALUE` each.
    public var variables: [String]
    /// The program's working directory.
    public var directory = "/"
    /// How it is found out whether the pod is ready; nil if it is as soon as it runs.
    public var probe: ReadinessProbe?
    /// Seconds from SIGTERM to SIGKILL.
    public var graceSeconds = 30
    /// Seconds from the moment that services leave the pod out until SIGTERM.
    public var drainSeconds = 0.0
    /// The cluster's name servers; empty for those of the node.
    public var nameservers: [String] = []
    /// How the search list is written.
    public var searchMode = SearchMode.plain
    /// The host's own resolv.conf; empty for none.
    public var hostResolverPath = "/etc/resolv.conf"
    /// Whether the pod's record and output are kept when the program ends by itself.
    public var keepsRecord = false

    /// Creates a request.
    public init(object: APIObject, words: [String], variables: [String] = []) {
        self.object = object
        self.words = words
        self.variables = variables
    }
}
