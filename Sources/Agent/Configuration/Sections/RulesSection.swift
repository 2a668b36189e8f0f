/// Which rules and lists judge.
package struct RulesSection: ConfigSection {
    package var paths: [String] = []
    package var lists: [String] = []
    package var shipped = true
    package var keepSound = false

    package init() {}

    package static let path = "rules"
    package static let summary = "Which rules and lists judge; read again on SIGHUP."
    package static let keys: [ConfigKey<Self>] = [
        .paths("paths", \.paths, "Folders and files of rules to add, or to replace shipped ones of the same id."),
        .paths("lists", \.lists, "Folders and files of lists to add, or to replace shipped ones of the same name."),
        .flag("shipped", \.shipped, "Whether the shipped rules are used; shipped lists always are."),
        .flag(
            "keepSound", \.keepSound,
            "Whether to go on with the sound rules when others are faulty. Otherwise a faulty rule stops the start, and a "
                + "reload keeps the rules that were."),
    ]
}
