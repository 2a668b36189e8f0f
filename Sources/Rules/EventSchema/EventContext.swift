package import CEL
package import JSONView
package import SecurityEvents

/// The event that rules look at, as the values of their variables.
///
/// One context is used again and again: the records stay, what they show changes with ``show(_:facts:)``.
///
/// What is asked for each event is not checked for exclusive access at run time, a tenth of a microsecond an event: a context
/// belongs to one thread, and no accessor calls back while it changes a property.
package final class EventContext: Activation {
    package let lists: RuleLists
    let arena = TextArena()
    /// Where the shown event stands: it is read in place, which neither copies it nor checks for exclusive access.
    ///
    /// Only ``show(_:)`` writes there, and nobody reads meanwhile.
    private let place = UnsafeMutablePointer<Event>.allocate(capacity: 1)
    /// The containers as records; made again only when an event has more of them than any before.
    @exclusivity(unchecked) private var containers: [ContainerRecord] = []
    let commandJudgements = JudgementCache()
    /// What the shown event has, once it was asked for.
    @exclusivity(unchecked) var eventFeaturesMade: Features?
    /// Whether a label of the workload names a component that everybody knows, once it was asked for.
    var componentLabel: Bool?
    /// The Pod's volumes, and whether one of them may be of the host.
    @exclusivity(unchecked) var volumesJudged: (volumes: JSONValue, mayHoldHost: Bool)?
    private lazy var eventRecord = EventRecordView(self)
    private lazy var actorRecord = ActorRecord(self)
    private lazy var workloadRecord = WorkloadRecord(self)
    /// The containers that may fetch something, once somebody asked.
    @exclusivity(unchecked) var fetchingContainers: [Int]?
    /// What an event asked of admission; made when a rule asks for it.
    @exclusivity(unchecked) private var requestMade: AdmissionRequest.FromEvent?
    /// The memory in which policies run: rules run in another.
    let policyEvaluator = Evaluator()
    /// What is joined to the event; made by who knows the past.
    @exclusivity(unchecked) package var facts: (any ObjectValue)?
    /// The container that rules look at, where they look at one.
    @exclusivity(unchecked) package private(set) var container: ContainerRecord?

    /// Makes a context; it shows an empty event until it is given one.
    package init(lists: RuleLists, event: borrowing Event) {
        self.lists = lists
        place.initialize(to: copy event)
    }

    deinit {
        place.deinitialize(count: 1)
        place.deallocate()
    }

    /// How many events were shown: the same number is the same event.
    package private(set) var round: UInt64 = 0

    /// Shows an event.
    package func show(_ event: borrowing Event) {
        round += 1
        place.pointee = copy event
        eventFeaturesMade = nil
        volumesJudged = nil
        componentLabel = nil
        requestMade = nil
        fetchingContainers = nil
        arena.empty()
        eventRecord.kept.forget()
        actorRecord.kept.forget()
        workloadRecord.kept.forget()
        actorRecord.judgements = nil
        container = nil
        facts = nil
        shownContainers = 0
    }

    /// What the event asked of admission.
    var admissionRequest: AdmissionRequest.FromEvent? {
        if requestMade == nil { requestMade = AdmissionRequest.from(event) }
        return requestMade
    }

    private var shownContainers = 0

    /// The event that is shown.
    var event: Event { _read { yield place.pointee } }
    /// The event that is shown, in place: valid until ``show(_:)`` is called again.
    package var shownEvent: UnsafePointer<Event> { UnsafePointer(place) }

    /// The number of containers of the event.
    package var containerCount: Int { event.containers.count }

    /// Turns to one of the event's containers; nil to none.
    package func turn(to position: Int?) {
        guard let position, event.containers.indices.contains(position) else {
            container = nil
            return
        }
        container = record(ofContainer: position)
    }

    /// The record of a container of the event.
    func record(ofContainer position: Int) -> ContainerRecord {
        while containers.count <= position { containers.append(ContainerRecord(self)) }
        while shownContainers <= position {
            containers[shownContainers].show(event.containers[shownContainers])
            shownContainers += 1
        }
        return containers[position]
    }

    /// Two texts joined by an ASCII character, kept until the next event.
    package func joined(_ first: JSONText, _ second: JSONText, by separator: Unicode.Scalar) -> JSONText {
        arena.keep([first, second], joinedBy: UInt8(truncatingIfNeeded: separator.value))
    }

    /// The value of a variable.
    package func value(slot: Int) -> Value? {
        switch EventSchema.Slot(rawValue: slot) {
        case .event: .object(eventRecord)
        case .actor: .object(actorRecord)
        case .workload: .object(workloadRecord)
        case .container: container.map { .object($0) } ?? .error(EvaluationError("the event has no container"))
        case .image: container.map { .object($0.image) } ?? .error(EvaluationError("the event has no container"))
        case .facts: facts.map { .object($0) } ?? .error(EvaluationError("nothing is known of earlier events"))
        case .raw: .json(event.raw)
        case nil: nil
        }
    }

    /// What rules see of the actor.
    package var actor: ActorRecord { actorRecord }
    /// What rules see of the workload.
    package var workload: WorkloadRecord { workloadRecord }
}
