/// The kinds that Kubernetes has besides ours, and what a misspelt one was meant to be.
enum KindNames {
    /// What a manifest's kind is to the registry.
    enum Meaning: Equatable {
        /// A kind that the registry holds.
        case held(Kind)
        /// A list of objects; with the kind of its items if it says so.
        case list(of: Kind?)
        /// A kind without a part in discovery.
        case skipped
        /// No kind at all, with the reason.
        case mistake(String)
    }

    /// Finds out what a manifest's kind is.
    static func meaning(apiVersion: String, kind: String) -> Meaning {
        if let held = Kind(apiVersion: apiVersion, kind: kind) { return .held(held) }
        if kind == "List", apiVersion == "v1" { return .list(of: nil) }
        if kind.hasSuffix("List"),
            let items = Kind(apiVersion: apiVersion, kind: String(kind.dropLast(4)))
        {
            return .list(of: items)
        }
        let group = apiVersion.contains("/") ? String(apiVersion.prefix { $0 != "/" }) : ""
        guard let names = others[group] else {
            // Custom resources have a domain as their group; nothing of them is served by DNS.
            return group.contains(".") ? .skipped : .mistake(mistake(apiVersion, kind))
        }
        if names.contains(kind) { return .skipped }
        return .mistake(mistake(apiVersion, kind))
    }

    /// Says what is wrong with a kind that the registry does not hold.
    static func mistake(_ apiVersion: String, _ kind: String) -> String {
        let said = "no kind \(JSONWriter.quoted(shown(kind))) in \(shown(apiVersion))"
        if let known = Kind(rawValue: kind) {
            return "\(said); did you mean apiVersion \"\(known.apiVersion)\"?"
        }
        let words = Kind.allCases.map(\.rawValue) + others.values.flatMap { $0 } + ["List"]
        guard let near = Spelling.nearest(to: kind, among: words) else { return said }
        let version = Kind(rawValue: near)?.apiVersion ?? apiVersion
        let suffix = version == apiVersion ? "" : " in \(version)"
        return "\(said); did you mean \"\(near)\"\(suffix)?"
    }

    private static func shown(_ text: String) -> String { String(text.prefix(100)) }

    /// The built-in kinds that have no part in discovery, by group.
    private static let others: [String: Set<String>] = [
        "": [
            "Binding", "ComponentStatus", "ConfigMap", "Event", "LimitRange", "PersistentVolume",
            "PersistentVolumeClaim", "PodTemplate", "ReplicationController", "ResourceQuota",
            "Secret", "ServiceAccount",
        ],
        "admissionregistration.k8s.io": [
            "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding",
            "MutatingWebhookConfiguration", "ValidatingAdmissionPolicy",
            "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration",
        ],
        "apiextensions.k8s.io": ["CustomResourceDefinition"],
        "apiregistration.k8s.io": ["APIService"],
        "apps": ["ControllerRevision"],
        "autoscaling": ["HorizontalPodAutoscaler", "Scale"],
        "batch": ["CronJob", "Job"],
        "certificates.k8s.io": [
            "CertificateSigningRequest", "ClusterTrustBundle", "PodCertificateRequest",
        ],
        "coordination.k8s.io": ["Lease", "LeaseCandidate"],
        "discovery.k8s.io": [],
        "events.k8s.io": ["Event"],
        "extensions": ["Ingress", "NetworkPolicy", "PodSecurityPolicy"],
        "flowcontrol.apiserver.k8s.io": ["FlowSchema", "PriorityLevelConfiguration"],
        "networking.k8s.io": [
            "IPAddress", "Ingress", "IngressClass", "NetworkPolicy", "ServiceCIDR",
        ],
        "node.k8s.io": ["RuntimeClass"],
        "policy": ["Eviction", "PodDisruptionBudget", "PodSecurityPolicy"],
        "rbac.authorization.k8s.io": ["ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding"],
        "resource.k8s.io": [
            "DeviceClass", "DeviceTaintRule", "ResourceClaim", "ResourceClaimTemplate",
            "ResourceSlice",
        ],
        "scheduling.k8s.io": ["PriorityClass", "Workload"],
        "storage.k8s.io": [
            "CSIDriver", "CSINode", "CSIStorageCapacity", "StorageClass", "VolumeAttachment",
            "VolumeAttributesClass",
        ],
    ]
}
