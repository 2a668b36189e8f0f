import SecurityEvents

/// What an authorization plugin answers the engine.
///
/// `Err` is never sent: the engine looks at `Allow` alone.
package struct PluginAnswer: Sendable, Equatable {
    /// Whether the engine may go on.
    package var allow: Bool
    /// What the caller reads, when it may not.
    package var message: String

    /// Lets a call through.
    package static let allowed = PluginAnswer(allow: true, message: "")

    /// Refuses a call.
    package static func denied(_ message: String) -> PluginAnswer { PluginAnswer(allow: false, message: message) }

    /// The answer as the engine reads it.
    package var json: [UInt8] {
        if allow { return Array(#"{"Allow":true}"#.utf8) }
        var written = CompactJSON()
        written.write(raw: #"{"Allow":false,"Msg":"#)
        written.write(string: message.utf8)
        written.write(raw: "}")
        return written.bytes
    }
}
