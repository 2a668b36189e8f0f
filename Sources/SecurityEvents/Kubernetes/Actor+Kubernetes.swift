import JSONView

extension Actor {
    /// Reads an `authentication.k8s.io` UserInfo.
    mutating func readUserInfo(_ info: JSONValue, _ faults: inout [FieldFault]) {
        if info.kind != .object { faults.note(info, expected: "an object") }
        for (key, value) in info.members {
            switch key.count {
            case 3 where key == "uid": uid = value.text(&faults)
            case 5 where key == "extra": extra = value.object(&faults)
            case 6 where key == "groups": groups = value.array(&faults)
            case 8 where key == "username": user = value.text(&faults)
            default: break
            }
        }
        authentication = kubernetesAuthentication()
    }

    /// Takes over a name where nothing else is known of its bearer.
    mutating func readName(_ name: JSONText) {
        user = name
        authentication = kubernetesAuthentication()
    }

    /// Reads the user that a request was made as.
    mutating func readImpersonation(_ info: JSONValue, _ faults: inout [FieldFault]) {
        if info.kind != .object { faults.note(info, expected: "an object") }
        impersonatedUser = info["username"]?.text(&faults)
        impersonatedGroups = info["groups"]?.array(&faults)
    }

    /// How the name was proved, as far as the name and the authenticator's own notes tell.
    private func kubernetesAuthentication() -> Authentication {
        if let user {
            if user.hasPrefix("system:") {
                if user == "system:anonymous" { return .anonymous }
                if user.hasPrefix("system:serviceaccount:") { return .serviceAccount }
                if user.hasPrefix("system:bootstrap:") { return .token }
            }
            if user.hasPrefix("oidc:") || user.hasPrefix("https://") { return .token }
        }
        if let groups {
            for group in groups.elements {
                if let text = group.text, text == "system:unauthenticated" { return .anonymous }
            }
        }
        guard let extra, extra.count > 0 else { return .unknown }
        guard let credential = extra["authentication.kubernetes.io/credential-id"]?[0]?.text else {
            // Only tokens bring further attributes: OIDC claims, the webhooks of the clouds.
            return .token
        }
        return credential.hasPrefix("X509SHA256=") ? .certificate : .token
    }
}
