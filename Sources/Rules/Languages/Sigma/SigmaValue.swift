internal import BoundedYAML
internal import Yams

/// A value as YAML means it.
enum SigmaValue: Equatable {
    case null
    case bool(Bool)
    case number(Double, text: String)
    case string(String)

    init(_ node: Node) {
        guard let scalar = node.scalar else {
            self = .null
            return
        }
        // What stands in quotes is a text whatever it looks like.
        guard scalar.style == .plain || scalar.style == .any else {
            self = .string(scalar.string)
            return
        }
        if scalar.string.isEmpty || ["~", "null", "Null", "NULL"].contains(scalar.string) {
            self = .null
        } else if let bool = node.bool {
            self = .bool(bool)
        } else if let int = node.int {
            self = .number(Double(int), text: "\(int)")
        } else if let double = node.float, double.isFinite {
            self = .number(double, text: scalar.string)
        } else {
            self = .string(scalar.string)
        }
    }

    /// The value as fields are compared with it.
    var text: String {
        switch self {
        case .null: ""
        case .bool(let bool): bool ? "true" : "false"
        case .number(_, let text): text
        case .string(let text): text
        }
    }

    /// The value where it is a number, in quotes or not.
    var number: Double? {
        switch self {
        case .number(let number, _): number
        case .string(let text): Double(text).flatMap { $0.isFinite ? $0 : nil }
        default: nil
        }
    }
}
