import CEL

/// Says which of the known names a misspelt one was probably meant to be.
package enum Spelling {
    /// The nearest of some names; nil where none is near enough to be meant.
    static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        CEL.Spelling.nearest(to: name, among: candidates)
    }

    /// `; did you mean 'x'?`, or nothing.
    package static func hint(for name: String, among candidates: some Sequence<String>) -> String {
        nearest(to: name, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
    }
}
