import Foundation
import SecurityEvents
import TestSupport
import Testing

@testable import DockerGate

@Suite("Callers by their process")
struct PeerCredentialsTests {
    @Test("the executable and control groups of a process are told, each once")
    func process() throws {
        let folder = try ScratchFolder()
        try FileManager.default.createDirectory(atPath: folder.file("77"), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("77/exe"), withDestinationPath: "/usr/bin/docker")
        _ = try folder.write("77/cgroup", "12:pids:/user.slice\n11:memory:/user.slice\n0::/user.slice/x\n".utf8)
        let caller = PeerCredentials(process: 77, user: 4_000_000_001, group: 4_000_000_002).caller(in: folder.path)
        #expect(caller.user == "uid:4000000001")
        #expect(caller.uid == "4000000001")
        #expect(caller.groups == ["gid:4000000002"])
        #expect(caller.authentication == .localSocket)
        #expect(caller.extra.first { $0.name == "executable" }?.values == ["/usr/bin/docker"])
        #expect(caller.extra.first { $0.name == "cgroup" }?.values == ["/user.slice", "/user.slice/x"])
    }

    @Test("of a process that is gone the account is known all the same")
    func gone() throws {
        let folder = try ScratchFolder()
        let caller = PeerCredentials(process: 1, user: 0, group: 0).caller(in: folder.path)
        #expect(caller.uid == "0")
        #expect(!caller.extra.contains { $0.name == "executable" })
    }

    @Test("a ticket tells who called until it is taken back, and nothing else is one")
    func tickets() {
        let tickets = CallerTickets()
        var caller = DockerCaller()
        caller.user = "alice"
        let ticket = tickets.issue(caller)
        #expect(tickets.caller(of: ticket)?.user == "alice")
        #expect(tickets.caller(of: ticket + "0") == nil)
        tickets.revoke(ticket)
        #expect(tickets.caller(of: ticket) == nil)
    }
}
