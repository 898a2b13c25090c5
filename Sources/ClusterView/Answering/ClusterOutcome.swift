/// How the cluster view answered a question.
public enum ClusterOutcome: Sendable {
    /// The reply is complete.
    case answered
    /// The name does not exist; nothing was written, so that another source may be asked.
    case nameError
    /// The last record of the answer section is a CNAME to a name outside the zone, which stands
    /// uncompressed at this offset of the reply and must be looked up elsewhere.
    case chase(at: Int)
    /// The question is none that can be answered from a view: a zone transfer.
    case refused
}

/// Type codes that the view tells apart (RFC 1035 §3.2.2, RFC 3596, RFC 2782).
enum TypeCode {
    @inline(__always) static var a: UInt16 { 1 }
    @inline(__always) static var ns: UInt16 { 2 }
    @inline(__always) static var cname: UInt16 { 5 }
    @inline(__always) static var soa: UInt16 { 6 }
    @inline(__always) static var ptr: UInt16 { 12 }
    @inline(__always) static var txt: UInt16 { 16 }
    @inline(__always) static var aaaa: UInt16 { 28 }
    @inline(__always) static var srv: UInt16 { 33 }
    @inline(__always) static var ixfr: UInt16 { 251 }
    @inline(__always) static var axfr: UInt16 { 252 }
}

/// What a lookup step found, before negative answers are written.
enum Finding {
    /// Records were written, and the answer is complete.
    case records
    /// The name exists and has nothing of this type.
    case noData
    /// The name doesn't exist.
    case nameError
    /// An alias to a name outside the zone was written; its target stands at this offset.
    case chase(at: Int)
}
