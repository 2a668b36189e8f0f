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
        var features = eventFeatures
        let record = record(ofContainer: position)
        guard let container = record.container else { return features }
        if container.hostProcess?.bool == true { features.insert(.hostProcess) }
        if container.privileged?.bool == true { features.insert(.privileged) }
        if container.unmaskedPaths.value == true { features.insert(.unmaskedPaths) }
        if container.capabilitiesAdded != nil { features.insert(.capabilities) }
        if container.devices != nil || container.deviceCgroupRules != nil { features.insert(.devices) }
        if container.mayBeUnconfined { features.insert(.unconfined) }
        if container.mayOpenHostPort { features.insert(.hostPort) }
        if asked.contains(.mutableTag), record.image.isTagMutable { features.insert(.mutableTag) }
        if asked.contains(.unknownRegistry), !record.image.isRegistryKnown { features.insert(.unknownRegistry) }
        if container.command != nil || container.args != nil || !container.probes.isEmpty {
            features.insert(.command)
            if asked.contains(.judgedCommand), record.commandTexts.contains(where: isJudged) {
                features.insert(.judgedCommand)
            }
        }
        if container.env != nil {
            features.insert(.environment)
            if asked.contains(.judgedEnvironment), container.hasVariable(whose: isJudged) {
                features.insert(.judgedEnvironment)
            }
        }
        if asked.contains(.hostMount), container.mayMountHost, mountsHost(record) { features.insert(.hostMount) }
        return features
    }

    private func isJudged(_ text: JSONText) -> Bool {
        CommandSigns.maySay(text) && commandJudgements.judge(text, by: 0, CommandJudgement.judge)
    }

    private func mountsHost(_ record: ContainerRecord) -> Bool {
        record.mountRecords.contains { $0.mount.kind == .host }
    }

    private func makeEventFeatures() -> Features {
        guard let workload = event.workload else { return [] }
        var features: Features = []
        if workload.hostNetwork.value == true { features.insert(.hostNetwork) }
        if workload.hostPID.value == true { features.insert(.hostPID) }
        if workload.hostIPC.value == true { features.insert(.hostIPC) }
        if workload.isMirrorPod { features.insert(.mirrorPod) }
        if mountsHost(workload) { features.insert(.workloadHostMount) }
        return features
    }

    private func mountsHost(_ workload: Workload) -> Bool {
        for position in event.containers.indices {
            let record = record(ofContainer: position)
            if record.container?.mayMountHost ?? false, mountsHost(record) { return true }
        }
        return workload.mayHaveHostVolume
            && workload.unmountedVolumes(by: event.containers).contains { $0.kind == .host }
    }
}
