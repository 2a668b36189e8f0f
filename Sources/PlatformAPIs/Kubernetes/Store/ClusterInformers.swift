/// Keeps what a cluster has, of many resources, up to date.
package struct ClusterInformers<API: KubernetesAPI>: Sendable {
    /// What is kept, a store a resource.
    package let stores: [ObjectStore]
    private let api: API
    private let options: ResourceWatcher<API>.Options
    private let time: SourceTime

    /// Names what is kept.
    ///
    /// - Parameters:
    ///   - resources: the resources.
    ///   - api: the API server.
    ///   - limits: how much is kept of each resource.
    ///   - options: how each is followed.
    ///   - time: the clock to go by.
    package init(
        _ resources: [KubernetesResource] = KubernetesResource.all, of api: API,
        limits: ObjectStore.Limits = ObjectStore.Limits(), options: ResourceWatcher<API>.Options = .init(),
        time: SourceTime = .system
    ) {
        stores = resources.map { ObjectStore($0, limits: limits) }
        self.api = api
        self.options = options
        self.time = time
    }

    /// Finds the store of a resource.
    ///
    /// - Parameter resource: the resource.
    /// - Returns: its store; nil where it is not kept.
    package func store(of resource: KubernetesResource) -> ObjectStore? { stores.first { $0.resource == resource } }

    /// Keeps everything up to date until the task is cancelled.
    ///
    /// - Parameter observe: is told each change after the store has it; it may wait.
    /// - Throws: `CancellationError`, or what `observe` threw.
    package func run(
        observe: @escaping @Sendable (KubernetesResource, ResourceChange) async throws -> Void = { _, _ in }
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for store in stores {
                group.addTask {
                    let watcher = ResourceWatcher(store.resource, of: api, options: options, time: time)
                    try await watcher.run { change in
                        store.apply(change)
                        try await observe(store.resource, change)
                    }
                }
            }
            while try await group.next() != nil {}
        }
    }
}
