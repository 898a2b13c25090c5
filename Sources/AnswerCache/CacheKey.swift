public import DNSWire

/// What a cached reply is found by: the question, what its asker can take, and the view.
///
/// It borrows the name, so it lives no longer than the name's memory does.
@safe
public struct CacheKey {
    /// The name in wire form, in lower case, the root's octet included.
    let name: UnsafeRawPointer
    /// Octets of the name, 1…255.
    let nameOctetCount: Int
    /// Everything else in one word: type, class, view, DO, CD, and the name's octets.
    let facets: UInt64

    /// Makes a key of its parts.
    ///
    /// Unsafe: `name` must hold `nameOctetCount` octets for as long as the key is used.
    ///
    /// - Parameters:
    ///   - name: The name in wire form, in lower case, the root's octet included.
    ///   - nameOctetCount: Octets of the name, 1…255.
    ///   - type: The question's type.
    ///   - recordClass: The question's class.
    ///   - dnssecOK: Whether the asker wants DNSSEC records.
    ///   - checkingDisabled: Whether the asker validates for itself.
    ///   - view: The number of the view that the query is in; 0 if there are none.
    @unsafe
    public init(
        name: UnsafeRawPointer,
        nameOctetCount: Int,
        type: UInt16,
        recordClass: UInt16,
        dnssecOK: Bool,
        checkingDisabled: Bool,
        view: UInt16
    ) {
        precondition(nameOctetCount >= 1 && nameOctetCount <= 255)
        unsafe self.name = name
        self.nameOctetCount = nameOctetCount
        let flags: UInt64 = (dnssecOK ? 1 : 0) | (checkingDisabled ? 2 : 0)
        facets =
            UInt64(type) | UInt64(recordClass) &<< 16 | UInt64(view) &<< 32 | flags &<< 48
            | UInt64(nameOctetCount) &<< 56
    }

    /// Makes the key of a query whose name lies in `scratch`.
    ///
    /// The key is valid as long as the scratch memory holds that name.
    public init(_ query: QueryView, _ scratch: QueryScratch, view: UInt16 = 0) {
        // SAFETY: `QueryView.read` put nameOctetCount octets there.
        unsafe self.init(
            name: UnsafeRawPointer(scratch.name),
            nameOctetCount: query.nameOctetCount,
            type: query.type,
            recordClass: query.recordClass,
            dnssecOK: query.dnssecOK,
            checkingDisabled: query.checkingDisabled,
            view: view
        )
    }

    /// The question's type.
    var type: UInt16 { UInt16(truncatingIfNeeded: facets) }
    /// The question's class.
    var recordClass: UInt16 { UInt16(truncatingIfNeeded: facets &>> 16) }
    /// Whether the asker wants DNSSEC records.
    var dnssecOK: Bool { facets &>> 48 & 1 != 0 }

    /// The key's hash.
    @inline(__always)
    func hash(seed: UInt64) -> UInt64 {
        // SAFETY: the name holds nameOctetCount octets.
        unsafe hashOctets(name, count: nameOctetCount, word: facets, seed: seed)
    }
}
