package import JSONView

/// A JSON value that knows where in a file it was written.
///
/// What is made of a file for judging (an API object, an engine's create body) is built of these, so that a path in it
/// leads back to the line that said so, whatever shape it had there.
package struct PlacedValue: Sendable, Hashable {
    /// What a value is.
    package indirect enum Content: Sendable, Hashable {
        case null
        case bool(Bool)
        case int(Int64)
        case double(Double)
        case text(String)
        case array([PlacedValue])
        case object([Member])
    }

    /// A member of an object.
    package struct Member: Sendable, Hashable {
        package var key: String
        package var keyPlace: Place
        package var value: PlacedValue
    }

    package var content: Content
    /// Where the value begins.
    package var place: Place

    /// Makes a value.
    package init(_ content: Content, at place: Place) {
        self.content = content
        self.place = place
    }

    /// A text.
    static func text(_ text: String, at place: Place) -> PlacedValue { PlacedValue(.text(text), at: place) }

    /// The member of a name; nil where there is none or this is no object.
    package subscript(_ key: String) -> PlacedValue? { member(key)?.value }

    /// The element at a position; nil where there is none.
    package subscript(_ position: Int) -> PlacedValue? {
        let elements = elements
        return elements.indices.contains(position) ? elements[position] : nil
    }

    /// The member of a name, with the place of its key.
    package func member(_ key: String) -> Member? { members.first { $0.key == key } }

    /// The members of an object; none of anything else.
    package var members: [Member] {
        if case .object(let members) = content { members } else { [] }
    }

    /// The elements of an array; none of anything else.
    package var elements: [PlacedValue] {
        if case .array(let elements) = content { elements } else { [] }
    }

    /// The text, where it is one.
    package var text: String? {
        if case .text(let text) = content { text } else { nil }
    }

    package var isNull: Bool { content == .null }

    /// A scalar as a text, as tools write it that want one; nil of arrays, objects and null.
    package var plain: String? {
        switch content {
        case .text(let text): text
        case .bool(let bool): bool ? "true" : "false"
        case .int(let int): String(int)
        case .double(let double): "\(double)"
        case .null, .array, .object: nil
        }
    }

    /// The same value at other places.
    func placed(_ place: (Place) -> Place) -> PlacedValue {
        switch content {
        case .array(let elements):
            PlacedValue(.array(elements.map { $0.placed(place) }), at: place(self.place))
        case .object(let members):
            PlacedValue(
                .object(
                    members.map { .init(key: $0.key, keyPlace: place($0.keyPlace), value: $0.value.placed(place)) }),
                at: place(self.place))
        default: PlacedValue(content, at: place(self.place))
        }
    }

    /// Writes the value as JSON.
    package func write(to writer: inout JSONWriter) {
        switch content {
        case .null: writer.null()
        case .bool(let bool): writer.value(bool)
        case .int(let int): writer.value(int)
        case .double(let double): writer.value(double)
        case .text(let text): writer.value(text)
        case .array(let elements): writer.array { array in for element in elements { element.write(to: &array) } }
        case .object(let members):
            writer.object { object in
                for member in members {
                    object.key(member.key)
                    member.value.write(to: &object)
                }
            }
        }
    }

    /// The JSON text.
    package var json: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }
}

extension PlacedValue {
    /// Takes a value out of a JSON document, without places.
    ///
    /// - Parameter json: the value; its depth is bounded by the parser that it came from.
    package init(_ json: JSONValue) {
        let content: Content =
            switch json.kind {
            case .null: .null
            case .bool: .bool(json.bool ?? false)
            case .string: .text(json.string ?? "")
            case .int64: .int(json.int64 ?? 0)
            case .uint64, .double, .bigNumber: .double(json.double ?? .nan)
            case .array: .array(json.elements.map { PlacedValue($0) })
            case .object:
                .object(
                    json.members.map {
                        Member(key: String($0.key), keyPlace: .unknown, value: PlacedValue($0.value))
                    })
            }
        self.init(content, at: .unknown)
    }

    /// What a path leads to.
    package struct Found: Sendable, Equatable {
        /// The place of the member's key, or of the element.
        package var place: Place
        package var value: PlacedValue
        /// Whether the whole path could be walked; else this is the nearest that is there.
        package var isWhole: Bool
    }

    /// Walks a path from this value.
    package func find(_ path: JSONPath) -> Found { find(path.steps[...], from: place) }

    private func find(_ steps: ArraySlice<JSONPath.Step>, from place: Place) -> Found {
        guard let step = steps.first else { return Found(place: place, value: self, isWhole: true) }
        switch step {
        case .key(let key):
            guard let member = member(key) else { break }
            let at = member.keyPlace.line > 0 ? member.keyPlace : member.value.place
            return member.value.find(steps.dropFirst(), from: at)
        case .position(let position):
            guard let element = self[position] else { break }
            return element.find(steps.dropFirst(), from: element.place)
        }
        return Found(place: place, value: self, isWhole: false)
    }
}
