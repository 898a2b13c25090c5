import KubernetesModel
import OrderedCollections

/// The verbs of one object: what the API server does between request and storage.
extension WriteSession {
    /// The characters of generated names (apimachinery `util/rand`): no vowels, so no words.
    private static let nameAlphabet = Array("bcdfghjklmnpqrstvwxz2456789".utf8)
    /// The longest prefix that leaves room for five characters in 63.
    private static let namePrefixMax = 58
    /// How often a name that is taken is replaced (registry/store.go).
    private static let nameAttemptsMax = 8

    /// Returns five random characters as generated names have them.
    func randomSuffix() -> String {
        let alphabet = WriteSession.nameAlphabet
        let base = UInt64(alphabet.count)
        // One draw for all five: many pods are named in one write.
        var number = environment.random(base * base * base * base * base)
        var text: [UInt8] = []
        for _ in 0..<5 {
            text.append(alphabet[Int(number % base)])
            number /= base
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Returns a name that no object of the kind has: the prefix and five characters.
    func generateName(_ prefix: String, _ kind: Kind, _ namespace: String) throws -> String {
        let base =
            prefix.utf8.count > WriteSession.namePrefixMax
            ? String(prefix.prefix(WriteSession.namePrefixMax)) : prefix
        var name = base + randomSuffix()
        for _ in 1..<WriteSession.nameAttemptsMax {
            let key = ObjectKey(kind: kind, namespace: namespace, name: name)
            guard try transaction.get(key) != nil else { break }
            name = base + randomSuffix()
        }
        return name
    }

    /// Stores a new object.
    func create(_ object: APIObject) throws -> APIObject {
        var object = object
        if object.key.name.isEmpty, !object.generateName.isEmpty {
            let name = try generateName(
                object.generateName,
                object.key.kind,
                object.key.namespace
            )
            object = APIObject(
                key: ObjectKey(
                    kind: object.key.kind,
                    namespace: object.key.namespace,
                    name: name
                ),
                fields: object.fields
            )
            object.set(.string(name), at: "metadata", "name")
        }
        guard object.resourceVersion == 0 else {
            throw RegistryError.badRequest(
                "resourceVersion should not be set on objects to be created"
            )
        }
        let admitted = try admit(object, replacing: nil)
        try requireNamespace(of: object.key)
        guard try transaction.get(object.key) == nil else {
            throw RegistryError.alreadyExists(object.key)
        }
        return try save(admitted, replacing: nil)
    }

    /// Replaces an object.
    func update(_ object: APIObject) throws -> APIObject {
        guard let old = try transaction.get(object.key) else {
            throw RegistryError.notFound(object.key)
        }
        let version = object.resourceVersion
        if version != 0, version != old.resourceVersion { throw RegistryError.conflict(object.key) }
        if !object.uid.isEmpty, object.uid != old.uid { throw RegistryError.conflict(object.key) }
        return try save(try admit(object, replacing: old), replacing: old)
    }

    /// Fills in, checks and allocates everything of an object, by its kind.
    func admit(_ object: APIObject, replacing old: APIObject?) throws -> APIObject {
        switch object.key.kind {
        case .service: return try admitService(object, replacing: old)
        case .pod: return try admitPod(object, replacing: old)
        case .deployment, .replicaSet, .statefulSet, .daemonSet:
            return try admitWorkload(object, replacing: old)
        case .namespace, .node, .endpointSlice, .endpoints:
            let defaulted = object.defaulted()
            try check(defaulted, replacing: old)
            return defaulted
        }
    }

    /// Removes an object, unless it is one that must exist.
    func delete(_ key: ObjectKey) throws -> APIObject {
        guard let object = try transaction.get(key) else { throw RegistryError.notFound(key) }
        guard key.kind == .namespace else {
            try remove(object)
            return object
        }
        if ["default", "kube-system", "kube-public"].contains(key.name) {
            throw RegistryError.forbidden(key, reason: "this namespace may not be deleted")
        }
        try removeNamespace(object)
        return object
    }
}
