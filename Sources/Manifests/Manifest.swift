package import JSONView
package import SecurityEvents

/// Something that a file asks to deploy, in the form in which the platform would be asked.
package struct Manifest: Sendable {
    /// What the file is.
    package enum Kind: String, Sendable {
        case kubernetes, compose, dockerRun = "docker run", dockerfile
        /// A `RUN` of a Dockerfile: the engine runs it in a container while it builds.
        case buildStep = "build step"
    }

    package var kind: Kind
    /// The file, as the user named it.
    package var file: String
    /// The document's first line.
    package var line: Int
    /// What a reader calls it: `Deployment shop/web`, `service web`.
    package var label: String
    /// The API object, or the engine's create body, with the places of the file.
    package var root: PlacedValue
    /// The template that a renderer made it of, where it says so.
    package var source: String?
    /// The resource name of the API and the namespace, or the container's name.
    package var identity: Identity
    /// Whether it stands in another file, so that its places are those of the words that include it.
    package var isIncluded = false

    /// How the platform names the thing.
    package struct Identity: Sendable, Equatable {
        package var group = ""
        package var version = ""
        package var kind = ""
        package var resource = ""
        package var namespace: String?
        package var name: String?
    }

    /// What evidence paths of this manifest's event begin with.
    package var pathPrefix: [JSONPath.Step] {
        kind == .kubernetes ? [.key("request"), .key("object")] : [.key("RequestBody")]
    }

    /// The place and value of a piece of evidence.
    ///
    /// - Parameter path: the path as findings have it.
    /// - Returns: nil where it is not about the file.
    package func find(evidence path: String) -> PlacedValue.Found? {
        guard let path = JSONPath(path), path.steps.starts(with: pathPrefix) else { return nil }
        return root.find(JSONPath(Array(path.steps.dropFirst(pathPrefix.count))))
    }
}

extension Manifest {
    /// Who is said to ask, where a judge must know.
    package enum Asker: Sendable {
        /// Nobody knows yet.
        case unknown
        /// Somebody who is logged in and nothing else that is known: an API server admits nobody who is less.
        case authenticated
        /// A component of the cluster.
        case system
    }

    /// Reads the manifest as the platform's admission would see its creation.
    ///
    /// - Parameters:
    ///   - asker: who is said to ask.
    ///   - number: tells this request from others of the run.
    ///   - emit: called with the event.
    /// - Throws: what is wrong with it.
    package func read(
        as asker: Asker = .unknown, number: Int, emit: (borrowing Event) -> Void
    ) throws(Diagnostic) {
        let bytes = kind == .kubernetes ? review(by: asker, number: number) : call(number: number)
        let position = SourcePosition(name: file, line: max(1, line))
        do {
            let document = try JSONParser().parse(bytes)
            if kind == .kubernetes {
                var reader = AdmissionReviewReader()
                try reader.read(document, at: position, emit: emit)
            } else {
                var reader = DockerAuthorizationReader()
                try reader.read(document, at: position, emit: emit)
                reader.finish(emit: emit)
            }
        } catch let error as JSONError {
            throw Diagnostic(file: file, line: line, message: "cannot be read as JSON: \(error)")
        } catch let fault as ReadFault {
            throw Diagnostic(file: file, line: line, message: fault.reason)
        } catch {
            throw Diagnostic(file: file, line: line, message: "\(error)")
        }
    }

    /// An AdmissionReview (admission.k8s.io/v1) of the object's creation.
    private func review(by asker: Asker, number: Int) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { review in
            review.member("apiVersion", "admission.k8s.io/v1")
            review.member("kind", "AdmissionReview")
            review.key("request")
            review.object { request in
                request.member("uid", "check-\(number)")
                request.key("kind")
                request.object { kind in
                    kind.member("group", identity.group)
                    kind.member("version", identity.version)
                    kind.member("kind", identity.kind)
                }
                request.key("resource")
                request.object { resource in
                    resource.member("group", identity.group)
                    resource.member("version", identity.version)
                    resource.member("resource", identity.resource)
                }
                if let name = identity.name { request.member("name", name) }
                if let namespace = identity.namespace { request.member("namespace", namespace) }
                request.member("operation", "CREATE")
                request.key("userInfo")
                request.object { user in
                    switch asker {
                    case .unknown: break
                    case .authenticated:
                        user.member("username", "not-known")
                        user.member("groups", ["system:authenticated"])
                    case .system:
                        user.member("username", "system:serviceaccount:kube-system:deployer")
                        user.member("groups", ["system:serviceaccounts", "system:serviceaccounts:kube-system"])
                    }
                }
                request.key("object")
                root.write(to: &request)
            }
        }
        return writer.bytes
    }

    /// The engine's call, as an authorization plugin would see it.
    private func call(number: Int) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { call in
            let name = identity.name.map { "?name=" + Self.percentEncoded($0) } ?? ""
            call.member("RequestMethod", "POST")
            call.member("RequestUri", "/v1.43/containers/create" + name)
            call.key("RequestHeaders")
            call.object { $0.member("Content-Type", "application/json") }
            // Two containers that are asked for alike are two all the same.
            call.member("check", number)
            call.member("RequestBody", String(decoding: Base64.encode(root.json), as: UTF8.self))
        }
        return writer.bytes
    }

    private static func percentEncoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default: encoded += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }
}
