import Dispatch
import OrderedCollections
import Synchronization

/// Reads manifests: files, directories, standard input, or text in memory.
///
/// Nothing is thrown: every mistake is listed with its place, so that all can be mended at once.
public struct ManifestReader: Sendable {
    /// The namespace of namespaced objects that name none.
    public var defaultNamespace: String
    /// Whether directories are read with what is below them.
    public var isRecursive: Bool
    /// Whether fields that a kind doesn't have are mistakes.
    public var refusesUnknownFields: Bool
    /// Whether objects are validated, apart from what depends on what is stored.
    public var validates: Bool

    /// Creates a reader.
    public init(
        defaultNamespace: String = "default",
        isRecursive: Bool = false,
        refusesUnknownFields: Bool = true,
        validates: Bool = true
    ) {
        self.defaultNamespace = defaultNamespace
        self.isRecursive = isRecursive
        self.refusesUnknownFields = refusesUnknownFields
        self.validates = validates
    }

    /// Reads files and directories; `-` is standard input.
    ///
    /// Of a directory the files `*.yaml`, `*.yml` and `*.json` are read, in the order of names.
    public func read(paths: [String]) -> Manifest {
        var manifest = Manifest()
        for path in paths {
            do throws(FileError) {
                for file in try ManifestFiles.files(at: path, isRecursive: isRecursive) {
                    manifest.append(read(file: file))
                }
            } catch {
                manifest.problems.append(problem(error, path))
            }
        }
        return refusingDuplicates(manifest)
    }

    /// Reads a text, whose place is called `source` in messages.
    public func read(_ octets: [UInt8], source: String) -> Manifest {
        refusingDuplicates(readText(octets, source: source))
    }

    private func read(file path: String) -> Manifest {
        do throws(FileError) {
            let octets = try ManifestFiles.read(path, octetsMax: Limits.fileOctetsMax)
            return readText(octets, source: path == "-" ? "standard input" : path)
        } catch {
            var manifest = Manifest()
            manifest.problems.append(problem(error, path))
            return manifest
        }
    }

    private func problem(_ error: FileError, _ path: String) -> Manifest.Problem {
        Manifest.Problem(
            place: Manifest.Place(source: path),
            field: "",
            message: error.message
        )
    }

    // MARK: Documents

    private struct Part: Sendable {
        var place: Manifest.Place
        var result: Result<Value, Manifest.Problem>
    }

    private func readText(_ octets: [UInt8], source: String) -> Manifest {
        let parts = parts(of: octets, source: source)
        guard parts.count <= Limits.documentsMax else {
            var manifest = Manifest()
            let message = "\(parts.count) documents; at most \(Limits.documentsMax) are read"
            let place = Manifest.Place(source: source)
            manifest.problems.append(Manifest.Problem(place: place, field: "", message: message))
            return manifest
        }
        // Documents don't depend on one another: large manifests are read on all cores.
        let runLength = 500
        let runs = stride(from: 0, to: parts.count, by: runLength).map {
            parts[$0..<min($0 + runLength, parts.count)]
        }
        let results = Mutex<[Int: Manifest]>([:])
        DispatchQueue.concurrentPerform(iterations: runs.count) { index in
            var manifest = Manifest()
            for part in runs[index] { read(part, into: &manifest) }
            let result = manifest
            results.withLock { $0[index] = result }
        }
        let byRun = results.withLock { $0 }
        var manifest = Manifest()
        for index in runs.indices {
            if let part = byRun[index] { manifest.append(part) }
        }
        return manifest
    }

    /// Cuts a text into documents: JSON if it begins like it and is it, otherwise YAML.
    private func parts(of octets: [UInt8], source: String) -> [Part] {
        let first = octets.first { $0 > 0x20 }
        var jsonError: JSONError?
        if first == UInt8(ascii: "{") || source.hasSuffix(".json") {
            do throws(JSONError) {
                return try JSONReader.readSequence(octets).enumerated().map { index, item in
                    let place = Manifest.Place(
                        source: source,
                        document: index + 1,
                        line: item.line
                    )
                    return Part(place: place, result: .success(item.value))
                }
            } catch {
                jsonError = error
            }
        }
        let isMeantAsJSON = source.hasSuffix(".json") || ManifestReader.looksLikeJSON(octets)
        if let jsonError, isMeantAsJSON {
            let place = Manifest.Place(source: source, line: jsonError.line)
            let message = "not JSON: \(jsonError)"
            let problem = Manifest.Problem(place: place, field: "", message: message)
            return [Part(place: place, result: .failure(problem))]
        }
        let documents = YAMLReader.documents(octets)
        return documents.map { document in
            let place = Manifest.Place(
                source: source,
                document: document.index,
                line: document.line
            )
            let result = document.result.mapError { error in
                Manifest.Problem(place: place, field: "", message: "not YAML: \(error)")
            }
            return Part(place: place, result: result)
        }
    }

