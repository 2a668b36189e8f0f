import SecurityEvents
import Testing

@Suite("Paths and queries as the engine reads them")
struct DockerRequestTargetTests {
    static let targets: [(uri: String, path: String, version: String?, oddities: [DockerRequestTarget.Oddity])] = [
        ("/v1.41/containers/create?name=a", "/containers/create", "1.41", []),
        ("/containers/create", "/containers/create", nil, []),
        ("/v1.41/containers/%63reate", "/containers/create", "1.41", [.encoded]),
        ("/v1.41/containers%2Fcreate", "/containers/create", "1.41", [.encoded]),
        ("/v1%2E41/containers/create", "/containers/create", "1.41", [.encoded]),
        ("//v1.41/containers/create", "//v1.41/containers/create", nil, [.unclean]),
        ("/v1.41/./containers/create", "/./containers/create", "1.41", [.unclean]),
        ("/v1.41/x/../containers/create", "/x/../containers/create", "1.41", [.unclean]),
        ("/v1.41/containers/create/", "/containers/create/", "1.41", []),
        ("http://docker/v1.41/containers/create", "/containers/create", "1.41", [.absolute]),
        ("/v1.41/images/lab%2Fbusybox/tag?repo=a", "/images/lab/busybox/tag", "1.41", []),
        ("/v1.41/containers/a%20b/start", "/containers/a b/start", "1.41", []),
        ("/v1.041/containers/create", "/containers/create", "1.041", [.version("1.041")]),
        ("/v1.41.0/containers/create", "/containers/create", "1.41.0", [.version("1.41.0")]),
        ("/v./containers/create", "/containers/create", ".", [.version(".")]),
        ("/v1.41/containers/%zzreate", "/containers/%zzreate", "1.41", [.invalidEscape]),
        ("/volumes/create", "/volumes/create", nil, []),
        ("/v1.41/containers/create?a=1;b=2", "/containers/create", "1.41", [.query("a semicolon in the query")]),
        ("/v1.41/containers/create?name=a&name=b", "/containers/create", "1.41", [.repeatedParameter("name")]),
        ("/v1.41/containers/create?name=a&n%61me=b", "/containers/create", "1.41", [.repeatedParameter("name")]),
        ("/v1.41/commit?changes=CMD+a&changes=USER+b&tag=c", "/commit", "1.41", []),
        ("/v1.41/build?t=a&t=b&dockerfile=c&dockerfile=d", "/build", "1.41", [.repeatedParameter("dockerfile")]),
    ]

    @Test("a URI is decoded, split and found odd where two readers may differ", arguments: targets)
    func reads(uri: String, path: String, version: String?, oddities: [DockerRequestTarget.Oddity]) {
        let target = DockerRequestTarget(uri.utf8)
        #expect(String(decoding: target.routePath, as: UTF8.self) == path)
        #expect(target.versionText == version)
        #expect(target.oddities == oddities)
    }

    @Test("a parameter with a semicolon or a broken escape is left out, and the first of a name counts")
    func queries() {
        let query = GoQuery("a=1&b=2;c=3&d=%4&a=9&e=x+y%2B&f".utf8)
        #expect(query.first("a") == Array("1".utf8))
        #expect(query.first("b") == nil)
        #expect(query.first("d") == nil)
        #expect(query.first("e") == Array("x y+".utf8))
        #expect(query.first("f") == [])
        #expect(query.fault != nil)
    }
}
