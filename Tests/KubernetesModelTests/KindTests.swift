import KubernetesModel
import Testing

@Suite("kubectl's names of kinds")
struct KindTests {
    @Test(
        arguments: [
            ("services", Kind.service), ("SVC", .service), ("svc", .service), ("Service", .service),
            ("services.v1", .service), ("po", .pod), ("pods", .pod), ("ns", .namespace),
            ("namespaces", .namespace), ("no", .node), ("ep", .endpoints),
            ("endpoints", .endpoints),
            ("eps", .endpointSlice), ("endpointslices", .endpointSlice),
            ("endpointslice.discovery.k8s.io", .endpointSlice), ("deploy", .deployment),
            ("deployments.apps", .deployment), ("deployments.v1.apps", .deployment),
            ("rs", .replicaSet), ("sts", .statefulSet), ("StatefulSets", .statefulSet),
            ("ds", .daemonSet),
        ]
    )
    func `a kind is found by every spelling`(text: String, kind: Kind) {
        #expect(Kind(spelled: text) == kind)
    }

    @Test(
        arguments: [
            "", ".", "servic", "services.apps", "deployments.v1", "pods.v2",
            "deployment.v1beta1.apps", "cm", "configmaps", "service/web",
        ]
    )
    func `another word is no kind`(text: String) { #expect(Kind(spelled: text) == nil) }

    @Test(arguments: Kind.allCases)
    func `every name of a kind leads back to it`(kind: Kind) {
        for name in [kind.plural, kind.singular, kind.qualifiedPlural] + kind.shortNames {
            #expect(Kind(spelled: name) == kind)
        }
        #expect(Kind(apiVersion: kind.apiVersion, kind: kind.rawValue) == kind)
        #expect(Kind(apiVersion: "v2", kind: kind.rawValue) == nil)
    }

    @Test func `the API's versions and scopes`() {
        #expect(Kind.service.apiVersion == "v1")
        #expect(Kind.endpointSlice.apiVersion == "discovery.k8s.io/v1")
        #expect(Kind.deployment.apiVersion == "apps/v1")
        #expect(Kind.allCases.filter { !$0.isNamespaced } == [.namespace, .node])
    }
}
