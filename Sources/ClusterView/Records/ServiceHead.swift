/// What comes first in a service's memory: what a query for its name needs.
struct ServiceHead {
    /// The key's hash.
    var hash: UInt64
    /// The key's octets, which are the block's first.
    var keyCount: UInt8
    /// What the service's name answers with.
    var shape: ServiceData.Shape
    /// Where the service's own IPv4 addresses start in the block.
    var ipv4Start: UInt32
    /// The octets of the service's own IPv4 addresses.
    var ipv4Count: UInt32
    /// Where the service's own IPv6 addresses start in the block.
    var ipv6Start: UInt32
    /// The octets of the service's own IPv6 addresses.
    var ipv6Count: UInt32
    /// Where the ``ServiceParts`` are in the block.
    var partsStart: UInt32
}

/// Where the other parts of a service's block start, and how many octets or values they have.
struct ServiceParts: BitwiseCopyable {
    var servicePortCount: UInt32 = 0
    var portStart: UInt32 = 0
    var portCount: UInt32 = 0
    var endpointIPv4Start: UInt32 = 0
    var endpointIPv4Count: UInt32 = 0
    var endpointIPv6Start: UInt32 = 0
    var endpointIPv6Count: UInt32 = 0
    var externalNameStart: UInt32 = 0
    var externalNameCount: UInt32 = 0
    /// The ports of each slice, as ``PortRange``; a range that several slices share is there once.
    var portRangeStart: UInt32 = 0
    /// The endpoints, as ``PackedEndpoint``, and one more that says where the last one ends.
    var endpointStart: UInt32 = 0
    var endpointCount: UInt32 = 0
    /// A hash table of endpoint numbers plus one; 0 is a free place.
    ///
    /// Its size is a power of two, or 0 where a walk is as quick.
    var tableStart: UInt32 = 0
    var tableCount: UInt32 = 0
}

/// A port in a service's block.
struct PortEntry: BitwiseCopyable {
    /// Where the port's name starts in the block.
    var nameStart: UInt32
    /// The octets of the port's name; 0 if it has none.
    var nameCount: UInt8
    /// 0 TCP, 1 UDP, 2 SCTP.
    var transport: UInt8
    /// The port's number.
    var number: UInt16
}

/// Ports side by side, as a part of the service's ports.
struct PortRange: BitwiseCopyable {
    var first: UInt32
    var count: UInt32
}

/// The endpoints that share a label, as they are kept; the next one says where they end.
struct PackedEndpoint: BitwiseCopyable {
    /// Where the label starts in the block, at its length octet.
    var labelStart: UInt32
    /// The first IPv4 address, as an index into the endpoints' addresses.
    var ipv4First: UInt32
    /// The first IPv6 address, likewise.
    var ipv6First: UInt32
    /// The number of the ``PortRange``.
    var portRange: UInt32
}
