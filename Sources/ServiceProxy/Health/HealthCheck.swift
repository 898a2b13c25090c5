/// What a load balancer is told about a service's endpoints on this node, on a port of the
/// service's own (`spec.healthCheckNodePort`; kube-proxy healthcheck/service_health.go).
struct HealthCheck: Hashable, Sendable {
    /// The service.
    var service: ServiceName
    /// The port that is asked.
    var port: Int
    /// The addresses of ready endpoints on this node; with none, traffic must go to other nodes.
    var localCount: Int

    /// The status of the reply: traffic is welcome if there are endpoints, and the rules are those
    /// of the registry.
    func status(isHealthy: Bool) -> Int { localCount > 0 && isHealthy ? 200 : 503 }

    /// The body of the reply, as kube-proxy writes it: names have no character that JSON escapes.
    func body(isHealthy: Bool) -> String {
        """
        {
        \t"service": {
        \t\t"namespace": "\(service.namespace)",
        \t\t"name": "\(service.name)"
        \t},
        \t"localEndpoints": \(localCount),
        \t"serviceProxyHealthy": \(isHealthy)
        }

        """
    }
}
