public import KubernetesModel

/// An object as a store keeps it, which can be read later and on another thread.
///
/// Reading all objects of a large registry is mostly the decoding of their text; a reader that
/// takes them in this form can spread that over the cores.
public struct StoredObject: Sendable {
    /// The object's identity.
    public let key: ObjectKey
    private let decode: @Sendable () throws -> APIObject

    /// Creates one from an object that is decoded already.
    public init(_ object: APIObject) {
        key = object.key
        decode = { object }
    }

    /// Creates one that is decoded when it is asked for.
    public init(key: ObjectKey, decode: @escaping @Sendable () throws -> APIObject) {
        self.key = key
        self.decode = decode
    }

    /// Decodes the object.
    ///
    /// - Returns: The object.
    /// - Throws: ``RegistryError`` if the store's text is damaged.
    public func object() throws -> APIObject { try decode() }
}

extension StoreReader {
    /// Calls `body` with every object of a kind, decoded.
    public func forEachStored(_ kind: Kind, _ body: (StoredObject) throws -> Void) throws {
        try forEach(kind, namespace: nil, term: nil) { try body(StoredObject($0)) }
    }
}
