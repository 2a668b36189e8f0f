package import Detection
internal import EventSources
internal import HTTPListener
internal import Ledger
package import Logging
package import Reports
internal import Rules
package import SecurityEvents

/// `tallyman serve`: the sources, the judge, the ledger and the server, started and stopped in order.
package struct Daemon: Sendable {
    /// What the daemon needs of the world.
    package struct Surroundings: Sendable {
        /// Looks up a variable of the environment.
        package var environment: @Sendable (String) -> String?
        /// Says whether a file is there and may be read.
        package var exists: @Sendable (String) -> Bool
        /// Takes a finding.
        package var print: @Sendable (Finding) -> Void
        /// Ends the process at once, where stopping took too long.
        package var abort: @Sendable () -> Void
        /// The version of the program.
        package var version: String

        /// Names what the daemon needs.
        ///
        /// - Parameters:
        ///   - environment: looks up a variable of the environment.
        ///   - exists: says whether a file is there and may be read.
        ///   - print: takes a finding.
        ///   - abort: ends the process at once.
        ///   - version: the version of the program.
        package init(
            environment: @escaping @Sendable (String) -> String?, exists: @escaping @Sendable (String) -> Bool,
            print: @escaping @Sendable (Finding) -> Void, abort: @escaping @Sendable () -> Void, version: String
        ) {
            self.environment = environment
            self.exists = exists
            self.print = print
            self.abort = abort
            self.version = version
        }
    }

    private let effective: EffectiveConfiguration
    private let surroundings: Surroundings
    private let redactor: Redactor
    private let logger: Logger
    private let metrics: AgentMetrics
    private let health = AgentHealth()
    private let desk = RuleDesk()
    private var configuration: AgentConfiguration { effective.values }

    /// Prepares a daemon.
    ///
    /// - Parameters:
    ///   - effective: what is configured.
    ///   - redactor: takes secrets out of findings.
    ///   - logger: what the daemon says of itself.
    ///   - surroundings: what it needs of the world.
    package init(
        _ effective: EffectiveConfiguration, redactor: Redactor, logger: Logger, surroundings: Surroundings
    ) {
        self.effective = effective
        self.redactor = redactor
        self.logger = logger
        self.surroundings = surroundings
        metrics = AgentMetrics(labels: effective.values.server.labels)
    }

    /// Does the work until the sources end or somebody asks to stop.
    ///
    /// - Parameters:
    ///   - stop: is given when the work shall end.
    ///   - reloads: yields when rules and lists shall be read again.
    /// - Returns: what was read and found.
    /// - Throws: why the work cannot begin, or what could not be kept at its end.
    package func run(until stop: StopSignal, reloads: AsyncStream<Void>) async throws -> RunSummary {
        let library = try rules()
        let store = try configuration.ledger.file.map { try SQLiteLedger(path: $0) }
        let log = WatchLog(logger)
        let ledger = store.map { store in
            LedgerWriter(
                store: store, name: store.path, limits: configuration.ledger.limits,
                report: { [metrics] report in
                    if case .recovered(let gap) = report { metrics.count(gap) }
                    log.say(report)
                })
        }
        let setting = await recognized(
            SourceSetting(
                configuration: effective, places: try await store?.places() ?? [:],
                positions: try configuration.files.positions.map { try PositionFile(path: $0) },
                environment: surroundings.environment, exists: surroundings.exists), in: store)
        let (sources, close) = try openSources(setting)
        if let store { await forget(setting.places, besides: sources, in: store) }
        let watch = watch(library, ledger)
        do {
            let summary = try await follow(sources, watch, log, ledger, until: stop, reloads: reloads)
            await close()
            try store?.close()
            return summary
        } catch {
            await close()
            try? store?.close()
            throw error
        }
    }

    /// The rules and lists; what is wrong with them is said.
    private func rules() throws(RuleFaults) -> RuleLibrary {
        let section = configuration.rules
        let library = try RuleLibrary.load(
            rules: section.paths, lists: section.lists, embedded: section.shipped, keepSound: section.keepSound)
        for diagnostic in library.diagnostics { log(diagnostic) }
        return library
    }

    private func log(_ diagnostic: Diagnostic) {
        var fields: Logger.Metadata = ["file": "\(diagnostic.file)"]
        if diagnostic.line > 0 { fields["line"] = "\(diagnostic.line)" }
        let level: Logger.Level = diagnostic.severity == .error ? .error : .warning
        logger.log(level: level, "\(diagnostic.message)", metadata: fields)
    }

    private func watch(_ library: RuleLibrary, _ ledger: LedgerWriter?) -> sending Watch<RuleJudge> {
        var options = configuration.judging.detector
        options.tellsFilled = true
        options.redactor = redactor
        metrics.set(rules: library.rules.count)
        return Watch(
            judge: RuleJudge(Detector(library: library, options: options), desk: desk, bindsLate: true),
            level: configuration.judging.level, ledger: ledger, metrics: metrics, health: health)
    }

    // MARK: Sources

    /// What is kept, as it is of the sources that are there now.
    private func recognized(_ setting: SourceSetting, in store: SQLiteLedger?) async -> SourceSetting {
        guard let store else { return setting }
        var setting = setting
        for opener in SourceOpeners.all {
            let change = await opener.recognize(setting)
            if let trouble = change.trouble {
                logger.warning("\(trouble)", metadata: ["source": "\(opener.name)"])
                health.remark(trouble)
            }
            guard !change.places.isEmpty else { continue }
            do throws(LedgerError) { _ = try await store.append([], places: change.places) } catch {
                logger.warning("which cluster it is could not be kept: \(error)")
            }
            setting.places = setting.places.merging(change.places) { $1 }.filter { !$0.value.isEmpty }
            if let note = change.note { logger.notice("\(note)", metadata: ["source": "\(opener.name)"]) }
        }
        return setting
    }

    private func openSources(
        _ setting: SourceSetting
    ) throws -> (sources: [any EventSource], close: @Sendable () async -> Void) {
        var sources: [any EventSource] = []
        var closers: [@Sendable () async -> Void] = []
        var looked: [String] = []
        for opener in SourceOpeners.all {
            let name = opener.name
            switch try opener.open(setting) {
            case .followed(let found, let how, let close):
                logger.info("found: \(how)", metadata: ["source": "\(name)"])
                sources += found
                closers.append(close)
            case .notFound(let reason):
                looked.append("\(name): not found: \(reason)")
                logger.notice("not found: \(reason)", metadata: ["source": "\(name)"])
            case .off(let reason):
                looked.append("\(name): not followed: \(reason)")
                logger.debug("not followed: \(reason)", metadata: ["source": "\(name)"])
            }
        }
        guard !sources.isEmpty else { throw NothingToFollow(looked: looked) }
        return (sources, { [closers] in for close in closers { await close() } })
    }

    /// Forgets how far clusters were read that are not followed any more.
    private func forget(_ places: [String: [UInt8]], besides sources: [any EventSource], in store: SQLiteLedger) async {
        let names = ForgottenClusters.places(in: places, besides: sources.map(\.name), now: SystemTime.now)
        guard !names.isEmpty else { return }
        do throws(LedgerError) {
            _ = try await store.append([], places: Dictionary(uniqueKeysWithValues: names.map { ($0, []) }))
            logger.notice(
                "forgot how far clusters were read that have not been followed for long",
                metadata: ["places": "\(names.count)"])
        } catch {
            logger.warning("what was kept of clusters that are not followed stays: \(error)")
        }
    }

    // MARK: Running and stopping

    private enum Ending: Sendable {
        case watched(RunSummary), other
    }

    private func follow(
        _ sources: [any EventSource], _ watch: sending Watch<RuleJudge>, _ log: WatchLog, _ ledger: LedgerWriter?,
        until stop: StopSignal, reloads: AsyncStream<Void>
    ) async throws -> RunSummary {
        let capacity = configuration.queue.size
        let print = surroundings.print
        let work = Task {
            try await watch.run(sources, capacity: capacity, until: { await stop.wait() }) { output in
                if case .finding(let finding) = output { print(finding) }
                log.say(output)
            }
        }
        return try await withThrowingTaskGroup(of: Ending.self) { group in
            group.addTask {
                try await withTaskCancellationHandler {
                    .watched(try await work.value)
                } onCancel: {
                    work.cancel()
                }
            }
            if let listener = configuration.server.listener {
                group.addTask { try await observe(listener, ledger) }
            }
            group.addTask { await reload(on: reloads) }
            group.addTask { await limit(work, after: stop) }
            defer { group.cancelAll() }
            while let ending = try await group.next() {
                if case .watched(let summary) = ending { return summary }
            }
            return try await work.value
        }
    }

    /// Answers what others ask of health and metrics.
    private func observe(_ listener: HTTPListener, _ ledger: LedgerWriter?) async throws -> Ending {
        let server = ObservationServer(
            metrics: metrics, health: health, ledger: ledger, version: surroundings.version,
            started: SystemTime.now.seconds)
        do {
            try await listener.run(server.handlers) { [logger] port in
                logger.info("answering /healthz, /readyz and /metrics", metadata: ["port": "\(port)"])
            }
        } catch is CancellationError {
            // The work is over.
        }
        return .other
    }

    /// Sees that stopping takes no longer than it may.
    private func limit(_ work: Task<RunSummary, any Error>, after stop: StopSignal) async -> Ending {
        await stop.wait()
        guard !Task.isCancelled else { return .other }
        health.stops()
        let deadline = configuration.shutdown.deadline
        logger.notice(
            "stopping: sources end, what waits is judged and kept",
            metadata: ["waiting": "\(health.queue.items)", "deadline": "\(DurationText.write(deadline))"])
        guard (try? await Task.sleep(for: deadline)) != nil else { return .other }
        logger.error("stopping took too long; what waits is left", metadata: ["waiting": "\(health.queue.items)"])
        work.cancel()
        // Keeping what was judged is worth a moment; after that nothing is waited for.
        guard (try? await Task.sleep(for: .seconds(5))) != nil else { return .other }
        surroundings.abort()
        return .other
    }

    /// Reads rules and lists again when asked to, and keeps those that were where the new ones are faulty.
    private func reload(on reloads: AsyncStream<Void>) async -> Ending {
        for await _ in reloads {
            do throws(RuleFaults) {
                let library = try rules()
                desk.put(library)
                metrics.set(rules: library.rules.count)
                metrics.count(reload: true)
                logger.notice("rules and lists were read again", metadata: ["rules": "\(library.rules.count)"])
            } catch {
                metrics.count(reload: false)
                for diagnostic in error.diagnostics { log(diagnostic) }
                logger.error("rules or lists are faulty; those that were stay in force")
            }
        }
        return .other
    }
}
