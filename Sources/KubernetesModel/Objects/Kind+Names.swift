extension Kind {
    /// The API group; empty for the core group.
    public var group: String {
        switch self {
        case .namespace, .node, .service, .pod, .endpoints: ""
        case .endpointSlice: "discovery.k8s.io"
        case .deployment, .replicaSet, .statefulSet, .daemonSet: "apps"
        }
    }

    /// The API version that objects of the kind have: `v1`, `discovery.k8s.io/v1`, `apps/v1`.
    public var apiVersion: String { group.isEmpty ? "v1" : "\(group)/v1" }

    /// The name of the resource in URLs and on the command line: `services`.
    public var plural: String {
        switch self {
        case .namespace: "namespaces"
        case .node: "nodes"
        case .service: "services"
        case .pod: "pods"
        case .endpointSlice: "endpointslices"
        case .endpoints: "endpoints"
        case .deployment: "deployments"
        case .replicaSet: "replicasets"
        case .statefulSet: "statefulsets"
        case .daemonSet: "daemonsets"
        }
    }

    /// The lower-case name of one object, as in `service/web`.
    public var singular: String {
        switch self {
        case .namespace: "namespace"
        case .node: "node"
        case .service: "service"
        case .pod: "pod"
        case .endpointSlice: "endpointslice"
        case .endpoints: "endpoints"
        case .deployment: "deployment"
        case .replicaSet: "replicaset"
        case .statefulSet: "statefulset"
        case .daemonSet: "daemonset"
        }
    }

    /// The abbreviations that kubectl knows; `eps` is Martlet's own.
    public var shortNames: [String] {
        switch self {
        case .namespace: ["ns"]
        case .node: ["no"]
        case .service: ["svc"]
        case .pod: ["po"]
        case .endpointSlice: ["eps"]
        case .endpoints: ["ep"]
        case .deployment: ["deploy"]
        case .replicaSet: ["rs"]
        case .statefulSet: ["sts"]
        case .daemonSet: ["ds"]
        }
    }

    /// Whether objects of the kind live in a namespace.
    public var isNamespaced: Bool {
        switch self {
        case .namespace, .node: false
        default: true
        }
    }

    /// Whether objects of the kind become simulated pods.
    public var isWorkload: Bool {
        switch self {
        case .deployment, .replicaSet, .statefulSet, .daemonSet: true
        default: false
        }
    }

    /// The resource with its group, as kubectl and API errors name it: `deployments.apps`.
    public var qualifiedPlural: String { group.isEmpty ? plural : "\(plural).\(group)" }

    /// The singular with its group, as kubectl prints applied objects: `deployment.apps`.
    public var qualifiedSingular: String { group.isEmpty ? singular : "\(singular).\(group)" }

    /// Finds the kind that a user means: `services`, `SVC`, `Pod`, `deployments.apps`,
    /// `deployment.v1.apps`.
    public init?(spelled text: String) {
        guard text.utf8.count <= 100 else { return nil }
        let parts = text.lowercased().split(separator: ".", omittingEmptySubsequences: false)
        guard let name = parts.first.map(String.init) else { return nil }
        let found = Kind.allCases.first {
            $0.plural == name || $0.singular == name || $0.shortNames.contains(name)
        }
        guard let found else { return nil }
        if parts.count > 1 {
            let rest = parts.dropFirst().joined(separator: ".")
            let accepted = [found.group, "v1.\(found.group)", found.group.isEmpty ? "v1" : nil]
            guard accepted.contains(rest) else { return nil }
        }
        self = found
    }

    /// Finds the kind of a manifest; nil unless both parts are exact.
    public init?(apiVersion: String, kind: String) {
        guard let found = Kind(rawValue: kind), found.apiVersion == apiVersion else { return nil }
        self = found
    }
}
