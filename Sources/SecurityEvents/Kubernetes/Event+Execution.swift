import JSONView

extension Event {
    /// Reads what is run, and where, from the query of an exec or attach request.
    ///
    /// The decoded words stand nowhere in the record, so they become a document of their own, attached under the name
    /// of the field that they stood in.
    mutating func readExecution(from uri: JSONText, parser: JSONParser) {
        guard let query = RequestQuery(of: uri) else { return }
        var words: [[UInt8]] = []
        var options = CompactJSON()
        options.write(raw: "{")
        var container: [UInt8]?
        for (name, value) in query.pairs() {
            if name.elementsEqual("command".utf8) || name.elementsEqual("cmd".utf8) {
                words.append(value)
            } else if name.elementsEqual("container".utf8) {
                container = container ?? value
            } else if name.elementsEqual("stdin".utf8) || name.elementsEqual("tty".utf8)
                || name.elementsEqual("stdout".utf8) || name.elementsEqual("stderr".utf8)
                || name.elementsEqual("input".utf8)
            {
                options.write(string: name.elementsEqual("input".utf8) ? Array("stdin".utf8) : name)
                // As Go's query decoding: only "false" and "0" are false.
                let isFalse = value.elementsEqual("false".utf8) || value.elementsEqual("0".utf8)
                options.write(raw: isFalse ? ":false," : ":true,")
            }
        }
        if let container {
            options.write(raw: "\"container\":")
            options.write(string: container)
            options.write(raw: ",")
        }
        options.write(raw: "\"command\":[")
        for (position, word) in words.enumerated() {
            if position > 0 { options.write(raw: ",") }
            options.write(string: word)
        }
        options.write(raw: "]}")
        guard let document = try? parser.parse(options.bytes) else { return }
        attachments.append(Attachment(label: "requestURI", document: document))
        readExecution(options: document.root)
    }

    /// Reads PodExecOptions or PodAttachOptions.
    mutating func readExecution(options: JSONValue) {
        var execution = execution ?? Execution()
        if let command = options["command"]?.array(&faults), command.count > 0 { execution.command = command }
        if let container = options["container"]?.text(&faults), !container.isEmpty { execution.container = container }
        if let tty = options["tty"]?.bool(&faults) { execution.tty = tty }
        if let stdin = options["stdin"]?.bool(&faults) { execution.stdin = stdin }
        self.execution = execution
    }
}
