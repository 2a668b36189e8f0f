import JSONView

extension Library {
    /// Semantic versions: `semver`, `isSemver`, their parts, comparison.
    public static let kubernetesSemver = Library(
        "kubernetes.semver", overloads: making + parts + comparing,
        types: ["kubernetes.Semver": SemanticVersionValue.type])

    private static let type = SemanticVersionValue.type

    private static let making: [Overload] = [
        Overload("string_to_semver", "semver", [.string], type, "The version that a text is.") {
            make($0, normalized: false)
        },
        Overload(
            "string_bool_to_semver", "semver", [.string, .bool], type,
            "The version that a text is, put right if so asked."
        ) {
            make($0, normalized: $0.bool(1) ?? false)
        },
        Overload("is_semver_string", "isSemver", [.string], .bool, "Whether a text is a version.") {
            .bool((try? SemanticVersion(parsing: String($0.string(0)))) != nil)
        },
        Overload(
            "is_semver_string_bool", "isSemver", [.string, .bool], .bool,
            "Whether a text is a version, put right if so asked."
        ) {
            .bool((try? SemanticVersion(parsing: String($0.string(0)), normalized: $0.bool(1) ?? false)) != nil)
        },
    ]

    private static func make(_ arguments: Arguments, normalized: Bool) -> Cell {
        let text = String(arguments.string(0))
        do throws(SemanticVersion.Fault) {
            let version = try SemanticVersion(parsing: text, normalized: normalized)
            return arguments.evaluation.opaque(SemanticVersionValue(version, text: text))
        } catch {
            return arguments.error(error.message)
        }
    }

    private static let parts: [Overload] = [
        part("major", "The number before the first dot.") { $0.major },
        part("minor", "The number between the dots.") { $0.minor },
        part("patch", "The number behind the second dot.") { $0.patch },
    ]

    private static func part(
        _ name: String, _ documentation: String, _ part: @escaping @Sendable (SemanticVersion) -> UInt64
    ) -> Overload {
        .member("semver_\(name)", name, [type], .int, documentation) { arguments in
            guard let value = arguments.opaque(0) as? SemanticVersionValue else {
                return arguments.evaluation.noSuchOverload()
            }
            return .int(Int64(clamping: part(value.version)))
        }
    }

    private static let comparing: [Overload] = [
        .member("semver_is_greater_than", "isGreaterThan", [type, type], .bool, "Whether the first is later.") {
            compare($0) { .bool($0 > 0) }
        },
        .member("semver_is_less_than", "isLessThan", [type, type], .bool, "Whether the first is earlier.") {
            compare($0) { .bool($0 < 0) }
        },
        .member("semver_compare_to", "compareTo", [type, type], .int, "-1, 0 or 1: how the first stands.") {
            compare($0) { .int(Int64($0)) }
        },
    ]

    private static func compare(_ arguments: Arguments, _ use: (Int) -> Cell) -> Cell {
        guard let one = arguments.opaque(0) as? SemanticVersionValue,
            let other = arguments.opaque(1) as? SemanticVersionValue
        else { return arguments.evaluation.noSuchOverload() }
        return use(one.version.compare(other.version))
    }
}
