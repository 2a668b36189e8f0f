import ArgumentParser

/// How results are printed.
enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    /// For a person.
    case text
    /// For a program: one JSON object a line.
    case json

    static let list = allCases.map(\.rawValue).joined(separator: " or ")
}
