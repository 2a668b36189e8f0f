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
        /// The sockets of the engine and of the gate itself, which no container may have.
        package var ownSockets: [String] = []
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
        /// Answers that could not be read, so that what was made is bound to nobody.
        package var unbound = 0
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
        let completion = CallCompletion(facts: facts, execs: execs, deadline: deadline, parser: parser)
        await completion.complete(&call, request)
        lookForOwnSockets(&call)
        guard ContinuousClock.now < deadline else { return undecided("the time for deciding was over") }
        var verdict = judge.judge(call, until: deadline)
        let linked: (call: JudgedCall, note: String)?
        do {
            linked = verdict.allows ? try await self.linked(call, request, caller, completion) : nil
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
        _ call: borrowing JudgedCall, _ request: DockerRequest, _ caller: DockerCaller?, _ completion: CallCompletion
    ) async throws -> (call: JudgedCall, note: String)? {
        let (position, parser) = (SourcePosition(name: options.name, line: 0), completion.parser)
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
        await completion.describeRelations(&linked)
        lookForOwnSockets(&linked)
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
        let (document, request): (JSONDocument, DockerRequest)
        do {
            document = try parser.parse(record)
            request = try DockerRequest(document, body: body, parser: parser)
        } catch {
            return unbound("the engine's word about an answer cannot be read: \(error)")
        }
        defer { withExtendedLifetime(document) {} }
        guard let route = request.route?.id, Self.makers.contains(route) else { return }
        // A call that failed made nothing.
        if let status = request.answerStatus, !(200..<300).contains(status) { return }
        guard let answer = request.answerBody.flatMap({ try? parser.parse($0) }),
            let made = DockerRequest.madeIdentifier(answer)
        else {
            // An engine that was asked and refused says nothing of a status either.
            guard request.answerStatus != nil || request.answerBody?.isEmpty == false else { return }
            return unbound("the engine's answer to \(request.method) \(route) does not say what it made")
        }
        if route == "containers.exec" {
            // Names change hands: only an identifier says later which container was meant.
            guard let created = request.bodyDocument, let container = request.variables.first,
                DockerRequest.isIdentifier(container)
            else { return }
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

    /// Routes that make something whose identifier stands in the answer.
    private static let makers: Set<String> = ["containers.create", "containers.exec"]

    /// Notes that an answer to a call that makes something did not come, or cannot be read.
    ///
    /// - Parameters:
    ///   - call: the method and the route.
    ///   - caller: who called.
    ///   - isMissing: whether there was none.
    package func noteUnreadableAnswer(to call: String, by caller: DockerCaller, isMissing: Bool) {
        let what = isMissing ? "gave no answer to" : "gave an answer that cannot be read to"
        unbound("the engine \(what) \(call) of \(DecisionText.plain(caller.description))")
    }

    /// Notes that something was made and nobody can say by whom.
    private func unbound(_ reason: String) {
        count { $0.unbound += 1 }
        journal.note(gap: "\(reason): what was made is not bound to who asked for it")
    }

    /// Objects to mounts of the sockets through which the engine and its gate are commanded, and of the folders that hold them.
    private func lookForOwnSockets(_ call: inout JudgedCall) {
        guard !options.ownSockets.isEmpty, let container = call.event.containers.first else { return }
        for mount in container.mounts() where mount.kind == .host {
            guard let source = mount.source.map({ String(copying: $0) }),
                let socket = options.ownSockets.first(where: { HostLinks.holds(source, $0) })
            else { continue }
            call.objections.append(.ownSocket(mount: source, socket: socket))
            return
        }
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
}
