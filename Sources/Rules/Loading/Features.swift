internal import CEL

/// What a workload and one of its containers have, seen without asking any rule.
///
/// Most rules are about something that most containers do not have: a host's folder, a privilege, a command. A feature
/// may be claimed where it is not there, never the other way round.
package struct Features: OptionSet, Sendable, Hashable, BitwiseCopyable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    static let privileged = Features(rawValue: 1 << 0)
    static let hostNetwork = Features(rawValue: 1 << 1)
    static let hostPID = Features(rawValue: 1 << 2)
    static let hostIPC = Features(rawValue: 1 << 3)
    /// The container mounts a path of the host.
    static let hostMount = Features(rawValue: 1 << 4)
    /// Some container mounts a path of the host, or a volume that none mounts is one.
    static let workloadHostMount = Features(rawValue: 1 << 5)
    static let command = Features(rawValue: 1 << 6)
    static let environment = Features(rawValue: 1 << 7)
    static let capabilities = Features(rawValue: 1 << 8)
    static let devices = Features(rawValue: 1 << 9)
    static let unmaskedPaths = Features(rawValue: 1 << 10)
    static let mirrorPod = Features(rawValue: 1 << 11)
    static let mounts = Features(rawValue: 1 << 12)
    /// Some command, or a payload in one, is what one of the functions about commands looks for.
    static let judgedCommand = Features(rawValue: 1 << 13)
    /// The same of a variable's value.
    static let judgedEnvironment = Features(rawValue: 1 << 14)
    static let hostProcess = Features(rawValue: 1 << 19)
    /// The container, or a label of its workload, has the name of a component that everybody knows.
    static let componentName = Features(rawValue: 1 << 20)
    /// The workload says something of the nodes that it may run on.
    static let placed = Features(rawValue: 1 << 21)
    static let namedNode = Features(rawValue: 1 << 22)
    static let removesItself = Features(rawValue: 1 << 23)
    /// A Job or a CronJob.
    static let job = Features(rawValue: 1 << 24)
    static let systemNamespace = Features(rawValue: 1 << 25)
    static let sysctls = Features(rawValue: 1 << 26)
    /// A volume of a plug-in that is told something.
    static let pluginVolume = Features(rawValue: 1 << 27)
    /// The container says what folder it starts in.
    static let workingDirectory = Features(rawValue: 1 << 28)
    /// Another container of the Pod may fetch something into a folder of the Pod's own.
    static let fetchedBy = Features(rawValue: 1 << 29)
    /// A variable may be an address that is a bare number.
    static let numberAddress = Features(rawValue: 1 << 30)

    /// The container opens a port of the host.
    static let hostPort = Features(rawValue: 1 << 15)
    /// Some part of the container's confinement may be switched off.
    static let unconfined = Features(rawValue: 1 << 16)
    static let mutableTag = Features(rawValue: 1 << 17)
    static let unknownRegistry = Features(rawValue: 1 << 18)

    /// Those that the event has, or all of its containers together.
    static let ofEvent: Features = [
        .hostNetwork, .hostPID, .hostIPC, .workloadHostMount, .mirrorPod, .placed, .namedNode, .removesItself, .job,
        .systemNamespace, .pluginVolume,
    ]
}

