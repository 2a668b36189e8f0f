import JSONView
import SecurityEvents

/// Follows all objects of a resource: lists them in pages, watches from there, and lists again when the server has
/// forgotten the place.
///
/// What Kubernetes' own clients call a reflector.
/// <https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes>
package struct ResourceWatcher<API: KubernetesAPI>: Sendable {
    /// How a resource is followed.
    package struct Options: Sendable {
        /// How many objects a page has.
        package var pageSize = 500
        /// For how many seconds a watch is asked for, at least; up to twice as long.
        ///
        /// Where a server goes away without a word, that is how long nothing is heard; API servers forget what is older
        /// than five minutes, so it is less.
        package var seconds = 110
        /// Whether the server tells no bookmarks of the resource, so that its place has to be asked for: a place that
        /// never moves is forgotten after five minutes, although nothing was missed.
        package var asksForPlace = false
        /// How long to wait before a resource is asked for again that is not there or not allowed.
        package var absence: Duration = .seconds(300)

        /// Makes the usual options.
        package init() {}
    }

    /// The resource.
    package let resource: KubernetesResource
    let api: API
    let options: Options
    let start: WatchStart?
    let time: SourceTime

    /// Names a resource to follow.
    ///
    /// - Parameters:
    ///   - resource: the resource.
    ///   - api: the API server.
    ///   - options: how it is followed.
    ///   - start: where to go on; nil to begin with a list.
    ///   - time: the clock to go by.
    package init(
        _ resource: KubernetesResource, of api: API, options: Options = Options(), from start: WatchStart? = nil,
        time: SourceTime = .system
    ) {
        self.resource = resource
        self.api = api
        self.options = options
        self.start = start
        self.time = time
    }

    /// Tells what there is and what becomes of it; never ends by itself.
    ///
    /// - Parameter emit: takes one change; it may wait.
    /// - Throws: `CancellationError`, or what `emit` threw.
    package func run(_ emit: (ResourceChange) async throws -> Void) async throws {
        var session = WatchSession(watcher: self)
        var backoff = Backoff()
        while true {
            var pause: Duration?
            do {
                try await session.advance(emit)
                if session.takeProgress() { backoff.reset() }
                // A server that ends every watch at once is not asked more and more often.
                if session.isIdle { pause = backoff.next(random: time.random()) }
            } catch let error as TakerFailure {
                throw error.reason
            } catch {
                try Task.checkCancellation()
                if session.takeProgress() { backoff.reset() }
                pause = try await session.recover(from: error, emit) ?? backoff.next(random: time.random())
            }
            if let pause { try await time.sleep(pause) }
        }
    }
}

/// What the taker of changes threw; it ends watching, other errors do not.
struct TakerFailure: Error {
    let reason: any Error
}
