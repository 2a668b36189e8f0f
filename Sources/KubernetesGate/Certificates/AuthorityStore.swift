internal import Foundation
internal import JSONView
package import PlatformAPIs

/// Where a gate keeps its authority, so that it survives a restart and replicas have the same.
package protocol AuthorityStore: Sendable {
    /// What is kept; nil where there is nothing yet.
    func load() async throws -> CertificateAuthority?
    /// Keeps an authority, unless somebody kept one since the last ``load()``.
    ///
    /// - Returns: false where somebody did: then theirs counts.
    func save(_ authority: CertificateAuthority) async throws -> Bool
}

/// A folder of one gate.
package struct AuthorityFolder: AuthorityStore {
    private let path: String

    /// Names a folder; it is made where it is missing.
    package init(path: String) { self.path = path }

    /// The file with the certificates that clients have to trust.
    package var bundleFile: String { path + "/ca.crt" }
    private var keyFile: String { path + "/ca.key" }

    package func load() async throws -> CertificateAuthority? {
        guard FileManager.default.fileExists(atPath: bundleFile) else { return nil }
        let bundle = try String(contentsOfFile: bundleFile, encoding: .utf8)
        let key = try String(contentsOfFile: keyFile, encoding: .utf8)
        return try CertificateAuthority(bundle: bundle, key: key)
    }

    package func save(_ authority: CertificateAuthority) async throws -> Bool {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try write(authority.identity.key, to: keyFile, mode: 0o600)
        // The certificate last: a key without one is nothing yet.
        try write(authority.bundle, to: bundleFile, mode: 0o644)
        return true
    }

    private func write(_ text: String, to file: String, mode: Int) throws {
        let made = FileManager.default.createFile(
            atPath: file + ".new", contents: Data(text.utf8), attributes: [.posixPermissions: mode])
        guard made else { throw CertificateAuthority.Fault(reason: "\(file) cannot be written") }
        guard rename(file + ".new", file) == 0 else {
            throw CertificateAuthority.Fault(reason: "\(file) cannot be replaced")
        }
    }
}

/// A Secret that the replicas of a gate share.
package final class AuthoritySecret: AuthorityStore {
    private let client: KubernetesClient
    private let namespace: String
    private let name: String

    /// Names a Secret; it is made where it is missing.
    package init(client: KubernetesClient, namespace: String, name: String) {
        self.client = client
        self.namespace = namespace
        self.name = name
    }

    private var path: String { "/api/v1/namespaces/\(namespace)/secrets" }

    package func load() async throws -> CertificateAuthority? {
        guard let kept = try await get() else { return nil }
        return try CertificateAuthority(bundle: kept.bundle, key: kept.key)
    }

    package func save(_ authority: CertificateAuthority) async throws -> Bool {
        let kept = try await get()
        var writer = JSONWriter()
        writer.object { secret in
            secret.member("apiVersion", "v1")
            secret.member("kind", "Secret")
            secret.member("type", "Opaque")
            secret.key("metadata")
            secret.object { metadata in
                metadata.member("name", name)
                metadata.member("namespace", namespace)
                // A replica that was faster makes this a conflict.
                if let kept { metadata.member("resourceVersion", kept.version) }
            }
            secret.key("data")
            secret.object { data in
                data.member("ca.crt", Data(authority.bundle.utf8).base64EncodedString())
                data.member("ca.key", Data(authority.identity.key.utf8).base64EncodedString())
            }
        }
        do {
            _ = try await client.change(
                kept == nil ? "POST" : "PUT", kept == nil ? path : "\(path)/\(name)", body: writer.bytes)
            return true
        } catch KubernetesError.refused(_, 409, _, _) { return false }
    }

    private func get() async throws -> (bundle: String, key: String, version: String)? {
        let body: [UInt8]
        do { body = try await client.get("\(path)/\(name)") } catch let error as KubernetesError where error.isNotFound
        {
            return nil
        }
        let document = try JSONParser().parse(body)
        return withExtendedLifetime(document) {
            func text(_ key: String) -> String {
                let encoded = document.root["data"]?.member(JSONKey(key))?.string
                return encoded.flatMap { Data(base64Encoded: $0) }.map { String(decoding: $0, as: UTF8.self) } ?? ""
            }
            let version = document.root["metadata"]?["resourceVersion"]?.string ?? ""
            return (text("ca.crt"), text("ca.key"), version)
        }
    }
}
