import JSONView

/// Who makes a call of the engine's API, as far as a gate can prove it.
package struct DockerCaller: Sendable, Equatable {
    /// What rules and exemptions call the caller: a certificate's whole subject, an account of this machine.
    package var user: String?
    /// The account's number, or the certificate's fingerprint.
    package var uid: String?
    /// The organizations of a certificate's subject, or the account's group.
    package var groups: [String] = []
    /// How it was proved.
    package var authentication = Authentication.localSocket
    /// What else is known, by name: `subjectAlternativeNames`, `executable`.
    package var extra: [(name: String, values: [String])] = []

    /// A caller of whom nothing is known.
    package init() {}

    package static func == (a: Self, b: Self) -> Bool {
        a.user == b.user && a.uid == b.uid && a.groups == b.groups && a.authentication == b.authentication
            && a.extra.elementsEqual(b.extra) { $0.name == $1.name && $0.values == $1.values }
    }

    /// The caller for a person: the name, or what is known instead.
    package var description: String {
        user ?? (authentication == .localSocket ? "somebody on the engine's local socket" : "somebody")
    }

    /// Writes the caller into an event, for rules to read.
    ///
    /// - Parameters:
    ///   - event: the event; it keeps the document that the texts point into.
    ///   - parser: makes that document.
    package func name(in event: inout Event, parser: JSONParser) {
        var written = CompactJSON()
        written.write(raw: "{\"user\":")
        written.write(string: (user ?? "").utf8)
        written.write(raw: ",\"uid\":")
        written.write(string: (uid ?? "").utf8)
        written.write(raw: ",\"groups\":")
        Self.write(groups, into: &written)
        written.write(raw: ",\"extra\":{")
        for (position, entry) in extra.enumerated() {
            if position > 0 { written.write(raw: ",") }
            written.write(string: entry.name.utf8)
            written.write(raw: ":")
            Self.write(entry.values, into: &written)
        }
        written.write(raw: "}}")
        guard let document = try? parser.parse(written.bytes) else { return }
        event.attachments.append(.init(label: "Caller", document: document))
        let root = document.root
        event.actor.user = user == nil ? nil : root["user"]?.text
        event.actor.uid = uid == nil ? nil : root["uid"]?.text
        event.actor.groups = groups.isEmpty ? nil : root["groups"]
        event.actor.extra = extra.isEmpty ? nil : root["extra"]
        event.actor.authentication = authentication
    }

    private static func write(_ texts: [String], into output: inout CompactJSON) {
        output.write(raw: "[")
        for (position, text) in texts.enumerated() {
            if position > 0 { output.write(raw: ",") }
            output.write(string: text.utf8)
        }
        output.write(raw: "]")
    }
}
