internal import ClusterView
internal import DNSWire

/// What the name of a question says of a cluster (CoreDNS `plugin/kubernetes/parse.go`).
struct ClusterQuestion {
    /// `svc` or `pod`; empty for the zone itself.
    var kind = ""
    /// The namespace.
    var namespace = ""
    /// The service.
    var service = ""
    /// The endpoint.
    var endpoint = ""
    /// The port, without its underscore.
    var port = ""
    /// The protocol, without its underscore.
    var transport = ""

    /// Takes a name in a zone apart; nil if it is no name of a cluster.
    init?(_ name: Name, in zone: Name) {
        guard let prefix = name.lowercased.removing(suffix: zone) else { return nil }
        var labels = prefix.labels.map { String(decoding: $0, as: UTF8.self) }
        guard let kind = labels.popLast() else { return }
        guard kind == "svc" || kind == "pod" else { return nil }
        self.kind = kind
        namespace = labels.popLast() ?? ""
        service = labels.popLast() ?? ""
        switch labels.count {
        case 0: break
        case 1: endpoint = labels[0]
        case 2:
            port = ClusterQuestion.withoutUnderscore(labels[0])
            transport = ClusterQuestion.withoutUnderscore(labels[1])
        default: return nil
        }
    }

    private static func withoutUnderscore(_ label: String) -> String {
        label.hasPrefix("_") ? String(label.dropFirst()) : label
    }

    /// The labels of metadata.
    var metadata: [(String, String)] {
        [
            ("kubernetes/endpoint", endpoint), ("kubernetes/kind", kind),
            ("kubernetes/namespace", namespace), ("kubernetes/port-name", port),
            ("kubernetes/protocol", transport), ("kubernetes/service", service),
        ]
    }
}

extension ShownCluster {
    /// Tells a query what its name says, and which pod it is from.
    func addMetadata(to transaction: inout Transaction) {
        let name = transaction.questionName
        let zone = zones.filter { name.isSubdomain(of: $0) }
            .max { $0.labelCount < $1.labelCount }
        if tellsClients { addClient(name, zone, to: &transaction) }
        guard let zone else { return }
        guard let question = ClusterQuestion(name, in: zone) else {
            return transaction.setMetadata("kubernetes/parse-error", "invalid query name")
        }
        for (label, value) in question.metadata { transaction.setMetadata(label, value) }
    }

    /// Tells which pod the client is.
    ///
    /// Of several at one address, their host's, it is the first in the namespace that the name
    /// says, or else the first at all: in an order that is the same on all replicas.
    private func addClient(_ name: Name, _ zone: Name?, to transaction: inout Transaction) {
        let address = transaction.client.address
        let pods = transaction.withSnapshot(viewIndex) { $0.clients(at: address) }
        guard var pod = pods.first else { return }
        if pods.count > 1, let zone, name.labelCount >= zone.labelCount + 2 {
            // What stands before `svc`.
            let label = name.labels[name.labelCount - zone.labelCount - 2]
            let namespace = String(decoding: label, as: UTF8.self).lowercased()
            pod = pods.first { $0.namespace == namespace } ?? pod
        }
        transaction.setMetadata("kubernetes/client-namespace", pod.namespace)
        transaction.setMetadata("kubernetes/client-pod-name", pod.name)
        for label in pod.labels {
            transaction.setMetadata("kubernetes/client-label/\(label.name)", label.value)
        }
    }
}
