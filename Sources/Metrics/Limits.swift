/// The bounds of what can be counted, whatever configurations ask for.
enum Limits {
    /// Slots of a block: 512 KiB of addresses, of which only what is used takes memory.
    static let slotCountMax = 65_536
    /// The first slot for label sets; those before it are for what finds no room among them.
    static let firstSlot = 4_096
    /// Slots of one family, so that it leaves room for others.
    static let familySlotCountMax = 32_768
    /// Families of metrics; CoreDNS with all its plugins has about 100.
    static let familyCountMax = 4_096
    /// Functions that are asked for a value when metrics are written.
    static let readingCountMax = 16_384
    /// Labels of one set.
    static let labelCountMax = 32
    /// Octets of a label's value; what is longer is cut.
    static let labelOctetsMax = 4_096
    /// Bounds of a histogram, each of which takes a slot and a comparison.
    static let boundCountMax = 64
    /// Nanoseconds of one observation given in seconds (31 years), so that sums don't wrap.
    static let observationNanosecondsMax: Double = 1e18
    /// Octets of a file below `/proc` that are read.
    static let procOctetsMax = 4_096
}
