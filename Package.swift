// swift-tools-version: 6.2
import PackageDescription

// The rooms of the house are described in docs/modules.md; a target here is a room there.
// A new room only where dependencies, privilege or allowed imports differ.

/// What every Swift target is built with: Swift 6 mode, warnings as errors.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let http: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let grpc: Target.Dependency = .product(
    name: "GRPCCore", package: "grpc-swift-2", condition: .when(traits: ["Containerd"]))
let grpcTransport: Target.Dependency = .product(
    name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport", condition: .when(traits: ["Containerd"]))
let protobuf: Target.Dependency = .product(
    name: "SwiftProtobuf", package: "swift-protobuf", condition: .when(traits: ["Containerd"]))
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let asn1: Target.Dependency = .product(name: "SwiftASN1", package: "swift-asn1")
let x509: Target.Dependency = .product(name: "X509", package: "swift-certificates")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

func room(
    _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], resources: [Resource]? = nil,
    plugins: [Target.PluginUsage]? = nil
) -> Target {
    .target(
        name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: strict,
        plugins: plugins)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies, exclude: exclude,
        swiftSettings: strict)
}

let package = Package(
    name: "tallyman",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "tallyman", targets: ["tallyman"]),
        .library(name: "CEL", targets: ["CEL"]),
        .library(name: "JSONView", targets: ["JSONView"]),
        // For Benchmarks/ only: no promise is made about these rooms' interfaces.
        .library(
            name: "TallymanRooms",
            targets: ["Admission", "LogLines", "SecurityEvents", "Rules", "Detection", "Ledger", "Reports"]),
    ],
    traits: [
        .trait(
            name: "Containerd",
            description:
                "Follow containerd's events over gRPC; without it there is no gRPC and no protobuf in the program."),
        .default(enabledTraits: ["Containerd"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-asn1", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-certificates", from: "1.21.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        // Of the trait Containerd.
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0", traits: []),
        .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
    ],
    targets: [
        // Leaves: C faces on Debian's libraries.
        .target(
            name: "CSimdjson",
            cxxSettings: [.define("NDEBUG"), .define("SIMDJSON_THREADS_ENABLED", to: "1")],
            linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),

        room("JSONView", ["CSimdjson"]),
        room("CEL", ["JSONView", "CRE2"]),
        room("LogLines", ["CZlib", "CZstd"]),
        room("SecurityEvents", ["JSONView"]),
        .executableTarget(name: "EmbedRulesTool", swiftSettings: strict),
        .plugin(name: "EmbedRules", capability: .buildTool(), dependencies: ["EmbedRulesTool"]),
        room("BoundedYAML", ["SecurityEvents", yams]),
        room(
            "Rules", ["BoundedYAML", "CEL", "CZlib", "JSONView", "SecurityEvents", crypto, yams],
            plugins: ["EmbedRules"]),
        room("Manifests", ["JSONView", "SecurityEvents", yams]),
        room("Detection", ["Rules", "CEL", "JSONView", "SecurityEvents", crypto]),
        room("Admission", ["CEL", "Detection", "JSONView", "Manifests", "Rules", "SecurityEvents"]),
        room("Ledger", ["SecurityEvents", "JSONView", grdb, crypto]),
        room("Reports", ["SecurityEvents", "JSONView"]),
        room(
            "PlatformAPIs",
            ["BoundedYAML", "CZlib", "JSONView", "LogLines", "SecurityEvents", http, nioCore, nioHTTP1, nioSSL, yams]),
        room(
            "Containerd", ["JSONView", "PlatformAPIs", "SecurityEvents", grpc, grpcTransport, protobuf],
            exclude: ["Messages/containerd.proto"]),
        room("HTTPListener", [nioCore, nioHTTP1, nioPosix, nioSSL]),
        room("EventSources", ["HTTPListener", "PlatformAPIs", "LogLines", "JSONView", "SecurityEvents", crypto]),
        room(
            "Gate",
            [
                "Admission", "BoundedYAML", "JSONView", "Ledger", "Rules", "SecurityEvents", crypto, yams,
            ]),
        room(
            "KubernetesGate",
            [
                "Admission", "Gate", "HTTPListener", "JSONView", "Ledger", "PlatformAPIs", "Rules", "SecurityEvents",
                asn1,
                crypto, x509,
            ]),
        room(
            "DockerGate",
            [
                "Admission", "Gate", "HTTPListener", "JSONView", "Ledger", "PlatformAPIs", "SecurityEvents", asn1,
                crypto,
                nioCore, nioPosix, x509,
            ]),
        room(
            "Agent",
            [
                "BoundedYAML", "CEL", "Containerd", "EventSources", "Detection", "HTTPListener", "JSONView", "Ledger",
                "LogLines", "Manifests", "PlatformAPIs", "Reports", "Rules", "SecurityEvents", logging, yams,
            ]),
        room(
            "TallymanCommands",
            [
                "Admission", "Agent", "CEL", "Detection", "DockerGate", "EventSources", "Gate", "HTTPListener",
                "JSONView",
                "KubernetesGate", "Ledger", "LogLines",
                "Manifests", "PlatformAPIs", "Reports",
                "Rules",
                "SecurityEvents", arguments, crypto, logging,
            ]),
        .executableTarget(name: "tallyman", dependencies: ["TallymanCommands"], swiftSettings: strict),
        room("TestSupport", ["JSONView", "PlatformAPIs", "SecurityEvents"]),

        tests("CEL", ["JSONView"], exclude: ["Conformance/cel-spec.skip.txt", "Kubernetes/k8s-cel.skip.txt"]),
        tests("JSONView", ["CSimdjson"]),
        tests("LogLines", ["CZlib", "CZstd"]),
        tests("Ledger", ["SecurityEvents", "JSONView", grdb]),
        tests("PlatformAPIs", ["HTTPListener", "JSONView", "SecurityEvents"]),
        tests("HTTPListener", [nioCore, nioEmbedded]),
        tests("Gate", ["Admission", "JSONView", "Ledger", "SecurityEvents", crypto]),
        tests(
            "KubernetesGate",
            [
                "Admission", "Gate", "HTTPListener", "JSONView", "Ledger", "Manifests", "PlatformAPIs", "Rules",
                "SecurityEvents", asn1, x509,
            ], exclude: ["recorded.jsonl"]),
        tests(
            "DockerGate",
            ["Admission", "Gate", "HTTPListener", "JSONView", "Ledger", "PlatformAPIs", "Rules", "SecurityEvents"]),
        tests(
            "EventSources",
            ["HTTPListener", "PlatformAPIs", "LogLines", "SecurityEvents", http, nioCore, nioHTTP1, nioSSL]),
        tests(
            "Rules", ["CEL", "JSONView", "SecurityEvents"],
            exclude: [
                "Admission/policy-corpora.absent.txt", "Admission/policy-corpora.skip.txt",
                "Functions/command-forms.tsv",
            ]),
        tests("Manifests", ["JSONView", "SecurityEvents"]),
        tests("Detection", ["Rules", "JSONView", "LogLines", "SecurityEvents"], exclude: ["Rules/Cases"]),
        tests("Admission", ["Detection", "JSONView", "Rules", "SecurityEvents"]),
        tests("SecurityEvents", ["JSONView"]),
        tests("Reports", ["SecurityEvents", "JSONView"], exclude: ["SARIF/issues.sarif"]),
        tests(
            "Agent",
            [
                "SecurityEvents", "BoundedYAML", "Detection", "EventSources", "HTTPListener", "JSONView", "Ledger",
                "LogLines", "Manifests", "PlatformAPIs", "Reports", "Rules", logging, yams,
            ]),
        tests("TallymanCommands", ["Reports", "SecurityEvents", arguments]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
