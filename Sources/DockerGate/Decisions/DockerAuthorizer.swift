import JSONView
import SecurityEvents
import Synchronization

/// Answers the engine's questions: may this call go on, and what did it make.
package final class DockerAuthorizer: Sendable {
    /// How calls are decided.
    package struct Options: Sendable {
        /// Routes that are let through although nobody sees what they deploy: `build`, `session`.
        package var allowed: Set<String> = []
        /// How long a decision may take, with the questions to the engine.
        package var time: Duration = .milliseconds(200)
        /// Whether a call is let through that cannot be decided; else it is refused.
        package var failsOpen = false
        /// The name of the host or socket in the ledger.
        package var name = "docker"

        /// Makes the usual options.
        package init() {}
    }

    /// What was done so far.
    package struct Counts: Sendable, Equatable {
        /// Calls that were asked about.
        package var calls = 0
        /// Calls that were refused.
        package var refused = 0
        /// Calls that could not be decided: no call, no time.
        package var undecided = 0
        /// Containers that were bound to who created them.
        package var bound = 0
    }

    private let judge: any CallJudge
    private let followsLink: @Sendable (String) -> String?
    private let facts: any EngineFacts
    private let journal: any GateJournal
    private let options: Options
    private let tickets: CallerTickets?
    private let callers = CertificateCallers()
    private let execs = ExecBodies()
    private let state = Mutex((counts: Counts(), number: 0))
    /// How many volumes are asked about for one container.
    private static let volumeLimit = 32
    /// Records may hold four mebibytes of body as base64, and what the engine answered.
    private static let limits = JSONLimits(size: 24 << 20)

    /// Makes an authorizer.
    ///
    /// - Parameters:
    ///   - judge: decides.
    ///   - facts: knows what exists already.
    ///   - journal: takes down what was made.
    ///   - tickets: knows who calls through a proxy of this process.
    ///   - followsLink: where a path of the host leads; nil where it leads to itself.
    ///   - options: how calls are decided.
    package init(
        judge: any CallJudge, facts: any EngineFacts = NoEngineFacts(), journal: any GateJournal = NoJournal(),
        tickets: CallerTickets? = nil, followsLink: @escaping @Sendable (String) -> String? = { HostLinks.end(of: $0) },
        options: Options = Options()
    ) {
        self.followsLink = followsLink
        self.tickets = tickets
        self.judge = judge
        self.facts = facts
        self.journal = journal
        self.options = options
    }

    /// What was done so far.
    package var counts: Counts { state.withLock { $0.counts } }

    /// Decides a call that the engine, or a proxy before it, asks about.
    ///
    /// - Parameters:
    ///   - record: the call in the form of the plugin API.
    ///   - body: the body, where it does not stand in the record.
    ///   - caller: who calls, where somebody knows better than the record.
    /// - Returns: whether the engine may go on.
    package func authorize(_ record: [UInt8], body: [UInt8]? = nil, caller: DockerCaller? = nil) async -> PluginAnswer {
        let deadline = ContinuousClock.now + options.time
        count { $0.calls += 1 }
        let parser = JSONParser(limits: Self.limits)
        let request: DockerRequest
        do {
            request = try DockerRequest(try parser.parse(record), body: body, parser: parser)
        } catch {
            return undecided("the engine's question cannot be read: \(error)")
        }
        // Most of what an engine is asked changes nothing.
        if request.route?.effect == .reads { return .allowed }
        var call = JudgedCall(
            event: request.event(at: SourcePosition(name: options.name, line: 0)), id: nextIdentifier())
        if case .controls? = request.route?.effect { call.isWorthALine = false }
        call.objections = request.objections.filter { !isAllowed($0) }
        name(caller, request, &call, parser)
        if let question = request.question { await complete(&call, question, until: deadline, parser) }
        await describeVolumes(&call, until: deadline, parser)
        guard ContinuousClock.now < deadline else { return undecided("the time for deciding was over") }
        var verdict = judge.judge(call, until: deadline)
        let linked: (call: JudgedCall, note: String)?
        do {
            linked = verdict.allows ? try await self.linked(call, request, caller, until: deadline, parser) : nil
        } catch {
            return undecided("where the symbolic links of its mounts lead cannot be judged: \(error)")
        }
        if let linked {
            guard ContinuousClock.now < deadline else { return undecided("the time for deciding was over") }
            verdict = judge.judge(linked.call, until: deadline)
            if !verdict.allows { verdict.message += linked.note }
        }
        if !verdict.allows { count { $0.refused += 1 } }
        return verdict.allows ? .allowed : .denied(verdict.message)
    }

    /// The same call with the folders that its mounts' symbolic links lead to; nil where there are none.
    private func linked(
        _ call: borrowing JudgedCall, _ request: DockerRequest, _ caller: DockerCaller?,
        until deadline: ContinuousClock.Instant, _ parser: JSONParser
    ) async throws -> (call: JudgedCall, note: String)? {
        let position = SourcePosition(name: options.name, line: 0)
        let created = request.body.flatMap { HostSources.replaced(in: $0, followsLink) }
        let inspected = call.inspection.flatMap { HostSources.replaced(in: $0.root, followsLink) }
        let links = (created?.links ?? []) + (inspected?.links ?? [])
        guard !links.isEmpty else { return nil }
        var event = request.event(at: position)
        if let created {
            event = try DockerRequest(request.document, body: created.body, parser: parser).event(at: position)
        }
        var linked = JudgedCall(event: event, id: call.id + "-linked")
        linked.isWorthALine = false
        name(caller, request, &linked, parser)
        if let inspected { DockerRequest.lend(try parser.parse(inspected.body), to: &linked.event) }
        await describeVolumes(&linked, until: deadline, parser)
        let told = links.prefix(3).map { "\($0.from) leads to \($0.to)" }.joined(separator: ", ")
        return (linked, " (symbolic links: \(DecisionText.plain(told)))")
    }

    /// Takes down what a call made.
    ///
    /// - Parameters:
    ///   - record: the call and its answer in the form of the plugin API.
    ///   - body: the body of the call, where it does not stand in the record.
    ///   - caller: who called, where somebody knows better than the record.
    package func note(answer record: [UInt8], body: [UInt8]? = nil, caller: DockerCaller? = nil) {
        let parser = JSONParser(limits: Self.limits)
        guard let document = try? parser.parse(record),
            let request = try? DockerRequest(document, body: body, parser: parser),
            let route = request.route?.id, route == "containers.create" || route == "containers.exec",
            let answer = request.answerBody.flatMap({ try? parser.parse($0) }),
            let made = DockerRequest.madeIdentifier(answer)
        else { return }
        if route == "containers.exec" {
            guard let created = request.bodyDocument, let container = request.variables.first else { return }
            execs.remember(made, .init(container: container, body: Array(created.bytes)))
            return
        }
        var call = JudgedCall(
            event: request.event(
                at: SourcePosition(name: options.name, line: 0), status: request.answerStatus, response: answer),
            id: "")
        name(caller, request, &call, parser)
        count { $0.bound += 1 }
        journal.note(made: EventRecord(copying: call.event, key: made))
    }

    private func isAllowed(_ objection: DockerObjection) -> Bool {
        guard case .opaque(let route, _) = objection else { return false }
        return options.allowed.contains(route)
    }

    private func undecided(_ reason: String) -> PluginAnswer {
        count { $0.undecided += 1 }
        journal.note("not decided: \(reason)")
        return options.failsOpen ? .allowed : .denied("tallyman: \(reason)")
    }

    private func count(_ change: (inout Counts) -> Void) { state.withLock { change(&$0.counts) } }

    /// A name that no other decision of this process has.
    private func nextIdentifier() -> String {
        let number = state.withLock { state in
            state.number += 1
            return state.number
        }
        return "\(Self.start)-\(number)"
    }

    private static let start: String = {
        var generator = SystemRandomNumberGenerator()
        return "docker-" + String(generator.next() as UInt64, radix: 36)
    }()
}

