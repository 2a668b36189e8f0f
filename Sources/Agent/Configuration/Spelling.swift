internal import CEL

/// What somebody who mistyped a name may have meant.
enum Spelling {
    /// The nearest of some names; nil where none is near enough to be meant.
    static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        CEL.Spelling.nearest(to: name, among: candidates)
    }

    /// The end of a message: what may be meant instead; nothing where no name is near.
    static func hint(for name: String, among candidates: some Sequence<String>) -> String {
        nearest(to: name, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
    }
}
