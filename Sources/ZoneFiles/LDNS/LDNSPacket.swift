import CLDNS
import Glibc

/// A message that libldns parsed, freed with this value.
@safe
struct LDNSPacket: ~Copyable {
    /// Never nil, owned by this value alone.
    private let pointer: UnsafeMutablePointer<ldns_pkt>

    /// Parses a message; libldns does not mind octets after it.
    init(octets: [UInt8]) throws(LDNSStatus) {
        var pointer: UnsafeMutablePointer<ldns_pkt>?
        // SAFETY: libldns reads at most `octets.count` octets; on success `pointer` is ours.
        try LDNSStatus.check(unsafe ldns_wire2pkt(&pointer, octets, octets.count))
        guard let pointer = unsafe pointer else { throw LDNSStatus(LDNS_STATUS_NULL) }
        unsafe self.pointer = pointer
    }

    deinit {
        // SAFETY: the message is owned by this value and freed once.
        unsafe ldns_pkt_free(pointer)
    }

    /// The whole message as `drill` prints it.
    var text: String {
        // SAFETY: the returned text is ours to free, ends in a zero octet, and is nil on failure.
        guard let text = unsafe ldns_pkt2str(pointer) else { return "" }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }

    /// The header's identifier.
    var id: UInt16 { unsafe ldns_pkt_id(pointer) }

    /// The header's second word, put together from what libldns read of it.
    var flags: UInt16 {
        var flags = UInt16(truncatingIfNeeded: unsafe ldns_pkt_get_opcode(pointer).rawValue) << 11
        flags |= UInt16(truncatingIfNeeded: unsafe ldns_pkt_get_rcode(pointer).rawValue)
        if unsafe ldns_pkt_qr(pointer) != 0 { flags |= 0x8000 }
        if unsafe ldns_pkt_aa(pointer) != 0 { flags |= 0x0400 }
        if unsafe ldns_pkt_tc(pointer) != 0 { flags |= 0x0200 }
        if unsafe ldns_pkt_rd(pointer) != 0 { flags |= 0x0100 }
        if unsafe ldns_pkt_ra(pointer) != 0 { flags |= 0x0080 }
        if unsafe ldns_pkt_ad(pointer) != 0 { flags |= 0x0020 }
        if unsafe ldns_pkt_cd(pointer) != 0 { flags |= 0x0010 }
        return flags
    }

    /// The questions and the records of the three sections, the OPT record left out.
    var sections: [[OracleMessage.Record]] {
        unsafe [
            LDNSPacket.records(ldns_pkt_question(pointer)).map(\.asQuestion),
            LDNSPacket.records(ldns_pkt_answer(pointer)),
            LDNSPacket.records(ldns_pkt_authority(pointer)),
            LDNSPacket.records(ldns_pkt_additional(pointer)),
        ]
    }

    /// What the OPT record says; nil without one.
    var edns: OracleMessage.EDNS? {
        guard unsafe ldns_pkt_edns(pointer) != 0 else { return nil }
        var options: [UInt8] = []
        if let list = unsafe ldns_pkt_edns_get_option_list(pointer) {
            for index in 0..<(unsafe ldns_edns_option_list_get_count(list)) {
                guard let option = unsafe ldns_edns_option_list_get_option(list, index) else {
                    continue
                }
                options += LDNSPacket.octets(UInt16(unsafe ldns_edns_get_code(option).rawValue))
                let count = unsafe ldns_edns_get_size(option)
                options += LDNSPacket.octets(UInt16(truncatingIfNeeded: count))
                if count > 0, let data = unsafe ldns_edns_get_data(option) {
                    // SAFETY: an option's data is `count` octets, owned by the message.
                    options += unsafe Array(UnsafeBufferPointer(start: data, count: count))
                }
            }
        }
        return unsafe OracleMessage.EDNS(
            udpPayloadSize: ldns_pkt_edns_udp_size(pointer),
            extended: ldns_pkt_edns_extended_rcode(pointer),
            version: ldns_pkt_edns_version(pointer),
            flags: ldns_pkt_edns_z(pointer),
            options: options
        )
    }

    private static func octets(_ value: UInt16) -> [UInt8] {
        [UInt8(truncatingIfNeeded: value >> 8), UInt8(truncatingIfNeeded: value)]
    }

    /// The records of a list that the message owns.
    private static func records(
        _ list: UnsafeMutablePointer<ldns_rr_list>?
    ) -> [OracleMessage.Record] {
        // SAFETY: each record is owned by the list, and the list by the message.
        guard let list = unsafe list else { return [] }
        return (0..<(unsafe ldns_rr_list_rr_count(list))).compactMap { index in
            guard let record = unsafe ldns_rr_list_rr(list, index) else { return nil }
            return unsafe OracleMessage.Record(
                octets: LDNSRecord.octets(of: record),
                text: LDNSRecord.text(of: record)
            )
        }
    }
}
