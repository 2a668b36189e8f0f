internal import JSONView

/// How the API server completes one kind of object, or one part of them.
struct ObjectShape: Sendable {
    /// A member and its value.
    typealias Member = (key: String, value: DefaultValue)

    /// The shapes of the objects in some fields, or of the elements of their lists.
    var fields: [String: ShapeName] = [:]
    /// What is put where nothing is, in order.
    var defaults: [Member] = []
    /// What is put where nothing is and depends on the object.
    var computed: (@Sendable (JSONValue) -> [Member])?
    /// What takes the place of what is written.
    var replaced: (@Sendable (JSONValue) -> [Member])?
    /// What is put into the objects of some fields and depends on this one.
    var inherited: (@Sendable (JSONValue) -> [String: [Member]])?
    /// Fields that are read and never shown.
    var hidden: Set<String> = []
    /// Fields that are left out when they are false: those of Go's plain `bool`.
    var plainBools: Set<String> = []
    /// Fields that are left out when they are 0: those of Go's plain integers.
    var plainNumbers: Set<String> = []
    /// Fields that are amounts, or maps of them: they are read and written again in their shortest form.
    var quantities: Set<String> = []
    /// Whether empty texts are left out, except names.
    var dropsEmptyTexts = false
    /// Lists that stay when they are empty.
    var keptLists: Set<String> = []
    /// Maps that are left out when they are empty, beside those that are everywhere.
    var maps: Set<String> = []
    /// Fields that stay as they are written, whatever is in them.
    var untouched: Set<String> = []
    /// Whether all fields stay as they are written that have no shape.
    var keepsOthers = false
}

/// The kinds of objects, and of parts of them, that the API server completes.
enum ShapeName: Int, CaseIterable, Sendable {
    /// What has no defaults of its own: what is null or empty is left out.
    case plain
    /// Objects of Kubernetes' own kinds without defaults, and of others.
    case other, custom
    case metadata, namespaceMetadata
    case pod, podSpec, template, templateSpec, container, hostContainer, templateContainer, ephemeralContainer, port,
        hostPort, resources, templateResources, emptyDirectory, probe, lifecycle,
        handler, httpGet, grpc, environmentVariable, valueSource, fieldReference, volume, projected, projectedSource,
        fileMode, downwardFiles, valueFiles, fieldFile, ephemeralVolume, ephemeralClaim, imageVolume, iscsi, rbd,
        azureDisk, scaleIO,
        serviceAccountToken, hostPath, mount
    case deployment, deploymentSpec, rollingDeployment, statefulSet, statefulSetSpec, statefulSetUpdate,
        rollingStatefulSet, claimRetention, claimTemplate, daemonSet, daemonSetSpec, rollingDaemonSet, replicaSet,
        replicaSetSpec, replicationController, replicationControllerSpec, job, jobSpec, podFailurePolicy,
        podFailureRule, podFailureCondition, cronJob, cronJobSpec, jobTemplate, cronJobJobSpec, podTemplate
    case service, serviceSpec, servicePort, secret, claim, claimSpec, networkPolicy, networkPolicySpec,
        networkPolicyRule, roleBinding, roleReference, subject, namespace, autoscaler, autoscalerSpec,
        targetAutoscaler, targetAutoscalerSpec, scaling
    case persistentVolume, persistentVolumeSpec, storageClass, storageDriver, storageDriverSpec, priorityClass,
        limitRange, limitRangeSpec, limit, quota, quotaSpec, endpoints, endpointSubset, endpointSlice, endpointPort,
        ingressClass, ingressClassSpec, ingressClassParameters, definition, definitionSpec, definitionVersion,
        webhooks, mutatingWebhooks, webhook, mutatingWebhook, webhookClient, webhookService, webhookRule,
        controllerRevision
    case resourceClaim, resourceClaimTemplate, ephemeralResourceClaim, resourceClaimSpec, resourceDevices,
        deviceRequest, exactDeviceRequest
}
