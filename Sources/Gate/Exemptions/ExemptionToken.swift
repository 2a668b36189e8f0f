package import Admission
package import Crypto
internal import Foundation
internal import JSONView
internal import SecurityEvents

/// An exemption as text: signed with Ed25519, checked without asking anybody.
///
/// `tallyman-exemption.v1.PAYLOAD.SIGNATURE`, both Base64 as RFC 4648 section 5 has it; the payload is JSON.
package struct ExemptionToken: Sendable, Equatable {
    /// Why a text is no exemption that counts.
    package enum Fault: Error, Equatable, CustomStringConvertible {
        /// The text is no token.
        case malformed(String)
        /// None of the trusted keys signed it.
        case untrusted
        /// It is for longer than any may be.
        case tooLong(hours: Int64)

        /// What was wrong, as a person reads it.
        package var description: String {
            switch self {
            case .malformed(let reason): "no exemption: \(reason)"
            case .untrusted: "not signed by a key that is trusted (--exemption-key)"
            case .tooLong(let hours):
                "an exemption lasts \(Exemption.longest / 3600) hours at most, and this one is for \(hours)"
            }
        }
    }

    private static let head = "tallyman-exemption.v1."
    /// What is signed begins with this, so that a signature is of no use for anything else.
    private static let domain = Array("tallyman.exemption.v1\n".utf8)
    /// Longer texts are not looked at.
    package static let sizeLimit = 8 << 10

    /// Signs an exemption.
    ///
    /// - Throws: `Fault.tooLong`.
    package static func sign(_ exemption: Exemption, with key: Curve25519.Signing.PrivateKey) throws -> String {
        try check(exemption)
        let payload = json(exemption)
        let signature = try key.signature(for: Data(domain + payload))
        return head + encode(payload) + "." + encode(Array(signature))
    }

    /// Checks a text.
    ///
    /// - Parameters:
    ///   - text: a token, with white space around it or not.
    ///   - keys: the public keys of those who may issue exemptions.
    /// - Returns: the exemption; whether it is in force now is another question.
    /// - Throws: `Fault`.
    package static func verify(
        _ text: String, by keys: [Curve25519.Signing.PublicKey]
    ) throws(Fault) -> Exemption {
        let text = text.trimmingCharacters(in: .whitespacesAndNewlines)
        guard text.utf8.count <= sizeLimit, text.hasPrefix(head) else {
            throw .malformed("it does not begin with \(head)")
        }
        let parts = text.dropFirst(head.count).split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let payload = decode(parts[0]), let signature = decode(parts[1]) else {
            throw .malformed("a part of it is missing or no Base64")
        }
        let signed = Data(domain + payload)
        // Before anything of it is read.
        guard keys.contains(where: { $0.isValidSignature(Data(signature), for: signed) }) else { throw .untrusted }
        let exemption = try read(payload)
        try check(exemption)
        return exemption
    }

    private static func check(_ exemption: Exemption) throws(Fault) {
        let seconds = (exemption.expires.nanoseconds - exemption.issued.nanoseconds) / 1_000_000_000
        guard seconds <= Exemption.longest else { throw .tooLong(hours: (seconds + 3599) / 3600) }
        guard seconds > 0 else { throw .malformed("it ends before it begins") }
    }

    // MARK: The payload

    private static func json(_ exemption: Exemption) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("id", exemption.id)
            switch exemption.subject {
            case .user(let name): object.member("user", name)
            case .workload(let namespace, let kind, let name):
                object.key("workload")
                object.object { workload in
                    workload.member("namespace", namespace)
                    workload.member("kind", kind)
                    workload.member("name", name)
                }
            }
            object.member("audience", exemption.audience)
            object.member("reason", exemption.reason)
            object.member("issuer", exemption.issuer)
            object.member("issued", exemption.issued.description)
            object.member("expires", exemption.expires.description)
        }
        return writer.bytes
    }

    private static func read(_ payload: [UInt8]) throws(Fault) -> Exemption {
        guard let document = try? JSONParser().parse(payload) else { throw .malformed("the payload is no JSON") }
        return try withExtendedLifetime(document) { () throws(Fault) in
            let root = document.root
            guard let id = root["id"]?.string, !id.isEmpty, let reason = root["reason"]?.string, !reason.isEmpty,
                let issuer = root["issuer"]?.string, !issuer.isEmpty,
                let issued = root["issued"]?.string.flatMap({ Timestamp($0) }),
                let expires = root["expires"]?.string.flatMap({ Timestamp($0) })
            else { throw .malformed("the payload lacks a member") }
            let subject: Exemption.Subject
            if let user = root["user"]?.string, !user.isEmpty, root["workload"] == nil {
                subject = .user(user)
            } else if let workload = root["workload"], root["user"] == nil, let kind = workload["kind"]?.string,
                let name = workload["name"]?.string, !name.isEmpty
            {
                subject = .workload(namespace: workload["namespace"]?.string, kind: kind, name: name)
            } else {
                throw .malformed("it is for neither one user nor one workload")
            }
            return Exemption(
                id: id, subject: subject, audience: root["audience"]?.string, reason: reason, issuer: issuer,
                issued: issued, expires: expires)
        }
    }

    // MARK: Base64 for URLs

    private static func encode(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func decode(_ text: Substring) -> [UInt8]? {
        guard !text.contains(where: { $0 == "+" || $0 == "/" || $0 == "=" }) else { return nil }
        var plain = text.replacing("-", with: "+").replacing("_", with: "/")
        while plain.count % 4 != 0 { plain += "=" }
        return Data(base64Encoded: String(plain)).map { [UInt8]($0) }
    }
}
