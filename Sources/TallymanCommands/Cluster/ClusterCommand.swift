import ArgumentParser
import PlatformAPIs
import Reports
import SecurityEvents
import Synchronization

/// `tallyman cluster`.
struct ClusterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster",
        abstract: "Say what a Kubernetes cluster lets Tallyman see.",
        discussion: """
            Connects as `kubectl` would, lists everything that is watched, and says how many objects there are, how much
            memory they take, and what this user may not see.

            Examples:
              tallyman cluster
              tallyman cluster --kubeconfig admin.conf --context production --format json
            """)

    @OptionGroup var options: ClusterOptions

    @Option(help: "How to print: \(TableFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format = TableFormat.text

    func run() async throws {
        do {
            guard let configuration = try options.configuration() else {
                throw KubernetesError.configuration(
                    "no kubeconfig and no service account found; name one with --kubeconfig")
            }
            let client = try KubernetesClient(configuration)
            do { try await look(client, configuration) } catch {
                await client.shutdown()
                throw error
            }
            await client.shutdown()
        } catch let error as KubernetesError {
            Terminal.standardError.write("tallyman: \(visible("\(error)"))\n")
            throw ExitStatus.couldNotWork
        }
    }

    private func look(_ client: KubernetesClient, _ configuration: ClusterConfiguration) async throws {
        let version = try await client.version()
        Terminal.standardError.write(
            "tallyman: \(visible(configuration.origin)): \(visible(client.server)), Kubernetes \(visible(version))\n")
        let informers = ClusterInformers(of: client)
        let remarks = Mutex<[KubernetesResource: String]>([:])
        do {
            try await informers.run { resource, change in
                remarks.withLock { remarks in
                    switch change {
                    case .listed: remarks[resource] = ""
                    case .unavailable(let reason), .interrupted(let reason): remarks[resource] = reason
                    default: break
                    }
                }
                let isDone = remarks.withLock { $0.count == informers.stores.count }
                if isDone { throw Seen() }
            }
        } catch is Seen {
            // Everything was listed, or said to be out of reach.
        }
        printTable(informers, remarks.withLock { $0 })
    }

    private func printTable(_ informers: ClusterInformers<KubernetesClient>, _ remarks: [KubernetesResource: String]) {
        var table = Table(columns: [
            .init("resource"), .init("objects"), .init("bytes"), .init("each"), .init("remark", canShrink: true),
        ])
        for store in informers.stores {
            let census = store.census
            let each = census.objects > 0 ? Table.Cell.number(Int64(census.bytes / census.objects)) : .none
            let remark = [
                remarks[store.resource] ?? "", census.leftOut > 0 ? "\(census.leftOut) left out" : "",
                census.unreadable > 0 ? "\(census.unreadable) unreadable" : "",
            ].filter { !$0.isEmpty }.joined(separator: "; ")
            table.add([
                .text("\(store.resource)"), .number(Int64(census.objects)), .number(Int64(census.bytes)), each,
                .text(remark),
            ])
        }
        Terminal.standardOutput.print(table, format)
    }

    /// Ends watching, as everything was listed.
    private struct Seen: Error {}
}
