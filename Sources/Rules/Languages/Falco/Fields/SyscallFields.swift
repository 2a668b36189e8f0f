/// The fields of system calls, processes, files, users, containers and Kubernetes' metadata, by type.
///
/// No source of such events is read yet: the fields are there so that rules about them load whole and are checked. A name
/// may be followed by `[]` (may have an argument), `[k]` (must have one), `[p]` (the argument may stand behind a dot), `*` (a
/// list), `!` (may not stand in a transformer or on the right side) and `=` (not for outputs).
enum SyscallFields {
    static let all: [FalcoField] = table.flatMap { type, names in
        names.split(whereSeparator: \.isWhitespace).map { field(String($0), type) }
    }

    private static func field(_ notation: String, _ type: FalcoType) -> FalcoField {
        let name = notation.prefix { $0.isLetter || $0.isNumber || $0 == "." || $0 == "_" }
        var field = FalcoField(name: String(name), type: type)
        let marks = notation.dropFirst(name.count)
        field.argument =
            marks.contains("[]") ? .allowed : marks.contains("[k]") ? .key : marks.contains("[p]") ? .part : .none
        field.isList = marks.contains("*")
        field.standsAlone = marks.contains("!") || marks.contains("=")
        field.isFilterOnly = marks.contains("=")
        return field
    }

