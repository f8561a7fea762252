// swift-tools-version: 6.2
import PackageDescription

/// Benchmarks look at Peerage from outside: they start the built binary and measure what a user would.
let package = Package(
    name: "peerage-benchmarks",
    targets: [
        // The limit of what any store on SQLite can do is measured with nothing between.
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .executableTarget(
            name: "peerage-benchmarks",
            dependencies: ["CSQLite"],
            swiftSettings: [
                .swiftLanguageMode(.v6),
                .treatAllWarnings(as: .error),
                .enableUpcomingFeature("ExistentialAny"),
                .enableUpcomingFeature("MemberImportVisibility"),
            ]
        ),
    ]
)
