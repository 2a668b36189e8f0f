package import SecurityEvents

/// Something that a Dockerfile does and no container's creation shows.
package struct BuildNote: Sendable, Equatable {
    package var check: BuildCheck.Name
    package var message: String
    package var place: Place
}

/// A check of Dockerfiles as such.
package struct BuildCheck: Sendable {
    /// The checks, by the names that reports use.
    package enum Name: String, CaseIterable, Sendable {
        case rootUser = "dockerfile-root-user"
        case remoteAdd = "dockerfile-remote-add"
        case secret = "dockerfile-secret"
        case remoteLogin = "dockerfile-remote-login"
    }

    package var name: Name
    package var title: String
    package var level: Level
    package var remediation: String
    let notes: @Sendable ([DockerfileInstruction], [DockerfileStages.Stage]) -> [BuildNote]

    /// The checks.
    package static let all = [rootUser, remoteAdd, secret, remoteLogin]

    static let rootUser = BuildCheck(
        name: .rootUser, title: "Image that runs as root", level: .low,
        remediation: "End the Dockerfile with a USER that is a number above 0, such as USER 65532:65532."
    ) { _, stages in
        guard let last = stages.last, last.base.text != "scratch" || last.user != nil else { return [] }
        let user = last.user?.text?.split(separator: ":").first.map(String.init)
        guard let user else {
            // The base may bring a user of its own, as distroless "nonroot" images do.
            guard last.base.text?.contains("nonroot") != true else { return [] }
            return [
                BuildNote(
                    check: .rootUser, message: "no USER: the image runs as its base does, mostly as root",
                    place: last.place)
            ]
        }
        guard user == "root" || user == "0" else { return [] }
        return [BuildNote(check: .rootUser, message: "the last USER is root", place: last.user?.place ?? last.place)]
    }

    static let remoteAdd = BuildCheck(
        name: .remoteAdd, title: "File added from the network without a checksum", level: .low,
        remediation: "Use ADD --checksum=sha256:… URL, or RUN with a download that verifies a digest or signature."
    ) { instructions, _ in
        instructions.compactMap { instruction in
            guard instruction.keyword == "ADD", !instruction.flags.contains(where: { $0.hasPrefix("--checksum=") }),
                let url = instruction.arguments.split(separator: " ").first(where: {
                    $0.hasPrefix("http://") || $0.hasPrefix("https://")
                })
            else { return nil }
            return BuildNote(
                check: .remoteAdd, message: "adds \(url.prefix(200)), whatever that is on the day of the build",
                place: instruction.place)
        }
    }

    static let secret = BuildCheck(
        name: .secret, title: "Secret in an image's layers", level: .medium,
        remediation: """
            Give secrets to a build with RUN --mount=type=secret, and to a container when it is started. What ENV, ARG or \
            COPY put into an image, everybody who can pull it can read: change the secret.
            """
    ) { instructions, _ in
        instructions.compactMap { instruction in
            guard instruction.keyword == "ENV" || instruction.keyword == "ARG" else { return nil }
            let variables = DockerfileStages.variables(instruction.text, allowsBare: instruction.keyword == "ARG")
            guard let found = variables.first(where: { SecretText.isSecret(name: $0.name, value: $0.value) }) else {
                return nil
            }
            return BuildNote(
                check: .secret, message: "\(instruction.keyword) \(found.name.prefix(80)) has a secret for its value",
                place: instruction.place)
        }
    }

    static let remoteLogin = BuildCheck(
        name: .remoteLogin, title: "Image with a remote login", level: .medium,
        remediation: "Enter containers with docker exec or kubectl exec, which ask who you are; leave sshd out."
    ) { _, stages in
        guard let last = stages.last,
            let port = last.exposed.first(where: { $0.text?.split(separator: "/").first == "22" })
        else { return [] }
        return [BuildNote(check: .remoteLogin, message: "EXPOSE 22, the port of SSH", place: port.place)]
    }
}
