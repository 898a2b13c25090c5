/// Executes a template.
struct TemplateRun {
    /// How a list of nodes ended.
    enum Flow {
        case onward
        case leave
        case skip
    }

    let name: String
    let functions: [String: Function]
    private(set) var output: [UInt8] = []
    var variables: [(name: String, value: Value)]
    private var steps = Limits.templateStepsMax

    init(name: String, functions: [String: Function], data: Value) {
        self.name = name
        self.functions = functions
        variables = [("$", data)]
    }

    // MARK: Bounds and errors

    func failure(
        _ reason: String,
        _ place: TemplatePlace,
        code: EvaluationError.Code = .invalid
    ) -> EvaluationError {
        let scalars = place.source.unicodeScalars
        let isLong = scalars.count > 20
        let source =
            isLong ? String(String.UnicodeScalarView(scalars.prefix(20))) + "..." : place.source
        return EvaluationError(
            "template: \(name):\(place.line):\(place.column): executing \(name.quoted)"
                + " at <\(source)>: \(reason)",
            code: code
        )
    }

    mutating func spend(_ place: TemplatePlace) throws(EvaluationError) {
        steps -= 1
        guard steps >= 0 else {
            throw failure(
                "more than \(Limits.templateStepsMax) steps",
                place,
                code: .tooCostly
            )
        }
    }

    private mutating func write(_ text: String) throws(EvaluationError) {
        guard output.count + text.utf8.count <= Limits.templateOutputOctetsMax else {
            throw EvaluationError(
                "template: \(name): output longer than \(Limits.templateOutputOctetsMax) octets",
                code: .tooCostly
            )
        }
        output += text.utf8
    }

    // MARK: Nodes

    mutating func walk(_ nodes: [TemplateNode], _ dot: Value) throws(EvaluationError) -> Flow {
        for node in nodes {
            let flow = try walk(node, dot)
            guard case .onward = flow else { return flow }
        }
        return .onward
    }

    private mutating func walk(_ node: TemplateNode, _ dot: Value) throws(EvaluationError) -> Flow {
        switch node {
        case .text(let text):
            try write(text)
        case .action(let pipeline):
            let value = try value(of: pipeline, dot)
            if pipeline.variables.isEmpty { try show(value, pipeline.place) }
        case .conditional(let condition, let then, let otherwise):
            let known = variables.count
            defer { variables.removeSubrange(known...) }
            let value = try value(of: condition, dot)
            return try walk(TemplateFunctions.truth(value) ? then : otherwise, dot)
        case .with(let condition, let then, let otherwise):
            let known = variables.count
            defer { variables.removeSubrange(known...) }
            let value = try value(of: condition, dot)
            return TemplateFunctions.truth(value)
                ? try walk(then, value) : try walk(otherwise, dot)
        case .range(let pipeline, let body, let otherwise):
            let known = variables.count
            defer { variables.removeSubrange(known...) }
            return try walkRange(pipeline, body, otherwise, dot)
        case .leave: return .leave
        case .skip: return .skip
        }
        return .onward
    }

    private mutating func walkRange(
        _ pipeline: TemplatePipeline,
        _ body: [TemplateNode],
        _ otherwise: [TemplateNode],
        _ dot: Value
    ) throws(EvaluationError) -> Flow {
        var bare = pipeline
        bare.variables = []
        let subject = try value(of: bare, dot)
        var isEmpty = true
        let known = variables.count
        func pass(
            _ run: inout TemplateRun,
            _ key: Value,
            _ element: Value
        ) throws(EvaluationError) -> Bool {
            isEmpty = false
            try run.spend(pipeline.place)
            defer { run.variables.removeSubrange(known...) }
            let values = pipeline.variables.count == 2 ? [key, element] : [element]
            for (name, value) in zip(pipeline.variables, values) {
                run.set(name, value, assigns: pipeline.assigns)
            }
            if case .leave = try run.walk(body, element) { return false }
            return true
        }
        switch subject {
        case .list(let values):
            for (index, value) in values.enumerated() {
                guard try pass(&self, .int(index), value) else { break }
            }
        case .map(let values):
            for (key, value) in values.sorted(by: { $0.key.precedesInOctets($1.key) }) {
                guard try pass(&self, .string(key), value) else { break }
            }
        case .int(let count):
            for index in 0..<max(0, count) {
                guard try pass(&self, .int(index), .int(index)) else { break }
            }
        case .null: break
        default: throw failure("range can't iterate over \(subject.text)", pipeline.place)
        }
        return isEmpty ? try walk(otherwise, dot) : .onward
    }

    private mutating func show(
        _ value: Value,
        _ place: TemplatePlace
    ) throws(EvaluationError) {
        switch value {
        case .null: try write("<no value>")
        case .function: throw failure("can't print \(place.source) of type func", place)
        default: try write(value.text)
        }
    }
}
