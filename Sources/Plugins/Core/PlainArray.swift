/// A list that never changes, read in the packet path.
///
/// Reading it counts no reference, which an array in an object that cores share may cost.
///
/// `@unchecked Sendable`: the memory is written in `init` and freed in `deinit` only.
@safe
struct PlainArray<Element: Sendable>: ~Copyable, @unchecked Sendable {
    private let storage: UnsafeMutableBufferPointer<Element>

    /// Copies a list.
    init(_ elements: [Element]) {
        unsafe storage = .allocate(capacity: elements.count)
        _ = unsafe storage.initialize(from: elements)
    }

    deinit {
        unsafe storage.deinitialize()
        unsafe storage.deallocate()
    }

    /// How many there are.
    var count: Int { unsafe storage.count }

    /// The element at an index below ``count``.
    subscript(index: Int) -> Element {
        // Checked in release builds too: the buffer's own check is for debug builds.
        precondition(index >= 0 && index < count)
        return unsafe storage[index]
    }
}
