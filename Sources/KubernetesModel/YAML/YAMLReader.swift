import Dispatch
import Synchronization

/// Reads YAML streams into values, as sigs.k8s.io/yaml does.
///
/// A stream is split at its document markers, so that a mistake in one document leaves the others
/// readable, and so that large streams are read on all cores.
public enum YAMLReader {
    /// A document of a stream.
    public struct Document: Sendable {
        /// The document's number among those that are not empty, from 1.
        public var index: Int
        /// The line of the file the document begins in, from 1.
        public var line: Int
        /// The document's value, or why there is none.
        public var result: Result<Value, YAMLError>
    }

    /// Reads the only document of a text; null if there is none.
    ///
    /// - Throws: ``YAMLError`` with the place of the mistake.
    public static func read(_ text: String) throws(YAMLError) -> Value {
        let documents = documents(Array(text.utf8))
        guard documents.count <= 1 else {
            throw YAMLError(line: documents[1].line, column: 1, message: "expected one document")
        }
        return try documents.first?.result.get() ?? .null
    }

    /// Reads all documents of a stream; empty ones are left out.
    public static func documents(_ octets: [UInt8]) -> [Document] {
        let batches = YAMLSplitter.batches(YAMLSplitter.parts(octets))
        let results = Mutex<[Int: [Document]]>([:])
        if batches.count < 2 {
            return numbered(batches.map { Self.read($0, of: octets) })
        }
        DispatchQueue.concurrentPerform(iterations: batches.count) { index in
            let documents = Self.read(batches[index], of: octets)
            results.withLock { $0[index] = documents }
        }
        let byBatch = results.withLock { $0 }
        return numbered(batches.indices.map { byBatch[$0] ?? [] })
    }

    private static func numbered(_ batches: [[Document]]) -> [Document] {
        var documents = batches.flatMap { $0 }
        for index in documents.indices { documents[index].index = index + 1 }
        return documents
    }

    /// Reads neighbouring parts in one go; if that fails, each for itself.
    private static func read(
        _ parts: ArraySlice<YAMLSplitter.Part>,
        of octets: [UInt8]
    )
        -> [Document]
    {
        guard let first = parts.first, let last = parts.last else { return [] }
        let isBounded = parts.allSatisfy { $0.range.count <= Limits.documentOctetsMax }
        if isBounded {
            let range = first.range.lowerBound..<last.range.upperBound
            let result = composed(octets[range], firstLine: first.line)
            if case .success(let documents) = result {
                return documents.map {
                    Document(index: 0, line: $0.line, result: .success($0.value))
                }
            }
        }
        return parts.flatMap { part -> [Document] in
            guard part.range.count <= Limits.documentOctetsMax else {
                let error = YAMLError(
                    line: part.line,
                    column: 0,
                    message: "the document has \(part.range.count) octets; at most "
                        + "\(Limits.documentOctetsMax) are read"
                )
                return [Document(index: 0, line: part.line, result: .failure(error))]
            }
            switch composed(octets[part.range], firstLine: part.line) {
            case .success(let documents):
                return documents.map {
                    Document(index: 0, line: $0.line, result: .success($0.value))
                }
            case .failure(let error):
                return [Document(index: 0, line: part.line, result: .failure(error))]
            }
        }
    }

    private static func composed(
        _ octets: ArraySlice<UInt8>,
        firstLine: Int
    ) -> Result<[YAMLComposer.Document], YAMLError> {
        do throws(YAMLError) {
            return .success(try YAMLComposer.documents(octets, firstLine: firstLine))
        } catch {
            return .failure(error)
        }
    }
}
