internal import JSONView

/// The signs of a command that runs something out of memory, without a file.
///
/// Rules look for them by `contains`; knowing them here spares the loops over commands that have none.
enum MemoryExecution {
    static let signs: [StaticString] = ["memfd_create", "syscall(319", "syscall 319", "/proc/self/mem"]

    /// Whether a literal is one of the signs.
    static func isSign(_ literal: String) -> Bool {
        signs.contains { sign in literal.withText { $0 == sign } }
    }

    /// Whether one of the signs stands in a text.
    static func stands(in text: JSONText) -> Bool { text.contains(anyOf: signs) }
}
