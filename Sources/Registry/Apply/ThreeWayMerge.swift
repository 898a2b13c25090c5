import KubernetesModel
import OrderedCollections

/// kubectl's client-side apply: what the last manifest said and this one doesn't is removed, what
/// this one says is set, everything else stays as it is.
///
/// Lists are replaced whole, but for ports and containers, whose elements are matched by their
/// keys, so that node ports and the like stay.
enum ThreeWayMerge {
    /// The annotation in which kubectl keeps the manifest that was applied last.
    static let annotation = "kubectl.kubernetes.io/last-applied-configuration"

    /// Merges a manifest into a live object.
    ///
    /// - Parameters:
    ///   - old: What the last manifest said; empty if there was none.
    ///   - new: What the manifest says.
    ///   - live: The object as it is.
    /// - Returns: The object as it is to be.
    static func merge(old: Fields, new: Fields, live: Fields) -> Fields {
        merge(old, new, live, path: "")
    }

    private static func merge(
        _ old: Fields,
        _ new: Fields,
        _ live: Fields,
        path: String
    ) -> Fields {
        var result = live
        for key in old.keys where new[key] == nil { result[key] = nil }
        for (key, value) in new {
            switch (value, live[key]) {
            case (.null, _):
                result[key] = nil
            case (.object(let fields), .object(let present)?):
                let before = old[key]?.object ?? [:]
                result[key] = .object(merge(before, fields, present, path: "\(path)/\(key)"))
            case (.array(let items), .array(let present)?):
                let before = old[key]?.array ?? []
                result[key] = .array(merge(before, items, present, path: "\(path)/\(key)"))
            default:
                result[key] = value.withoutNulls
            }
        }
        return result
    }

    private static func merge(
        _ old: [Value],
        _ new: [Value],
        _ live: [Value],
        path: String
    ) -> [Value] {
        guard let identity = identity(path),
            // Elements that are told apart by their keys only; otherwise the manifest's list wins.
            Set(new.map(identity)).count == new.count, Set(live.map(identity)).count == live.count
        else { return new }
        var result = new.map { item -> Value in
            let mark = identity(item)
            guard case .object(let fields) = item,
                case .object(let present)? = live.first(where: { identity($0) == mark })
            else { return item }
            let before = old.first { identity($0) == mark }?.object ?? [:]
            return .object(merge(before, fields, present, path: "\(path)[]"))
        }
        let known = Set((new + old).map(identity))
        result += live.filter { !known.contains(identity($0)) }
        return result
    }

    /// What makes elements of a list the same element; nil if the list is replaced whole.
    private static func identity(_ path: String) -> ((Value) -> String)? {
        let field = path.split(separator: "/").last ?? ""
        switch field {
        case "ports" where path == "/spec/ports":
            return { "\($0["port"]?.integer ?? 0)/\($0["protocol"]?.string ?? "TCP")" }
        case "containers", "initContainers":
            return { $0["name"]?.string ?? "" }
        default:
            return nil
        }
    }

    /// What the last manifest said, as the object's annotation keeps it; empty if there is none.
    static func lastApplied(_ object: APIObject) -> Fields {
        guard let text = object.fields.string(at: "metadata", "annotations", annotation),
            case .object(let fields)? = try? JSONReader.read(text)
        else { return [:] }
        return fields
    }

    /// The manifest with itself as its annotation, as kubectl sends it.
    static func annotated(_ manifest: APIObject) -> APIObject {
        var plain = manifest
        plain.set(nil, at: "metadata", "annotations", annotation)
        if plain.value(at: "metadata", "annotations") == nil {
            plain.set([:], at: "metadata", "annotations")
        }
        let text = JSONWriter.compact(.object(plain.fields.sortedByKey)) + "\n"
        plain.set(.string(text), at: "metadata", "annotations", annotation)
        return plain
    }
}
