import JSONView
import Rules
import SecurityEvents

/// The roles with dangerous rights seen so far, and the service accounts that have one.
struct GrantMemory {
    private var roles: BoundedMap<LookupKey, [String]>
    private var accounts: BoundedMap<LookupKey, Bool>
    /// Whether rights were ever given to all service accounts of a namespace.
    private var hasGroups = false

    init(limit: Int) {
        roles = BoundedMap(capacity: limit)
        accounts = BoundedMap(capacity: limit)
    }

    var forgotten: Int { roles.forgotten + accounts.forgotten }

    /// Whether a kind of object grants rights.
    static func isGrant(_ resource: JSONText?) -> Bool {
        guard let resource else { return false }
        return resource == "roles" || resource == "clusterroles" || resource == "rolebindings"
            || resource == "clusterrolebindings"
    }

    /// What is dangerous in a role or binding.
    func grants(in event: UnsafePointer<Event>) -> [String] {
        guard Self.isGrant(event.pointee.target.resource), let object = Self.whole(event) else { return [] }
        if object.kind == .array { return Self.unique(Self.grants(inPatch: object, event)) }
        let found = grants(in: object, event)
        guard found.isEmpty, event.pointee.action == .modify, object["roleRef"] == nil, object["subjects"] != nil else {
            return found
        }
        return [Self.role(boundBy: event)]
    }

    /// What the operations of a JSON patch (RFC 6902) grant.
    private static func grants(inPatch operations: JSONValue, _ event: UnsafePointer<Event>) -> [String] {
        var found: [String] = []
        for (number, operation) in operations.elements.enumerated() where number < 4096 {
            guard let path = operation["path"]?.text, let value = operation["value"],
                operation["op"]?.text.map({ $0 == "add" || $0 == "replace" }) == true
            else { continue }
            if path == "/rules" {
                found += rights(in: value)
            } else if path.hasPrefix("/rules/"), value.kind == .object {
                found += rights(of: value)
            } else if path.hasPrefix("/subjects") {
                found.append(role(boundBy: event))
            }
        }
        return found
    }

    /// What a binding gives whose patch names only the subjects; the binding that every cluster has tells by its name.
    private static func role(boundBy event: UnsafePointer<Event>) -> String {
        let isAdmin =
            event.pointee.target.resource.map { $0 == "clusterrolebindings" } ?? false
            && event.pointee.target.name.map { $0 == "cluster-admin" } ?? false
        return isAdmin ? "cluster-admin" : "a role that the patch does not name"
    }

    private static func unique(_ found: [String]) -> [String] {
        var unique: [String] = []
        for grant in found where !unique.contains(grant) { unique.append(grant) }
        return unique
    }

    /// The object as it is afterwards: an answer has it whole where the request was a patch.
    private static func whole(_ event: UnsafePointer<Event>) -> JSONValue? {
        if let response = event.pointee.response, response["rules"] != nil || response["roleRef"] != nil {
            return response
        }
        return event.pointee.object
    }

    private func grants(in object: JSONValue, _ event: UnsafePointer<Event>) -> [String] {
        var found = Self.rights(in: object["rules"])
        if let role = object["roleRef"] {
            let name = role["name"]?.text.map { String(copying: $0) } ?? ""
            if name == "cluster-admin" {
                found.append(name)
            } else if let known = roles.peek(Self.roleKey(role, in: event)) {
                found += known
            }
            for subject in object["subjects"].map({ Array($0.elements) }) ?? [] {
                guard let subjectName = subject["name"]?.text else { continue }
                if subjectName == "system:anonymous" || subjectName == "system:unauthenticated" {
                    found.append("system:anonymous")
                }
            }
        }
        return Self.unique(found)
    }

    private static let verbs = ["escalate", "bind", "impersonate"]
    private static let writing = ["create", "update", "patch"]
    private static let resources = [
        "pods/exec", "pods/attach", "pods/ephemeralcontainers", "nodes/proxy", "serviceaccounts/token",
        "certificatesigningrequests/approval",
    ]

    /// Whether API groups hold what runs containers, gives rights or keeps secrets; a product's own group does not.
    private static func reachesFar(_ groups: JSONValue?) -> Bool {
        guard let groups else { return true }
        return groups.elements.contains { group in
            guard let name = group.text else { return false }
            return name.isEmpty || name == "*" || name == "apps" || name == "batch"
                || name == "rbac.authorization.k8s.io" || name == "admissionregistration.k8s.io"
        }
    }

