extension ResolverConfiguration {
    /// Cuts the configuration to what a pod may have (`kubelet dns.go`,
    /// `formDNSConfigFitsLimits`).
    mutating func fitLimits(_ warnings: inout [ResolverWarning]) {
        if nameservers.count > Limits.nameserverCountMax {
            nameservers = Array(nameservers.prefix(Limits.nameserverCountMax))
            warnings.append(.nameserversOmitted(applied: nameservers))
        }
        let before = searches.count
        searches = searches.prefix(Limits.searchCountMax)
            .filter { $0.utf8.count <= Limits.searchOctetsMax }
        var octets = searches.reduce(searches.count - 1) { $0 + $1.utf8.count }
        while octets > Limits.searchListOctetsMax, let last = searches.popLast() {
            octets -= last.utf8.count + 1
        }
        if searches.count < before { warnings.append(.searchesOmitted(applied: searches)) }
    }
}
