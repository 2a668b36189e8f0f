internal import Foundation
internal import JSONView
package import PlatformAPIs

/// Keeps `caBundle` of the gate's own webhook configurations right, whoever changes it.
package struct BundleKeeper: Sendable {
    private let client: KubernetesClient
    private let names: [String]
    private let bundle: @Sendable () -> String
    private let time: SourceTime
    private let say: @Sendable (String) -> Void

    /// Names what is kept.
    ///
    /// - Parameters:
    ///   - client: the API server.
    ///   - names: the ValidatingWebhookConfigurations.
    ///   - bundle: the certificates that have to stand there, PEM.
    ///   - time: the clock to go by.
    ///   - say: tells a person.
    package init(
        client: KubernetesClient, names: [String], bundle: @escaping @Sendable () -> String,
        time: SourceTime = .system, say: @escaping @Sendable (String) -> Void
    ) {
        self.client = client
        self.names = names
        self.bundle = bundle
        self.time = time
        self.say = say
    }

    private static let path = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/"

    /// Looks every few seconds until the task is cancelled.
    package func run() async throws {
        var told: [String: String] = [:]
        while true {
            for name in names {
                do {
                    if try await mend(name) > 0 { say("caBundle of \(name) was put right") }
                    told[name] = nil
                } catch let error as KubernetesError {
                    let reason = Self.explanation(of: error, name)
                    if told[name] != reason { say(reason) }
                    told[name] = reason
                }
            }
            try await time.sleep(.seconds(10))
        }
    }

    /// Why a bundle cannot be kept right; one that is not there yet is no fault of anybody.
    static func explanation(of error: KubernetesError, _ name: String) -> String {
        error.isNotFound
            ? "there is no ValidatingWebhookConfiguration \(name) yet: `tallyman gate manifests` prints one for kubectl apply"
            : "caBundle of \(name) cannot be kept right: \(error)"
    }

    /// Puts one configuration right.
    ///
    /// - Returns: how many webhooks had another bundle.
    func mend(_ name: String) async throws -> Int {
        let body = try await client.get(Self.path + name)
        guard let patch = Self.patch(for: body, bundle: Data(bundle().utf8).base64EncodedString()) else { return 0 }
        _ = try await client.change(
            "PATCH", Self.path + name, body: patch.bytes, type: "application/json-patch+json")
        return patch.count
    }

    /// The patch that gives each webhook the bundle; nil where all have it.
    static func patch(for configuration: [UInt8], bundle: String) -> (bytes: [UInt8], count: Int)? {
        guard let document = try? JSONParser().parse(configuration) else { return nil }
        return withExtendedLifetime(document) {
            guard let webhooks = document.root["webhooks"],
                let version = document.root["metadata"]?["resourceVersion"]?.string
            else { return nil }
            let wrong = webhooks.elements.enumerated().filter {
                $0.element["clientConfig"]?["caBundle"]?.string != bundle
            }
            guard !wrong.isEmpty else { return nil }
            var writer = JSONWriter()
            writer.array { array in
                // What was changed meanwhile is looked at again.
                array.object { test in
                    test.member("op", "test")
                    test.member("path", "/metadata/resourceVersion")
                    test.member("value", version)
                }
                for (position, _) in wrong {
                    array.object { add in
                        add.member("op", "add")
                        add.member("path", "/webhooks/\(position)/clientConfig/caBundle")
                        add.member("value", bundle)
                    }
                }
            }
            return (writer.bytes, wrong.count)
        }
    }
}