    private static let table: [(FalcoType, String)] = [
        (
            .string,
            """
            evt.latency.human evt.dir evt.type syscall.type evt.category evt.args evt.arg[p] evt.info evt.res evt.io_dir
            evt.abspath[p] evt.outputtime evt.infra.docker.name evt.infra.docker.container.id
            evt.infra.docker.container.name evt.infra.docker.container.image
            proc.exe proc.pexe proc.aexe[]! proc.exepath proc.pexepath proc.aexepath[]! proc.name proc.pname proc.aname[]!
            proc.args[] proc.aargs[] proc.cmdline proc.pcmdline proc.acmdline[]! proc.exeline proc.env[] proc.aenv[]!
            proc.cwd proc.sname proc.sid.exe proc.sid.exepath proc.vpgid.name proc.vpgid.exe proc.vpgid.exepath
            proc.pgid.name proc.pgid.exe proc.pgid.exepath
            proc.stdin.type proc.stdout.type proc.stderr.type proc.stdin.name proc.stdout.name proc.stderr.name
            thread.cap_permitted thread.cap_inheritable thread.cap_effective thread.nametid thread.cgroups thread.cgroup[p]
            fd.type fd.typechar fd.name fd.directory fd.filename fd.l4proto fd.sockfamily fd.uid fd.containername
            fd.containerdirectory fd.cproto fd.sproto fd.lproto fd.rproto fd.cip.name! fd.sip.name! fd.lip.name!
            fd.rip.name! fd.nameraw fd.types[]*!
            user.name user.homedir user.shell user.loginname group.name
            fs.path.name fs.path.nameraw fs.path.source fs.path.sourceraw fs.path.target fs.path.targetraw
            fdlist.nums fdlist.names fdlist.cips fdlist.sips fdlist.cports fdlist.sports
            """
        ),
        (
            .string,
            """
            container.id container.full_id container.name container.image container.image.id container.type
            container.mounts container.mount[k] container.mount.source[k] container.mount.dest[k] container.mount.mode[k]
            container.mount.rdwr[k] container.mount.propagation[k] container.image.repository container.image.tag
            container.image.digest container.healthcheck container.liveness_probe container.readiness_probe container.ip
            container.cni.json container.label[p] container.labels container.info
            k8s.ns.name k8s.ns.id k8s.ns.label[p] k8s.ns.labels
            k8s.pod.name k8s.pod.id k8s.pod.uid k8s.pod.sandbox_id k8s.pod.full_sandbox_id k8s.pod.label[p] k8s.pod.labels
            k8s.pod.ip k8s.pod.cni.json
            k8s.rc.name k8s.rc.id k8s.rc.label[p] k8s.rc.labels k8s.svc.name k8s.svc.id k8s.svc.label[p] k8s.svc.labels
            k8s.rs.name k8s.rs.id k8s.rs.label[p] k8s.rs.labels
            k8s.deployment.name k8s.deployment.id k8s.deployment.label[p] k8s.deployment.labels
            k8smeta.pod.name k8smeta.pod.uid k8smeta.pod.label[k] k8smeta.pod.labels* k8smeta.pod.ip
            k8smeta.ns.name k8smeta.ns.uid k8smeta.ns.label[k] k8smeta.ns.labels*
            k8smeta.deployment.name k8smeta.deployment.uid k8smeta.deployment.label[k] k8smeta.deployment.labels*
            k8smeta.svc.name* k8smeta.svc.uid* k8smeta.svc.label[k]* k8smeta.svc.labels*
            k8smeta.rs.name k8smeta.rs.uid k8smeta.rs.label[k] k8smeta.rs.labels*
            k8smeta.rc.name k8smeta.rc.uid k8smeta.rc.label[k] k8smeta.rc.labels*
            """
        ),
        (
            .unsigned,
            """
            evt.latency evt.latency.s evt.latency.ns evt.latency.quantized evt.deltatime evt.deltatime.s evt.deltatime.ns
            evt.type.is[p] evt.buflen evt.wait_latency evt.count evt.count.error evt.count.error.file evt.count.error.net
            evt.count.error.memory evt.count.error.other evt.count.exit evt.count.procinfo evt.count.threadinfo
            evt.around[k]= evt.buflen.in evt.buflen.out evt.buflen.file evt.buflen.file.in evt.buflen.file.out
            evt.buflen.net evt.buflen.net.in evt.buflen.net.out
            proc.cmdnargs proc.cmdlenargs proc.tty proc.duration proc.ppid.duration proc.pid.ts proc.ppid.ts
            proc.exe_ino.ctime proc.exe_ino.mtime proc.exe_ino.ctime_duration_proc_start
            proc.exe_ino.ctime_duration_pidns_start proc.pidns_init_start_ts proc.fdopencount proc.vmsize proc.vmrss
            proc.vmswap proc.nthreads proc.nchilds thread.pfmajor thread.pfminor thread.exectime thread.totexectime
            thread.vmsize thread.vmrss thread.vmsize.b thread.vmrss.b
            fd.port= fd.cport fd.sport fd.lport fd.rport fd.proto= user.uid group.gid util.cnt
            container.start_ts container.duration
            """
        ),
        (
            .signed,
            """
            evt.cpu evt.rawres proc.loginshellid proc.pid proc.ppid proc.apid[]! proc.vpid proc.pvpid proc.sid proc.vpgid
            proc.pgid proc.exe_ino proc.fdlimit thread.tid thread.vtid fd.num fd.dev fd.dev.major fd.dev.minor fd.ino
            user.loginuid
            """
        ),
        (.double, "proc.fdusage thread.cpu thread.cpu.user thread.cpu.system"),
        (
            .bool,
            """
            evt.failed evt.is_io evt.is_io_read evt.is_io_write evt.is_wait evt.is_syslog evt.is_open_read
            evt.is_open_write evt.is_open_exec evt.is_open_create proc.is_exe_writable proc.is_exe_upper_layer
            proc.is_exe_lower_layer proc.is_exe_from_memfd proc.is_sid_leader proc.is_vpgid_leader proc.is_pgid_leader
            thread.ismain fd.is_server fd.connected fd.name_changed fd.is_upper_layer fd.is_lower_layer
            container.privileged container.host_pid container.host_network container.host_ipc
            """
        ),
        (.address, "fd.ip= fd.cip fd.sip fd.lip fd.rip"),
        (.network, "fd.net= fd.cnet= fd.snet= fd.lnet= fd.rnet="),
        (.buffer, "evt.buffer"),
        (.any, "evt.rawarg[p]!"),
    ]
}
