/// Hashes what identical questions have in common.
///
/// The hash is keyed with random words of the process: nobody outside can find questions that share
/// a hash, and those that do are told apart by comparing them. Each step multiplies two words that
/// depend on the key, and folds the product's halves together.
struct QuestionHash {
    private let keys: (UInt64, UInt64)

    init(_ random: inout RandomPool) {
        keys = (random.next(), random.next())
    }

    /// The hash of a question: name, type, class, the flags that change an answer, options, and
    /// what it travels over.
    func hash(
        _ request: UnsafeRawBufferPointer,
        _ shape: RequestShape,
        _ transport: UpstreamTransport
    ) -> UInt64 {
        // RD, AD and CD.
        var flags = UInt64(shape.flags & 0x0130) << 16 | UInt64(shape.ednsFlags)
        if shape.hasEDNS { flags |= 1 << 33 }
        if transport == .tcp { flags |= 1 << 34 }
        // Type and class are added as they are, since a name's case only is to be ignored.
        let end = shape.questionEnd
        let kind = unsafe UInt64(request.word(end - 4)) << 16 | UInt64(request.word(end - 2))
        var state = mix(keys.0 ^ flags, keys.1 ^ kind)
        let name = RequestShape.headerOctets..<(end - 4)
        unsafe state = add(request, name, to: state, folds: true)
        guard !shape.options.isEmpty else { return state }
        return unsafe add(request, shape.options, to: state, folds: false)
    }

    /// Adds a range of a message behind its header.
    private func add(
        _ message: UnsafeRawBufferPointer,
        _ range: Range<Int>,
        to state: UInt64,
        folds: Bool
    ) -> UInt64 {
        precondition(range.lowerBound >= 8 && range.upperBound <= message.count)
        var state = state ^ UInt64(range.count)
        var offset = range.lowerBound
        while offset < range.upperBound {
            let left = range.upperBound - offset
            // SAFETY: the word ends within the range; one that has fewer octets left begins before
            // the range, which has a header in front of it, and loses what isn't part of it.
            let start = left >= 8 ? offset : range.upperBound - 8
            var word = unsafe message.loadUnaligned(fromByteOffset: start, as: UInt64.self)
            if left < 8 { word >>= UInt64(8 * (8 - left)) }
            state = mix(state ^ keys.0, (folds ? folded(word) : word) ^ keys.1)
            offset += 8
        }
        return state
    }

    @inline(__always)
    private func mix(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let product = one.multipliedFullWidth(by: other)
        return product.high ^ product.low
    }
}
