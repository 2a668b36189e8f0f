import JSONView

/// A seccomp profile that is given as its text.
enum SeccompProfile {
    private static let structure = GoStruct([
        ("defaultAction", .scalar), ("syscalls", .list(GoStruct([("action", .scalar)]))),
    ])
    private static let letting: [StaticString] = ["SCMP_ACT_ALLOW", "SCMP_ACT_LOG"]

    /// Whether a profile forbids nothing: it is confinement by name only.
    ///
    /// A profile that cannot be read is one that the engine does not take.
    static func allowsAll(_ text: JSONText) -> Bool {
        guard text.count > 2, text.bytes.contains(UInt8(ascii: "{")) else { return false }
        return allowsAll(Array(text.bytes))
    }

    /// Whether a profile forbids nothing.
    static func allowsAll(_ bytes: [UInt8]) -> Bool {
        let parser = JSONParser(limits: JSONLimits(size: 1 << 20, depth: 64))
        guard let body = try? GoBody.read(bytes, as: structure, with: parser) else { return false }
        return withExtendedLifetime(body) {
            let root = body.document.root
            guard lets(root["defaultAction"]) else { return false }
            return (root["syscalls"].map { Array($0.elements) } ?? []).allSatisfy { lets($0["action"]) }
        }
    }

    private static func lets(_ action: JSONValue?) -> Bool {
        guard let action = action?.text else { return false }
        return letting.contains { action == $0 }
    }
}
