/// The number of a committed write; one increasing sequence per registry.
///
/// Every committed transaction that changed something takes the next number. An object's
/// `resourceVersion` is the revision of its last write.
public typealias Revision = UInt64
