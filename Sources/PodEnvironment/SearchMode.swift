/// How the search list of a pod that uses the cluster's name servers is written.
///
/// With a plain list a C library asks for `example.com.NS.svc.ZONE`, `example.com.svc.ZONE` and so
/// on, each for A and AAAA, until something exists: up to ten queries for a name outside of the
/// cluster. With the marker there is one entry, `search.NS.svc.ZONE`, and the server walks the path
/// for the one query that it gets (`autopath { marker }`).
///
/// `ndots:5` stays in both modes. A name with fewer dots goes through the marker first and is tried
/// as it is by the server, at the end of the path: the order of a plain list, in one query. A name
/// with five dots or more is tried as it is first, and through the marker after that by glibc. With
/// `ndots:1`, `SERVICE.NAMESPACE` would be asked as it is first, so that it goes to servers outside
/// of the cluster, where `shop` may be a domain; and musl would never search for it at all.
///
/// Entries of `spec.dnsConfig` follow the marker, so that they are for names that exist nowhere on
/// the path, nor as they are.
public enum SearchMode: String, Sendable, Hashable, CaseIterable {
    /// The kubelet's list: namespace, services, zone, then the host's entries.
    case plain
    /// One entry, which makes the server walk the path.
    case marker

    /// The label in front of the namespace that the server looks for.
    public static let markerLabel = "search"
}
