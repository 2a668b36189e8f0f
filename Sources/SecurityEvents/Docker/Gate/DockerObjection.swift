/// Why a gate that enforces lets no such call through, whatever the rules say of it.
public enum DockerObjection: Sendable, Equatable, CustomStringConvertible {
    /// A route that changes something and is not known.
    case unknownRoute(method: String, path: String)
    /// What the route deploys does not stand in the call.
    case opaque(route: String, why: String)
    /// The path or query may be read in two ways.
    case target(DockerRequestTarget.Oddity)
    /// An old version of the API, whose calls carry settings in other places.
    case oldVersion(String)
    /// A content type that hides the body, or that readers differ on.
    case contentType(String)
    /// The engine showed no body where one decides what is deployed.
    case noBody(contentLength: Int64?)
    /// A call whose parameters a body that is not shown could replace.
    case hiddenForm(contentLength: Int64?)
    /// The body is not as long as the header says.
    case length(shown: Int, said: Int64)
    /// The body cannot be read.
    case unreadableBody(String)
    /// A body on a call that needs none, which some versions of the engine act on.
    case unexpectedBody
    /// The body can be read in two ways.
    case ambiguous(BodyAmbiguity)
    /// A build that runs its steps with less separation from the host.
    case buildSetting(name: String, value: String)
    /// A mount of the socket through which the engine, or its gate, is commanded, or of the folder that holds it.
    case ownSocket(mount: String, socket: String)
    /// The record of the call contradicts itself.
    case contradiction(String)

    /// A short word for the ledger and for counting.
    public var code: String {
        switch self {
        case .unknownRoute: "unknown-route"
        case .opaque: "opaque-route"
        case .target: "odd-path"
        case .oldVersion: "old-version"
        case .contentType: "odd-content-type"
        case .noBody: "no-body"
        case .hiddenForm: "hidden-body"
        case .length: "wrong-length"
        case .unreadableBody: "unreadable-body"
        case .unexpectedBody: "unexpected-body"
        case .ambiguous: "ambiguous-body"
        case .buildSetting: "build-setting"
        case .ownSocket: "own-socket"
        case .contradiction: "contradiction"
        }
    }

    /// What is wrong and what to do, as the caller reads it.
    public var description: String {
        switch self {
        case .unknownRoute(let method, let path):
            "\(method) \(path) is a route that the gate does not know, and it may change something"
        case .opaque(let route, let why):
            "\(why); the gate's option --allow \(route) lets such calls through unseen"
        case .target(let oddity): "\(oddity)"
        case .oldVersion(let version):
            "API version \(version) takes settings in places that newer ones do not; use 1.24 or later"
        case .contentType(let type):
            "Content-Type \(type.isEmpty ? "(none)" : type) is not one that every reader takes for the same; send application/json"
        case .noBody(let length):
            Self.noBody(length)
        case .hiddenForm(let length):
            (length.map { "the call has a body of \($0) bytes" } ?? "the call may have a body")
                + " that the engine does not show, and a form in it would count before the query; send none, and Content-Length: 0"
        case .length(let shown, let said):
            "the engine showed \(shown) bytes of a body that is \(said) bytes long"
        case .unreadableBody(let reason): "the body cannot be read as JSON: \(reason)"
        case .unexpectedBody:
            "the call carries settings in a body that only old engines take; create the container with them instead"
        case .ambiguous(let ambiguity):
            "two readers may understand the body differently: \(ambiguity); write every name once and as the API spells it"
        case .buildSetting(let name, let value):
            "the steps of the build would run with \(name) \(value); build without it"
        case .ownSocket(let mount, let socket):
            "the mount of \(mount) holds \(socket), through which the engine is commanded; mount another folder"
        case .contradiction(let text): text
        }
    }

    private static func noBody(_ length: Int64?) -> String {
        let seen =
            length.map { $0 > 0 ? "its \($0) bytes were not shown by the engine" : "it is empty" }
            ?? "it is empty, or the engine did not show it"
        return
            "the call says nothing of what it asks for: \(seen). Send a JSON body of less than 1 MiB as application/json"
    }
}
