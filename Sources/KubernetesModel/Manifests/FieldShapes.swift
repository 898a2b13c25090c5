/// The fields of the kinds that the registry holds (core/v1, discovery/v1, apps/v1 at 1.35).
enum FieldShapes {
    static func shape(of kind: Kind) -> FieldShape {
        switch kind {
        case .namespace: namespace
        case .node: node
        case .service: service
        case .pod: pod
        case .endpointSlice: endpointSlice
        case .endpoints: endpoints
        case .deployment: deployment
        case .replicaSet: replicaSet
        case .statefulSet: statefulSet
        case .daemonSet: daemonSet
        }
    }

    private static func object(_ parts: [String: FieldShape]) -> FieldShape {
        .names("apiVersion kind", parts.merging(["metadata": metadata]) { first, _ in first })
    }

    private static let metadata = FieldShape.names(
        """
        annotations creationTimestamp deletionGracePeriodSeconds deletionTimestamp finalizers
        generateName generation labels managedFields name namespace resourceVersion selfLink uid
        """,
        [
            "ownerReferences": .list(
                .names("apiVersion blockOwnerDeletion controller kind name uid")
            )
        ]
    )

    private static let namespace = object(["spec": .names("finalizers"), "status": .any])

    private static let node = object([
        "spec": .names(
            "configSource externalID podCIDR podCIDRs providerID taints unschedulable"
        ),
        "status": .any,
    ])

    private static let service = object([
        "spec": .names(
            """
            allocateLoadBalancerNodePorts clusterIP clusterIPs externalIPs externalName
            externalTrafficPolicy healthCheckNodePort internalTrafficPolicy ipFamilies
            ipFamilyPolicy loadBalancerClass loadBalancerIP loadBalancerSourceRanges
            publishNotReadyAddresses selector sessionAffinity trafficDistribution type
            """,
            [
                "ports": .list(.names("appProtocol name nodePort port protocol targetPort")),
                "sessionAffinityConfig": .names(
                    "",
                    ["clientIP": .names("timeoutSeconds")]
                ),
            ]
        ),
        "status": .names(
            "conditions",
            [
                "loadBalancer": .names(
                    "",
                    ["ingress": .list(.names("hostname ip ipMode ports"))]
                )
            ]
        ),
    ])

    private static let reference = FieldShape.names(
        "apiVersion fieldPath kind name namespace resourceVersion uid"
    )
    private static let endpointPort = FieldShape.names("appProtocol name port protocol")

    private static let endpointSlice = object([
        "addressType": .any,
        "endpoints": .list(
            .names(
                "addresses deprecatedTopology hostname nodeName zone",
                [
                    "conditions": .names("ready serving terminating"),
                    "hints": .names("forNodes forZones"), "targetRef": reference,
                ]
            )
        ),
        "ports": .list(endpointPort),
    ])

    private static let endpointAddresses = FieldShape.list(
        .names("hostname ip nodeName", ["targetRef": reference])
    )

    private static let endpoints = object([
        "subsets": .list(
            .names(
                "",
                [
                    "addresses": endpointAddresses, "notReadyAddresses": endpointAddresses,
                    "ports": .list(endpointPort),
                ]
            )
        )
    ])

    private static let containers = FieldShape.list(
        .names(
            """
            args command env envFrom image imagePullPolicy lifecycle livenessProbe name
            readinessProbe resizePolicy resources restartPolicy restartPolicyRules securityContext
            startupProbe stdin stdinOnce targetContainerName terminationMessagePath
            terminationMessagePolicy tty volumeDevices volumeMounts workingDir
            """,
            ["ports": .list(.names("containerPort hostIP hostPort name protocol"))]
        )
    )

    private static let podSpec = FieldShape.names(
        """
        activeDeadlineSeconds affinity automountServiceAccountToken dnsPolicy enableServiceLinks
        hostIPC hostNetwork hostPID hostUsers hostname hostnameOverride imagePullSecrets nodeName
        nodeSelector os overhead preemptionPolicy priority priorityClassName readinessGates
        resourceClaims resources restartPolicy runtimeClassName schedulerName schedulingGates
        securityContext serviceAccount serviceAccountName setHostnameAsFQDN shareProcessNamespace
        subdomain terminationGracePeriodSeconds tolerations topologySpreadConstraints volumes
        workloadRef
        """,
        [
            "containers": containers, "ephemeralContainers": containers,
            "initContainers": containers,
            "dnsConfig": .names("nameservers searches", ["options": .list(.names("name value"))]),
            "hostAliases": .list(.names("hostnames ip")),
        ]
    )

    private static let pod = object(["spec": podSpec, "status": .any])

    private static func workload(
        _ names: String,
        _ more: [String: FieldShape] = [:]
    ) -> FieldShape {
        var known: [String: FieldShape] = [
            "selector": .names(
                "matchLabels",
                ["matchExpressions": .list(.names("key operator values"))]
            ),
            "template": .names("", ["metadata": metadata, "spec": podSpec]),
        ]
        known.merge(more) { first, _ in first }
        return object(["spec": .names(names, known), "status": .any])
    }

    private static let deployment = workload(
        "minReadySeconds paused progressDeadlineSeconds replicas revisionHistoryLimit strategy"
    )
    private static let replicaSet = workload("minReadySeconds replicas")
    private static let statefulSet = workload(
        """
        minReadySeconds persistentVolumeClaimRetentionPolicy podManagementPolicy replicas
        revisionHistoryLimit serviceName updateStrategy volumeClaimTemplates
        """,
        ["ordinals": .names("start")]
    )
    private static let daemonSet = workload(
        "minReadySeconds revisionHistoryLimit updateStrategy"
    )
}
