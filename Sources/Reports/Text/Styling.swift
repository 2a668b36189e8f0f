import SecurityEvents

/// How a report is to look; the caller knows the terminal.
public struct Styling: Sendable, Equatable {
    /// Whether colours are written.
    ///
    /// That standard output is a terminal and that `NO_COLOR` is not set is for the caller to find out.
    public var isColored: Bool
    /// How many columns there are; nil where lines may be of any length (a pipe, a file).
    public var width: Int?

    /// Without colours, for any width.
    public static let plain = Styling()

    /// Makes a styling.
    public init(isColored: Bool = false, width: Int? = nil) {
        self.isColored = isColored
        self.width = width
    }

    /// What a piece of text is, for choosing its colour.
    enum Role {
        case level(Level)
        case title, label, good, bad
    }

    /// The text in its colour.
    func paint(_ text: String, _ role: Role) -> String {
        guard isColored, !text.isEmpty else { return text }
        return "\u{1B}[\(Self.code(of: role))m\(text)\u{1B}[0m"
    }

    private static func code(of role: Role) -> String {
        switch role {
        case .level(.critical): "1;37;41"
        case .level(.high): "1;31"
        case .level(.medium): "33"
        case .level(.low): "36"
        case .level(.informational): "34"
        case .title: "1"
        case .label: "2"
        case .good: "32"
        case .bad: "31"
        }
    }
}
