public import KubernetesModel

/// An object as a store keeps it, which can be read later and on another thread.
///
/// Reading all objects of a large registry is mostly the decoding of their text; a reader that
/// takes them in this form can spread that over the cores.
public struct StoredObject: Sendable {
    /// The object's identity.
    public let key: ObjectKey
    /// The object as JSON text, if that is what the store keeps.
    ///
    /// It may be damaged: a reader that can't make sense of it asks for ``object()``, which says
    /// so.
    public let json: String?
    private let decode: @Sendable () throws -> APIObject

    /// Creates one from an object that is decoded already.
    public init(_ object: APIObject) {
        key = object.key
        json = nil
        decode = { object }
    }

    /// Creates one that is decoded when it is asked for.
    ///
    /// - Parameters:
    ///   - key: The object's identity.
    ///   - json: The object as the store keeps it.
    ///   - decode: Decodes the text.
    public init(
        key: ObjectKey,
        json: String,
        decode: @escaping @Sendable (_ json: String) throws -> APIObject
    ) {
        self.key = key
        self.json = json
        self.decode = { try decode(json) }
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
