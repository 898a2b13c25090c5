import OrderedCollections

extension Workload {
    /// Reads a workload from an object of one of the four kinds.
    ///
    /// - Throws: ``ValidationErrors`` that name every field of a wrong type.
    public init(_ object: APIObject) throws(ValidationErrors) {
        self = try object.decoded { context, fields in
            Workload(reading: fields, key: object.key, &context)
        }
    }

    init(reading fields: Fields, key: ObjectKey, _ context: inout FieldContext) {
        self.init(
            kind: key.kind,
            metadata: ObjectMeta(reading: fields, key: key, &context)
        )
        if !key.kind.isWorkload {
            context.report(.notSupported, "kind", .string(key.kind.rawValue), "no workload")
        }
        _ = context.inside(fields, "spec") { context, spec in
            if kind != .daemonSet { replicas = context.integer(spec, "replicas") ?? 1 }
            let given = context.inside(spec, "selector") { LabelSelector(reading: $1, &$0) }
            selector = given ?? LabelSelector()
            if kind == .statefulSet {
                serviceName = context.string(spec, "serviceName")
                let start = context.inside(spec, "ordinals") { $0.integer($1, "start") }
                ordinalStart = (start ?? nil) ?? 0
            }
            _ = context.inside(spec, "template") { context, template in
                _ = context.inside(template, "metadata") { context, metadata in
                    templateLabels = context.stringMap(metadata, "labels")
                    templateAnnotations = context.stringMap(metadata, "annotations")
                }
                podSpec = context.object(template, "spec") ?? [:]
            }
        }
    }
}

extension LabelSelector {
    /// Reads `matchLabels` and `matchExpressions`; what is in neither form is reported.
    init(reading fields: Fields, _ context: inout FieldContext) {
        self.init(matching: context.stringMap(fields, "matchLabels"))
        requirements += context.each(fields, "matchExpressions") { context, expression in
            let key = context.string(expression, "key")
            let values = context.strings(expression, "values")
            let name = context.string(expression, "operator")
            switch name {
            case "In", "NotIn":
                if values.isEmpty {
                    let detail = "must be specified when `operator` is 'In' or 'NotIn'"
                    context.report(.required, "values", nil, detail)
                }
                return Requirement(
                    key: key,
                    condition: name == "In" ? .isOneOf(values) : .isNoneOf(values)
                )
            case "Exists", "DoesNotExist":
                if !values.isEmpty {
                    let detail =
                        "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
                    context.report(.forbidden, "values", nil, detail)
                }
                return Requirement(key: key, condition: name == "Exists" ? .exists : .isMissing)
            default:
                context.report(.invalid, "operator", .string(name), "not a valid selector operator")
                return nil
            }
        }
    }
}