    /// The dangerous rights among a role's rules.
    private static func rights(in rules: JSONValue?) -> [String] {
        guard let rules else { return [] }
        var found: [String] = []
        for rule in rules.elements { found += rights(of: rule) }
        return found
    }

    private static func rights(of rule: JSONValue) -> [String] {
        var found: [String] = []
        let allowed = [String](copying: rule["verbs"])
        let objects = [String](copying: rule["resources"])
        if allowed.contains("*"), objects.contains("*"), reachesFar(rule["apiGroups"]) { found.append("*") }
        found += verbs.filter(allowed.contains)
        let acts = allowed.contains {
            $0 == "*" || $0 == "create" || $0 == "get" || $0 == "update" || $0 == "patch"
        }
        if acts { found += resources.filter(objects.contains) }
        // Who may make or change everything may run everything, whatever else is left out.
        if objects.contains("*"), !allowed.contains("*"), reachesFar(rule["apiGroups"]) {
            found += writing.filter(allowed.contains).map { "\($0) *" }
        }
        return found
    }

    /// Remembers a role or a binding.
    mutating func remember(_ event: UnsafePointer<Event>) {
        guard Self.isGrant(event.pointee.target.resource), let object = Self.whole(event) else { return }
        let found = grants(in: object, event)
        if object["roleRef"] != nil {
            guard !found.isEmpty else { return }
            for subject in object["subjects"].map({ Array($0.elements.prefix(256)) }) ?? [] {
                remember(subject, in: event)
            }
        } else if !found.isEmpty {
            let name =
                (event.pointee.target.name ?? object["metadata"]?["name"]?.text).map { String(copying: $0) } ?? ""
            let isCluster = event.pointee.target.resource.map { $0 == "clusterroles" } ?? false
            roles[Self.roleKey(isCluster ? "" : Self.namespace(event), name)] = found
        }
    }

    private mutating func remember(_ subject: JSONValue, in event: UnsafePointer<Event>) {
        guard let kind = subject["kind"]?.text, let name = subject["name"]?.text else { return }
        if kind == "ServiceAccount" {
            let namespace = subject["namespace"]?.text.map { String(copying: $0) } ?? Self.namespace(event)
            accounts[Self.accountKey(namespace, String(copying: name))] = true
        } else if kind == "Group", name.hasPrefix("system:serviceaccounts") {
            let rest = name.dropFirst("system:serviceaccounts".utf8.count)
            hasGroups = true
            accounts[Self.accountKey(rest.isEmpty ? "*" : String(copying: rest.dropFirst(1)), "*")] = true
        } else if kind == "User", name.hasPrefix("system:serviceaccount:") {
            let rest = name.dropFirst("system:serviceaccount:".utf8.count)
            guard let colon = rest.firstIndex(of: UInt8(ascii: ":")) else { return }
            accounts[Self.accountKey(String(copying: rest.prefix(colon)), String(copying: rest.dropFirst(colon + 1)))] =
                true
        }
    }

    /// Whether a service account was seen to get dangerous rights.
    mutating func isPrivileged(namespace: JSONText, account: JSONText) -> Bool {
        if accounts.count == 0 { return false }
        if let known = accounts[Self.accountKey(namespace, account)] { return known }
        guard hasGroups else { return false }
        return accounts[Self.accountKey(namespace, Self.anybody)]
            ?? accounts[Self.accountKey(Self.anybody, Self.anybody)] ?? false
    }

    private static func namespace(_ event: UnsafePointer<Event>) -> String {
        event.pointee.target.namespace.map { String(copying: $0) } ?? ""
    }

    private static var anybody: JSONText { JSONText("*") }

    private static func accountKey(_ namespace: String, _ name: String) -> LookupKey {
        namespace.withText { namespace in name.withText { accountKey(namespace, $0) } }
    }

    private static func accountKey(_ namespace: JSONText, _ name: JSONText) -> LookupKey {
        var key = LookupKey(namespace)
        key.add(name)
        return key
    }

    private static func roleKey(_ namespace: String, _ name: String) -> LookupKey { accountKey(namespace, name) }

    private static func roleKey(_ reference: JSONValue, in event: UnsafePointer<Event>) -> LookupKey {
        let name = reference["name"]?.text.map { String(copying: $0) } ?? ""
        let isCluster = reference["kind"]?.text.map { $0 == "ClusterRole" } ?? false
        return roleKey(isCluster ? "" : namespace(event), name)
    }
}
