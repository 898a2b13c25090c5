// swift-tools-version: 6.2
import PackageDescription

/// The cache alone, so that its stress test can be built with a sanitizer without all the rest.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "cache",
    targets: [
        .target(name: "Addresses", swiftSettings: settings),
        .target(name: "DNSWire", dependencies: ["Addresses"], swiftSettings: settings),
        .target(name: "AnswerCache", dependencies: ["DNSWire"], swiftSettings: settings),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: settings),
        .testTarget(
            name: "AnswerCacheTests",
            dependencies: ["Addresses", "AnswerCache", "DNSWire", "TestSupport"],
            swiftSettings: settings
        ),
    ]
)