/// The features that a condition cannot be true without: of each set at least one.
package struct FeatureRequirement: Sendable, Hashable {
    let sets: [Features]

    /// More sets than this do not make the index better.
    private static let limit = 8

    /// All features that the condition depends on.
    package let all: Features
    /// Of ``sets`` those that the event alone decides.
    private let eventSets: [Features]

    private init(sets: [Features]) {
        self.sets = sets
        all = sets.reduce([]) { $0.union($1) }
        eventSets = sets.filter { $0.isSubset(of: .ofEvent) }
    }

    /// Works out what a condition cannot be true without.
    init(of node: Expression) { self = Self.requirement(of: node) }

    /// Whether the condition has a chance with some container of an event that has these features itself.
    package var ofEvent: FeatureTest { FeatureTest(eventSets) }
    /// Whether the condition has a chance with a container.
    package var ofContainer: FeatureTest { FeatureTest(sets) }

    private static let none = FeatureRequirement(sets: [])

    private static func requirement(of node: Expression) -> FeatureRequirement {
        switch node.kind {
        case .call("_&&_", nil, let sides):
            let sets = sides.flatMap { requirement(of: $0).sets }
            return FeatureRequirement(sets: Array(sets.prefix(limit)))
        case .call("_||_", nil, let sides) where sides.count == 2:
            let (left, right) = (requirement(of: sides[0]).sets, requirement(of: sides[1]).sets)
            // (a and b) or (c and d) cannot be without (a or c), (a or d), (b or c), (b or d).
            let sets = left.flatMap { one in right.map { one.union($0) } }
            return FeatureRequirement(sets: Array(sets.prefix(limit)))
        case .call("!_", nil, let sides) where sides.count == 1:
            return path(sides[0]).flatMap { negated[$0] }.map { FeatureRequirement(sets: [$0]) } ?? none
        case .call("_>_", nil, let sides) where sides.count == 2:
            guard case .call("size", nil, let sized) = sides[0].kind, sized.count == 1,
                case .literal(.int(0)) = sides[1].kind, let path = path(sized[0]), let feature = lists[path],
                feature != .mounts, feature != .hostPort
            else { return none }
            return FeatureRequirement(sets: [feature])
        case .call("_!=_", nil, let sides) where sides.count == 2:
            guard case .literal(.string("")) = sides[1].kind, path(sides[0]) == "workload.node" else { return none }
            return FeatureRequirement(sets: [.namedNode])
        case .call("_==_", nil, let sides) where sides.count == 2:
            guard case .literal(.string(let kind)) = sides[1].kind, kind == "Job" || kind == "CronJob",
                path(sides[0]) == "workload.kind"
            else { return none }
            return FeatureRequirement(sets: [.job])
        case .call("startsWith", let target?, _), .call("matches", let target?, _):
            guard path(target) == "container.workingDirectory" else { return none }
            return FeatureRequirement(sets: [.workingDirectory])
        case .select(_, _, testOnly: false):
            return path(node).flatMap { flags[$0] }.map { FeatureRequirement(sets: [$0]) } ?? none
        case .comprehension(let loop) where ComponentNames.areAsked(by: loop):
            return FeatureRequirement(sets: [.componentName])
        case .comprehension(let loop):
            guard case .exists(let predicate) = loop.shape, let path = path(loop.range), var feature = lists[path]
            else {
                return none
            }
            if feature == .command, isJudged(predicate, text: loop.variable) { feature = .judgedCommand }
            if feature == .environment, isJudged(predicate, text: loop.variable + ".value") {
                feature = .judgedEnvironment
            }
            if feature == .hostPort, !asksForHostPort(predicate, variable: loop.variable) { return none }
            if feature == .mounts {
                guard asksForHost(predicate, variable: loop.variable) else { return none }
                feature = path == "container.mounts" ? .hostMount : .workloadHostMount
            }
            return FeatureRequirement(sets: [feature])
        default: return none
        }
    }

    private static let flags: [String: Features] = [
        "container.privileged": .privileged, "container.hostProcess": .hostProcess,
        "workload.hostNetwork": .hostNetwork, "workload.hostPID": .hostPID,
        "workload.hostIPC": .hostIPC, "container.unmaskedPaths": .unmaskedPaths, "workload.mirrorPod": .mirrorPod,
        "container.seccompUnconfined": .unconfined, "container.apparmorUnconfined": .unconfined,
        "container.selinuxDisabled": .unconfined, "image.mutableTag": .mutableTag,
        "workload.controlPlanePinned": .placed, "workload.toleratesEverything": .placed,
        "workload.removesItself": .removesItself, "workload.systemNamespace": .systemNamespace,
    ]

    /// Fields that must be false.
    private static let negated: [String: Features] = ["image.registryKnown": .unknownRegistry]

    private static let lists: [String: Features] = [
        "container.commandTexts": .command, "container.fetchedBy": .fetchedBy,
        "container.foreignIndexes": .numberAddress,
        "container.env": .environment, "container.capabilities": .capabilities,
        "container.devices": .devices, "container.deviceCgroupRules": .devices, "container.ports": .hostPort,
        "container.mounts": .mounts, "workload.mounts": .mounts, "container.sysctls": .sysctls,
        "workload.pluginPaths": .pluginVolume,
    ]

    /// Whether a condition can be true only where a function about commands says so of a text or of a payload in it, or where
    /// a sign of execution from memory stands in one of them.
    private static func isJudged(_ node: Expression, text: String) -> Bool {
        switch node.kind {
        case .call("_||_", nil, let sides): return sides.allSatisfy { isJudged($0, text: text) }
        case .call("_&&_", nil, let sides): return sides.contains { isJudged($0, text: text) }
        case .call("contains", let target?, let arguments):
            guard path(target) == text, arguments.count == 1, case .literal(.string(let literal)) = arguments[0].kind
            else { return false }
            return MemoryExecution.isSign(literal)
        case .call(let function, nil, let arguments):
            guard arguments.count == 1, CommandJudgement.functions.contains(function) else { return false }
            return path(arguments[0]) == text
        case .comprehension(let loop):
            guard case .exists(let predicate) = loop.shape, case .call("decoded", nil, let of) = loop.range.kind,
                of.count == 1, path(of[0]) == text
            else { return false }
            return isJudged(predicate, text: loop.variable)
        default: return false
        }
    }

    /// Whether a loop's condition has `m.kind == "host"` among what must all be true.
    private static func asksForHost(_ node: Expression, variable: String) -> Bool {
        switch node.kind {
        case .call("_&&_", nil, let sides): return sides.contains { asksForHost($0, variable: variable) }
        case .call("_==_", nil, let sides) where sides.count == 2:
            guard case .literal(.string("host")) = sides[1].kind else { return false }
            return path(sides[0]) == variable + ".kind"
        default: return false
        }
    }

    /// Whether a loop's condition has `has(p.host)` or `p.host > 0` among what must all be true.
    private static func asksForHostPort(_ node: Expression, variable: String) -> Bool {
        switch node.kind {
        case .call("_&&_", nil, let sides): return sides.contains { asksForHostPort($0, variable: variable) }
        case .select(let operand, "host", testOnly: true): return path(operand) == variable
        case .call("_>_", nil, let sides) where sides.count == 2: return path(sides[0]) == variable + ".host"
        default: return false
        }
    }

    private static func path(_ node: Expression) -> String? {
        switch node.kind {
        case .ident(let name): name
        case .select(let operand, let field, testOnly: false): path(operand).map { $0 + "." + field }
        default: nil
        }
    }
}

/// The first few sets of features that a condition cannot be true without, as plain words.
///
/// Sets beyond are left out: a condition may be asked that has no chance, never the other way round.
package struct FeatureTest: BitwiseCopyable, Sendable {
    private let first: Features
    private let second: Features
    private let third: Features

    init(_ sets: [Features]) {
        first = sets.first ?? .anything
        second = sets.dropFirst().first ?? .anything
        third = sets.dropFirst(2).first ?? .anything
    }

    /// Whether of each set one is there.
    @inline(__always)
    package func isMet(by features: Features) -> Bool {
        let features = features.union(.anything)
        return !first.isDisjoint(with: features) && !second.isDisjoint(with: features)
            && !third.isDisjoint(with: features)
    }
}

extension Features {
    /// What everything has, so that a set of it alone is always met.
    fileprivate static var anything: Features { Features(rawValue: 1 << 31) }
}
