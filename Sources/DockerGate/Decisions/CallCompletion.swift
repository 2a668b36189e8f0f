import JSONView
import SecurityEvents

/// Completes calls with what the engine says of what exists already: the container that is started, the volumes and
/// containers that a new one takes from.
struct CallCompletion {
    let facts: any EngineFacts
    let execs: ExecBodies
    let deadline: ContinuousClock.Instant
    let parser: JSONParser

    /// How many volumes, containers and networks are asked about for one call, each.
    private static let limit = 32

    /// Asks for what the call is about and does not say itself.
    func complete(_ call: inout JudgedCall, _ request: DockerRequest) async {
        switch request.question {
        case .container(let name): await describe(name, &call)
        case .exec(let identifier): await describe(exec: identifier, &call)
        case .rollback(let name): await describe(rollback: name, &call)
        case nil: break
        }
        await describeRelations(&call)
    }

    /// Asks for what a container takes from others: namespaces and mounts, volumes, networks.
    func describeRelations(_ call: inout JudgedCall) async {
        await describeOthers(&call)
        await describeVolumes(&call)
        await describeNetworks(&call)
    }

    private func describe(_ name: String, _ call: inout JudgedCall) async {
        guard let document = await ask(.container(name), &call) else { return }
        call.inspection = document
        DockerRequest.lend(document, to: &call.event)
    }

    private func describe(exec identifier: String, _ call: inout JudgedCall) async {
        var entry = execs.find(identifier)
        if entry == nil {
            guard let document = await ask(.exec(identifier), &call) else { return }
            let found = DockerExecInspection(document.root)
            withExtendedLifetime(document) {}
            entry = found.map { .init(container: $0.container, body: $0.body) }
            if found == nil {
                call.unknown.append("what exec \(identifier) runs: the engine's answer cannot be read")
            }
        }
        guard let entry else { return }
        guard let created = try? parser.parse(entry.body) else {
            call.unknown.append("what exec \(identifier) runs: its body is no JSON")
            return
        }
        await describe(entry.container, &call)
        DockerRequest.lend(exec: created, to: &call.event)
    }

    private func describe(rollback name: String, _ call: inout JudgedCall) async {
        guard let document = await ask(.service(name), &call) else { return }
        if !DockerRequest.lend(rollback: document, to: &call.event) {
            call.unknown.append("what service \(name) was before: the engine does not say")
        }
    }

    /// Asks for the containers whose volumes or namespaces are taken, and for those from whom these have theirs.
    private func describeOthers(_ call: inout JudgedCall) async {
        var names = DockerRequest.others(of: call.event)
        var found: [(name: String, document: JSONDocument)] = []
        var next = 0
        while next < names.count, next < Self.limit {
            defer { next += 1 }
            guard let document = await ask(.container(names[next]), &call) else { continue }
            found.append((names[next], document))
            for name in DockerRequest.joined(by: document.root) where !names.contains(name) { names.append(name) }
        }
        if names.count > Self.limit {
            call.unknown.append(
                "what \(names.count - Self.limit) of the \(names.count) containers are that it takes from")
        }
        do throws(JSONError) {
            try DockerRequest.lend(others: found, to: &call.event, parser: parser)
        } catch {
            call.unknown.append("what the containers are that it takes from: \(error)")
        }
    }

    /// Asks what stands behind volumes that are mounted by name: a folder of the host, perhaps.
    private func describeVolumes(_ call: inout JudgedCall) async {
        let names = DockerRequest.namedVolumes(of: call.event)
        guard !names.isEmpty else { return }
        if names.count > Self.limit {
            call.unknown.append("what \(names.count - Self.limit) of its \(names.count) volumes are")
        }
        var found: [JSONDocument] = []
        // One that does not exist yet is made by the engine, new and empty.
        for name in names.prefix(Self.limit) {
            if let document = await ask(.volume(name), &call) { found.append(document) }
        }
        do throws(JSONError) {
            try DockerRequest.lend(volumes: found, to: &call.event, parser: parser)
        } catch {
            call.unknown.append("what stands behind its volumes: \(error)")
        }
    }

    /// Asks which networks a service means: the host's has an identifier too.
    private func describeNetworks(_ call: inout JudgedCall) async {
        let names = DockerRequest.serviceNetworks(of: call.event)
        if names.count > Self.limit {
            call.unknown.append("what \(names.count - Self.limit) of its \(names.count) networks are")
        }
        for name in names.prefix(Self.limit) {
            guard let document = await ask(.network(name), &call) else { continue }
            DockerRequest.lend(network: document, named: name, to: &call.event)
        }
    }

    /// The engine's answer; nil where there is no such thing, in which case the engine itself will say so, and where
    /// nobody can say, which is noted.
    private func ask(_ question: EngineQuestion, _ call: inout JudgedCall) async -> JSONDocument? {
        let what = if case .exec = question { "runs" } else { "is" }
        switch await timely(question) {
        case .known(let answer):
            if let document = try? parser.parse(answer), document.root.kind == .object { return document }
            call.unknown.append("what \(question.description) \(what): the engine's answer cannot be read")
        case .absent: break
        case .unavailable(let reason): call.unknown.append("what \(question.description) \(what): \(reason)")
        }
        return nil
    }

    private func timely(_ question: EngineQuestion) async -> EngineAnswer {
        let (facts, deadline) = (facts, deadline)
        return await withTaskGroup(of: EngineAnswer.self) { group in
            group.addTask { await facts.answer(to: question) }
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
