/// What a key's value may be, and how it is written.
package enum ConfigForm: Sendable, Equatable {
    case text
    /// A file or folder.
    case path
    /// A `host:port` to listen on.
    case address
    case flag
    case choice([String])
    case number(ClosedRange<Int>)
    case duration(ClosedRange<Duration>)
    /// A number of bytes.
    case size(ClosedRange<Int>)
    /// Several files or folders.
    case paths

    /// Why a value is refused; a part of a sentence that begins with the key.
    struct Refusal: Error, Equatable {
        let reason: String
    }

    /// Reads a value from its text.
    ///
    /// - Parameter text: the value as the file, the environment or the command line spells it; members of lists have commas
    ///   between them.
    /// - Returns: the value.
    /// - Throws: why it is none.
    func read(_ text: String) throws(Refusal) -> ConfigValue {
        guard !text.isEmpty else { throw Refusal(reason: "has no value; leave the key out for the usual one") }
        guard text.utf8.count <= Self.lengthLimit, !text.unicodeScalars.contains(where: { $0.value < 0x20 }) else {
            throw Refusal(reason: "is longer than \(Self.lengthLimit) bytes or has control characters")
        }
        switch self {
        case .text, .path: return .text(text)
        case .paths: return .texts(text.split(separator: ",").map(String.init))
        case .address:
            guard ListenAddress(text) != nil else { throw Refusal(reason: "is \(expectation), not '\(text)'") }
            return .text(text)
        case .flag:
            guard text == "true" || text == "false" else { throw Refusal(reason: "is \(expectation), not '\(text)'") }
            return .flag(text == "true")
        case .choice(let choices):
            guard choices.contains(text) else {
                throw Refusal(reason: "is \(expectation), not '\(text)'\(Spelling.hint(for: text, among: choices))")
            }
            return .text(text)
        case .number(let range):
            guard let number = Int(text), range.contains(number) else {
                throw Refusal(reason: "is \(expectation), not '\(text)'")
            }
            return .number(number)
        case .duration(let range):
            guard let duration = DurationText.read(text), range.contains(duration) else {
                throw Refusal(reason: "is \(expectation), not '\(text)'")
            }
            return .duration(duration)
        case .size(let range):
            guard let size = SizeText.read(text), range.contains(size) else {
                throw Refusal(reason: "is \(expectation), not '\(text)'")
            }
            return .size(size)
        }
    }

    private static let lengthLimit = 4096

    /// Whether several values may be given.
    var isList: Bool { self == .paths }

    /// What may be given, in words.
    package var expectation: String {
        switch self {
        case .text: "a text"
        case .path: "a path"
        case .paths: "a list of paths"
        case .address: "a host:port"
        case .flag: "true or false"
        case .choice(let choices):
            choices.count > 1
                ? choices.dropLast().joined(separator: ", ") + " or " + (choices.last ?? "") : choices.joined()
        case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .duration(let range):
            "a duration from \(DurationText.write(range.lowerBound)) to \(DurationText.write(range.upperBound)), "
                + "as 250ms, 10s, 5m, 2h"
        case .size(let range):
            "a size from \(SizeText.write(range.lowerBound)) to \(SizeText.write(range.upperBound)), as 512KiB, 64MiB"
        }
    }
}
