// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who builds Tallyman builds its benchmarks.
let package = Package(
    name: "tallyman-benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "tallyman", path: "..")],
    targets: [
        .target(name: "AuditWorkload"),
        .target(name: "CAllocations"),
        .executableTarget(name: "GenerateAudit", dependencies: ["AuditWorkload"]),
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
