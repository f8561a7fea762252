// swift-tools-version: 6.2
import PackageDescription

/// What every target of ours is built with: warnings do not get past the build, and imports say what they mean.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let dequeModule = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let heapModule = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio")
let serviceLifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")
let swiftASN1 = Target.Dependency.product(name: "SwiftASN1", package: "swift-asn1")
let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let x509 = Target.Dependency.product(name: "X509", package: "swift-certificates")

/// The house, floor by floor: a target may import only what stands above it in this list.
let floors: [(name: String, dependencies: [Target.Dependency])] = [
    // 1: bytes, text, time, HTTP.
    ("JSON", []),
    ("Spelling", []),
    ("YAML", ["CYAML", "JSON"]),
    ("HTTP", ["CCurl"]),
    ("Clocks", []),
    ("Metering", []),
    ("Lifecycle", [logging, serviceLifecycle]),
    // 2: the vocabularies. `Resources` (a user's words) and `PeerModel` (a peer's words) do not know each other.
    ("DQL", ["JSON", "Spelling"]),
    ("KubernetesModel", ["JSON", "Spelling"]),
    ("FieldOwnership", ["JSON", "KubernetesModel"]),
    ("Resources", ["DQL", "JSON", "Spelling", "YAML", "KubernetesModel"]),
    ("PeerModel", ["JSON"]),
    ("Documents", ["JSON"]),
    ("TableReplication", ["Clocks", "DQL", "JSON", crypto, heapModule]),
    // 3: decisions, and the ways to the outside.
    ("Planning", ["Clocks", "JSON", "KubernetesModel", "PeerModel", "Resources", "Spelling"]),
    ("BigPeerAPI", ["HTTP", "JSON", "PeerModel"]),
    ("ResourceStore", ["JSON", "KubernetesModel"]),
    ("SQLiteStore", ["JSON", "KubernetesModel", "ResourceStore", dequeModule, grdb]),
    (
        "ControllerRuntime",
        [
            "Clocks", "JSON", "KubernetesModel", "Lifecycle", "Metering", "ResourceStore", heapModule, dequeModule,
            logging,
        ]
    ),
    (
        "KubernetesClient",
        ["Clocks", "HTTP", "JSON", "KubernetesModel", "ResourceStore", "YAML", subprocess, systemPackage]
    ),
    (
        "Console",
        [
            "Clocks", "JSON", "KubernetesModel", "PeerModel", "Planning", "ResourceStore", "Resources", "Spelling",
            "YAML",
        ]
    ),
    ("PeerSockets", [nioCore, nioHTTP1, nioPosix, nioSSL, nioWebSocket]),
    ("DocumentStore", ["DQL", "Documents", "JSON", grdb, grdbSQLite]),
    // 4: servers.
    (
        "EmbeddedPeer",
        [
            "DQL", "DocumentStore", "Documents", "JSON", "Lifecycle", "PeerModel", "PeerSockets", "TableReplication",
            dequeModule, grdb,
            httpTypes, hummingbird, hummingbirdCore, logging, nioCore, nioPosix, serviceLifecycle,
        ]
    ),
    (
        "APIServer",
        [
            "Clocks", "FieldOwnership", "JSON", "KubernetesModel", "Lifecycle", "Metering", "ResourceStore", "YAML",
            crypto,
            httpTypes, hummingbird, hummingbirdTLS, logging, nioCore, nioSSL, serviceLifecycle, swiftASN1, x509,
        ]
    ),
    // 5: all of it together.
    (
        "Operator",
        [
            "APIServer", "BigPeerAPI", "CPlatform", "Clocks", "ControllerRuntime", "EmbeddedPeer", "HTTP", "JSON",
            "KubernetesModel", "Lifecycle", "Metering",
            "PeerModel", "Planning", "ResourceStore", "Resources", "SQLiteStore", "TableReplication", httpTypes,
            hummingbird, logging, nioCore, serviceLifecycle, unixSignals,
        ]
    ),
]

