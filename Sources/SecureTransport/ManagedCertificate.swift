/// A certificate that is served for one name, from a file that may come later: its private key, the
/// certificate, and those that signed it.
public struct ManagedCertificate: Sendable, Hashable {
    /// The name that clients ask for, or `*.` and what stands behind one label of it; lower case.
    public var name: String
    /// The file.
    public var file: String

    /// Names a certificate's file.
    public init(name: String, file: String) {
        self.name = name
        self.file = file
    }
}
