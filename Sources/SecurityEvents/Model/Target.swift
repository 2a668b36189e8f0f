public import JSONView

/// The object that something was done to.
public struct Target: BitwiseCopyable {
    /// The API group; nil or empty for Kubernetes' core and for Docker.
    public var apiGroup: JSONText?
    public var apiVersion: JSONText?
    /// The kind of object, as the API's paths spell it: `pods`, `containers`, `services`.
    public var resource: JSONText?
    /// The part of the object: `exec`, `ephemeralcontainers`, `start`.
    public var subresource: JSONText?
    public var namespace: JSONText?
    public var name: JSONText?
    public var uid: JSONText?
    /// The path and query that were asked for, as they were sent.
    public var requestURI: JSONText?

    /// A target of which nothing is known.
    public init() {}
}

/// A command run in a running container.
public struct Execution: BitwiseCopyable {
    /// The command's words: an array of strings, or nil where only ``commandText`` is known.
    public var command: JSONValue?
    /// The command as one text, where the source has no more.
    public var commandText: JSONText?
    /// The container, where the request names one.
    public var container: JSONText?
    public var isPrivileged: JSONValue?
    public var user: JSONText?
    public var tty: Bool?
    public var stdin: Bool?

    /// A command of which nothing is known.
    public init() {}
}
