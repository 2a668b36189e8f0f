import EventSources
import PlatformAPIs
import SecurityEvents
import Synchronization
import Testing

/// A source together with the means to make things happen in what it watches.
protocol EventSourceStage: Sendable {
    /// The source under test.
    var source: any EventSource { get }

    /// Waits until the source hears what happens when it happens, where it would otherwise find it later, in a list that
    /// has an order of its own.
    func listened() async throws

    /// Makes something happen that the source has to tell.
    func happen(_ number: Int) async throws

    /// Says which happening a record tells of; nil for a record of something else.
    func number(_ record: SourceRecord) -> Int?

    /// Takes away the connection or the file, and brings it back, without losing anything.
    func interrupt() async throws

    /// Whether what the source watches tells again what was said while nobody listened; otherwise an interruption is a gap.
    var tellsAgain: Bool { get }
}

extension EventSourceStage {
    var tellsAgain: Bool { true }

    func listened() {}
}

/// What a taker throws that has enough.
struct Enough: Error {}

/// What every source has to keep, whatever it watches.
enum EventSourceContract {
    /// Things are told in the order in which they happen, each once, even when whoever takes them is slow.
    static func order(_ stage: some EventSourceStage) async throws {
        try await listening(to: stage) { told in
            for number in 0..<500 { try await stage.happen(number) }
            try await told.until(500) { if $0 % 50 == 0 { await Task.yield() } }
        }
    }

    /// After an interruption the source goes on, and tells nothing twice.
    static func resume(_ stage: some EventSourceStage) async throws {
        try await listening(to: stage) { told in
            for round in 0..<3 {
                for number in round * 20..<round * 20 + 20 { try await stage.happen(number) }
                try await told.until(round * 20 + 20) { _ in }
                try await stage.interrupt()
                try await stage.listened()
            }
            try await stage.happen(60)
            try await told.until(61) { _ in }
        }
    }

    /// A cancelled source ends while nothing happens.
    static func cancellationWhileIdle(_ stage: some EventSourceStage) async throws {
        let started = Signal()
        let running = Task {
            try await stage.source.run { _ in started.raise() }
        }
        await started.wait()
        running.cancel()
        _ = await running.result
    }

    /// A cancelled source ends while whoever takes its items makes it wait.
    static func cancellationWhileWaiting(_ stage: some EventSourceStage) async throws {
        let started = Signal()
        let running = Task {
            try await stage.source.run { _ in
                started.raise()
                try await Task.sleep(for: .seconds(3600))
            }
        }
        await started.wait()
        for number in 0..<10 { try await stage.happen(number) }
        running.cancel()
        _ = await running.result
    }

    /// The source ends with the error that its taker throws.
    static func refusal(_ stage: some EventSourceStage) async throws {
        await #expect(throws: Enough.self) {
            try await stage.source.run { _ in throw Enough() }
        }
    }

    private static func listening<Stage: EventSourceStage>(
        to stage: Stage, _ body: (inout Told<Stage>) async throws -> Void
    ) async throws {
        try await withSourceItems(from: [stage.source]) { items in
            var told = Told(items: items, stage: stage)
            // What happens before the source is ready need not be told.
            try await told.ready()
            try await stage.listened()
            try await body(&told)
        }
    }

    /// What a source told so far.
    struct Told<Stage: EventSourceStage> {
        let items: SourceItems
        let stage: Stage
        var numbers: [Int] = []

        /// Waits for the first item, by which every source says that it is at work.
        mutating func ready() async throws {
            while let item = try await items.next() {
                if case .notice = item { return }
            }
        }

        /// Reads until so many happenings were told, and sees that they are the right ones.
        mutating func until(_ count: Int, _ pause: (Int) async -> Void) async throws {
            while numbers.count < count, let item = try await items.next() {
                switch item {
                case .record(let record):
                    guard let number = stage.number(record) else { continue }
                    numbers.append(number)
                    await pause(number)
                case .gap(let gap): if stage.tellsAgain { Issue.record("a gap: \(gap.reason)") }
                case .fault(let fault): Issue.record("\(fault)")
                case .notice: continue
                case .mark(let mark): await mark.kept()
                case .pause: break
                }
            }
            #expect(numbers == Array(0..<count))
        }
    }
}

/// Something that happens once, and that others wait for.
final class Signal: Sendable {
    private let state = Mutex((isRaised: false, waiting: [CheckedContinuation<Void, Never>]()))

    /// Lets go of everybody who waits.
    func raise() {
        let waiting = state.withLock { state in
            defer { state = (true, []) }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Waits until it is raised.
    func wait() async {
        await withCheckedContinuation { continuation in
            let isRaised = state.withLock { state in
                if !state.isRaised { state.waiting.append(continuation) }
                return state.isRaised
            }
            if isRaised { continuation.resume() }
        }
    }
}

extension SourceTime {
    /// A clock for tests that does not wait longer than a moment and always draws the same lot.
    static let hasty = SourceTime(
        now: SourceTime.system.now, sleep: { _ in try await Task.sleep(for: .microseconds(200)) }, random: { 0.5 })
}
