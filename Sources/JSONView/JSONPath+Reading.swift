extension JSONPath {
    /// Reads a path as ``description`` writes it: `spec.containers[0].image`, `metadata["a.b/c"]`; nil where it is none.
    public init?(_ text: String) {
        var steps: [Step] = []
        let scalars = Array(text.unicodeScalars)
        var at = 0
        while at < scalars.count {
            if scalars[at] == "[" {
                guard let (step, next) = Self.bracket(scalars, at) else { return nil }
                steps.append(step)
                at = next
            } else {
                if scalars[at] == "." {
                    guard !steps.isEmpty else { return nil }
                    at += 1
                } else if !steps.isEmpty {
                    return nil
                }
                let begin = at
                while at < scalars.count, scalars[at] != ".", scalars[at] != "[" { at += 1 }
                guard at > begin else { return nil }
                steps.append(.key(Self.string(scalars[begin..<at])))
            }
        }
        self.init(steps)
    }

    /// `[0]` or `["key"]`, the latter with the escapes of Swift's debug descriptions.
    private static func bracket(_ scalars: [Unicode.Scalar], _ open: Int) -> (Step, Int)? {
        var at = open + 1
        guard at < scalars.count else { return nil }
        guard scalars[at] == "\"" else {
            let begin = at
            while at < scalars.count, scalars[at] != "]" { at += 1 }
            guard at < scalars.count, let position = Int(string(scalars[begin..<at])), position >= 0 else { return nil }
            return (.position(position), at + 1)
        }
        var key = String.UnicodeScalarView()
        at += 1
        while at < scalars.count, scalars[at] != "\"" {
            guard scalars[at] == "\\" else {
                key.append(scalars[at])
                at += 1
                continue
            }
            guard let (scalar, next) = escape(scalars, at + 1) else { return nil }
            key.append(scalar)
            at = next
        }
        guard at + 1 < scalars.count, scalars[at + 1] == "]" else { return nil }
        return (.key(String(key)), at + 2)
    }

    private static func escape(_ scalars: [Unicode.Scalar], _ at: Int) -> (Unicode.Scalar, Int)? {
        guard at < scalars.count else { return nil }
        let simple: [Unicode.Scalar: Unicode.Scalar] = [
            "n": "\n", "r": "\r", "t": "\t", "0": "\0", "\"": "\"", "\\": "\\", "'": "'",
        ]
        if let scalar = simple[scalars[at]] { return (scalar, at + 1) }
        guard scalars[at] == "u", at + 1 < scalars.count, scalars[at + 1] == "{",
            let close = scalars[at...].firstIndex(of: "}"),
            let number = UInt32(string(scalars[(at + 2)..<close]), radix: 16), let scalar = Unicode.Scalar(number)
        else { return nil }
        return (scalar, close + 1)
    }

    private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
