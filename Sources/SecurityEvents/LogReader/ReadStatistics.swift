/// How much was read, understood and left out.
public struct ReadStatistics: Sendable, Equatable {
    /// Lines taken in, blank ones too.
    public var lines = 0
    /// Lines that hold nothing.
    public var blank = 0
    /// Records found in the lines, understood or not.
    public var records = 0
    /// Events made, in the order of ``SourceType/allCases``.
    private var counts: [Int] = Array(repeating: 0, count: SourceType.allCases.count)
    /// Lines and records that were not understood.
    public var faults = 0
    /// Fields of understood records that had a wrong type or value, and were taken as not known.
    public var fieldFaults = 0
    /// Records that deploy something and have a key twice.
    public var duplicateKeys = 0
    /// How often a reason was given; at most ``reasonLimit`` different ones, the others count as "other reasons".
    public private(set) var reasons: [String: Int] = [:]

    /// How many different reasons are told apart.
    public static let reasonLimit = 256

    /// Nothing read.
    public init() {}

    /// All events made.
    public var events: Int { counts.reduce(0, &+) }

    /// Events made of one source's records.
    public func events(of source: SourceType) -> Int { counts[source.position] }

    /// Adds another reader's counts.
    public mutating func add(_ other: ReadStatistics) {
        lines += other.lines
        blank += other.blank
        records += other.records
        faults += other.faults
        fieldFaults += other.fieldFaults
        duplicateKeys += other.duplicateKeys
        for position in counts.indices { counts[position] += other.counts[position] }
        for (reason, count) in other.reasons { note(reason, count) }
    }

    mutating func count(_ events: Int, of source: SourceType) { counts[source.position] += events }

    mutating func note(_ reason: String, _ count: Int = 1) {
        let known = reasons[reason] != nil || reasons.count < Self.reasonLimit
        reasons[known ? reason : "other reasons", default: 0] += count
    }
}

extension SourceType {
    /// The place among all cases.
    fileprivate var position: Int {
        switch self {
        case .dockerEvents: 0
        case .dockerDaemon: 1
        case .dockerAuthorization: 2
        case .dockerInspect: 3
        case .kubernetesAudit: 4
        case .kubernetesEvent: 5
        case .kubernetesAdmission: 6
        case .kubernetesObject: 7
        case .containerdEvents: 8
        case .containerdContainer: 9
        }
    }
}
