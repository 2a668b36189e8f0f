internal import JSONView
internal import SecurityEvents

/// What an update of an object changes, asked when a rule speaks against it.
///
/// Whoever changes a label of an object that was wrong before does not make it worse, and the cluster's own controllers
/// must be able to. Whoever changes an image does, because another program then has the old object's rights.
struct ObjectChange {
    private let before: [Finding]
    private let containersAreSame: Bool

    /// Compares.
    ///
    /// - Parameters:
    ///   - event: the update.
    ///   - before: what the rules say of the object as it was.
    init(_ event: borrowing Event, before: [Finding]) {
        self.before = before
        guard let old = event.oldObject, let new = event.object else {
            containersAreSame = false
            return
        }
        containersAreSame = event.containers.allSatisfy { container in
            guard let path = new.path(to: container.object) else { return false }
            return old.value(at: path).map { $0 == container.object } ?? false
        }
    }

    /// Whether the old object gave the same reason for a finding.
    func isUnchanged(_ finding: Finding) -> Bool {
        containersAreSame
            && before.contains { old in
                old.rule == finding.rule && old.level == finding.level && old.container == finding.container
                    && Self.inObject(old) == Self.inObject(finding)
            }
    }

    private static func inObject(_ finding: Finding) -> [Evidence] {
        finding.evidence.filter { $0.path.hasPrefix("request.object") }
    }

    /// The object as it was, as if somebody asked for it now; nil where the request is no update, or cannot be turned round.
    static func eventBefore(_ event: borrowing Event) -> Event? {
        guard event.source == .kubernetesAdmission, event.action == .modify, event.workload != nil,
            let request = event.raw["request"], event.oldObject != nil
        else { return nil }
        var writer = CompactJSON()
        writer.write(raw: #"{"request":{"operation":"CREATE""#)
        for (key, value) in request.members
        where key == "kind" || key == "resource" || key == "userInfo" || key == "oldObject" || key == "namespace"
            || key == "name"
        {
            writer.write(raw: ",")
            if key == "oldObject" { writer.write(raw: "\"object\"") } else { writer.write(string: key.bytes) }
            writer.write(raw: ":")
            writer.write(value)
        }
        writer.write(raw: "}}")
        // Without an object as it was nothing counts as unchanged: the stricter way.
        guard let document = try? JSONParser().parse(writer.bytes) else { return nil }
        var reader = AdmissionReviewReader()
        var made: Event?
        try? reader.read(document, at: event.position) { made = copy $0 }
        return made
    }
}
