internal import CEL
package import JSONView
package import SecurityEvents

/// `event`: what happened.
package final class EventRecordView: TabledRecord {
    /// Owns this record; counting it would cost more than reading a field.
    unowned(unsafe) let context: EventContext
    let kept = KeptValues(count: EventRecordView.table.fields.count)

    init(_ context: EventContext) { self.context = context }

    var event: Event { _read { yield context.event } }
    package var origin: JSONValue? { event.raw }

    /// The words of the exec's command.
    fileprivate var commandWords: [JSONText] { SchemaValue.list(event.execution?.command) }

    fileprivate var command: JSONText {
        guard let execution = event.execution else { return .none }
        if execution.command != nil { return context.arena.keep(commandWords, joinedBy: UInt8(ascii: " ")) }
        return execution.commandText ?? .none
    }

    static let table = SchemaTable<EventRecordView>("Event", "What happened.", EventRecordView.fields)

    private static let fields: [SchemaField<EventRecordView>] = [
        .word(
            "source",
            "The log: docker:events, docker:daemon, docker:authorization, docker:inspect, kubernetes:audit, kubernetes:event, kubernetes:admission, kubernetes:object, containerd:events or containerd:container."
        ) {
            $0.event.source.word
        },
        .word("platform", "docker, kubernetes or containerd.") { $0.event.source.platform.word },
        SchemaField("sourcetypes", .list(.string), "The names that a search finds the source by.", isKept: true) {
            .list(ListValue($0.event.source.searchNames.map { .string($0) }))
        },
        SchemaField("time", .timestamp, "When it happened.", isKnown: { $0.event.time != nil }) {
            $0.event.time.flatMap(SchemaValue.timestamp) ?? .error(EvaluationError("no such key: time"))
        },
        .word(
            "action",
            "create, start, found (it ran already when Tallyman looked), exec, attach, connect, modify, delete, stop, image, read or other."
        ) {
            $0.event.action.word
        },
        .word("outcome", "requested, allowed, denied, succeeded, failed or unknown.") { $0.event.outcome.word },
        .text("verb", "The verb as the source spells it.") { $0.event.verb },
        .text("id", "The source's own name of the event: an audit ID, an admission UID.") { $0.event.identifier },
        .number("code", "The status code of the answer.") { $0.event.statusCode.map { Int64($0) } },
        .text("reason", "The reason or message that came with the outcome.") { $0.event.reason },
        .judged("dryRun", "Whether the request asked only for a trial.") { $0.event.isDryRun },
        .word("body", "What is known of the body: none, present, missing, truncated, oversize or unreadable.") {
            $0.event.body.word
        },
        SchemaField(
            "irregularities", .list(.string),
            "What of an engine's call two readers could understand differently: foldedKeys, duplicateKeys, trailingData, invalidText, encodedPath or oldAPI.",
            isKept: true
        ) {
            .list(ListValue($0.event.irregularities.names.map { .string($0) }))
        },
        .text("namespace", "The namespace of the object.") { $0.event.target.namespace },
        .text("name", "The name of the object.") { $0.event.target.name },
        .text("resource", "The kind of object, as the API's paths spell it: pods, containers, services.") {
            $0.event.target.resource
        },
        .text("subresource", "The part of the object: exec, ephemeralcontainers, start.") {
            $0.event.target.subresource
        },
        .text("apiGroup", "The API group; empty for Kubernetes' core and for Docker.") { $0.event.target.apiGroup },
        .text("apiVersion", "The API version.") { $0.event.target.apiVersion },
        .text("uri", "The path and query that were asked for.") { $0.event.target.requestURI },
        .judged(
            "deploys",
            "Whether it creates, starts, finds or changes something that runs containers, was not denied and was no trial."
        ) {
            EventSchema.deploys($0.event)
        },
        .json("object", "The object that was sent or made.") { $0.event.object },
        .json("oldObject", "The object as it was before.") { $0.event.oldObject },
        .json("response", "The object of the answer.") { $0.event.response },
        .built(
            "command", "The command of an exec, its words joined by spaces.",
            origins: { $0.event.execution?.command.map { [$0] } ?? [] }
        ) {
            $0.command
        },
        .texts("commandWords", "The words of an exec's command.") { $0.event.execution?.command },
        .text("execContainer", "The container that an exec names.") { $0.event.execution?.container },
        .flag("execPrivileged", "Whether the exec was asked to be privileged.") { $0.event.execution?.isPrivileged },
        .judged("tty", "Whether the exec has a terminal.") { $0.event.execution?.tty ?? false },
        .judged("stdin", "Whether the exec has standard input.") { $0.event.execution?.stdin ?? false },
    ]
}

extension EventSchema {
    /// Whether an event creates, starts, finds or changes something that runs containers and was not denied.
    package static func deploys(_ event: borrowing Event) -> Bool {
        guard event.workload != nil, event.outcome != .denied, !event.isDryRun else { return false }
        switch event.action {
        case .create, .start, .found, .modify: return true
        default: return false
        }
    }
}

extension SchemaValue {
    /// A moment as CEL has it.
    package static func timestamp(_ time: SecurityEvents.Timestamp) -> Value? {
        let (seconds, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let carry: Int64 = rest < 0 ? 1 : 0
        return CEL.Timestamp(
            seconds: seconds - carry, nanoseconds: Int32(truncatingIfNeeded: rest + carry * 1_000_000_000)
        ).map { .timestamp($0) }
    }
}
