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
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "CLDNS", providers: [.apt(["libldns-dev"])]),
        .target(name: "CLinuxNet"),
        house("Addresses"),
        house("DNSWire", ["Addresses"]),
        house("ZoneFiles", ["CLDNS", "DNSWire"]),
        house(
            "KubernetesModel",
            [
                "Addresses", .product(name: "OrderedCollections", package: "swift-collections"),
                "Yams",
            ]
        ),
        house("Registry", ["Addresses", "KubernetesModel"]),
        house(
            "RegistrySQLite",
            ["Registry", "CLinuxNet", .product(name: "GRDB", package: "GRDB.swift")]
        ),
        house("ClusterView", ["Addresses", "DNSWire", "KubernetesModel"]),
        house("Corefile", ["Addresses"]),
        house("PodEnvironment", ["Addresses", "KubernetesModel"]),
        house("Plugins", ["Addresses", "ClusterView", "Corefile", "DNSWire", "ZoneFiles"]),
        house(
            "DNSServer",
            [
                "CLinuxNet", "Plugins", "Registry",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ]
        ),
        .executableTarget(
            name: "martlet",
            dependencies: [
                "DNSServer", "PodEnvironment", "Registry", "RegistrySQLite", "ZoneFiles",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: settings
        ),
        tests("AddressesTests", ["Addresses"]),
        tests("DNSWireTests", ["DNSWire", "ZoneFiles"]),
        tests("ZoneFilesTests", ["ZoneFiles"]),
        tests("KubernetesModelTests", ["KubernetesModel"]),
        tests("RegistryTests", ["Registry", "RegistrySQLite"]),
        tests("ClusterViewTests", ["Addresses", "ClusterView", "DNSWire", "KubernetesModel"]),
        tests("CorefileTests", ["Corefile"]),
        tests("PodEnvironmentTests", ["PodEnvironment"]),
        tests("PluginsTests", ["Corefile", "DNSWire", "Plugins"]),
        tests("DNSServerTests", ["DNSServer", "RegistrySQLite"]),
        tests("MartletTests", []),
        tests("RepositoryTests", []),
    ]
)
