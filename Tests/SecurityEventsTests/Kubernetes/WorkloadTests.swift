import JSONView
import SecurityEvents
import Testing

@Suite("Kubernetes workloads")
struct WorkloadTests {
    static let podSpec =
        #"{"hostPID":true,"hostNetwork":false,"serviceAccountName":"app","nodeName":"n1","volumes":[{"name":"h","hostPath":{"path":"/","type":"Directory"}},{"name":"t","secret":{"secretName":"s"}},{"name":"u","emptyDir":{}}],"securityContext":{"runAsUser":0,"seccompProfile":{"type":"Unconfined"},"sysctls":[{"name":"a","value":"b"}]},"initContainers":[{"name":"i","image":"init"},{"name":"s","image":"side","restartPolicy":"Always"}],"containers":[{"name":"c","image":"ubuntu:latest","command":["sh"],"args":["-c","id"],"securityContext":{"privileged":true,"runAsUser":7,"capabilities":{"add":["SYS_ADMIN"],"drop":["ALL"]},"procMount":"Unmasked","seLinuxOptions":{"type":"spc_t"}},"ports":[{"containerPort":80,"hostPort":8080,"hostIP":"0.0.0.0","protocol":"UDP","name":"web"}],"env":[{"name":"A","value":"1"},{"name":"B","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}}],"envFrom":[{"configMapRef":{"name":"cm"}}],"volumeMounts":[{"name":"h","mountPath":"/host","readOnly":true,"mountPropagation":"Bidirectional"},{"name":"t","mountPath":"/s","subPath":"x"}],"volumeDevices":[{"name":"d","devicePath":"/dev/xvda"}],"livenessProbe":{"exec":{"command":["true"]}},"readinessProbe":{"httpGet":{"path":"/"}},"lifecycle":{"postStart":{"exec":{"command":["curl","x"]}}}}]}"#

