internal import EventSources
internal import PlatformAPIs

/// Finds the Kubernetes cluster that `kubectl` would ask.
enum KubernetesOpener: SourceOpener {
    static let name = "kubernetes"

    /// What is listed and watched; deploy/kubernetes/rbac.yaml grants exactly this.
    static let resources = KubernetesObjects<KubernetesClient>.Options().stages.joined() + [.events]

    /// How long a cluster may take to say which one it is; one that cannot is told by its address.
    private static let patience: Duration = .seconds(5)

    /// How the cluster is reached; nil where none is configured.
    private static func cluster(_ setting: SourceSetting) throws(KubernetesError) -> ClusterConfiguration? {
        let section = setting.values.kubernetes
        var allowances = Kubeconfig.Allowances()
        allowances.insecure = section.allowInsecure
        return try ClusterConfiguration.discovered(
            file: section.kubeconfig, context: section.context, allowing: allowances,
            environment: setting.environment, exists: setting.exists)
    }

    /// Whether a cluster is followed, or looked for.
    private static func isWanted(_ setting: SourceSetting) -> Bool {
        let section = setting.values.kubernetes
        return section.use == .always || section.use == .auto && (section.kubeconfig != nil || !setting.namesSources)
    }

    static func recognize(_ setting: SourceSetting) async -> ClusterIdentity.Change {
        guard isWanted(setting), let found = try? cluster(setting),
            let client = try? KubernetesClient(found, timeout: patience)
        else { return .init() }
        let answer: Result<[UInt8], any Error>
        do { answer = .success(try await client.get(ClusterIdentity.path)) } catch { answer = .failure(error) }
        await client.shutdown()
        switch answer {
        case .success(let body):
            guard let identifier = ClusterIdentity.identifier(in: body) else {
                return unknown(client.server, "its namespace kube-system has no uid")
            }
            return ClusterIdentity.change(of: setting.places, at: client.server, being: identifier)
        case .failure(let error): return unknown(client.server, "\(error)")
        }
    }

    private static func unknown(_ server: String, _ reason: String) -> ClusterIdentity.Change {
        var change = ClusterIdentity.Change()
        change.trouble =
            "\(server): which cluster it is could not be read, so its address says so until the next start: \(reason)"
        return change
    }

    static func open(_ setting: SourceSetting) throws -> SourceOutcome {
        let section = setting.values.kubernetes
        guard section.use != .never else { return .off("sources.kubernetes.use is never") }
        let isRequired = section.use == .always || section.kubeconfig != nil
        guard isRequired || !setting.namesSources else { return .off("other sources are named") }
        do throws(KubernetesError) {
            guard let found = try cluster(setting) else {
                throw .configuration("no kubeconfig and no service account found (KUBECONFIG, ~/.kube/config)")
            }
            let client = try KubernetesClient(found)
            var options = KubernetesObjects<KubernetesClient>.Options()
            options.objects = section.objects
            // The places of objects are named after the source, whose name does not depend on them.
            let places = ObjectPlaces(setting.places, of: KubernetesObjects(of: client).name)
            let events = KubernetesEvents(of: client, place: setting.places[KubernetesEvents(of: client).name])
            return .followed(
                [KubernetesObjects(of: client, options: options, places: places), events],
                "\(found.origin), \(found.server)"
            ) {
                await client.shutdown()
            }
        } catch {
            guard !isRequired else { throw SourceUnusable(name: name, reason: "\(error)") }
            return .notFound("\(error)")
        }
    }
}
