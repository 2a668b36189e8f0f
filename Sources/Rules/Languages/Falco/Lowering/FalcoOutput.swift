/// Takes the template of an output apart: `%field`, `%field[argument]`, `%20field`, `%tolower(field)`.
struct FalcoOutput {
    /// A part of an output.
    enum Part {
        case text(String)
        /// A field, and how many characters it is cut or filled up to.
        case field(FalcoOperand, width: Int?)
    }

    private let text: FalcoText
    private let source: FalcoSource
    private var at = 0

    private init(_ text: FalcoText, source: FalcoSource) {
        self.text = text
        self.source = source
    }

    static func parts(of text: FalcoText, source: FalcoSource) throws(FalcoFault) -> [Part] {
        var reader = FalcoOutput(text, source: source)
        return try reader.parts()
    }

    private mutating func parts() throws(FalcoFault) -> [Part] {
        var parts: [Part] = []
        var plain = ""
        var end = text.scalars.count
        while end > 0, text.scalars[end - 1].properties.isWhitespace { end -= 1 }
        while at < end, text.scalars[at].properties.isWhitespace { at += 1 }
        // A star asks to show the output also where values are missing, which is always done.
        if at < end, text.scalars[at] == "*" { at += 1 }
        while at < end {
            guard text.scalars[at] == "%" else {
                plain.unicodeScalars.append(text.scalars[at])
                at += 1
                continue
            }
            if !plain.isEmpty { parts.append(.text(plain)) }
            plain = ""
            parts.append(try field())
        }
        if !plain.isEmpty { parts.append(.text(plain)) }
        return parts
    }

    private mutating func field() throws(FalcoFault) -> Part {
        let place = FalcoPlace(text: text, offset: at)
        at += 1
        var width: Int?
        while let scalar, "0"..."9" ~= scalar {
            width = min(1000, (width ?? 0) * 10 + Int(scalar.value - 48))
            at += 1
        }
        var transformers: [FalcoTransformer] = []
        while let found = transformer() {
            transformers.append(found)
            at += found.rawValue.count + 1
        }
        var operand = try fieldItself(place)
        for transformer in transformers.reversed() {
            guard scalar == ")" else {
                throw FalcoFault(
                    message: "')' was expected behind '\(transformer.rawValue)('",
                    place: FalcoPlace(text: text, offset: at))
            }
            at += 1
            operand = .transformed(transformer, [operand], place: place)
        }
        return .field(operand, width: width)
    }

    private func transformer() -> FalcoTransformer? {
        FalcoTransformer.allCases.first { candidate in
            let word = Array(candidate.rawValue.unicodeScalars) + ["("]
            return ![.join, .concat, .val].contains(candidate) && text.scalars[at...].starts(with: word)
        }
    }

    /// The longest field that stands here, as Falco finds it.
    private mutating func fieldItself(_ place: FalcoPlace) throws(FalcoFault) -> FalcoOperand {
        let run = text.scalars[at...].prefix {
            $0 == "." || $0 == "_" || $0.isASCII && $0.properties.isAlphabetic || "0"..."9" ~= $0
        }
        var length = run.count
        while length > 0 {
            let name = text.string(at..<at + length)
            if !name.hasSuffix("."), let (field, part) = source.fields.find(name), part?.isEmpty != true {
                at += length
                let argument = field.argument == .none || part != nil ? nil : try self.argument(of: name)
                guard !field.isFilterOnly else {
                    throw FalcoFault(message: "'\(name)' is for conditions only and cannot be shown", place: place)
                }
                return .field(name: name, argument: argument, place: place)
            }
            length -= 1
        }
        let name = text.string(at..<at + run.count)
        guard !name.isEmpty else {
            throw FalcoFault(message: "a field must follow '%'", place: place)
        }
        throw FalcoFault(
            message: "the source \(source.name) has no field '\(name)' to show"
                + Spelling.hint(for: name, among: source.fields.names), place: place, isUnknownField: true)
    }

    private mutating func argument(of name: String) throws(FalcoFault) -> String? {
        guard scalar == "[" else { return nil }
        guard let close = text.scalars[at...].firstIndex(of: "]") else {
            throw FalcoFault(
                message: "no ']' closes the argument of '\(name)'", place: FalcoPlace(text: text, offset: at))
        }
        defer { at = close + 1 }
        return text.string(at + 1..<close)
    }

    private var scalar: Unicode.Scalar? { text.scalars.indices.contains(at) ? text.scalars[at] : nil }
}
