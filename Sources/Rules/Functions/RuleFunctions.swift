package import CEL
internal import JSONView

/// The functions that rules have beside CEL's own.
package enum RuleFunctions {
    /// The functions as a library.
    package static func library(lists: RuleLists) -> Library {
        let cache = JudgementCache()
        let onLists = [inList(lists), listIsEmpty(lists), isSensitiveHostPath(lists)]
        return Library("tallyman", overloads: onLists + judgements(cache) + [decoded(cache), addresses])
    }

    private static func inList(_ lists: RuleLists) -> Overload {
        Overload(
            id: "inList_string_string", function: "inList", parameters: [.string, .string], result: .bool,
            documentation: "Whether a text is a member of a named list."
        ) { arguments in
            guard let text = arguments.text(0), let name = arguments.text(1) else { return .bool(false) }
            return .bool(lists.contains(text, in: name))
        }
    }

    private static func listIsEmpty(_ lists: RuleLists) -> Overload {
        Overload(
            id: "listIsEmpty_string", function: "listIsEmpty", parameters: [.string], result: .bool,
            documentation: "Whether a named list has no members, or does not exist."
        ) { arguments in
            .bool(arguments.text(0).map { lists.isEmpty($0) } ?? true)
        }
    }

    private static func isSensitiveHostPath(_ lists: RuleLists) -> Overload {
        Overload(
            id: "isSensitiveHostPath_string", function: "isSensitiveHostPath", parameters: [.string], result: .bool,
            documentation:
                "Whether a path is the host's root, or in the list sensitive_host_paths, below a member or above one."
        ) { arguments in
            .bool(arguments.text(0).map(lists.isSensitiveHostPath) ?? false)
        }
    }

    private static func judgements(_ cache: JudgementCache) -> [Overload] {
        [
            judgement(
                0, cache, "isHostRoot", "Whether a path is the host's root, however it is spelt.", HostPath.isRoot),
            judgement(
                1, cache, "isRuntimeSocket",
                "Whether a path is a container runtime's socket or the folder that has one.",
                HostPath.isRuntimeSocket),
            judgement(
                2, cache, "runsShell", "Whether a command line starts a shell, nsenter, chroot or netcat.",
                RunsShell.judge),
            judgement(
                3, cache, "entersHost", "Whether a command steps out of its container into the host.", EntersHost.judge),
            judgement(
                4, cache, "decodesAndRuns", "Whether a command decodes something and runs it.", DecodeAndRun.judge),
            judgement(
                5, cache, "looksEncoded", "Whether a text carries a long encoded payload.", Payloads.looksEncoded),
            judgement(
                6, cache, "downloadsAndRuns", "Whether a command fetches something and runs it.", DownloadAndRun.judge),
            judgement(
                7, cache, "looksLikeMiner", "Whether a command has the shape of a cryptocurrency miner's.",
                MinerShape.judge),
            judgement(
                8, cache, "writesPersistence", "Whether a command writes where a host starts things from.",
                PersistenceWrite.judge),
            judgement(
                9, cache, "reverseShell", "Whether a command gives a shell to somebody over the network.",
                ReverseShell.judge),
            judgement(
                10, cache, "isSecretName", "Whether a name is one that secrets are kept under.", SecretName.judge),
            judgement(
                11, cache, "waitsToBeEntered",
                "Whether a command does nothing but wait, or opens a shell, so that somebody can enter it.",
                WaitsToBeEntered.judge),
            judgement(
                12, cache, "runsFetchedCode",
                "Whether a command runs or installs what it takes from a repository or an address.", FetchedCode.judge),
            judgement(
                13, cache, "readsCredentials",
                "Whether a command reads files or addresses that keep credentials; writing them is no reading.",
                CredentialRead.any),
            judgement(
                14, cache, "readsClusterCredentials",
                "Whether a command reads the credentials of a service account, of the kubelet or of the cluster.",
                CredentialRead.ofCluster),
            judgement(
                15, cache, "setsKernelLimits",
                "Whether a command does nothing but set the kernel's limits or the rules of its own network.",
                KernelLimits.judge),
            judgement(
                16, cache, "startsOwnProgram",
                "Whether a command only starts programs of the image itself, with or without a shell.",
                OwnProgram.judge),
            judgement(
                17, cache, "runsFromMemory", "Whether a command runs a program out of memory, without a file.",
                MemoryExecution.judge),
            judgement(
                18, cache, "sendsCredentials",
                "Whether a command sends credentials to somewhere that is not the cluster itself.",
                CredentialSend.judge),
            judgement(
                19, cache, "opensReverseTunnel",
                "Whether a command lets another machine in through a connection that it makes itself (ssh -R).",
                ReverseTunnel.judge),
            judgement(
                20, cache, "deploysTakeover",
                "Whether a command deploys a container that takes over the machine it runs on.",
                HostileDeployment.judge),
            judgement(
                21, cache, "sendsFile",
                "Whether a command sends a file, or what it reads of one, to an address that is a bare public number.",
                CredentialSend.sendsFile),
        ]
    }

    private static func judgement(
        _ number: Int, _ cache: JudgementCache, _ name: String, _ documentation: String,
        _ judge: @escaping @Sendable (JSONText) -> Bool
    ) -> Overload {
        let isAboutCommands = CommandJudgement.functions.contains(name)
        return Overload(
            id: name + "_string", function: name, parameters: [.string], result: .bool, documentation: documentation
        ) { arguments in
            guard let text = arguments.text(0) else { return .bool(false) }
            return .bool(
                cache.judge(text, by: number) { text in
                    isAboutCommands ? AssembledCommand.judge(text, judge) : judge(text)
                })
        }
    }

    private static let addresses = Overload(
        id: "addresses_string", function: "addresses", parameters: [.string], result: .list(.string),
        documentation: "The web addresses that stand in a text, as they are written."
    ) { arguments in
        let found = arguments.text(0).map(Addresses.all) ?? []
        if found.isEmpty { return .list(SchemaValue.emptyList) }
        return .list(ListValue(found.map { .string(String($0)) }))
    }

    private static func decoded(_ cache: JudgementCache) -> Overload {
        Overload(
            id: "decoded_string", function: "decoded", parameters: [.string], result: .list(.string),
            documentation: "The payloads found encoded inside a text (base64, hexadecimal, gzip), decoded."
        ) { arguments in
            let payloads = arguments.text(0).map(cache.payloads) ?? []
            if payloads.isEmpty { return .list(SchemaValue.emptyList) }
            return .list(ListValue(payloads.map { .string($0) }))
        }
    }
}
