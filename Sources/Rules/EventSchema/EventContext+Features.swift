internal import JSONView
internal import SecurityEvents

extension EventContext {
    /// What the event's workload and one of its containers have.
    package func features(ofContainer position: Int?) -> Features {
        var features = workloadFeaturesMade ?? workloadFeatures
        workloadFeaturesMade = features
        guard let position else { return features }
        let record = record(ofContainer: position)
        guard let container = record.container else { return features }
        if container.privileged?.bool == true { features.insert(.privileged) }
        if container.unmaskedPaths.value == true { features.insert(.unmaskedPaths) }
        if container.command != nil || container.args != nil || !container.probes.isEmpty {
            features.insert(.command)
            if record.commandTexts.contains(where: isJudged) { features.insert(.judgedCommand) }
        }
        if container.env != nil {
            features.insert(.environment)
            let variables = container.environment()
            if variables.contains(where: { $0.value.map(isJudged) ?? false }) { features.insert(.judgedEnvironment) }
        }
        if container.capabilitiesAdded != nil { features.insert(.capabilities) }
        if container.devices != nil { features.insert(.devices) }
        if record.mountRecords.contains(where: { $0.mount.kind == .host }) { features.insert(.hostMount) }
        return features
    }

    private func isJudged(_ text: JSONText) -> Bool {
        commandJudgements.judge(text, by: 0, CommandJudgement.judge)
    }

    private var workloadFeatures: Features {
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
        let isMounted = (0..<containerCount).contains { position in
            record(ofContainer: position).mountRecords.contains { $0.mount.kind == .host }
        }
        return isMounted || workload.unmountedVolumes(by: event.containers).contains { $0.kind == .host }
    }
}
