/// The bounds of the registry, each with its reason.
public enum RegistryLimits {
    /// The changes that a watch reads at a time; a larger transaction is read whole.
    public static let watchBatchMax = 1_000
    /// The changes that a log keeps, so that it stays small beside the objects.
    public static let changeLogCountMax = 20_000
    /// The seconds for which a log keeps changes; an observer that slept longer lists again.
    public static let changeLogSecondsMax = 3_600
    /// The endpoints of one slice (kube-controller-manager's `--max-endpoints-per-slice`).
    public static let endpointsPerSliceMax = 100
    /// The addresses of a legacy subset that are mirrored (endpointslicemirroring's default).
    public static let mirroredAddressesMax = 1_000
    /// The pods that one workload may ask for: a slipped finger must not fill the disk.
    public static let replicasMax = 100_000
}
