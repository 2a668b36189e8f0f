/// A key of a section: its name, form and meaning, and the field that it sets.
package struct ConfigKey<Section>: Sendable {
    /// The key's name, without its section.
    let name: String
    let form: ConfigForm
    /// What it does, in a sentence or two.
    let summary: String
    let read: @Sendable (Section) -> ConfigValue
    let write: @Sendable (inout Section, ConfigValue) -> Void

    private init(
        _ name: String, _ form: ConfigForm, _ summary: String, read: @escaping @Sendable (Section) -> ConfigValue,
        write: @escaping @Sendable (inout Section, ConfigValue) -> Void
    ) {
        self.name = name
        self.form = form
        self.summary = summary
        self.read = read
        self.write = write
    }
}

/// A field that a key sets.
package typealias Field<Section, Value> = any WritableKeyPath<Section, Value> & Sendable

extension ConfigKey {
    /// A key for a text that may be missing.
    static func text(_ name: String, _ field: Field<Section, String?>, _ summary: String) -> ConfigKey {
        optional(name, .text, field, summary)
    }

    /// A key for a file or folder that may be missing.
    static func path(_ name: String, _ field: Field<Section, String?>, _ summary: String) -> ConfigKey {
        optional(name, .path, field, summary)
    }

    /// A key for an address to listen on, which may be missing.
    static func address(_ name: String, _ field: Field<Section, ListenAddress?>, _ summary: String) -> ConfigKey {
        ConfigKey(name, .address, summary) { section in
            section[keyPath: field].map { .text("\($0)") } ?? .none
        } write: { section, value in
            if case .text(let text) = value { section[keyPath: field] = ListenAddress(text) }
        }
    }

    /// A key for files and folders.
    static func paths(_ name: String, _ field: Field<Section, [String]>, _ summary: String) -> ConfigKey {
        ConfigKey(name, .paths, summary) { section in
            .texts(section[keyPath: field])
        } write: { section, value in
            if case .texts(let texts) = value { section[keyPath: field] = texts }
        }
    }

    /// A key that is true or false.
    static func flag(_ name: String, _ field: Field<Section, Bool>, _ summary: String) -> ConfigKey {
        ConfigKey(name, .flag, summary) { section in
            .flag(section[keyPath: field])
        } write: { section, value in
            if case .flag(let flag) = value { section[keyPath: field] = flag }
        }
    }

    /// A key for a number within bounds.
    static func number(
        _ name: String, _ field: Field<Section, Int>, _ range: ClosedRange<Int>, _ summary: String
    ) -> ConfigKey {
        ConfigKey(name, .number(range), summary) { section in
            .number(section[keyPath: field])
        } write: { section, value in
            if case .number(let number) = value { section[keyPath: field] = number }
        }
    }

    /// A key for a duration within bounds.
    static func duration(
        _ name: String, _ field: Field<Section, Duration>, _ range: ClosedRange<Duration>, _ summary: String
    ) -> ConfigKey {
        ConfigKey(name, .duration(range), summary) { section in
            .duration(section[keyPath: field])
        } write: { section, value in
            if case .duration(let duration) = value { section[keyPath: field] = duration }
        }
    }

    /// A key for a number of bytes within bounds.
    static func size(
        _ name: String, _ field: Field<Section, Int>, _ range: ClosedRange<Int>, _ summary: String
    ) -> ConfigKey {
        ConfigKey(name, .size(range), summary) { section in
            .size(section[keyPath: field])
        } write: { section, value in
            if case .size(let bytes) = value { section[keyPath: field] = bytes }
        }
    }

    /// A key for one of several words.
    static func choice<Choice>(
        _ name: String, _ field: Field<Section, Choice>, _ summary: String
    ) -> ConfigKey where Choice: RawRepresentable<String> & CaseIterable & Sendable {
        ConfigKey(name, .choice(Choice.allCases.map(\.rawValue)), summary) { section in
            .text(section[keyPath: field].rawValue)
        } write: { section, value in
            if case .text(let text) = value, let choice = Choice(rawValue: text) { section[keyPath: field] = choice }
        }
    }

    private static func optional(
        _ name: String, _ form: ConfigForm, _ field: Field<Section, String?>, _ summary: String
    ) -> ConfigKey {
        ConfigKey(name, form, summary) { section in
            section[keyPath: field].map { .text($0) } ?? .none
        } write: { section, value in
            if case .text(let text) = value { section[keyPath: field] = text }
        }
    }
}
