/// All that a shape knows of one name, so that each member of an object is looked up once.
struct MemberRule: Sendable {
    var inner: ShapeName?
    var isHidden = false
    var isUntouched = false
    var isPlainBool = false
    var isPlainNumber = false
    var isQuantity = false
    var isTextMap = false
    var isKeptList = false
    var isDroppedMap = false
}

/// A shape with its names looked up.
final class CompiledShape: Sendable {
    let shape: ObjectShape
    private let rules: [String: MemberRule]
    private let others: MemberRule

    init(_ shape: ObjectShape) {
        self.shape = shape
        var others = MemberRule()
        others.isUntouched = shape.keepsOthers
        var rules: [String: MemberRule] = [:]
        func note(_ names: some Sequence<String>, _ change: (inout MemberRule, String) -> Void) {
            for name in names { change(&rules[name, default: others], name) }
        }
        note(shape.fields.keys) {
            $0.inner = shape.fields[$1]
            $0.isUntouched = false
        }
        note(shape.untouched) { rule, _ in rule.isUntouched = true }
        note(shape.hidden) { rule, _ in rule.isHidden = true }
        note(shape.plainBools) { rule, _ in rule.isPlainBool = true }
        note(shape.plainNumbers) { rule, _ in rule.isPlainNumber = true }
        note(shape.quantities) { rule, _ in rule.isQuantity = true }
        note(Self.textMaps) { rule, _ in rule.isTextMap = true }
        note(Self.keptLists.union(shape.keptLists)) { rule, _ in rule.isKeptList = true }
        note(Self.droppedMaps.union(shape.maps)) { rule, _ in rule.isDroppedMap = true }
        self.rules = rules
        self.others = others
    }

    func rule(_ name: String) -> MemberRule { rules[name] ?? others }

    /// Maps of texts, wherever they are; a text that is null is an empty one.
    static let textMaps: Set = ["labels", "annotations", "matchLabels", "nodeSelector", "data", "binaryData"]

    /// Lists that stay when they are empty, wherever they are, and maps that do not.
    static let keptLists: Set = [
        "containers", "rules", "verbs", "nodeSelectorTerms", "paths", "versions", "admissionReviewVersions",
    ]
    static let droppedMaps: Set = [
        "labels", "annotations", "matchLabels", "nodeSelector", "limits", "requests", "data", "binaryData",
        "parameters",
        "overhead", "hard", "capacity", "default", "defaultRequest", "max", "min", "volumeAttributes",
    ]
}
