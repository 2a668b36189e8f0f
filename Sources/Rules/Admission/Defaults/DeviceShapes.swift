internal import JSONView

extension ShapeTable {
    /// Claims of devices (`k8s.io/kubernetes/pkg/apis/resource`); when a taint of a device was added is not known.
    static let devices: [ShapeName: ObjectShape] = [
        .resourceClaim: ObjectShape(fields: ["metadata": .metadata, "spec": .resourceClaimSpec]),
        .resourceClaimTemplate: ObjectShape(fields: ["metadata": .metadata, "spec": .ephemeralResourceClaim]),
        .ephemeralResourceClaim: ObjectShape(fields: ["metadata": .metadata, "spec": .resourceClaimSpec]),
        .resourceClaimSpec: ObjectShape(fields: ["devices": .resourceDevices]),
        .resourceDevices: ObjectShape(fields: ["requests": .deviceRequest]),
        .deviceRequest: ObjectShape(
            fields: ["exactly": .exactDeviceRequest, "firstAvailable": .exactDeviceRequest],
            // Until v1beta1 a request says itself what it is for.
            computed: { isUnset($0["deviceClassName"]) ? [] : exactCount($0) }),
        .exactDeviceRequest: ObjectShape(computed: { exactCount($0) }),
    ]

    private static func exactCount(_ request: JSONValue) -> [ObjectShape.Member] {
        let isExact = isUnset(request["allocationMode"]) || request["allocationMode"]?.string == "ExactCount"
        return [("allocationMode", .text("ExactCount"))] + (isExact ? [("count", .number(1))] : [])
    }
}
