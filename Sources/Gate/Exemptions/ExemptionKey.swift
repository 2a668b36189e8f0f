package import Crypto
internal import Foundation

/// The keys with which exemptions are signed and checked, as files.
package enum ExemptionKey {
    /// Why a key cannot be used.
    package struct Fault: Error, Equatable, CustomStringConvertible {
        /// The file.
        package var path: String
        /// What is wrong with it.
        package var reason: String

        /// The file and what is wrong with it.
        package var description: String { "\(path): \(reason)" }
    }

    private static let secretHead = "tallyman-exemption-key.v1."
    private static let publicHead = "tallyman-exemption-public-key.v1."

    /// The text of a private key's file.
    package static func text(of key: Curve25519.Signing.PrivateKey) -> String {
        secretHead + key.rawRepresentation.base64EncodedString() + "\n"
    }

    /// The text of a public key's file.
    package static func text(of key: Curve25519.Signing.PublicKey) -> String {
        publicHead + key.rawRepresentation.base64EncodedString() + "\n"
    }

    /// Reads a private key.
    package static func secret(at path: String) throws(Fault) -> Curve25519.Signing.PrivateKey {
        let bytes = try bytes(at: path, head: secretHead, other: publicHead)
        do { return try Curve25519.Signing.PrivateKey(rawRepresentation: bytes) } catch {
            throw Fault(path: path, reason: "no Ed25519 key")
        }
    }

    /// Reads a public key.
    package static func trusted(at path: String) throws(Fault) -> Curve25519.Signing.PublicKey {
        let bytes = try bytes(at: path, head: publicHead, other: secretHead)
        do { return try Curve25519.Signing.PublicKey(rawRepresentation: bytes) } catch {
            throw Fault(path: path, reason: "no Ed25519 public key")
        }
    }

    private static func bytes(at path: String, head: String, other: String) throws(Fault) -> Data {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw Fault(path: path, reason: "cannot be read")
        }
        let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
        if trimmed.hasPrefix(other) {
            let wanted = head == publicHead ? "the public key, the file that ends in .pub" : "the private key"
            throw Fault(path: path, reason: "is the wrong half of the pair; give \(wanted)")
        }
        guard trimmed.hasPrefix(head), let data = Data(base64Encoded: String(trimmed.dropFirst(head.count))) else {
            throw Fault(path: path, reason: "no key of tallyman gate exempt keys")
        }
        return data
    }
}
