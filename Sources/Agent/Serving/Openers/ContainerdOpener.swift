internal import Containerd
internal import EventSources
internal import PlatformAPIs

/// Finds containerd.
enum ContainerdOpener: SourceOpener {
    static let name = "containerd"

    static func open(_ setting: SourceSetting) throws -> SourceOutcome {
        let section = setting.values.containerd
        guard section.use != .never else { return .off("sources.containerd.use is never") }
        let isRequired = section.use == .always || section.socket != nil
        guard isRequired || !setting.namesSources else { return .off("other sources are named") }
        #if Containerd
            let sockets = section.socket.map { [$0] } ?? ContainerdSection.usualSockets
            let path = sockets.first(where: setting.exists) ?? sockets[0]
            do throws(ContainerdError) {
                let client = try ContainerdClient(path: path)
                var options = LiveContainerd<ContainerdClient>.Options()
                options.waitsForEngine = !isRequired
                options.containers = section.containers
                let places = ContainerdPlaces(setting.places, of: client.path)
                return .followed([LiveContainerd(client, options: options, places: places)], path) {
                    await client.shutdown()
                }
            } catch {
                guard !isRequired else { throw SourceUnusable(name: name, reason: "\(error)") }
                return .notFound("\(error)")
            }
        #else
            guard !isRequired else {
                throw SourceUnusable(
                    name: name, reason: "this tallyman was built without it (package trait Containerd)")
            }
            return .off("built without it (package trait Containerd)")
        #endif
    }
}
