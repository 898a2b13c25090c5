import Glibc

/// Text as C has it, kept until this object goes: what a new process reads must stand still.
@safe final class CStrings {
    private typealias Text = UnsafeMutablePointer<CChar>?

    private var texts: [Text]
    private var lists: [UnsafeMutablePointer<Text>]

    init() {
        unsafe texts = []
        unsafe lists = []
    }

    /// A copy of a text.
    func text(_ text: String) -> UnsafePointer<CChar>? {
        // SAFETY: the copy is this object's own and is freed with it alone.
        let copy = unsafe strdup(text)
        unsafe texts.append(copy)
        return unsafe UnsafePointer(copy)
    }

    /// A list of texts that ends with nil, kept as long as the texts.
    func list(_ words: [String]) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?> {
        let list = UnsafeMutablePointer<Text>.allocate(capacity: words.count + 1)
        // SAFETY: one place was allocated for each word, and one for the end.
        for (index, word) in words.enumerated() {
            unsafe (list + index).initialize(to: strdup(word))
            unsafe texts.append(list[index])
        }
        unsafe (list + words.count).initialize(to: nil)
        unsafe lists.append(list)
        return unsafe list
    }

    deinit {
        // SAFETY: each was allocated here, and is freed once.
        _ = unsafe texts.map { unsafe free($0) }
        _ = unsafe lists.map { unsafe $0.deallocate() }
    }
}
