import OrderedCollections

extension APIObject {
    /// Checks a workload as far as simulated pods depend on it (apis/apps/validation).
    func checkWorkload(_ old: APIObject?, _ context: inout FieldContext) {
        let workload = Workload(reading: fields, key: key, &context)
        guard !context.errors.contains(where: { $0.reason == .typeInvalid }) else { return }
        checkMetadata(workload.metadata, &context)
        let spec = fields["spec"]?.object ?? [:]
        context.at("spec") { context in
            if workload.replicas < 0 {
                let value = Value.integer(Int64(workload.replicas))
                let detail = "must be greater than or equal to 0"
                context.report(.invalid, "replicas", value, detail)
            }
            if workload.ordinalStart < 0 {
                let value = Value.integer(Int64(workload.ordinalStart))
                let detail = "must be greater than or equal to 0"
                context.report(.invalid, "ordinals.start", value, detail)
            }
            if !workload.serviceName.isEmpty {
                context.check(workload.serviceName, "serviceName", NameRules.label1123)
            }
            checkSelector(of: workload, spec, &context)
            checkTemplate(of: workload, spec, &context)
            if let old { checkUpdate(spec, old.fields["spec"]?.object ?? [:], &context) }
        }
    }

    private func checkSelector(
        of workload: Workload,
        _ spec: Fields,
        _ context: inout FieldContext
    ) {
        guard let value = context.present(spec, "selector") else {
            context.report(.required, "selector")
            return
        }
        if workload.selector.isEmpty, value.object?.isEmpty ?? true {
            let kind = key.kind == .replicaSet ? Kind.deployment : key.kind
            let detail = "empty selector is invalid for \(kind.singular)"
            context.report(.invalid, "selector", value, detail)
        }
        for requirement in workload.selector.requirements {
            context.check(requirement.key, "selector", NameRules.qualifiedName)
        }
        if !workload.selector.matches(workload.templateLabels) {
            context.report(
                .invalid,
                "template.metadata.labels",
                workload.templateLabels.isEmpty ? .null : Value(workload.templateLabels),
                "`selector` does not match template `labels`"
            )
        }
    }

    private func checkTemplate(
        of workload: Workload,
        _ spec: Fields,
        _ context: inout FieldContext
    ) {
        guard context.present(spec, "template") != nil else {
            context.report(.required, "template")
            return
        }
        context.at("template") { context in
            context.checkLabels(workload.templateLabels, "labels")
            context.checkAnnotations(workload.templateAnnotations, "annotations")
            context.at("spec") { PodRules.checkSpec(workload.podSpec, &$0) }
        }
    }

    private func checkUpdate(_ new: Fields, _ old: Fields, _ context: inout FieldContext) {
        guard key.kind == .statefulSet else {
            context.checkUnchanged(new["selector"], old["selector"], "selector")
            return
        }
        let fixed = ["podManagementPolicy", "selector", "serviceName"]
        let changed = fixed.contains { !(new[$0] ?? .null).isEquivalent(to: old[$0] ?? .null) }
        guard changed else { return }
        context.report(
            .forbidden,
            nil,
            nil,
            "updates to statefulset spec for fields other than 'replicas', 'ordinals', "
                + "'template', 'updateStrategy', 'revisionHistoryLimit', "
                + "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
        )
    }
}