    @Test(
        "The pod template is found in every kind",
        arguments: [
            ("pods", nil, "Pod", #"{"kind":"Pod","spec":SPEC}"#),
            (
                "deployments", "apps", "Deployment",
                #"{"kind":"Deployment","apiVersion":"apps/v1","spec":{"replicas":2,"template":{"metadata":{"labels":{"a":"b"}},"spec":SPEC}}}"#
            ),
            ("deployments", "extensions", "Deployment", #"{"spec":{"template":{"spec":SPEC}}}"#),
            ("statefulsets", "apps", "StatefulSet", #"{"spec":{"template":{"spec":SPEC}}}"#),
            ("daemonsets", "apps", "DaemonSet", #"{"spec":{"template":{"spec":SPEC}}}"#),
            ("replicasets", "apps", "ReplicaSet", #"{"spec":{"template":{"spec":SPEC}}}"#),
            ("replicationcontrollers", nil, "ReplicationController", #"{"spec":{"template":{"spec":SPEC}}}"#),
            ("jobs", "batch", "Job", #"{"spec":{"ttlSecondsAfterFinished":5,"template":{"spec":SPEC}}}"#),
            (
                "cronjobs", "batch", "CronJob",
                #"{"spec":{"schedule":"* * * * *","jobTemplate":{"spec":{"template":{"spec":SPEC}}}}}"#
            ),
            ("podtemplates", nil, "PodTemplate", #"{"template":{"spec":SPEC}}"#),
            ("sandboxes", "agents.x-k8s.io", "Sandbox", #"{"kind":"Sandbox","spec":{"podTemplate":{"spec":SPEC}}}"#),
            (
                "deploymentconfigs", "apps.openshift.io", "DeploymentConfig",
                #"{"kind":"DeploymentConfig","spec":{"template":{"spec":SPEC}}}"#
            ),
        ] as [(String, String?, String, String)])
    func kinds(_ resource: String, _ group: String?, _ kind: String, _ object: String) throws {
        let text = object.split(separator: "SPEC", omittingEmptySubsequences: false).joined(separator: Self.podSpec)
        let event = try #require(LogReading(resource: resource, group: group, request: text).events.first)
        let workload = try #require(event.workload)
        #expect(workload.kindText == kind)
        #expect(workload.name.string == "web")
        #expect(workload.hostPID.value == true)
        #expect(workload.hostNetwork.value == false)
        #expect(workload.hostIPC.value == nil)
        #expect(workload.serviceAccount.string == "app")
        #expect(event.containers.map { $0.image?.string } == ["ubuntu:latest", "init", "side"])
        #expect(event.containers.map(\.role) == [.main, .`init`, .sidecar])
        #expect(workload.hostPID.origin.flatMap { event.path(of: $0) }?.hasSuffix(".hostPID") == true)
    }

    @Test("A container's security is its own, then its Pod's")
    func security() throws {
        let event = try #require(LogReading(request: #"{"kind":"Pod","spec":\#(Self.podSpec)}"#).events.first)
        let container = try #require(event.containers.first)
        #expect(container.privileged?.bool == true)
        #expect(container.runAsUser?.int64 == 7)
        #expect(event.containers[1].runAsUser?.int64 == 0)
        #expect(container.seccomp.value.string == "Unconfined")
        #expect(container.capabilitiesAdded?[0]?.string == "SYS_ADMIN")
        #expect(container.unmaskedPaths.value == true)
        #expect(container.selinuxDisabled.value == true)
        #expect(container.sysctls?.count == 1)
        #expect(container.furtherCommands().map { $0[0]?.string } == ["true", "curl"])
    }

    @Test(
        "What the node's own file server exports is a path of the host",
        arguments: [
            ("127.0.0.1", Mount.Kind.host), ("127.9.8.7", .host), ("localhost", .host), ("::1", .host),
            ("10.0.0.1", .plugin), ("127.0.0.1.example.com", .plugin), ("localhost.example.com", .plugin),
        ])
    func fileServer(_ server: String, _ kind: Mount.Kind) throws {
        let spec =
            #"{"containers":[{"name":"a","image":"a","volumeMounts":[{"name":"v","mountPath":"/m"}]}],"#
            + #""volumes":[{"name":"v","nfs":{"server":"\#(server)","path":"/etc"}}]}"#
        let event = try #require(LogReading(request: #"{"kind":"Pod","spec":\#(spec)}"#).events.first)
        let mount = try #require(event.containers.first?.mounts().first)
        #expect(mount.kind == kind)
        #expect(mount.source.string == "/etc")
        #expect(event.path(of: mount.origin) == "requestObject.spec.volumes[0].nfs.path")
    }

    @Test("Mounts are joined with their volumes, ports and variables listed")
    func lists() throws {
        let event = try #require(LogReading(request: #"{"kind":"Pod","spec":\#(Self.podSpec)}"#).events.first)
        let container = try #require(event.containers.first)
        let mounts = container.mounts()
        #expect(mounts.map(\.kind) == [.host, .secret, .device])
        #expect(mounts[0].source.string == "/")
        #expect(mounts[0].target.string == "/host")
        #expect(mounts[0].isReadOnly)
        #expect(mounts[0].propagation.string == "Bidirectional")
        #expect(mounts[0].hostPathType.string == "Directory")
        #expect(mounts[1].subPath.string == "x")
        #expect(event.path(of: mounts[0].origin) == "requestObject.spec.volumes[0].hostPath.path")
        #expect(event.mounts().map(\.kind) == [.host, .secret, .device, .emptyDirectory])
        let port = try #require(container.portList().first)
        #expect((port.container, port.host) == (80, 8080))
        #expect(port.hostIP.string == "0.0.0.0")
        #expect(port.transport.string == "UDP")
        let variables = container.environment()
        #expect(variables.map { String($0.name) } == ["A", "B", "cm"])
        #expect(variables.map { $0.from.string } == [nil, "secretKeyRef", "configMapRef"])
        #expect(variables[0].value.string == "1")
    }

    @Test("A patch is read from the result where it was logged, from the patch where not")
    func patches() throws {
        let patch =
            #"{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"evil"},{"$patch":"delete","name":"old"}]}}}}"#
        let whole =
            #"{"kind":"Deployment","metadata":{"name":"web","uid":"d1"},"spec":{"template":{"spec":{"containers":[{"name":"web","image":"evil"},{"name":"b","image":"b"}]}}}}"#
        let alone = try #require(
            LogReading(audit: "patch", resource: "deployments", group: "apps", code: 200, request: patch).events.first)
        #expect(alone.containers.map { $0.image?.string } == ["evil"])
        let both = try #require(
            LogReading(
                audit: "patch", resource: "deployments", group: "apps", code: 200, request: patch, response: whole
            )
            .events.first)
        #expect(both.containers.map { $0.image?.string } == ["evil", "b"])
        #expect(both.workload?.uid.string == "d1")
        #expect(both.object?["spec"] != nil)
    }

    @Test(
        "What a JSON patch adds is read in the object's shape",
        arguments: [
            (
                #"[{"op":"add","path":"/spec/template/spec/containers/-","value":{"name":"x","image":"evil"}}]"#,
                ["evil"]
            ),
            (#"[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"evil"}]"#, ["evil"]),
            (
                #"[{"op":"add","path":"/spec/template/spec/containers","value":[{"image":"good"}]},{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"evil"}]"#,
                ["evil"]
            ),
            (
                #"[{"op":"add","path":"/spec/template/spec/containers/0","value":{"image":"evil"}},{"op":"add","path":"/spec/template/spec/containers/0","value":{"image":"good"}}]"#,
                ["evil", "good"]
            ),
            (
                #"[{"op":"add","path":"","value":{"spec":{"template":{"spec":{"containers":[{"image":"evil"}]}}}}}]"#,
                ["evil"]
            ),
            (
                #"[{"op":"test","path":"/spec/template/spec/containers/0/image","value":"x"},{"op":"remove","path":"/metadata"}]"#,
                []
            ),
        ])
    func jsonPatch(_ patch: String, _ images: [String]) throws {
        let event = try #require(
            LogReading(audit: "patch", resource: "deployments", group: "apps", code: 200, request: patch).events.first)
        #expect(event.containers.compactMap { $0.image?.string } == images)
        #expect(event.body == .present)
    }

    /// A Pod as Kubernetes 1.35 takes it, with what is new since 1.31.
    static let modern =
        #"{"hostUsers":false,"resources":{"limits":{"cpu":"1"}},"resourceClaims":[{"name":"gpu","resourceClaimName":"g"}],"securityContext":{"supplementalGroupsPolicy":"Strict","seLinuxChangePolicy":"Recursive"},"volumes":[{"name":"tools","image":{"reference":"registry.example.com/tools:1","pullPolicy":"Always"}},{"name":"spare","image":{"reference":"spare"}},{"name":"trust","projected":{"sources":[{"clusterTrustBundle":{"name":"x","path":"ca"}},{"podCertificate":{"signerName":"e.com/s","keyType":"ED25519"}}]}}],"initContainers":[{"name":"once","image":"once","restartPolicy":"Never","restartPolicyRules":[{"action":"Restart","exitCodes":{"operator":"In","values":[42]}}]}],"containers":[{"name":"c","image":"web:1","restartPolicy":"OnFailure","resizePolicy":[{"resourceName":"cpu","restartPolicy":"NotRequired"}],"lifecycle":{"stopSignal":"SIGUSR1"},"env":[{"name":"A","valueFrom":{"fileKeyRef":{"volumeName":"u","path":"env","key":"A"}}}],"volumeMounts":[{"name":"tools","mountPath":"/tools","subPath":"bin"},{"name":"trust","mountPath":"/trust"}]}]}"#

    @Test("what is new in a Pod is read: image volumes, a file's variables, what restarts by itself")
    func modern() throws {
        let event = try #require(
            LogReading(
                audit: "create", code: 201, request: #"{"kind":"Pod","metadata":{"name":"p"},"spec":\#(Self.modern)}"#
            ).events.first)
        #expect(event.faults.isEmpty)
        #expect(event.workload?.hostUsers.value == false)
        #expect(event.containers.map(\.role) == [.main, .`init`])
        let container = try #require(event.containers.first)
        let mounts = container.mounts()
        #expect(mounts.map(\.kind) == [.image, .projected])
        #expect(mounts[0].source.string == "registry.example.com/tools:1")
        #expect(mounts[0].target.string == "/tools")
        #expect(mounts[0].isReadOnly)
        #expect(event.path(of: mounts[0].origin) == "requestObject.spec.volumes[0].image.reference")
        #expect(container.environment().map { $0.from.map { String($0) } } == ["fileKeyRef"])
        // One that no container mounts is fetched all the same.
        #expect(event.volumeImages().map { String($0) } == ["registry.example.com/tools:1", "spare"])
        #expect(container.furtherCommands().isEmpty)
    }

    @Test("Security settings in a JSON patch keep their place")
    func jsonPatchSecurity() throws {
        let event = try #require(
            LogReading(
                audit: "patch", resource: "deployments", group: "apps", code: 200,
                request:
                    #"[{"op":"add","path":"/spec/template/spec/containers/0/securityContext","value":{"privileged":true}},{"op":"add","path":"/spec/template/spec/volumes/-","value":{"name":"h","hostPath":{"path":"/"}}},{"op":"add","path":"/metadata/labels/1","value":"x~1y"}]"#
            ).events.first)
        let container = try #require(event.containers.first)
        #expect(container.privileged?.bool == true)
        #expect(
            container.privileged.flatMap { event.path(of: $0) }
                == "patch.spec.template.spec.containers[0].securityContext.privileged")
        #expect(event.mounts().first?.source.string == "/")
        #expect(event.workload?.labels?["1"]?.string == "x~1y")
    }

    @Test(
        "Ephemeral containers are read in every form they come in",
        arguments: [
            #"{"spec":{"ephemeralContainers":[{"name":"d","image":"alpine","targetContainerName":"web"}]}}"#,
            #"{"kind":"Pod","spec":{"hostPID":true,"containers":[{"name":"web","image":"web"}],"ephemeralContainers":[{"name":"d","image":"alpine","targetContainerName":"web"}]}}"#,
            #"{"kind":"EphemeralContainers","ephemeralContainers":[{"name":"d","image":"alpine","targetContainerName":"web"}]}"#,
            #"[{"op":"add","path":"/spec/ephemeralContainers/-","value":{"name":"d","image":"alpine","targetContainerName":"web"}}]"#,
        ])
    func ephemeral(_ body: String) throws {
        let pod =
            #"{"kind":"Pod","metadata":{"name":"web","uid":"p"},"spec":{"hostPID":true,"containers":[{"name":"web","image":"web"}],"ephemeralContainers":[{"name":"old","image":"old"},{"name":"d","image":"alpine"}]}}"#
        for response in [nil, pod] {
            let event = try #require(
                LogReading(
                    audit: "patch", subresource: "ephemeralcontainers", code: 200, request: body, response: response
                )
                .events.first)
            #expect(event.action == .modify)
            #expect(event.workload?.kindText == "Pod")
            #expect(event.containers.map { $0.image?.string } == ["alpine"])
            #expect(event.containers.first?.role == .ephemeral)
            #expect(event.containers.first?.targetContainer.string == "web")
            if response != nil { #expect(event.workload?.hostPID.value == true) }
        }
    }

    @Test(
        "A patch that changes nothing that runs is no deployment",
        arguments: [
            (#"{"metadata":{"labels":{"a":"b"}}}"#, false), (#"{"spec":{"replicas":0}}"#, false),
            (#"[{"op":"replace","path":"/spec/replicas","value":3}]"#, false),
            (#"{"spec":{"template":{"spec":{"hostPID":true}}}}"#, true),
            (#"[{"op":"add","path":"/spec/template/spec/hostPID","value":true}]"#, true),
        ])
    func harmlessPatches(_ patch: String, _ deploys: Bool) {
        let whole = #"{"kind":"Deployment","metadata":{},"spec":{"template":{"spec":{"containers":[{"name":"a"}]}}}}"#
        let event = LogReading(
            audit: "patch", resource: "deployments", group: "apps", code: 200, request: patch, response: whole
        ).events.first
        #expect((event?.workload != nil) == deploys)
        #expect(event?.containers.count == (deploys ? 1 : 0))
        #expect(event?.action == .modify)
    }

    @Test("Mirror pods are known by their annotation, profiles by the old ones")
    func annotations() throws {
        let event = try #require(
            LogReading(
                request:
                    #"{"kind":"Pod","metadata":{"annotations":{"kubernetes.io/config.mirror":"1","container.apparmor.security.beta.kubernetes.io/c":"unconfined","seccomp.security.alpha.kubernetes.io/pod":"unconfined"}},"spec":{"containers":[{"name":"c","image":"i"}]}}"#
            ).events.first)
        #expect(event.workload?.isMirrorPod == true)
        #expect(event.containers.first?.apparmor.value.string == "unconfined")
        #expect(event.containers.first?.seccomp.value.string == "unconfined")
    }

    @Test("Several templates in one resource all count")
    func severalTemplates() throws {
        let event = try #require(
            LogReading(
                resource: "jobsets", group: "jobset.x-k8s.io",
                request:
                    #"{"kind":"JobSet","spec":{"replicatedJobs":[{"template":{"spec":{"template":{"spec":{"containers":[{"name":"a","image":"a"}]}}}}},{"template":{"spec":{"template":{"spec":{"hostPID":true,"containers":[{"name":"b","image":"b"}]}}}}}]}}"#
            ).events.first)
        #expect(event.containers.map { $0.image?.string } == ["a", "b"])
        #expect(event.workload?.hostPID.value == true)
        let argo = try #require(
            LogReading(
                resource: "workflows", group: "argoproj.io",
                request:
                    #"{"kind":"Workflow","spec":{"templates":[{"name":"x","container":{"image":"argo","command":["id"]}}]}}"#
            ).events.first)
        #expect(argo.containers.map { $0.image?.string } == ["argo"])
    }

    @Test("Resources that run nothing are no workload")
    func noWorkload() {
        for (resource, group) in [
            ("services", nil), ("certificates", "cert-manager.io"), ("roles", "rbac.authorization.k8s.io"),
            ("controllerrevisions", "apps"),
        ] {
            let event = LogReading(resource: resource, group: group, request: #"{"kind":"X","spec":{"a":[{"b":{}}]}}"#)
                .events.first
            #expect(event?.workload == nil)
        }
    }
}
