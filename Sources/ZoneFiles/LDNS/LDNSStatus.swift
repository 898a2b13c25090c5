import CLDNS

/// What a call of libldns returned.
struct LDNSStatus: Error, Equatable, CustomStringConvertible {
    let code: UInt32

    init(_ status: ldns_status) { code = status.rawValue }

    /// Throws the status if it isn't success.
    static func check(_ status: ldns_status) throws(LDNSStatus) {
        guard status == LDNS_STATUS_OK else { throw LDNSStatus(status) }
    }

    /// What libldns says about the status.
    var description: String {
        // SAFETY: the text is a constant of libldns that ends in a zero octet; nil if unknown.
        guard let text = unsafe ldns_get_errorstr_by_id(ldns_status(rawValue: code)) else {
            return "libldns status \(code)"
        }
        return unsafe String(cString: text)
    }
}