// MARK: - Who and what

extension DockerAuthorizer {
    /// Puts the caller into the event; a certificate that cannot be read is nobody's.
    private func name(_ given: DockerCaller?, _ request: DockerRequest, _ call: inout JudgedCall, _ parser: JSONParser)
    {
        if let known = given ?? request.header("X-Tallyman-Caller").flatMap({ tickets?.caller(of: $0) }) {
            known.name(in: &call.event, parser: parser)
            return
        }
        guard let leaf = request.certificates.first else { return }
        guard let caller = callers.caller(of: leaf) else {
            call.objections.append(.contradiction("the client's certificate cannot be read"))
            return
        }
        let common = caller.extra.first { $0.name == "commonName" }?.values ?? []
        if let name = request.callerName, !common.contains(name) {
            call.objections.append(
                .contradiction("the engine calls the caller \(name), and the client's certificate does not"))
        }
        caller.name(in: &call.event, parser: parser)
    }

    private func complete(
        _ call: inout JudgedCall, _ question: DockerRequest.Question, until deadline: ContinuousClock.Instant,
        _ parser: JSONParser
    ) async {
        switch question {
        case .container(let name): await describe(name, &call, until: deadline, parser)
        case .exec(let identifier):
            var entry = execs.find(identifier)
            if entry == nil {
                switch await timely(deadline, { await self.facts.exec(identifier) }) {
                case .known(let answer):
                    let document = try? parser.parse(answer)
                    let found = document.flatMap { DockerExecInspection($0.root) }
                    withExtendedLifetime(document) {}
                    entry = found.map { .init(container: $0.container, body: $0.body) }
                    if found == nil {
                        call.unknown.append("what exec \(identifier) runs: the engine's answer cannot be read")
                    }
                case .absent: return
                case .unavailable(let reason): call.unknown.append("what exec \(identifier) runs: \(reason)")
                }
            }
            guard let entry else { return }
            guard let created = try? parser.parse(entry.body) else {
                call.unknown.append("what exec \(identifier) runs: its body is no JSON")
                return
            }
            await describe(entry.container, &call, until: deadline, parser)
            DockerRequest.lend(exec: created, to: &call.event)
        }
    }

