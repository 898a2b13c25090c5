internal import KubernetesModel
internal import Registry

extension TargetFollower {
    /// Finds the ports that are asked for, once there is a pod to forward them to.
    ///
    /// - Returns: The ports; nil once cancelled.
    /// - Throws: ``PortForwardError`` if the target doesn't have one of them, or no pod came in
    ///   time.
    func ports(_ requests: [PortRequest], within patience: Duration) throws -> [ForwardedPort]? {
        let deadline = ContinuousClock.now + patience
        while true {
            let state = current
            if case .pod(let pod) = state.objects, !pod.isForwardable {
                let phase = pod.metadata.isTerminating ? "Terminating" : pod.phase.rawValue
                throw PortForwardError(
                    .refused,
                    "unable to forward port because pod is not running. Current status=\(phase)"
                )
            }
            let ports = try state.ports(requests)
            let hasPods = ports.contains { !state.backends($0.route).isEmpty }
            if ports.count == requests.count, hasPods { return ports }
            if try next(until: deadline) { continue }
            guard ContinuousClock.now >= deadline else { return nil }
            throw PortForwardError(
                .refused,
                "timed out waiting for the condition: no pod of \(state.target) is ready after"
                    + " \(patience.components.seconds) s (see --pod-running-timeout)"
            )
        }
    }
}
