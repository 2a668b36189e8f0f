internal import CEL
package import JSONView
package import SecurityEvents

/// `container`: one container of the workload.
package final class ContainerRecord: TabledRecord {
    /// Owns this record; counting it would cost more than reading a field.
    unowned(unsafe) let context: EventContext
    let kept = KeptValues(count: ContainerRecord.table.fields.count)
    /// Where the shown container stands: read in place, as the event is.
    private let place = UnsafeMutablePointer<Container>.allocate(capacity: 1)
    private var isShown = false
    private var mountsMade: [MountRecord]?
    private var portsMade: [PortRecord]?
    private lazy var imageRecord = ImageRecord(context)
    private var showsImage = false
    private var commandTextsMade: [JSONText]?

    init(_ context: EventContext) { self.context = context }

    deinit {
        if isShown { place.deinitialize(count: 1) }
        place.deallocate()
    }

    func show(_ container: borrowing Container) {
        if isShown {
            place.pointee = copy container
        } else {
            place.initialize(to: copy container)
            isShown = true
        }
        kept.forget()
        mountsMade = nil
        portsMade = nil
        showsImage = false
        commandTextsMade = nil
    }

    /// Command and arguments, and the command of every probe, hook and health check.
    var commandTexts: [JSONText] {
        if let commandTextsMade { return commandTextsMade }
        let made = CommandTexts.all(of: self)
        commandTextsMade = made
        return made
    }

    /// Where one of ``commandTexts`` stands; empty where it is none of them.
    package func origins(ofCommand text: String) -> [JSONValue] { CommandTexts.origins(of: text, in: self) }

    /// Whether a test holds for some command.
    func hasCommandText(where test: (JSONText) -> Bool) -> Bool {
        if let commandTextsMade { return commandTextsMade.contains(where: test) }
        return !CommandTexts.forEach(of: self) { !test($0) }
    }

    /// What the record shows, in place: valid until it shows another.
    package var shown: UnsafePointer<Container>? { isShown ? UnsafePointer(place) : nil }
    /// What the record shows.
    package var container: Container? { shown?.pointee }
    package var origin: JSONValue? { shown?.pointee.object }

    var mountRecords: [MountRecord] {
        if let mountsMade { return mountsMade }
        let made = (shown?.pointee.mounts() ?? []).map(MountRecord.init)
        mountsMade = made
        return made
    }

    var portRecords: [PortRecord] {
        if let portsMade { return portsMade }
        let made = (shown?.pointee.portList() ?? []).map(PortRecord.init)
        portsMade = made
        return made
    }

    /// What is known of the container's image.
    package var image: ImageRecord {
        if !showsImage {
            imageRecord.show(imageText)
            showsImage = true
        }
        return imageRecord
    }

    /// The image's reference as it is written; empty where there is none.
    var imageText: JSONText {
        // In one chain, Swift 6.3 without optimization reads through the absent image.
        let reference: JSONValue? = shown?.pointee.image
        return reference?.text ?? .none
    }

    /// Command and arguments joined by spaces; empty where there are none.
    var commandLine: JSONText {
        context.arena.keep(wordsOf: shown?.pointee.command, shown?.pointee.args, joinedBy: UInt8(ascii: " ")) ?? .none
    }

    fileprivate var commandOrigins: [JSONValue] {
        [shown?.pointee.command, shown?.pointee.args].compactMap { $0 }
    }

    static let table = SchemaTable<ContainerRecord>(
        "Container", "One container of the workload. A rule that names it is asked once for each container.",
        identity + commands + security + reach)

    private static let identity: [SchemaField<ContainerRecord>] = [
        .word("role", "main, init, sidecar or ephemeral.") { ($0.shown?.pointee.role ?? .main).word },
        .text("name", "The container's name.") { $0.shown?.pointee.name },
        .text("id", "The platform's identifier.") { $0.shown?.pointee.id },
        .text("image", "The image reference as it was written.") { $0.shown?.pointee.image?.text },
        .text("imageID", "The identifier or digest that the platform resolved the image to.") {
            $0.shown?.pointee.imageID
        },
        .text("targetContainer", "The container whose processes an ephemeral container shares.") {
            $0.shown?.pointee.targetContainer
        },
        .json("object", "The container as it stands in the record.") { $0.shown?.pointee.object },
    ]

    private static let commands: [SchemaField<ContainerRecord>] = [
        .texts("command", "What replaces the image's entrypoint.") { $0.shown?.pointee.command },
        .texts("args", "The arguments.") { $0.shown?.pointee.args },
        .built("commandLine", "Command and arguments joined by spaces.", origins: { $0.commandOrigins }) {
            $0.commandLine
        },
        .list(
            "commandTexts", of: .string,
            "Command and arguments, and the command of every probe, hook and health check.",
            origins: { $0.commandOrigins + ($0.shown?.pointee.probes ?? []) }
        ) {
            $0.commandTexts.map { text -> Value in .text(text) }
        },
        .list(
            "fetchedBy", of: .string,
            "Commands of other containers of the Pod that fetch what this one runs, into a folder that both mount.",
            origins: { $0.commandOrigins }
        ) {
            FetchedByOthers.commands(for: $0).map { text -> Value in .text(text) }
        },
        .list(
            "secretsSent", of: .string,
            "Commands that send what lies in a mounted Secret, or a projected token, to a bare public number.",
            origins: { $0.commandOrigins + ($0.shown?.pointee.probes ?? []) }
        ) {
            SecretsSent.commands(of: $0).map { text -> Value in .text(text) }
        },
        .list(
            "foreignIndexes", of: .string,
            "Addresses that are bare public numbers and that package managers are told of in the environment.",
            origins: { $0.shown?.pointee.env.map { [$0] } ?? [] }
        ) {
            PackageIndexes.foreign(to: $0).map { text -> Value in .text(text) }
        },
        .list("env", of: .object(VariableRecord.table.type), "The variables of the environment.") {
            ($0.shown?.pointee.environment() ?? []).map { variable -> Value in .object(VariableRecord(variable)) }
        },
        .text("workingDirectory", "The folder that it starts in.") { $0.shown?.pointee.workingDirectory },
        SchemaField(
            "user", .string, "The user that it runs as, as written.", isKnown: { $0.shown?.pointee.user?.text != nil },
            origins: { $0.shown?.pointee.user.map { [$0] } ?? [] }
        ) { .text($0.shown?.pointee.user?.text ?? .none) },
    ]

    private static let security: [SchemaField<ContainerRecord>] = [
        .flag("privileged", "Whether it has every privilege of the host.") { $0.shown?.pointee.privileged },
        .flag("hostProcess", "Whether it runs on a Windows host itself.") { $0.shown?.pointee.hostProcess },
        .flag("allowPrivilegeEscalation", "Whether it is told that its processes may gain privileges.") {
            $0.shown?.pointee.allowPrivilegeEscalation
        },
        .flag("readOnlyRootFilesystem", "Whether its own file system is read-only.") {
            $0.shown?.pointee.readOnlyRootFilesystem
        },
        .judged(
            "runAsRoot", "Whether it is told to run as root.",
            origins: { [$0.shown?.pointee.runAsUser, $0.shown?.pointee.user].compactMap { $0 } }
        ) {
            RootUser.isAsked(of: $0.shown)
        },
        .number("runAsUser", "The user's number, where one is given.") { RootUser.number(of: $0.shown) },
        .flag("runAsNonRoot", "Whether root is refused.") { $0.shown?.pointee.runAsNonRoot },
        .list(
            "capabilities", of: .string, "Capabilities added, in upper case without CAP_; ALL for all.",
            origins: { $0.shown?.pointee.capabilitiesAdded.map { [$0] } ?? [] }
        ) {
            Capabilities.names($0.shown?.pointee.capabilitiesAdded, in: $0.context.arena)
        },
        .list(
            "capabilitiesDropped", of: .string, "Capabilities dropped, in upper case without CAP_; ALL for all.",
            origins: { $0.shown?.pointee.capabilitiesDropped.map { [$0] } ?? [] }
        ) {
            Capabilities.names($0.shown?.pointee.capabilitiesDropped, in: $0.context.arena)
        },
        .profile("seccomp", "The seccomp profile as written.") { $0.shown?.pointee.seccomp },
        .profile("apparmor", "The AppArmor profile as written.") { $0.shown?.pointee.apparmor },
        .judged(
            "seccompUnconfined", "Whether seccomp is switched off.",
            origins: { $0.shown?.pointee.seccomp.origin.map { [$0] } ?? [] }
        ) {
            Confinement.isOff($0.shown?.pointee.seccomp.value)
        },
        .judged(
            "apparmorUnconfined", "Whether AppArmor is switched off.",
            origins: { $0.shown?.pointee.apparmor.origin.map { [$0] } ?? [] }
        ) {
            Confinement.isOff($0.shown?.pointee.apparmor.value)
        },
        .setting("selinuxDisabled", "Whether SELinux's separation is switched off.") {
            $0.shown?.pointee.selinuxDisabled ?? Setting()
        },
        .judged(
            "nodeAgent",
            "Whether it is an agent of the nodes: of a DaemonSet under an account of its own, its image of a fixed version, "
                + "its program the image's own and no shell, out of the host, with something of the host to work on.",
            isKept: true
        ) { NodeAgent.isOne($0) },
        .judged(
            "dedicatedService",
            "Whether it is a service with such a program that leaves its host's files and processes alone but for plug-ins' "
                + "places; or any workload with one that an operator made in its own namespace.",
            isKept: true
        ) { DedicatedService.isOne($0) },
        .setting("unmaskedPaths", "Whether paths of /proc that are normally hidden are shown.") {
            $0.shown?.pointee.unmaskedPaths ?? Setting()
        },
    ]

    private static let reach: [SchemaField<ContainerRecord>] = [
        .list(
            "devices", of: .string, "Devices of the host, by path.",
            origins: { $0.shown?.pointee.devices.map { [$0] } ?? [] }
        ) {
            Devices.paths($0.shown?.pointee.devices, in: $0.context.arena)
        },
        .texts("deviceCgroupRules", "Rules that let it make devices.") { $0.shown?.pointee.deviceCgroupRules },
        .list("mounts", of: .object(MountRecord.table.type), "Places outside its own file system that it can reach.") {
            $0.mountRecords.map { mount -> Value in .object(mount) }
        },
        .list("ports", of: .object(PortRecord.table.type), "Ports that it listens on or that lead to it.") {
            $0.portRecords.map { port -> Value in .object(port) }
        },
        .json("resources", "Limits and requests.") { $0.shown?.pointee.resources },
        SchemaField(
            "sysctls", .map(.string, .string), "Kernel parameters set for it.", isKept: true,
            isKnown: { ($0.shown?.pointee.sysctls?.count ?? 0) > 0 },
            origins: { $0.shown?.pointee.sysctls.map { [$0] } ?? [] }
        ) { Sysctls.map($0.shown?.pointee.sysctls) },
    ]
}

extension SchemaField where Record == ContainerRecord {
    fileprivate static func profile(
        _ name: String, _ documentation: String, _ read: @escaping @Sendable (Record) -> Setting<JSONText>?
    ) -> Self {
        Self(
            name, .string, documentation, isKnown: { read($0)?.value != nil },
            origins: { read($0)?.origin.map { [$0] } ?? [] }
        ) { .text(read($0)?.value ?? .none) }
    }
}
