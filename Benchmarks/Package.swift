// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who builds Tallyman builds its benchmarks.
let package = Package(
    name: "tallyman-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "tallyman", path: ".."),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
    ],
    targets: [
        .target(name: "AuditWorkload"),
        .target(name: "CAllocations"),
        .executableTarget(name: "GenerateAudit", dependencies: ["AuditWorkload"]),
        .executableTarget(
            name: "GateLoad",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]),
        .executableTarget(
            name: "Bench",
            dependencies: [
                "AuditWorkload",
                "CAllocations",
                .product(name: "JSONView", package: "tallyman"),
                .product(name: "CEL", package: "tallyman"),
                .product(name: "TallymanRooms", package: "tallyman"),
            ]),
    ],
    swiftLanguageModes: [.v6]
)
