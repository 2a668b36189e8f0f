internal import JSONView
internal import SecurityEvents

/// The fields that every event has in Falco: the generic `evt.*`, read as the k8saudit plugin fills them.
enum GenericFields {
    static let all: [FalcoField] = [
        time("evt.time") { text(of: $0, withDate: false, withFraction: true) },
        time("evt.time.s") { text(of: $0, withDate: false, withFraction: false) },
        time("evt.time.iso8601") {
            text(of: $0, withDate: true, withFraction: true).replacing(" ", with: "T") + "+0000"
        },
        time("evt.datetime") { text(of: $0, withDate: true, withFraction: true) },
        time("evt.datetime.s") { text(of: $0, withDate: true, withFraction: false) },
        number("evt.rawtime") { $0.nanoseconds },
        number("evt.rawtime.s") { floorDivide($0.nanoseconds).seconds },
        number("evt.rawtime.ns") { floorDivide($0.nanoseconds).rest },
        fixed("evt.source", "k8s_audit"),
        fixed("evt.pluginname", "k8saudit"),
        fixed("evt.type", "pluginevent"),
        FalcoField(name: "evt.is_async", type: .bool) { _, _ in .text("false", from: []) },
        // What depends on the engine that reads the log, not on the log.
        unknown("evt.num", .unsigned), unknown("evt.reltime", .unsigned), unknown("evt.reltime.s", .unsigned),
        unknown("evt.reltime.ns", .unsigned), unknown("evt.plugininfo", .string), unknown("evt.asynctype", .string),
        unknown("evt.hostname", .string),
    ]

    /// The fields of the json plugin.
    static let json: [FalcoField] = ["json", "jevt"].flatMap { prefix in
        [
            FalcoField(name: prefix + ".value", type: .string, argument: .key) { raw, argument in
                guard case .pointer(let pointer)? = argument else { return .none }
                return pointer.value(in: raw).map { .value($0) } ?? .none
            },
            FalcoField(name: prefix + ".obj", type: .string) { raw, _ in
                .text(FalcoJSON.compact(raw), from: [])
            },
            FalcoField(name: prefix + ".rawtime", type: .string) { raw, _ in
                let (time, origin) = stamp(of: raw)
                return .text("\(time?.nanoseconds ?? 0)", from: origin.map { [$0] } ?? [])
            },
        ]
    }

    /// Whether a field's key is a JSON pointer.
    static func followsPointers(_ field: FalcoField) -> Bool {
        field.name == "json.value" || field.name == "jevt.value"
    }

    // MARK: Times

    /// The time that the plugin gives an event.
    private static func stamp(of raw: JSONValue) -> (time: Timestamp?, origin: JSONValue?) {
        let origin = raw["stageTimestamp"]
        return (origin?.text.flatMap { Timestamp(rfc3339: $0.bytes, assumesUTC: true) }, origin)
    }

    private static func time(_ name: String, _ text: @escaping @Sendable (Timestamp) -> String) -> FalcoField {
        FalcoField(name: name, type: .string) { raw, _ in
            let (time, origin) = stamp(of: raw)
            return time.map { .text(text($0), from: origin.map { [$0] } ?? []) } ?? .none
        }
    }

    private static func number(_ name: String, _ number: @escaping @Sendable (Timestamp) -> Int64) -> FalcoField {
        FalcoField(name: name, type: .unsigned) { raw, _ in
            let (time, origin) = stamp(of: raw)
            return time.map { .number(number($0), from: origin.map { [$0] } ?? []) } ?? .none
        }
    }

    private static func fixed(_ name: String, _ text: String) -> FalcoField {
        FalcoField(name: name, type: .string) { _, _ in .text(text, from: []) }
    }

    private static func unknown(_ name: String, _ type: FalcoType) -> FalcoField {
        FalcoField(name: name, type: type) { _, _ in .none }
    }

    private static func floorDivide(_ nanoseconds: Int64) -> (seconds: Int64, rest: Int64) {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return rest < 0 ? (seconds - 1, rest + 1_000_000_000) : (seconds, rest)
    }

    /// A time in UTC, as Falco prints it where the host's clock is.
    private static func text(of time: Timestamp, withDate: Bool, withFraction: Bool) -> String {
        let iso = time.description
        let date = iso.prefix(10)
        let clock = iso.dropFirst(11).prefix(8)
        let rest = "\(floorDivide(time.nanoseconds).rest)"
        let fraction = "." + String(repeating: "0", count: max(0, 9 - rest.count)) + rest
        return (withDate ? date + " " : "") + clock + (withFraction ? fraction : "")
    }
}
