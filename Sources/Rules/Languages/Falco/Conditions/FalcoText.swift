internal import BoundedYAML
internal import SecurityEvents
internal import Yams

/// A text of a rule file that may be put together of pieces from different places: what is appended to a condition may stand
/// in another file.
///
/// Places are worked out only when a fault asks for them.
final class FalcoText {
    /// The text.
    let scalars: [Unicode.Scalar]
    private let pieces: [(start: Int, piece: FalcoPiece)]
    private var places: [Int: ScalarPlaces] = [:]

    /// Joins pieces by spaces, as Falco appends.
    init(_ pieces: [FalcoPiece]) {
        var scalars: [Unicode.Scalar] = []
        var starts: [(start: Int, piece: FalcoPiece)] = []
        for piece in pieces {
            if !scalars.isEmpty { scalars.append(" ") }
            starts.append((scalars.count, piece))
            scalars += Array(piece.text.unicodeScalars)
        }
        self.scalars = scalars
        self.pieces = starts
    }

    /// The text as a string.
    var string: String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// A part of the text.
    func string(_ range: Range<Int>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[range])
        return String(view)
    }

    /// A fault at a position of the text.
    func diagnostic(_ severity: Diagnostic.Severity = .error, at offset: Int, _ message: String) -> Diagnostic {
        guard let index = pieces.lastIndex(where: { $0.start <= offset }) ?? pieces.indices.first else {
            return Diagnostic(severity, file: "", message: message)
        }
        let (start, piece) = pieces[index]
        guard !piece.isMade else { return piece.file.fault(severity, at: piece.node, message) }
        let known = places[index] ?? ScalarPlaces(piece.node, in: piece.file.lines)
        places[index] = known
        let place = known.place(offset: max(0, offset - start))
        return Diagnostic(severity, file: piece.file.file, line: place.line, column: place.column, message: message)
    }
}

/// A piece of a text, and where it stands.
struct FalcoPiece {
    var text: String
    var node: Node
    var file: YAMLText
    /// Whether the text was made of the node and does not stand there as it is.
    var isMade = false
}

/// A position in a text.
struct FalcoPlace {
    let text: FalcoText
    let offset: Int

    func diagnostic(_ message: String, _ severity: Diagnostic.Severity = .error) -> Diagnostic {
        text.diagnostic(severity, at: offset, message)
    }
}

/// What is wrong with a condition or an output, and where.
struct FalcoFault: Error {
    var diagnostic: Diagnostic
    /// Whether it is only that a field is not known, which `skip-if-unknown-filter` lets pass.
    var isUnknownField: Bool

    init(message: String, place: FalcoPlace, isUnknownField: Bool = false) {
        diagnostic = place.diagnostic(message)
        self.isUnknownField = isUnknownField
    }
}