/// The test targets, with what they need beyond the target under test.
let testDependencies: [String: [Target.Dependency]] = [
    "APIServer": [
        "ChildProcess", "Clocks", "ControllerRuntime", "HTTP", "JSON", "KubernetesClient", "KubernetesModel",
        "Metering",
        "ResourceStore", "Resources", "SQLiteStore", logging, nioCore, nioEmbedded,
    ],
    "BigPeerAPI": ["HTTP", "JSON", "PeerModel"],
    "Clocks": [],
    "Console": [
        "Clocks", "JSON", "KubernetesModel", "PeerModel", "Planning", "ResourceStore", "Resources", "YAML",
    ],
    "ControllerRuntime": ["Clocks", "JSON", "KubernetesModel", "Lifecycle", "Metering", "ResourceStore", logging],
    "DQL": ["FuzzSeeds", "JSON"],
    "DocumentStore": ["DQL", "Documents", "JSON", grdb],
    "Documents": ["FuzzSeeds", "JSON"],
    "EmbeddedPeer": [
        "ChildProcess", "DocumentStore", "Documents", "JSON", "PeerModel", "TableReplication", "TestCertificate",
        logging,
    ],
    "FieldOwnership": ["Clocks", "JSON", "KubernetesModel"],
    "HTTP": [],
    "JSON": ["Clocks", "FuzzSeeds"],
    "KubernetesClient": [
        "Clocks", "ControllerRuntime", "FuzzSeeds", "HTTP", "JSON", "KubernetesModel", "ResourceStore", logging,
    ],
    "KubernetesModel": ["JSON"],
    "Lifecycle": [],
    "Metering": [],
    "Operator": [
        "Clocks", "ControllerRuntime", "EmbeddedPeer", "HTTP", "JSON", "KubernetesModel", "Metering", "PeerModel",
        "Planning", "ResourceStore", "Resources", "SQLiteStore", logging,
    ],
    "PeerModel": ["JSON"],
    "PeerSockets": ["ChildProcess", "TestCertificate", nioCore, nioPosix],
    "Planning": ["Clocks", "JSON", "KubernetesModel", "PeerModel", "Resources"],
    "Resources": ["FuzzSeeds", "JSON", "KubernetesModel", "YAML"],
    "SQLiteStore": ["Clocks", "JSON", "KubernetesModel", "ResourceStore", grdb],
    "Spelling": [],
    "TableReplication": ["Clocks", "Documents", "FuzzSeeds", "JSON"],
    "YAML": ["Clocks", "FuzzSeeds", "JSON"],
    "peerage": ["ChildProcess", "EmbeddedPeer", "JSON", "KubernetesModel", "PeerModel", logging],
]

// 0: C libraries of the system.
var targets: [Target] = [
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
    .target(name: "CPlatform"),
]
for floor in floors {
    targets.append(.target(name: floor.name, dependencies: floor.dependencies, swiftSettings: settings))
}
// What tests of several targets share: other programs beside them, seeds, and a certificate of their own.
for name in ["ChildProcess", "FuzzSeeds", "TestCertificate"] {
    targets.append(.target(name: name, path: "Tests/\(name)", swiftSettings: settings))
}
for (name, dependencies) in testDependencies.sorted(by: { $0.key < $1.key }) {
    targets.append(
        .testTarget(
            name: "\(name)Tests",
            dependencies: [.byName(name: name)] + dependencies,
            exclude: name == "Resources" ? ["BadManifests"] : [],
            swiftSettings: settings
        )
    )
}
// 6: the commands.
targets.append(
    .executableTarget(
        name: "peerage",
        dependencies: [
            "APIServer", "BigPeerAPI", "CPlatform", "Clocks", "Console", "ControllerRuntime", "EmbeddedPeer", "HTTP",
            "JSON",
            "KubernetesClient", "KubernetesModel", "Metering", "Operator", "PeerModel", "Planning", "ResourceStore",
            "Resources", argumentParser, logging,
        ],
        swiftSettings: settings
    )
)

let package = Package(
    name: "peerage",
    products: [.executable(name: "peerage", targets: ["peerage"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-asn1.git", from: "1.7.0"),
        .package(url: "https://github.com/apple/swift-certificates.git", from: "1.21.0"),
        .package(url: "https://github.com/apple/swift-collections.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-system.git", from: "1.8.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess.git", from: "1.0.0", traits: []),
    ],
    targets: targets
)
