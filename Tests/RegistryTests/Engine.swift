import Foundation
import KubernetesModel
import Registry
import RegistrySQLite
import Testing

/// The engines that every contract is run on.
enum Engine: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case memory
    case sqlite

    var testDescription: String { rawValue }

    /// Runs `body` with an empty store of the engine, in a directory of its own.
    func withStore<Result>(
        changeCountMax: Int = 1_000,
        _ body: (any RegistryStore) throws -> Result
    ) throws -> Result {
        switch self {
        case .memory:
            return try body(MemoryStore(changeCountMax: changeCountMax))
        case .sqlite:
            return try withTemporaryDirectory { directory in
                let store = try SQLiteStore(
                    path: directory + "/registry.db",
                    changeCountMax: changeCountMax
                )
                defer { store.close() }
                return try body(store)
            }
        }
    }
}

/// Runs `body` with the path of a new directory, and removes the directory.
func withTemporaryDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
    let url = FileManager.default.temporaryDirectory
        .appendingPathComponent("martlet-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    return try body(url.path)
}

/// A small object for tests of stores, which don't look inside.
func sample(
    _ name: String,
    kind: Kind = .service,
    namespace: String = "shop",
    note: String = "",
    version: Revision = 0
) -> APIObject {
    var object = APIObject(
        key: ObjectKey(kind: kind, namespace: namespace, name: name),
        fields: [
            "apiVersion": "v1", "kind": .string(kind.rawValue),
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "note": .string(note),
        ]
    )
    object.resourceVersion = version
    return object
}
