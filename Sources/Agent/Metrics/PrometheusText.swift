/// Writes metrics in Prometheus' text format 0.0.4.
///
/// Hand-written: it is a few lines, and what has to hold here (bounded and escaped labels) is ours to see to
/// (docs/decisions/0011-the-agent.md).
struct PrometheusText {
    /// What is written at the top of an answer.
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private(set) var text = ""

    /// The kinds of metrics.
    enum Kind: String {
        case counter, gauge, histogram
    }

    /// Begins a metric.
    ///
    /// - Parameters:
    ///   - name: its name.
    ///   - kind: its kind.
    ///   - help: what it says, in a sentence.
    mutating func begin(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(Self.escaped(help, quotes: false))\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// Writes a sample.
    mutating func sample(_ name: String, _ labels: [(name: String, value: String)], _ value: Double) {
        text += name
        if !labels.isEmpty {
            let written = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
            text += "{" + written.joined(separator: ",") + "}"
        }
        text += " \(Self.number(value))\n"
    }

    /// Writes a sample without labels.
    mutating func sample(_ name: String, _ value: Double) { sample(name, [], value) }

    /// A metric with one sample.
    mutating func single(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        begin(name, kind, help)
        sample(name, value)
    }

    /// The longest value of a label that is written.
    private static let valueLimit = 200

    /// A text as the format has it; control characters, which it lets through, become spaces.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars.prefix(valueLimit * (quotes ? 1 : 4)) {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: result += " "
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(), abs(value) < 9e15 { return String(Int64(value)) }
        return "\(value)"
    }
}
