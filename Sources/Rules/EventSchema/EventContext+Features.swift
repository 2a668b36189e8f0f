internal import JSONView
internal import SecurityEvents

extension EventContext {
    /// What the event has itself, or all of its containers together.
    package var eventFeatures: Features {
        if let eventFeaturesMade { return eventFeaturesMade }
        let made = makeEventFeatures()
        eventFeaturesMade = made
        return made
    }

    /// What the event and one of its containers have, as far as it is asked.
    ///
    /// - Parameters:
    ///   - position: the container's position in the event.
    ///   - asked: features that matter; others may be left out.
    /// - Returns: the features.
    package func features(ofContainer position: Int, asked: Features) -> Features {
        let record = record(ofContainer: position)
        var features = eventFeatures.union(record.ownFeatures)
        if asked.contains(.mutableTag), record.image.isTagMutable { features.insert(.mutableTag) }
        if asked.contains(.unknownRegistry), !record.image.isRegistryKnown {
            features.insert(.unknownRegistry)
        }
        if asked.contains(.componentName), isNamedAsComponent(record) { features.insert(.componentName) }
        if features.contains(.command), asked.contains(.judgedCommand), record.hasCommandText(where: isJudged) {
            features.insert(.judgedCommand)
        }
        if features.contains(.environment), asked.contains(.judgedEnvironment),
            record.hasVariable(whose: isJudged)
        {
            features.insert(.judgedEnvironment)
        }
        if features.contains(.environment), asked.contains(.numberAddress),
            record.hasVariable(whose: PackageIndexes.mayBe)
        {
            features.insert(.numberAddress)
        }
        if features.contains(.command), asked.contains(.fetchedBy), FetchedByOthers.mayBe(record) {
            features.insert(.fetchedBy)
        }
        if asked.contains(.hostMount), mayMountHost(record), mountsHost(record) { features.insert(.hostMount) }
        return features
    }

    private func isNamedAsComponent(_ record: ContainerRecord) -> Bool {
        if let name = record.shown?.pointee.name, lists.contains(name, in: ComponentNames.list) { return true }
        if let componentLabel { return componentLabel }
        let found = ComponentNames.hasLabel(shownEvent, lists)
        componentLabel = found
        return found
    }

    /// Whether a container may mount a path of the host: false only where it does not.
    private func mayMountHost(_ record: ContainerRecord) -> Bool {
        if let volumes = record.volumes, let judged = volumesJudged, judged.volumes.isSamePlace(as: volumes) {
            return judged.mayHoldHost
        }
        return record.mayMountHost
    }

    private func isJudged(_ text: JSONText) -> Bool {
        CommandSigns.maySay(text) && commandJudgements.judge(text, by: 0, CommandJudgement.judge)
    }

    private func mountsHost(_ record: ContainerRecord) -> Bool {
        record.mountRecords.contains { $0.mount.kind == .host }
    }

    private func makeEventFeatures() -> Features {
        var features: Features = []
        // What an exec is about has a namespace and nothing else.
        if let namespace = workload.namespace, lists.contains(namespace, in: "system_namespaces") {
            features.insert(.systemNamespace)
        }
        // Asked by pattern and field by field: a comparison with nil and a call on it copy the workload.
        guard case .some = event.workload else { return features }
        features.formUnion(placeFeatures)
        if event.workload?.hostNetwork.value == true { features.insert(.hostNetwork) }
        if event.workload?.hostPID.value == true { features.insert(.hostPID) }
        if event.workload?.hostIPC.value == true { features.insert(.hostIPC) }
        if event.workload?.isMirrorPod == true { features.insert(.mirrorPod) }
        let volumes = event.workload?.volumes
        let isKubernetes = event.workload?.platform == .kubernetes
        // An engine names no volumes: any mount may be one of the host.
        let mayHaveHostVolume = !isKubernetes || volumes.map(Workload.mayHoldHost) ?? false
        if isKubernetes, let volumes { volumesJudged = (volumes, mayHaveHostVolume) }
        if isKubernetes, let volumes, PluginPaths.mayStand(in: volumes) { features.insert(.pluginVolume) }
        if mountsHost(mayHaveHostVolume: mayHaveHostVolume) { features.insert(.workloadHostMount) }
        return features
    }

    /// Where the workload runs, and for how long.
    private var placeFeatures: Features {
        var features: Features = []
        if let node = event.workload?.node, !node.isEmpty { features.insert(.namedNode) }
        if event.workload?.nodeSelector != nil || event.workload?.affinity != nil || event.workload?.tolerations != nil
            || features.contains(.namedNode) || event.workload?.platform == .docker
        {
            features.insert(.placed)
        } else if let spec = event.workload?.spec, spec["nodeName"] != nil {
            features.insert(.placed)
        }
        if event.workload?.removesItself.value == true { features.insert(.removesItself) }
        if let kind = event.workload?.kind {
            if kind == "Job" || kind == "CronJob" { features.insert(.job) }
        } else if let name = event.workload?.kindName, name == "Job" || name == "CronJob" {
            features.insert(.job)
        }
        return features
    }

    private func mountsHost(mayHaveHostVolume: Bool) -> Bool {
        for position in event.containers.indices {
            let record = record(ofContainer: position)
            if mayMountHost(record), mountsHost(record) { return true }
        }
        guard mayHaveHostVolume, let workload = event.workload else { return false }
        return workload.unmountedVolumes(by: event.containers).contains { $0.kind == .host }
    }
}

extension ContainerRecord {
    /// What the container has by itself, as far as it is seen without putting lists together.
    fileprivate var ownFeatures: Features {
        var features: Features = []
        guard let container = shown else { return features }
        if container.pointee.hostProcess?.bool == true { features.insert(.hostProcess) }
        if container.pointee.privileged?.bool == true { features.insert(.privileged) }
        if container.pointee.unmaskedPaths.value == true { features.insert(.unmaskedPaths) }
        if container.pointee.capabilitiesAdded != nil { features.insert(.capabilities) }
        if container.pointee.devices != nil || container.pointee.deviceCgroupRules != nil { features.insert(.devices) }
        if container.pointee.mayBeUnconfined { features.insert(.unconfined) }
        if container.pointee.mayOpenHostPort { features.insert(.hostPort) }
        if container.pointee.command != nil || container.pointee.args != nil || !container.pointee.probes.isEmpty {
            features.insert(.command)
        }
        if container.pointee.env != nil { features.insert(.environment) }
        if container.pointee.sysctls != nil { features.insert(.sysctls) }
        if container.pointee.workingDirectory != nil { features.insert(.workingDirectory) }
        return features
    }

    fileprivate var volumes: JSONValue? { shown?.pointee.platform == .kubernetes ? shown?.pointee.volumes : nil }
    fileprivate var mayMountHost: Bool { shown?.pointee.mayMountHost ?? false }

    fileprivate func hasVariable(whose test: (JSONText) -> Bool) -> Bool {
        guard let container = shown else { return false }
        // Where somebody's test is called meanwhile, the compiler copies the container.
        if container.pointee.platform != .kubernetes { return container.pointee.hasVariable(whose: test) }
        return container.pointee.env.map { Container.hasVariable($0, whose: test) } ?? false
    }
}
