// swift-tools-version: 6.2
import PackageDescription

/// Benchmarks look at Peerage from outside: they start the built binary and measure what a user would.
let package = Package(
    name: "peerage-benchmarks",
    targets: [
        .executableTarget(
            name: "peerage-benchmarks",
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .treatAllWarnings(as: .error),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
            ]
        )
    ]
)
