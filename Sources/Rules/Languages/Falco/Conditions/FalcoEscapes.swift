/// Resolves the escapes of quoted texts: libsinsp's `filter/escaping.cpp`.
enum FalcoEscapes {
    static func resolve(
        _ text: FalcoText, _ range: Range<Int>, quote: Unicode.Scalar
    ) throws(FalcoFault) -> String {
        var resolved = String.UnicodeScalarView()
        var isEscaped = false
        for position in range {
            let scalar = text.scalars[position]
            guard isEscaped else {
                if scalar == "\\" { isEscaped = true } else { resolved.append(scalar) }
                continue
            }
            isEscaped = false
            switch scalar {
            case "b": resolved.append("\u{8}")
            case "f": resolved.append("\u{C}")
            case "n": resolved.append("\n")
            case "r": resolved.append("\r")
            case "t": resolved.append("\t")
            // Old rules wrote a backslash before a blank.
            case " ", "\\": resolved.append("\\")
            case "/": resolved.append("/")
            case "\"" where quote == "\"", "'" where quote == "'": resolved.append(scalar)
            default:
                throw FalcoFault(
                    message: "'\\\(scalar)' is no escape of a text in \(quote); write \\\\ for a backslash",
                    place: FalcoPlace(text: text, offset: position - 1))
            }
        }
        return String(resolved)
    }
}
