import Addresses

/// Reads blocks; nil if one of the texts is none.
func blocks(_ texts: String...) -> [CIDRBlock]? {
    let read = texts.compactMap(CIDRBlock.init)
    return read.count == texts.count ? read : nil
}
