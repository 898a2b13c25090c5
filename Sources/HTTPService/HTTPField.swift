/// A field of the head of a request or a reply.
public struct HTTPField: Sendable, Hashable {
    /// Its name, which is compared without case.
    public var name: String
    /// Its value.
    public var value: String

    /// Creates a field.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// Whether the field is called so, in upper or lower case.
    func isCalled(_ name: String) -> Bool {
        self.name.utf8.count == name.utf8.count
            && self.name.utf8.elementsEqual(name.utf8) { HTTPField.fold($0) == HTTPField.fold($1) }
    }

    private static func fold(_ octet: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(octet) ? octet | 0x20 : octet
    }
}
