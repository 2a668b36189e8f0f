package import Admission
package import Crypto
internal import Foundation
internal import SecurityEvents
internal import Synchronization

/// The exemptions in a folder, checked: a file a token; a file that is taken away is an exemption taken back.
package final class ExemptionFolder: Sendable {
    /// A file of the folder.
    package struct Entry: Sendable, Equatable {
        /// The file's name.
        package var file: String
        /// The exemption; nil where the file has none that counts.
        package var exemption: Exemption?
        /// Why not.
        package var fault: String?
    }

    /// More files are not read.
    private static let limit = 1000

    private let path: String
    private let keys: [Curve25519.Signing.PublicKey]
    private let audience: String?
    private let known = Mutex<[Entry]>([])

    /// Names a folder.
    ///
    /// - Parameters:
    ///   - path: the folder.
    ///   - keys: the public keys of those who may issue exemptions.
    ///   - audience: the name of this cluster or host: exemptions for another do not count.
    package init(path: String, keys: [Curve25519.Signing.PublicKey], audience: String?) {
        self.path = path
        self.keys = keys
        self.audience = audience
    }

    /// The exemptions that were in force when the folder was last read, or may become so.
    package var exemptions: [Exemption] { known.withLock { $0.compactMap(\.exemption) } }

    /// Reads the folder.
    ///
    /// - Returns: entries that were not there before, to be said and written down.
    @discardableResult
    package func read() -> [Entry] {
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? [])
            .filter { !$0.hasPrefix(".") }.sorted().prefix(Self.limit)
        let entries = names.map { entry($0) }
        return known.withLock { known in
            let new = entries.filter { !known.contains($0) }
            known = entries
            return new
        }
    }

    /// All entries, as last read.
    package var entries: [Entry] { known.withLock { $0 } }

    private func entry(_ name: String) -> Entry {
        let file = path + "/" + name
        guard let handle = FileHandle(forReadingAtPath: file) else { return Entry(file: name, fault: "cannot be read") }
        defer { try? handle.close() }
        let data = (try? handle.read(upToCount: ExemptionToken.sizeLimit + 1)) ?? Data()
        do throws(ExemptionToken.Fault) {
            let exemption = try ExemptionToken.verify(String(decoding: data, as: UTF8.self), by: keys)
            if let meant = exemption.audience, meant != audience {
                return Entry(
                    file: name, fault: "it is for \(meant), and this is \(audience ?? "a gate without --name")")
            }
            return Entry(file: name, exemption: exemption)
        } catch { return Entry(file: name, fault: error.description) }
    }
}
