package import CEL

/// A finding's message: text with CEL expressions in braces.
package struct MessageTemplate: Sendable {
    /// A part of a message.
    package enum Part: Sendable {
        case text(String)
        case value(CheckedExpression)
        /// An expression that gives a finished text, which is shown as it is.
        case finished(CheckedExpression)
    }

    package let parts: [Part]

    /// A piece of a template as written.
    enum Piece: Equatable {
        case text(String)
        /// An expression, and the place of its first character, counted in Unicode scalars from 0.
        case expression(String, offset: Int)
    }

    /// Why a template could not be taken apart.
    struct Fault: Error, Equatable {
        let message: String
        let offset: Int
    }

    /// Takes a template apart: `{expression}` is a value, `{{` and `}}` are braces.
    static func pieces(of template: String) throws(Fault) -> [Piece] {
        let scalars = Array(template.unicodeScalars)
        var pieces: [Piece] = []
        var text = ""
        var at = 0
        while at < scalars.count {
            let scalar = scalars[at]
            let next = at + 1 < scalars.count ? scalars[at + 1] : nil
            if scalar == "{", next == "{" {
                text.unicodeScalars.append("{")
                at += 2
            } else if scalar == "}", next == "}" {
                text.unicodeScalars.append("}")
                at += 2
            } else if scalar == "{" {
                let end = try end(of: scalars, from: at)
                if !text.isEmpty { pieces.append(.text(text)) }
                text = ""
                var expression = String.UnicodeScalarView()
                expression.append(contentsOf: scalars[(at + 1)..<end])
                pieces.append(.expression(String(expression), offset: at + 1))
                at = end + 1
            } else {
                text.unicodeScalars.append(scalar)
                at += 1
            }
        }
        if !text.isEmpty { pieces.append(.text(text)) }
        return pieces
    }

    /// The closing brace of an expression; braces within it and in its strings do not count.
    private static func end(of scalars: [Unicode.Scalar], from open: Int) throws(Fault) -> Int {
        var (level, quote): (Int, Unicode.Scalar?) = (0, nil)
        var at = open
        while at < scalars.count {
            let scalar = scalars[at]
            if let inside = quote {
                if scalar == "\\" { at += 1 }
                if scalar == inside { quote = nil }
            } else if scalar == "'" || scalar == "\"" {
                quote = scalar
            } else if scalar == "{" {
                level += 1
            } else if scalar == "}" {
                level -= 1
                if level == 0 { return at }
            }
            at += 1
        }
        throw Fault(message: "no '}' ends the '{' of this message", offset: open)
    }
}
