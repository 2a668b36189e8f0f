// swift-tools-version: 6.2
import PackageDescription

// Fuzzing, a package of its own because all of it is built with libFuzzer's instrumentation: see `make fuzz`.
let package = Package(
    name: "tallyman-fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "tallyman", path: "..")],
    targets: [
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                .product(name: "CEL", package: "tallyman"),
                .product(name: "JSONView", package: "tallyman"),
                .product(name: "TallymanRooms", package: "tallyman"),
            ],
            swiftSettings: [.unsafeFlags(["-parse-as-library", "-sanitize=fuzzer,address"])],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])])
    ],
    swiftLanguageModes: [.v6]
)
