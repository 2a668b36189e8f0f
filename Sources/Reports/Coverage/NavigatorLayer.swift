import JSONView
public import SecurityEvents

/// ATT&CK techniques as a layer of the ATT&CK Navigator (layer format 4.5).
///
/// Techniques are given without a tactic, so that they show under every tactic that the loaded version of ATT&CK has for
/// them.
public struct NavigatorLayer: Sendable {
    /// What there is about one technique.
    public struct Technique: Sendable, Equatable {
        /// The rules that are enabled for it: name and level.
        public var rules: [Rule] = []
        /// How many findings there were.
        public var fired = 0

        /// Knows nothing yet.
        public init() {}
    }

    /// A rule about a technique.
    public struct Rule: Sendable, Equatable {
        public var name: String
        public var level: Level

        /// Names a rule.
        public init(name: String, level: Level) {
            self.name = name
            self.level = level
        }
    }

    private let techniques: [String: Technique]
    private let hasFindings: Bool

    /// Makes a layer.
    ///
    /// - Parameters:
    ///   - techniques: by their number: `T1610`.
    ///   - hasFindings: whether findings were looked at, so that techniques are scored by them.
    public init(_ techniques: [String: Technique], hasFindings: Bool) {
        self.techniques = techniques
        self.hasFindings = hasFindings
    }

    /// The technique of a tag: `attack.t1610` is `T1610`; nil of other tags.
    public static func technique(of tag: String) -> String? {
        let parts = tag.lowercased().split(separator: ".", maxSplits: 1)
        guard parts.count == 2, parts[0] == "attack", parts[1].first == "t" else { return nil }
        let number = parts[1].dropFirst()
        let groups = number.split(separator: ".", omittingEmptySubsequences: false)
        guard groups.count <= 2, groups[0].count == 4, groups.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isNumber) }),
            groups.count == 1 || groups[1].count == 3
        else { return nil }
        return "T" + number
    }

    /// The layer's JSON, ended with a line break.
    public var text: String {
        let most = max(1, techniques.values.map { hasFindings ? $0.fired : $0.rules.count }.max() ?? 1)
        var writer = JSONWriter()
        writer.object { layer in
            layer.member("name", hasFindings ? "Tallyman: what has fired" : "Tallyman: what is enabled")
            layer.key("versions")
            layer.object { versions in
                versions.member("navigator", "5.1.0")
                versions.member("layer", "4.5")
            }
            layer.member("domain", "enterprise-attack")
            layer.member(
                "description",
                hasFindings
                    ? "Techniques that enabled rules are about; scored by findings."
                    : "Techniques that enabled rules are about; scored by rules.")
            layer.key("techniques")
            layer.array { array in
                for (number, technique) in techniques.sorted(by: { $0.key < $1.key }) {
                    write(number, technique, to: &array)
                }
            }
            layer.key("gradient")
            layer.object { gradient in
                gradient.member("colors", ["#ffffff", "#66b1ff"])
                gradient.member("minValue", 0)
                gradient.member("maxValue", most)
            }
        }
        return writer.text + "\n"
    }

    private func write(_ number: String, _ technique: Technique, to writer: inout JSONWriter) {
        writer.object { object in
            object.member("techniqueID", number)
            object.member("score", hasFindings ? technique.fired : technique.rules.count)
            object.member("comment", comment(technique))
            object.key("enabled")
            object.value(true)
            object.key("metadata")
            object.array { array in
                for rule in technique.rules.prefix(100) {
                    array.object { entry in
                        entry.member("name", rule.name)
                        entry.member("value", rule.level.rawValue)
                    }
                }
            }
            object.key("showSubtechniques")
            object.value(number.contains("."))
        }
    }

    private func comment(_ technique: Technique) -> String {
        let rules = technique.rules.count == 1 ? "1 rule" : "\(technique.rules.count) rules"
        return hasFindings ? "\(rules), \(technique.fired) findings" : rules
    }
}
