import KubernetesModel
import Testing

@Suite("Workload validation")
struct WorkloadValidationTests {
    static func workload(_ spec: String, kind: String = "Deployment") -> String {
        "{apiVersion: apps/v1, kind: \(kind), metadata: {name: w}, spec: {\(spec)}}"
    }

    static let template = "template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c}]}}"

    @Test(
        arguments: [
            ("selector: {matchLabels: {a: b}}, \(template)", []),
            ("selector: {matchExpressions: [{key: a, operator: Exists}]}, \(template)", []),
            (
                "selector: {matchLabels: {a: b}}, replicas: -1, \(template)",
                ["spec.replicas: Invalid value: -1: must be greater than or equal to 0"]
            ),
            ("\(template)", ["spec.selector: Required value"]),
            (
                "selector: {}, \(template)",
                ["spec.selector: Invalid value: {}: empty selector is invalid for deployment"]
            ),
            (
                "selector: {matchLabels: {a: c}}, \(template)",
                [
                    "spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not match template `labels`"
                ]
            ),
            (
                "selector: {matchLabels: {a: b}}",
                [
                    "spec.template.metadata.labels: Invalid value: null: `selector` does not",
                    "spec.template: Required value",
                ]
            ),
            (
                "selector: {matchExpressions: [{key: a, operator: In}]}, \(template)",
                [
                    "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
                    "spec.template.metadata.labels",
                ]
            ),
            (
                "selector: {matchExpressions: [{key: a, operator: Has}]}, \(template)",
                [
                    "spec.selector.matchExpressions[0].operator: Invalid value: \"Has\": not a valid selector operator"
                ]
            ),
            (
                "selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {hostname: A}}",
                ["spec.template.spec.hostname", "spec.template.spec.containers: Required value"]
            ),
        ] as [(String, [String])]
    )
    func `a workload is checked as far as its pods depend on it`(
        spec: String,
        messages: [String]
    ) throws {
        let found = try errors(in: Self.workload(spec))
        #expect(found.count == messages.count, "\(found)")
        for (error, message) in zip(found, messages) {
            #expect(error.hasPrefix(message), "\(error)")
        }
    }

    @Test func `selectors stay`() throws {
        let old = "selector: {matchLabels: {a: b}}, \(Self.template)"
        let new = "selector: {matchLabels: {a: b}, matchExpressions: []}, \(Self.template)"
        let deployment = try errors(in: Self.workload(new), replacing: Self.workload(old))
        #expect(deployment.count == 1)
        #expect(deployment.first?.hasSuffix("field is immutable") == true)
        let set = try errors(
            in: Self.workload(new, kind: "StatefulSet"),
            replacing: Self.workload(old, kind: "StatefulSet")
        )
        #expect(set.first?.hasPrefix("spec: Forbidden: updates to statefulset spec") == true)
        let scaled = try errors(
            in: Self.workload("replicas: 5, " + old),
            replacing: Self.workload(old)
        )
        #expect(scaled.isEmpty)
    }
}
