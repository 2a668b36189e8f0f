/// The value of a key.
package enum ConfigValue: Sendable, Equatable {
    /// Nothing is set, and nothing is usual.
    case none
    case text(String)
    case texts([String])
    case flag(Bool)
    case number(Int)
    case duration(Duration)
    /// A number of bytes.
    case size(Int)

    /// The value as the environment and the command line spell it.
    package var text: String {
        switch self {
        case .none: ""
        case .text(let text): text
        case .texts(let texts): texts.joined(separator: ",")
        case .flag(let flag): flag ? "true" : "false"
        case .number(let number): String(number)
        case .duration(let duration): DurationText.write(duration)
        case .size(let bytes): SizeText.write(bytes)
        }
    }
}
