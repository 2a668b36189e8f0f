import JSONView

extension DockerEventsReader {
    /// What an event of a type means, in Tallyman's words.
    static func action(_ kind: JSONText, _ verb: JSONText) -> Action {
        let table: [(StaticString, Action)]
        switch true {
        case kind == "container": table = containerActions
        case kind == "image", kind == "builder": table = imageActions
        case kind == "service": table = [("create", .create), ("update", .modify), ("remove", .delete)]
        case kind == "plugin":
            table = [
                ("create", .create), ("enable", .start), ("pull", .image), ("disable", .stop), ("remove", .delete),
            ]
        case kind == "network":
            table = [("connect", .modify), ("disconnect", .modify), ("destroy", .delete), ("remove", .delete)]
        case kind == "daemon": table = [("reload", .modify)]
        default: table = [("destroy", .delete), ("remove", .delete), ("update", .modify), ("prune", .delete)]
        }
        return table.first { verb == $0.0 }?.1 ?? .other
    }

    private static let containerActions: [(StaticString, Action)] = [
        ("create", .create), ("start", .start), ("restart", .start), ("exec_create", .exec), ("exec_start", .exec),
        ("attach", .attach), ("update", .modify), ("rename", .modify), ("unpause", .modify), ("restore", .start),
        ("checkpoint", .modify), ("die", .stop), ("kill", .stop), ("stop", .stop), ("pause", .stop), ("oom", .stop),
        ("destroy", .delete), ("prune", .delete), ("commit", .image), ("archive-path", .read), ("copy", .read),
        ("export", .read), ("extract-to-dir", .connect), ("top", .read),
    ]

    private static let imageActions: [(StaticString, Action)] = [
        ("pull", .image), ("load", .image), ("import", .image), ("tag", .image), ("create", .image), ("build", .image),
        ("untag", .delete), ("delete", .delete), ("prune", .delete), ("save", .read), ("push", .other),
    ]
}
