import ClusterView
import TestSupport

/// Objects as a registry stores them, and such as it never would.
enum ObjectTexts {
    static let options: [ClusterIndex.Options] = {
        var names = ClusterIndex.Options()
        names.endpointPodNames = true
        var none = ClusterIndex.Options()
        none.ignoresEndpoints = true
        return [ClusterIndex.Options(), names, none]
    }()

    private static let metadata = #"""
        "metadata":{"name":"web-x","namespace":"shop",\#
        "labels":{"kubernetes.io/service-name":"web",\#
        "a":null},"annotations":{"last":"{\"a\":\"\\u003cb\\u003e\"}\n"},\#
        "uid":"u-1","generation":3,\#
        "creationTimestamp":"2026-01-01T00:00:00Z","resourceVersion":"17",\#
        "managedFields":[{"x":{}}],\#
        "ownerReferences":[{"kind":"Service","name":"web","uid":"u","controller":true}]}
        """#

    static let slices = [
        #"{\#(metadata),"addressType":"IPv4"}"#,
        #"{"addressType":"FQDN","endpoints":[{"addresses":["a.example"]}],"ports":null}"#,
        #"""
        {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice",\#(metadata),
        "addressType":"IPv4",
        "endpoints":[{"addresses":["10.0.0.1"],"conditions":{"ready":true}},
        {"addresses":["10.0.0.2","10.0.0.3"],"hostname":"DB-0","nodeName":"n","zone":"z"},
        {"conditions":{"ready":false,"serving":true,"terminating":null},"addresses":["10.0.0.4"]},
        {"addresses":["10.0.0.5"],"targetRef":{"kind":"Pod","name":"Pod-1","uid":"u"}},
        {"addresses":["10.0.0.6"],"targetRef":{"name":"a.b"},"conditions":{"ready":null}},
        {"addresses":["010.0.0.7","x",""],"hostname":""}, {"addresses":[]}],
        "ports":[{"name":"HTTP","port":80,"protocol":"TCP"},{"port":65536,"protocol":"UDP"},
        {"name":"","port":null,"appProtocol":"h2"},{"protocol":"SCTP","port":-1}]}
        """#,
        #"""
        {\#(metadata),"addressType":"IPv6","endpoints":[{"addresses":["fd00::"]},
        {"addresses":["2001:DB8:0:0::1"]},{"addresses":["::1"],"targetRef":null}],"ports":[]}
        """#,
    ]

    static let wrongSlices = [
        #"{}"#, #"{"addressType":4}"#, #"{"addressType":"IPv5"}"#,
        #"{"addressType":"IPv4","endpoints":{}}"#,
        #"{"addressType":"IPv4","endpoints":[null]}"#,
        #"{"addressType":"IPv4","endpoints":[{"addresses":"10.0.0.1"}]}"#,
        #"{"addressType":"IPv4","endpoints":[{"addresses":[null]}]}"#,
        #"{"addressType":"IPv4","endpoints":[{"zone":1}]}"#,
        #"{"addressType":"IPv4","endpoints":[{"conditions":{"serving":"yes"}}]}"#,
        #"{"addressType":"IPv4","endpoints":[{"targetRef":{"uid":1}}]}"#,
        #"{"addressType":"IPv4","ports":[{"port":"80"}]}"#,
        #"{"addressType":"IPv4","ports":[{"port":80.5}]}"#,
        #"{"addressType":"IPv4","ports":[{"protocol":"tcp"}]}"#,
        #"{"addressType":"IPv4","metadata":{"labels":{"a":1}}}"#,
        #"{"addressType":"IPv4","metadata":{"annotations":[]}}"#,
        #"{"addressType":"IPv4","metadata":{"resourceVersion":"x"}}"#,
        #"{"addressType":"IPv4","metadata":{"ownerReferences":[{"controller":"yes"}]}}"#,
        #"{"addressType":"IPv4","metadata":{"uid":7}}"#, #"{"addressType":"IPv4""#,
    ]

    static let services = [
        "{}", #"{"spec":null,"metadata":null,"status":null}"#,
        #"""
        {"apiVersion":"v1","kind":"Service",\#(metadata),"spec":{"clusterIP":"10.96.0.1",
        "clusterIPs":["10.96.0.1","fd00::1"],"ports":[{"name":"HTTP","port":80,"targetPort":8080,
        "protocol":"TCP","nodePort":30000},{"port":53,"targetPort":"dns","protocol":"UDP"}],
        "selector":{"a":"b"},"type":"NodePort","ipFamilies":["IPv4","IPv6"],
        "ipFamilyPolicy":"RequireDualStack","internalTrafficPolicy":"Cluster",
        "externalIPs":["192.0.2.1"],"allocateLoadBalancerNodePorts":true,"sessionAffinityConfig":
        {"clientIP":{"timeoutSeconds":10800}}},"status":{"loadBalancer":{"ingress":
        [{"ip":"192.0.2.9",
        "ports":[]}]},"conditions":[]}}
        """#,
        #"{"spec":{"clusterIP":"None","ports":[{"port":70000}]}}"#,
        #"{"spec":{"clusterIP":"10.96.0.9","clusterIPs":[]}}"#,
        #"{"spec":{"type":"ExternalName","externalName":"Docs.Example.com."}}"#,
        #"{"spec":{"type":"ExternalName","externalName":"192.0.2.1","clusterIP":""}}"#,
    ]

    static let wrongServices = [
        #"{"spec":[]}"#, #"{"spec":{"type":"Other"}}"#, #"{"spec":{"type":1}}"#,
        #"{"spec":{"clusterIPs":"None"}}"#, #"{"spec":{"clusterIP":1}}"#,
        #"{"spec":{"ipFamilies":["IPv5"]}}"#, #"{"spec":{"ipFamilyPolicy":"x"}}"#,
        #"{"spec":{"selector":{"a":1}}}"#, #"{"spec":{"externalIPs":[1]}}"#,
        #"{"spec":{"ports":[{"port":"80"}]}}"#, #"{"spec":{"ports":[{"nodePort":"x"}]}}"#,
        #"{"spec":{"ports":[{"targetPort":true}]}}"#, #"{"spec":{"ports":[7]}}"#,
        #"{"spec":{"publishNotReadyAddresses":"yes"}}"#, #"{"spec":{"loadBalancerIP":1}}"#,
        #"{"spec":{"healthCheckNodePort":"x"}}"#, #"{"spec":{"loadBalancerClass":{}}}"#,
        #"{"spec":{"externalTrafficPolicy":[]}}"#, #"{"spec":{"externalName":5}}"#,
        #"{"spec":{"allocateLoadBalancerNodePorts":0}}"#,
        #"{"status":{"loadBalancer":{"ingress":[{"ip":1}]}}}"#, #"{"status":[]}"#,
    ]

    /// Changes some octets of a text, or puts another value somewhere.
    static func changed(_ text: String, using random: inout SeededGenerator) -> String {
        var octets = Array(text.utf8)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: 0..<octets.count, using: &random)
            switch Int.random(in: 0..<5, using: &random) {
            case 0: octets[place] = UInt8.random(in: 0x20...0x7E, using: &random)
            case 1 where octets.count > 1: octets.remove(at: place)
            case 2: octets.insert(octets[place], at: place)
            default: replaceValue(near: place, in: &octets, using: &random)
            }
        }
        return String(decoding: octets, as: UTF8.self)
    }

    private static func replaceValue(
        near place: Int,
        in octets: inout [UInt8],
        using random: inout SeededGenerator
    ) {
        let colon = octets[place...].firstIndex(of: UInt8(ascii: ":"))
        guard let start = colon.map({ $0 + 1 }), start < octets.count else { return }
        let ends = Array(",}]".utf8)
        let end = octets[start...].firstIndex { ends.contains($0) } ?? octets.count
        let values = ["null", "1", "true", "\"x\"", "\"\"", "[]", "{}", "\"10.0.0.9\"", "\"None\""]
        let value = values[Int.random(in: 0..<values.count, using: &random)]
        octets.replaceSubrange(start..<end, with: value.utf8)
    }
}
