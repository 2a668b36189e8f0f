/// Labels, as far as they are known.
struct KnownLabels {
    var values: [String: String]
    /// Why there may be others; nil where these are all.
    var others: String?

    init(_ values: [String: String], others: String? = nil) {
        self.values = values
        self.others = others
    }
}

/// A selector of objects by their labels (`metav1.LabelSelector`).
struct LabelSelector: Sendable, Equatable {
    enum Operator: String, CaseIterable, Sendable {
        case isIn = "In", isNotIn = "NotIn", exists = "Exists", doesNotExist = "DoesNotExist"
    }

    struct Requirement: Sendable, Equatable {
        var key: String
        var `operator`: Operator
        var values: [String]
    }

    /// All of them must hold; without any, everything is selected.
    var requirements: [Requirement] = []

    var isEmpty: Bool { requirements.isEmpty }

    func selects(_ labels: KnownLabels) -> Truth {
        requirements.reduce(.yes) { found, requirement in found.and(Self.holds(requirement, labels)) }
    }

    private static func holds(_ requirement: Requirement, _ labels: KnownLabels) -> Truth {
        guard let value = labels.values[requirement.key] else {
            if let others = labels.others { return .unknown(others) }
            return Truth(requirement.operator == .isNotIn || requirement.operator == .doesNotExist)
        }
        switch requirement.operator {
        case .isIn: return Truth(requirement.values.contains(value))
        case .isNotIn: return Truth(!requirement.values.contains(value))
        case .exists: return .yes
        case .doesNotExist: return .no
        }
    }
}
