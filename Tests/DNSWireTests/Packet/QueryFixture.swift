import DNSWire

/// What `QueryView.read` says about octets.
struct ReadQuery {
    var verdict: QueryVerdict
    var view = QueryView()
    /// The name in lower case, from the scratch memory.
    var name: [UInt8] = []
    /// The offsets of the labels.
    var labels: [UInt8] = []
}

/// Reads a packet as a worker would: from memory that ends where the packet ends.
func read(_ packet: [UInt8]) -> ReadQuery {
    let storage = QueryScratch.Storage()
    var view = QueryView()
    let memory = UnsafeMutableRawBufferPointer.allocate(
        byteCount: max(1, packet.count),
        alignment: 1
    )
    defer { unsafe memory.deallocate() }
    unsafe memory.copyBytes(from: packet)
    let octets = unsafe UnsafeRawBufferPointer(rebasing: memory[..<packet.count])
    let verdict = unsafe view.read(octets, scratch: storage.scratch)
    var result = ReadQuery(verdict: verdict, view: view)
    for index in 0..<view.nameOctetCount {
        unsafe result.name.append(storage.scratch.name[index])
    }
    guard view.nameOctetCount > 0 else { return result }
    for index in 0...view.labelCount {
        unsafe result.labels.append(storage.scratch.labels[index])
    }
    return result
}

/// A packet with a header, and whatever follows it.
func packet(
    flags: UInt16 = 0,
    counts: [UInt16] = [1, 0, 0, 0],
    _ rest: [UInt8]
) -> [UInt8] {
    ([0xBEEF, flags] + counts).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } + rest
}

/// The question `web.shop. IN A`.
let webQuestion = octets("03 \"WeB\" 04 \"shop\" 00 00 01 00 01")

/// An OPT record.
func opt(
    size: UInt16 = 1232,
    version: UInt8 = 0,
    flags: UInt16 = 0,
    _ options: [UInt8] = []
) -> [UInt8] {
    let words: [UInt16] = [41, size, UInt16(version), flags, UInt16(options.count)]
    return [0] + words.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] } + options
}

/// A name of labels with these lengths, in wire form.
func name(labels: [Int]) -> [UInt8] {
    labels.flatMap { [UInt8(truncatingIfNeeded: $0)] + [UInt8](repeating: 0x61, count: $0) } + [0]
}
