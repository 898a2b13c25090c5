/// A reply to a request.
public struct HTTPReply: Sendable, Hashable {
    /// The status code, as 200.
    public var status: Int
    /// The fields of the head; length, date and connection are added.
    public var fields: [HTTPField]
    /// The body.
    public var body: [UInt8]

    /// Creates a reply.
    public init(status: Int, fields: [HTTPField] = [], body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    /// Creates a reply of plain text.
    public static func text(_ text: String, status: Int = 200) -> HTTPReply {
        HTTPReply(
            status: status,
            fields: [HTTPField("content-type", "text/plain; charset=utf-8")],
            body: Array(text.utf8)
        )
    }
}
