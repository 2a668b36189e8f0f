import HTTPListener
import PlatformAPIs
import SecurityEvents
import Synchronization

/// What API servers sent and nobody has taken yet.
final class AuditInbox: Sendable {
    private enum Letter: Sendable {
        case batch(AuditBatch, kept: AsyncStream<Void>.Continuation)
        case item(SourceItem)

        var cost: Int {
            switch self {
            case .batch(let batch, _): 512 + batch.body.count + batch.keys.count * 8
            case .item: 256
            }
        }
    }

    private struct Trouble {
        /// How many batches were sent away for want of room.
        var refused = 0
        /// The lengths of bodies that were too large: an API server sends one again several times.
        var lengths = RecentSet<String>(capacity: 64)
    }

    private let name: String
    private let options: AuditWebhook.Options
    private let time: SourceTime
    private let channel: BoundedChannel<Letter>
    private let trouble = Mutex(Trouble())

    init(name: String, options: AuditWebhook.Options, time: SourceTime) {
        self.name = name
        self.options = options
        self.time = time
        channel = BoundedChannel(capacity: options.waitingBytes) { $0.cost }
    }

    /// Says something to whoever takes what is told.
    func announce(_ message: String) async throws {
        try await channel.send(.item(.notice(SourceNotice(source: name, message: message, isFollowing: true))))
    }

    /// Takes a request, and waits until its events are kept.
    ///
    /// - Returns: what the client is answered.
    func take(_ request: HTTPRequest) async -> HTTPAnswer {
        let batch: AuditBatch
        do throws(AuditBatch.Fault) { batch = try AuditBatch(request.body) } catch {
            let fault = Diagnostic(file: name, message: "a request of \(request.peer) was refused: \(error.reason)")
            _ = channel.offer(.item(.fault(fault)))
            return HTTPAnswer(400, error.reason)
        }
        let (kept, continuation) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        guard channel.offer(.batch(batch, kept: continuation)) else {
            trouble.withLock { $0.refused += 1 }
            return HTTPAnswer(429, "there is no room now", retryAfter: 1)
        }
        let isKept = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in kept { return true }
                return false
            }
            group.addTask { [options] in
                try? await Task.sleep(for: options.patience)
                return false
            }
            defer { group.cancelAll() }
            return await group.next() ?? false
        }
        return isKept ? HTTPAnswer(200) : HTTPAnswer(429, "the batch could not be kept in time", retryAfter: 5)
    }

    /// Notes that something was not read.
    func note(_ incident: HTTPListener.Incident) {
        guard case .bodyTooLarge(let peer, let length) = incident else { return }
        let size = length.map { "\($0) bytes" } ?? "more than \(options.limits.body) bytes"
        guard trouble.withLock({ $0.lengths.insert("\(peer) \(size)") }) else { return }
        let now = time.now()
        let reason = "a batch of \(size) from \(peer) was not read; the most is \(options.limits.body)"
        _ = channel.offer(.item(.gap(Gap(source: name, from: now, to: now, reason: reason))))
    }

    /// Tells what came, each event once.
    func tell(_ emit: @Sendable (SourceItem) async throws -> Void) async throws {
        var known = RecentSet<Int>(capacity: options.memory)
        var number = 0
        while let letter = try await channel.next() {
            try await tellTrouble(emit)
            switch letter {
            case .item(let item): try await emit(item)
            case .batch(let batch, let kept):
                number += 1
                let repeated = batch.keys.map { !known.insert($0) }
                if repeated.contains(false) {
                    let body = repeated.contains(true) ? batch.without(repeated) : batch.body
                    let position = SourcePosition(name: name, line: number)
                    try await emit(.record(SourceRecord(bytes: body, format: .kubernetesAudit, position: position)))
                }
                // Of what was sent before, too, the client waits to hear that it is kept.
                let mark = SourceMark(number: UInt64(number)) {
                    kept.yield()
                    kept.finish()
                }
                try await emit(.mark(mark))
            }
        }
    }

    private func tellTrouble(_ emit: @Sendable (SourceItem) async throws -> Void) async throws {
        let refused = trouble.withLock { trouble in
            defer { trouble.refused = 0 }
            return trouble.refused
        }
        guard refused > 0 else { return }
        let message = "\(refused) batches were sent away for want of room; API servers send them again"
        try await emit(.notice(SourceNotice(source: name, message: message)))
    }
}
