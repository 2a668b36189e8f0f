internal import EventSources
internal import PlatformAPIs

/// Finds the Kubernetes cluster that `kubectl` would ask.
enum KubernetesOpener: SourceOpener {
    static let name = "kubernetes"

    /// What is listed and watched; deploy/kubernetes/rbac.yaml grants exactly this.
    static let resources = KubernetesObjects<KubernetesClient>.Options().stages.joined() + [.events]

    static func open(_ setting: SourceSetting) throws -> SourceOutcome {
        let section = setting.values.kubernetes
        guard section.use != .never else { return .off("sources.kubernetes.use is never") }
        let isRequired = section.use == .always || section.kubeconfig != nil
        guard isRequired || !setting.namesSources else { return .off("other sources are named") }
        do throws(KubernetesError) {
            var allowances = Kubeconfig.Allowances()
            allowances.insecure = section.allowInsecure
            let found = try ClusterConfiguration.discovered(
                file: section.kubeconfig, context: section.context, allowing: allowances,
                environment: setting.environment, exists: setting.exists)
            guard let found else {
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