    /// Whether a text begins with a brace and a quote, as no hand-written YAML does.
    private static func looksLikeJSON(_ octets: [UInt8]) -> Bool {
        let begin = octets.lazy.filter { $0 > 0x20 }.prefix(2)
        return begin.elementsEqual("{\"".utf8)
    }

    // MARK: Objects

    private func read(_ part: Part, into manifest: inout Manifest) {
        switch part.result {
        case .failure(let problem): manifest.problems.append(problem)
        case .success(let value): read(value, at: part.place, depth: 0, into: &manifest)
        }
    }

    private func read(
        _ value: Value,
        at place: Manifest.Place,
        depth: Int,
        into manifest: inout Manifest
    ) {
        let apiVersion = value["apiVersion"]?.string ?? ""
        let kind = value["kind"]?.string ?? ""
        switch KindNames.meaning(apiVersion: apiVersion, kind: kind) {
        case .list(let itemKind):
            guard depth < 5 else {
                manifest.report(place, "items", "lists are nested too deep")
                return
            }
            for item in value["items"]?.array ?? [] {
                var item = item
                // The items of a typed list need not repeat its kind.
                if let itemKind, case .object(var fields) = item, fields["kind"] == nil {
                    fields["kind"] = .string(itemKind.rawValue)
                    fields["apiVersion"] = .string(itemKind.apiVersion)
                    item = .object(fields)
                }
                read(item, at: place, depth: depth + 1, into: &manifest)
            }
        case .skipped:
            manifest.skipped.append(
                Manifest.Skipped(
                    place: place,
                    apiVersion: apiVersion,
                    kind: kind,
                    name: value["metadata"]?["name"]?.string ?? ""
                )
            )
        case .mistake(let message) where !kind.isEmpty && !apiVersion.isEmpty:
            manifest.report(place, "kind", message)
        case .held, .mistake:
            readObject(value, at: place, into: &manifest)
        }
    }

    private func readObject(
        _ value: Value,
        at place: Manifest.Place,
        into manifest: inout Manifest
    ) {
        let object: APIObject
        do throws(ValidationErrors) {
            object = try APIObject(value, defaultNamespace: defaultNamespace)
        } catch {
            for problem in error.errors {
                manifest.report(place, problem.field, problem.description)
            }
            return
        }
        let problemsBefore = manifest.problems.count
        if refusesUnknownFields {
            for field in object.unknownFields() {
                let message = "\(object.title): \(field)"
                manifest.report(place, field.path, message, object.key)
            }
        }
        if validates {
            for error in object.defaulted().validationErrors() {
                let message = "\(object.title) is invalid: \(error)"
                manifest.report(place, error.field, message, object.key)
            }
        }
        if manifest.problems.count == problemsBefore {
            manifest.documents.append(Manifest.Document(place: place, object: object))
        }
    }

    /// Reports objects that are there twice: which of them counts would be a guess.
    private func refusingDuplicates(_ manifest: Manifest) -> Manifest {
        var manifest = manifest
        var places: [ObjectKey: Manifest.Place] = [:]
        for document in manifest.documents where !document.object.key.name.isEmpty {
            if let first = places.updateValue(document.place, forKey: document.object.key) {
                let message = "\(document.object.title) is there twice, first in \(first)"
                manifest.report(document.place, "metadata.name", message)
            }
        }
        return manifest
    }
}

extension Manifest {
    fileprivate mutating func report(
        _ place: Place,
        _ field: String,
        _ message: String,
        _ object: ObjectKey? = nil
    ) {
        problems.append(Problem(place: place, field: field, message: message, object: object))
    }
}

extension APIObject {
    /// The object as messages name it: `Service "web"`.
    fileprivate var title: String {
        "\(key.kind.rawValue) \(JSONWriter.quoted(String(key.name.prefix(100))))"
    }
}
