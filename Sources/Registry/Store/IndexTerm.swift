/// A secondary key of an object, such as `label:app=web` or `clusterIP:10.96.0.21`.
///
/// The registry computes the terms of an object from the object alone; stores keep them beside it
/// and answer ``StoreReader/list(_:namespace:term:)`` from them. They make the work of controllers
/// and allocators proportional to what they touch, whatever the registry's size.
public struct IndexTerm: RawRepresentable, Sendable, Hashable {
    /// The term's text.
    public let rawValue: String

    /// Creates a term from its text.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }
}

extension IndexTerm {
    /// The term of objects with a label, `label:KEY=VALUE`.
    public static func label(_ key: String, _ value: String) -> IndexTerm {
        IndexTerm(rawValue: "label:\(key)=\(value)")
    }

    /// The term of services whose selector is filed under this pair, `selector:KEY=VALUE`.
    public static func selector(_ key: String, _ value: String) -> IndexTerm {
        IndexTerm(rawValue: "selector:\(key)=\(value)")
    }

    /// The term of services that own a cluster IP, `clusterIP:ADDRESS`.
    public static func clusterIP(_ address: String) -> IndexTerm {
        IndexTerm(rawValue: "clusterIP:\(address)")
    }

    /// The term of services that own a node port, `nodePort:NUMBER`.
    public static func nodePort(_ number: Int) -> IndexTerm {
        IndexTerm(rawValue: "nodePort:\(number)")
    }

    /// The term of services that own a load-balancer address, `loadBalancerIP:ADDRESS`.
    public static func loadBalancerIP(_ address: String) -> IndexTerm {
        IndexTerm(rawValue: "loadBalancerIP:\(address)")
    }

    /// The term of pods that have an address, `podIP:ADDRESS`.
    public static func podIP(_ address: String) -> IndexTerm {
        IndexTerm(rawValue: "podIP:\(address)")
    }

    /// The term of pods that run on a node, `node:NAME`.
    public static func node(_ name: String) -> IndexTerm {
        IndexTerm(rawValue: "node:\(name)")
    }

    /// The term of slices that belong to a service, `service:NAME`.
    public static func service(_ name: String) -> IndexTerm {
        IndexTerm(rawValue: "service:\(name)")
    }

    /// The term of objects that another object controls, `owner:UID`.
    public static func owner(_ uid: String) -> IndexTerm {
        IndexTerm(rawValue: "owner:\(uid)")
    }
}