    private func describe(
        _ name: String, _ call: inout JudgedCall, until deadline: ContinuousClock.Instant, _ parser: JSONParser
    ) async {
        switch await timely(deadline, { await self.facts.container(name) }) {
        case .known(let answer):
            guard let document = try? parser.parse(answer) else {
                call.unknown.append("what container \(name) is: the engine's answer is no JSON")
                return
            }
            call.inspection = document
            DockerRequest.lend(document, to: &call.event)
        // The engine will say so itself.
        case .absent: break
        case .unavailable(let reason): call.unknown.append("what container \(name) is: \(reason)")
        }
    }

    /// Asks what stands behind volumes that are mounted by name: a folder of the host, perhaps.
    private func describeVolumes(
        _ call: inout JudgedCall, until deadline: ContinuousClock.Instant, _ parser: JSONParser
    ) async {
        let names = DockerRequest.namedVolumes(of: call.event)
        guard !names.isEmpty else { return }
        if names.count > Self.volumeLimit {
            call.unknown.append("what \(names.count - Self.volumeLimit) of its \(names.count) volumes are")
        }
        var found: [JSONDocument] = []
        for name in names.prefix(Self.volumeLimit) {
            switch await timely(deadline, { await self.facts.volume(name) }) {
            case .known(let answer):
                if let document = try? parser.parse(answer) {
                    found.append(document)
                } else {
                    call.unknown.append("what volume \(name) is: the engine's answer is no JSON")
                }
            // The engine makes a new and empty one.
            case .absent: break
            case .unavailable(let reason): call.unknown.append("what volume \(name) is: \(reason)")
            }
        }
        DockerRequest.lend(volumes: found, to: &call.event, parser: parser)
    }

    private func timely(
        _ deadline: ContinuousClock.Instant, _ ask: @escaping @Sendable () async -> EngineAnswer
    ) async -> EngineAnswer {
        await withTaskGroup(of: EngineAnswer.self) { group in
            group.addTask { await ask() }
            group.addTask {
                // Some of the time is left for deciding.
                try? await Task.sleep(until: deadline - .milliseconds(20), clock: .continuous)
                return .unavailable("the engine did not answer in time")
            }
            defer { group.cancelAll() }
            return await group.next() ?? .unavailable("nobody answered")
        }
    }
}
