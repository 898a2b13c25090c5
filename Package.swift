// swift-tools-version: 6.2
import PackageDescription

/// Settings of every target: Swift 6, strict concurrency and memory safety, no warning let through.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let orderedCollections: Target.Dependency = .product(
    name: "OrderedCollections",
    package: "swift-collections"
)

/// A target of ours under `Sources/`, with the house's settings.
func house(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The test target that mirrors a target of `Sources/`.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
    name: "martlet",
    products: [.executable(name: "martlet", targets: ["martlet"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "CLDNS", providers: [.apt(["libldns-dev"])]),
        .systemLibrary(name: "CPCRE2", providers: [.apt(["libpcre2-dev"])]),
        .target(name: "CLinuxNet"),
        .target(name: "CNetfilter", linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "CPrefetch"),
        .target(name: "CSigning", linkerSettings: [.linkedLibrary("crypto")]),
        house("Addresses"),
        house("DNSWire", ["Addresses"]),
        house("ZoneFiles", ["Addresses", "CLDNS", "DNSWire"]),
        house("KubernetesModel", ["Addresses", orderedCollections, "Yams"]),
        house("Registry", ["Addresses", "KubernetesModel", orderedCollections]),
        house(
            "RegistrySQLite",
            [
                "KubernetesModel", "Registry", orderedCollections,
                .product(name: "GRDB", package: "GRDB.swift"),
            ]
        ),
        house(
            "SecureTransport",
            [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        house(
            "ACME",
            [
                "Addresses", "CSigning", "KubernetesModel", "SecureTransport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        house(
            "HTTPService",
            [
                "Addresses", "SecureTransport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ]
        ),
        house(
            "Upstreams",
            [
                "Addresses", "CLinuxNet", "DNSWire", "SecureTransport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ]
        ),
        house(
            "PortForward",
            [
                "Addresses", "KubernetesModel", "Registry",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        house("ClusterView", ["Addresses", "CPrefetch", "DNSWire", "KubernetesModel"]),
        house("AnswerCache", ["DNSWire"]),
        house("Corefile", ["Addresses"]),
        house("Expressions", ["CPCRE2"]),
        house("Metrics"),
        house(
            "ServiceProxy",
            [
                "Addresses", "CNetfilter", "KubernetesModel", "Registry",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        house("PodEnvironment", ["Addresses", "KubernetesModel"]),
        house("HostNetwork", ["Addresses", "CLinuxNet"]),
        house(
            "PodRuntime",
            [
                "Addresses", "CLinuxNet", "CNetfilter", "HostNetwork", "KubernetesModel",
                "PodEnvironment", "Registry",
            ]
        ),
        house(
            "Plugins",
            [
                "ACME", "Addresses", "AnswerCache", "ClusterView", "Corefile", "DNSWire",
                "Expressions", "KubernetesModel", "Metrics", "SecureTransport", "Upstreams",
                "ZoneFiles", orderedCollections,
            ]
        ),
        house(
            "DNSServer",
            [
                "Addresses", "AnswerCache", "CLinuxNet", "ClusterView", "Corefile", "DNSWire",
                "HTTPService", "KubernetesModel", "Metrics", "Plugins", "Registry",
                "SecureTransport", "Upstreams", "ZoneFiles",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        .executableTarget(
            name: "martlet",
            dependencies: [
                "Addresses", "CLinuxNet", "ClusterView", "Corefile", "DNSServer", "DNSWire",
                "HostNetwork", "KubernetesModel", "Plugins", "PodEnvironment", "PodRuntime",
                "PortForward",
                "Registry", "RegistrySQLite", "ServiceProxy", "ZoneFiles", orderedCollections,
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        .executableTarget(
            name: "martlet-probe",
            dependencies: [
                "Addresses", "ClusterView", "DNSServer", "DNSWire", "KubernetesModel", "Registry",
            ],
            path: "bench/probe",
            swiftSettings: settings
        ),
        .executableTarget(
            name: "martlet-changes",
            dependencies: [
                "Addresses", "DNSServer", "KubernetesModel", "Registry", "RegistrySQLite",
            ],
            path: "bench/changes",
            swiftSettings: settings
        ),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        tests("AddressesTests", ["Addresses"]),
        tests("DNSWireTests", ["Addresses", "DNSWire", "TestSupport", "ZoneFiles"]),
        tests("ZoneFilesTests", ["DNSWire", "ZoneFiles"]),
        tests(
            "KubernetesModelTests",
            ["Addresses", "KubernetesModel", "TestSupport", orderedCollections]
        ),
        tests(
            "RegistryTests",
            [
                "Addresses", "KubernetesModel", "Registry", "RegistrySQLite", "TestSupport",
                orderedCollections, .product(name: "GRDB", package: "GRDB.swift"),
            ]
        ),
        tests(
            "ACMETests",
            [
                "ACME", "Addresses", "HTTPService", "KubernetesModel", "TestSupport",
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        tests("HTTPServiceTests", ["Addresses", "HTTPService", "SecureTransport", "TestSupport"]),
        tests(
            "SecureTransportTests",
            [
                "SecureTransport", "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOTLS", package: "swift-nio"),
            ]
        ),
        tests(
            "UpstreamsTests",
            [
                "Addresses", "CLinuxNet", "DNSWire", "SecureTransport", "TestSupport", "Upstreams",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHPACK", package: "swift-nio-http2"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        tests(
            "PortForwardTests",
            [
                "Addresses", "KubernetesModel", "PortForward", "Registry", "TestSupport",
                orderedCollections,
            ]
        ),
        tests(
            "ClusterViewTests",
            ["Addresses", "ClusterView", "DNSWire", "KubernetesModel", "TestSupport"]
        ),
        tests("AnswerCacheTests", ["Addresses", "AnswerCache", "DNSWire", "TestSupport"]),
        tests("CorefileTests", ["Addresses", "Corefile", "TestSupport"]),
        tests("ExpressionsTests", ["Expressions", "TestSupport"]),
        tests("MetricsTests", ["Metrics", "TestSupport"]),
        tests(
            "PodEnvironmentTests",
            ["Addresses", "KubernetesModel", "PodEnvironment", "TestSupport"]
        ),
        tests("HostNetworkTests", ["Addresses", "HostNetwork"]),
        tests(
            "PodRuntimeTests",
            [
                "Addresses", "HostNetwork", "KubernetesModel", "PodRuntime", "Registry",
                "TestSupport", orderedCollections,
            ]
        ),
        tests(
            "ServiceProxyTests",
            [
                "Addresses", "KubernetesModel", "Registry", "ServiceProxy", "TestSupport",
                orderedCollections,
            ]
        ),
        tests(
            "PluginsTests",
            [
                "ACME", "Addresses", "AnswerCache", "ClusterView", "Corefile", "DNSWire",
                "KubernetesModel", "Metrics", "Plugins", "SecureTransport", "TestSupport",
                "Upstreams", "ZoneFiles",
            ]
        ),
        tests(
            "DNSServerTests",
            [
                "Addresses", "CLinuxNet", "ClusterView", "Corefile", "DNSServer", "DNSWire",
                "KubernetesModel", "Metrics", "Plugins", "Registry", "RegistrySQLite",
                "TestSupport", "Upstreams", .product(name: "NIOCore", package: "swift-nio"),
            ]
        ),
        tests(
            "MartletTests",
            [
                "Addresses", "DNSWire", "KubernetesModel", "Registry", "RegistrySQLite",
                "TestSupport", "martlet", orderedCollections,
            ]
        ),
        tests("RepositoryTests", []),
    ]
)
