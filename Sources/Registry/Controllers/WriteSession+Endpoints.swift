import KubernetesModel
import OrderedCollections

/// The endpoints controller and the mirroring controller, run once for each service concerned.
///
/// Unlike kube-controller-manager they write no placeholder slice for a service without endpoints.
extension WriteSession {
    private static let controllerName = "endpointslice-controller.k8s.io"
    private static let mirrorName = "endpointslicemirroring-controller.k8s.io"
    private static let headlessLabel = "service.kubernetes.io/headless"
    private static let skipMirrorLabel = "endpointslice.kubernetes.io/skip-mirror"
    private static let triggerTime = "endpoints.kubernetes.io/last-change-trigger-time"
    private static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"
    private static let leaderAnnotation = "control-plane.alpha.kubernetes.io/leader"

    /// Who writes a service's slices, and what they are marked with.
    private struct Writer {
        var manager: String
        var owner: OwnerReference
        var labels: OrderedDictionary<String, String>
        var annotations: OrderedDictionary<String, String>
    }

    /// Brings the slices of a service in line with its selector, or its legacy endpoints.
    func reconcileService(_ key: ObjectKey) throws {
        let managers = [WriteSession.controllerName, WriteSession.mirrorName]
        let managed = try transaction.list(
            .endpointSlice,
            namespace: key.namespace,
            term: .service(key.name)
        ).filter { managers.contains($0.labels[EndpointSlice.managedByLabel] ?? "") }
        guard let object = try transaction.get(key) else {
            for slice in managed { try remove(slice) }
            return
        }
        // A service that can't be read keeps its slices: the write that came upon it fails.
        let service = try typed(object)
        let source = EndpointSource(service: service)
        if service.type == .externalName {
            for slice in managed { try remove(slice) }
        } else if service.selector.isEmpty {
            try mirror(source, managed)
        } else {
            let groups = try source.groups(of: pods(of: service)) { node in
                if let zone = try zone(ofNode: node) { return zone }
                // A registry without nodes says nothing about where pods can run.
                return try hasNodes() ? nil : ""
            }
            try write(groups, writer(for: source), managed, source)
        }
    }

    private func pods(of service: Service) throws -> [Pod] {
        let namespace = service.metadata.namespace
        var pods: [Pod] = []
        let term = IndexTerm.candidates(of: service.selector)
        try transaction.forEach(.pod, namespace: namespace, term: term) { object in
            let labels = object.labels
            guard service.selector.allSatisfy({ labels[$0.key] == $0.value }) else { return }
            pods.append(
                try WriteSession.stored { () throws(ValidationErrors) in try Pod(object) }
            )
        }
        return pods
    }

    private func writer(for source: EndpointSource) -> Writer {
        let metadata = source.service.metadata
        var labels = metadata.labels
        labels[EndpointSlice.serviceNameLabel] = metadata.name
        labels[EndpointSlice.managedByLabel] = WriteSession.controllerName
        labels[WriteSession.headlessLabel] = source.isHeadless ? "" : nil
        return Writer(
            manager: WriteSession.controllerName,
            owner: OwnerReference(kind: "Service", name: metadata.name, uid: metadata.uid),
            labels: labels,
            annotations: [:]
        )
    }

    /// Mirrors hand-made endpoints of a service without selector.
    private func mirror(_ source: EndpointSource, _ managed: [APIObject]) throws {
        let metadata = source.service.metadata
        let key = ObjectKey(
            kind: .endpoints,
            namespace: metadata.namespace,
            name: metadata.name
        )
        guard let object = try transaction.get(key), let endpoints = try? Endpoints(object),
            endpoints.metadata.labels[WriteSession.skipMirrorLabel] != "true",
            endpoints.metadata.annotations[WriteSession.leaderAnnotation] == nil
        else {
            for slice in managed { try remove(slice) }
            return
        }
        var labels = endpoints.metadata.labels
        labels[EndpointSlice.serviceNameLabel] = metadata.name
        labels[EndpointSlice.managedByLabel] = WriteSession.mirrorName
        var annotations = endpoints.metadata.annotations
        annotations[WriteSession.lastApplied] = nil
        annotations[WriteSession.triggerTime] = nil
        let writer = Writer(
            manager: WriteSession.mirrorName,
            owner: OwnerReference(
                kind: "Endpoints",
                name: metadata.name,
                uid: endpoints.metadata.uid
            ),
            labels: labels,
            annotations: annotations
        )
        try write(source.groups(of: endpoints), writer, managed, source)
    }

    /// Writes the slices of all groups and removes those that are no longer needed.
    private func write(
        _ groups: [EndpointGroup],
        _ writer: Writer,
        _ managed: [APIObject],
        _ source: EndpointSource
    ) throws {
        // Slices of an earlier service of the same name, or of the other controller, go.
        var existing: [EndpointGroup.Key: [APIObject]] = [:]
        for object in managed {
            guard let slice = try? EndpointSlice(object),
                slice.metadata.controller?.uid == writer.owner.uid
            else {
                try remove(object)
                continue
            }
            let key = EndpointGroup.Key(family: slice.addressType, ports: slice.ports)
            existing[key, default: []].append(object)
        }
        let packer = SlicePacker(endpointsMax: RegistryLimits.endpointsPerSliceMax)
        for group in groups {
            let objects = existing.removeValue(forKey: group.key) ?? []
            let present = objects.map { (try? EndpointSlice($0).endpoints) ?? [] }
            let packed = packer.pack(group.endpoints, into: present)
            let used = Set(packed.compactMap(\.existing))
            for (index, object) in objects.enumerated() where !used.contains(index) {
                try remove(object)
            }
            for slice in packed {
                let old = slice.existing.map { objects[$0] }
                try write(slice.endpoints, group.key, writer, old, source)
            }
        }
        for object in existing.values.joined().sorted(by: { $0.key.name < $1.key.name }) {
            try remove(object)
        }
    }

    private func write(
        _ endpoints: [Endpoint],
        _ group: EndpointGroup.Key,
        _ writer: Writer,
        _ old: APIObject?,
        _ source: EndpointSource
    ) throws {
        let namespace = source.service.metadata.namespace
        let prefix = source.service.metadata.name + "-"
        let name = try old?.key.name ?? generateName(prefix, .endpointSlice, namespace)
        var annotations = writer.annotations
        annotations[WriteSession.triggerTime] = old?.annotations[WriteSession.triggerTime] ?? now
        let slice = EndpointSlice(
            metadata: ObjectMeta(
                name: name,
                namespace: namespace,
                labels: writer.labels,
                annotations: annotations,
                controller: writer.owner
            ),
            addressType: group.family,
            endpoints: endpoints,
            ports: group.ports
        )
        var object = APIObject(slice)
        guard let old else {
            object.generateName = prefix
            try save(object, replacing: nil)
            return
        }
        object.generateName = old.generateName
        if old.fields["endpoints"] != object.fields["endpoints"] {
            object.set(.string(now), at: "metadata", "annotations", WriteSession.triggerTime)
        }
        try save(object, replacing: old)
    }
}
