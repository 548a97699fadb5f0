# SPDX-License-Identifier: BSD-2-Clause
"""One run of the rig: the Verilated endpoint and QEMU as child processes, the guest's channels, and
how it ended. Nothing it starts outlives it, however it dies.
"""

import ctypes
import os
import re
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

import image

# What the kernel log must not hold after a clean run. The guest's grep -E reads it too.
BAD_LOG = re.compile(
    r"WARNING: |BUG: |Oops|Kernel panic|Unable to handle kernel|Internal error: |KASAN: |UBSAN: "
    r"|INFO: task .* blocked|rcu: INFO: |soft lockup|possible (circular|recursive) locking"
    r"|inconsistent .* lock state|suspicious RCU usage|sleeping function called"
    r"|kmemleak: [0-9]+ new|svarig-init: error: "
)
RIG_FAILED = 125
TIMED_OUT = 124
BOOT_TIMEOUT = 60
MEMORY = "1G"
CPUS = "2"


class RigError(Exception):
    """The rig, not the command, failed."""


def bad_log_lines(text):
    """The lines of a kernel log that tell of trouble."""
    return [line for line in text.splitlines() if BAD_LOG.search(line)]


def _die_with_parent():
    # PR_SET_PDEATHSIG: even SIGKILL to the parent leaves no orphan.
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)


def _sweep():
    """Removes what runs that were killed without mercy left in the temporary folder."""
    for name in os.listdir(tempfile.gettempdir()):
        found = re.fullmatch(r"svarig-vm-(\d+)-\w+", name)
        if found and not os.path.exists(f"/proc/{found.group(1)}"):
            shutil.rmtree(os.path.join(tempfile.gettempdir(), name), ignore_errors=True)


def _tail(path, lines=20):
    try:
        with open(path, errors="replace") as f:
            return "".join(f.readlines()[-lines:]).rstrip()
    except OSError:
        return ""


class Machine:
    """Options are attributes, set before run(); afterwards boot_seconds, seconds and endpoint_log
    tell about the run.

    argv        the command's words; None: an interactive shell on this terminal
    smmu        "ours", "mainline" or "none" (a machine without SMMU)
    user        run as the unprivileged user
    share       host folder to mount at /mnt, or None
    accel       plug the Verilated endpoint in
    waves, tlp_log  files for the endpoint to write, or None
    stdin       hand our standard input to the command
    timeout     seconds for everything, or None
    klog        file for the kernel log, or None
    trace       list of QEMU trace event patterns; QEMU then reports on our standard error
    debug_kernel    the kernel with KASAN, lockdep and friends
    qemu_args   more arguments for QEMU
    cmdline     more words for the kernel's command line
    out, err    functions that take the command's output as bytes
    tests       host folder whose programs become /svarig/tests
    quiet       say nothing on standard error; problem and bad_log tell all the same
    """

    def __init__(self, argv):
        self.argv = argv
        self.smmu = "ours"
        self.user = False
        self.share = None
        self.accel = True
        self.waves = None
        self.tlp_log = None
        self.stdin = False
        self.timeout = None
        self.klog = None
        self.trace = []
        self.debug_kernel = False
        self.qemu_args = []
        self.cmdline = ""
        self.out = lambda data: _write_all(1, data)
        self.err = lambda data: _write_all(2, data)
        self.tests = os.path.join(image.BUILD, "tests")
        self.quiet = False
        self.problem = None
        self.bad_log = []
        self.boot_seconds = None
        self.seconds = None
        self.endpoint_log = ""
        self.klog_text = ""
        self._dir = None
        self._children = []
        self._status = None

    # -- programs -------------------------------------------------------------------------------

    def _qemu(self):
        if "SVARIG_QEMU" in os.environ:
            return os.environ["SVARIG_QEMU"]
        script = os.path.join(image.TOP, "cosim", "qemu", "build.sh")
        result = subprocess.run([script, "path"], capture_output=True, text=True)
        if result.returncode != 0:
            raise RigError(result.stderr.strip())
        if not os.access(result.stdout.strip(), os.X_OK):
            raise RigError("QEMU is not built: run 'cosim/qemu/build.sh build'")
        return result.stdout.strip()

    def _qemu_command(self):
        tree = image.kernel_tree(self.debug_kernel)
        iommu = "none" if self.smmu == "none" else "smmuv3"
        # Virtio devices go through the SMMU only when told to.
        virtio = "iommu_platform=on,disable-legacy=on"
        # ACS would be off: with the SMMU driver a module, nobody asked for it while PCI was scanned. Without
        # its source validation the endpoint shares its port's IOMMU group.
        append = (
            f"console=ttyAMA0 panic=-1 oops=panic sysctl.kernel.hung_task_timeout_secs=60"
            f" pci=config_acs=11101@00:01.0 svarig.smmu={self.smmu} {self.cmdline}"
        )
        cmd = [self._qemu(), "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"]
        cmd += ["-M", f"virt,gic-version=3,its=on,iommu={iommu}", "-cpu", "cortex-a72"]
        cmd += ["-smp", CPUS, "-m", MEMORY]
        cmd += ["-kernel", os.path.join(tree, "arch/arm64/boot/Image")]
        cmd += ["-initrd", self._path("initrd"), "-append", append.strip()]
        cmd += ["-chardev", f"file,id=klog,path={self._path('klog')}", "-serial", "chardev:klog"]
        cmd += ["-device", "pcie-root-port,id=rp0,bus=pcie.0,addr=01.0,chassis=1"]
        if self.accel:
            cmd += ["-device", f"rtl-endpoint,socket={self._path('link')},bus=rp0"]
        cmd += ["-device", f"virtio-serial-pci,id=ser,addr=02.0,{virtio}"]
        if self.argv is None:
            cmd += ["-chardev", "stdio,id=con,signal=off,mux=on"]
            cmd += ["-device", "virtconsole,bus=ser.0,nr=0,chardev=con"]
        else:
            for number, name in enumerate(self._channels(), 1):
                cmd += ["-chardev", f"socket,id={name},path={self._path(name)}"]
                cmd += ["-device", f"virtserialport,bus=ser.0,nr={number},chardev={name},name=svarig.{name}"]
        if self.share is not None:
            folder = os.path.realpath(self.share).replace(",", ",,")
            cmd += ["-fsdev", f"local,id=share,path={folder},security_model=none"]
            cmd += ["-device", f"virtio-9p-pci,fsdev=share,mount_tag=share,addr=03.0,{virtio}"]
        for pattern in self.trace:
            cmd += ["-trace", pattern]
        return cmd + self.qemu_args

    def _endpoint_command(self):
        program = os.path.join(image.TOP, "build", "rtlsim", "svarig-rtlsim")
        if not os.access(program, os.X_OK):
            raise RigError(f"no {os.path.relpath(program)}: run 'make -C cosim/rtlsim'")
        cmd = [program, "--socket", self._path("link")]
        if self.waves is not None:
            cmd += ["--waves", self.waves]
        if self.tlp_log is not None:
            cmd += ["--tlp-log", self.tlp_log]
        return cmd

    # -- pieces ---------------------------------------------------------------------------------

    def _path(self, name):
        return os.path.join(self._dir, name)

    def _channels(self):
        return ["out", "err", "ctl", "in"]

    def _start(self, name, cmd, terminal=False, log=True):
        """Starts a child; what it says goes to NAME.log in our folder."""
        with open(self._path(name + ".log"), "wb") as f:
            child = subprocess.Popen(
                cmd,
                stdin=None if terminal else subprocess.DEVNULL,
                stdout=None if terminal else f,
                stderr=f if log else None,
                start_new_session=not terminal,
                preexec_fn=_die_with_parent,
            )
        self._children.append(child)
        return child

    def _died(self, name, child):
        how = f"status {child.returncode}"
        if child.returncode < 0:
            how = f"signal {signal.Signals(-child.returncode).name}"
        text = _tail(self._path(name + ".log"))
        return RigError(f"{name} ended with {how}" + (f":\n{text}" if text else ""))

    def _wait_for_link(self, endpoint):
        deadline = time.monotonic() + 20
        while not os.path.exists(self._path("link")):
            if endpoint.poll() is not None:
                raise self._died("rtlsim", endpoint)
            if time.monotonic() > deadline:
                raise RigError("rtlsim did not open its socket within 20 s")
            time.sleep(0.01)

    def _accept(self, listeners, qemu):
        """Waits until QEMU has connected to every listening socket; they become connections."""
        deadline = time.monotonic() + 30
        connections = {}
        for name, listener in listeners.items():
            listener.settimeout(0.1)
            while name not in connections:
                try:
                    connections[name], _ = listener.accept()
                except socket.timeout:
                    if qemu.poll() is not None:
                        raise self._died("qemu", qemu) from None
                    if time.monotonic() > deadline:
                        raise RigError("QEMU did not connect its channels within 30 s") from None
            listener.close()
        return connections

    def _control(self, line):
        if line == "start":
            self.boot_seconds = time.monotonic() - self._begin
        elif line.startswith("exit "):
            self._status = int(line[5:])

    # -- the run --------------------------------------------------------------------------------

    def _loop(self, qemu, endpoint, connections):
        """Moves bytes until QEMU is gone. Returns when all it had sent is handed on."""
        sel = selectors.DefaultSelector()
        names = {"out": self.out, "err": self.err, "ctl": None}
        for name in names:
            if name in connections:
                sel.register(connections[name], selectors.EVENT_READ, name)
        pids = {}
        for name, child in (("qemu", qemu), ("rtlsim", endpoint)):
            if child is not None:
                pids[name] = os.pidfd_open(child.pid)
                sel.register(pids[name], selectors.EVENT_READ, name + ".end")
        if "in" in connections:
            if self.stdin:
                # A thread of its own: a plain file cannot be waited for, a terminal must not block us.
                feeder = threading.Thread(target=_feed, args=(connections["in"],), daemon=True)
                feeder.start()
            else:
                connections["in"].shutdown(socket.SHUT_WR)
        control = b""
        rtlsim_gone = None
        qemu_gone = False
        ended = None
        while True:
            now = time.monotonic()
            if self._deadline is not None and now > self._deadline:
                raise TimeoutError
            if self.argv is not None and self.boot_seconds is None and not qemu_gone:
                limit = BOOT_TIMEOUT * (4 if self.debug_kernel else 1)
                if now > self._begin + limit:
                    raise RigError(f"the guest did not start the command within {limit} s")
            if self._status is not None:
                ended = ended or now
                if now > ended + 20:
                    raise RigError("the guest did not power off after the command ended")
            if rtlsim_gone is not None and not qemu_gone and now > rtlsim_gone + 1:
                raise self._died("rtlsim", endpoint)
            open_channels = [k for k in sel.get_map().values() if k.data in names]
            if qemu_gone and not open_channels:
                break
            for key, _ in sel.select(0.2):
                if key.data == "qemu.end":
                    sel.unregister(key.fd)
                    qemu.wait()
                    qemu_gone = True
                elif key.data == "rtlsim.end":
                    # Normal right after QEMU's end: its exit reaches us in either order.
                    sel.unregister(key.fd)
                    endpoint.wait()
                    rtlsim_gone = now
                else:
                    try:
                        data = key.fileobj.recv(65536)
                    except ConnectionError:
                        data = b""
                    if not data:
                        sel.unregister(key.fileobj)
                    elif key.data == "ctl":
                        control += data
                        *lines, control = control.split(b"\n")
                        for line in lines:
                            self._control(line.decode(errors="replace"))
                    else:
                        names[key.data](data)
        for fd in pids.values():
            os.close(fd)

    def _finish_endpoint(self, endpoint):
        """The endpoint ends by itself when its link does."""
        try:
            endpoint.wait(15)
        except subprocess.TimeoutExpired:
            raise RigError("rtlsim did not end within 15 s of QEMU's end") from None
        if endpoint.returncode != 0:
            raise self._died("rtlsim", endpoint)

    def _run(self):
        config = {
            "mode": "shell" if self.argv is None else "run",
            "accel": int(self.accel),
            "share": int(self.share is not None),
            "user": int(self.user),
            "stdin": int(self.stdin),
            "now": int(time.time()),
            "bad_log": BAD_LOG.pattern,
            "term": os.environ.get("TERM", "dumb"),
        }
        size = shutil.get_terminal_size((0, 0)) if self.argv is None else (0, 0)
        config["cols"], config["rows"] = size
        if self.smmu == "ours":
            image.need_module("svarig_smmuv3.ko", self.debug_kernel)
        if self.accel:
            image.need_module("svarig.ko", self.debug_kernel)
        image.write(self._path("initrd"), self.argv, config, self.tests, self.debug_kernel)

        endpoint = None
        if self.accel:
            endpoint = self._start("rtlsim", self._endpoint_command())
            self._wait_for_link(endpoint)
        listeners = {}
        if self.argv is not None:
            for name in self._channels():
                listeners[name] = socket.socket(socket.AF_UNIX)
                listeners[name].bind(self._path(name))
                listeners[name].listen(1)
        shell = self.argv is None
        qemu = self._start("qemu", self._qemu_command(), terminal=shell, log=not self.trace)
        self._loop(qemu, endpoint, self._accept(listeners, qemu))
        if qemu.returncode != 0:
            raise self._died("qemu", qemu)
        if endpoint is not None:
            self._finish_endpoint(endpoint)
        if self.argv is not None and self._status is None:
            raise RigError("the guest ended before the command did")

    def _stop_children(self):
        for child in self._children:
            if child.poll() is None:
                child.terminate()
        for child in self._children:
            try:
                child.wait(3)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def run(self):
        """Runs the machine to its end. Returns the command's exit status (0 for a shell), RIG_FAILED
        or TIMED_OUT; what went wrong is on standard error."""
        self._begin = time.monotonic()
        self._deadline = self._begin + self.timeout if self.timeout else None
        _sweep()
        self._dir = tempfile.mkdtemp(prefix=f"svarig-vm-{os.getpid()}-")
        problem = None
        status = None
        try:
            self._run()
            status = self._status if self.argv is not None else 0
        except TimeoutError:
            problem = f"no end after {time.monotonic() - self._begin:.0f} s: stopped"
            status = TIMED_OUT
        except (RigError, image.ImageError, OSError) as e:
            problem = str(e)
            status = RIG_FAILED
        finally:
            self._stop_children()
            try:
                status = self._look_back(problem, status)
            finally:
                shutil.rmtree(self._dir, ignore_errors=True)
        return status

    def _look_back(self, problem, status):
        """After the end: the kernel log's verdict, and what the user must know."""
        self.seconds = time.monotonic() - self._begin
        self.endpoint_log = _tail(self._path("rtlsim.log"))
        try:
            with open(self._path("klog"), errors="replace") as f:
                self.klog_text = f.read().replace("\r", "")
        except OSError:
            pass
        if self.klog is not None:
            with open(self.klog, "w") as f:
                f.write(self.klog_text)
        bad = bad_log_lines(self.klog_text)
        if bad and status not in (RIG_FAILED, TIMED_OUT):
            problem = "the guest's kernel complained"
            status = RIG_FAILED
        self.problem = problem
        self.bad_log = bad
        if problem is not None and not self.quiet:
            self._complain(problem, bad)
        return status

    def extend(self, seconds):
        """From one of the callbacks: sets the time limit anew, counted from now."""
        self._deadline = time.monotonic() + seconds

    def _complain(self, problem, bad):
        print(f"vm: error: {problem}", file=sys.stderr)
        for line in bad[:10]:
            print(f"vm: {line}", file=sys.stderr)
        if self.klog is not None:
            print(f"vm: the kernel log is in {self.klog}", file=sys.stderr)
        elif self.klog_text:
            lines = self.klog_text.splitlines()
            first = max(0, len(lines) - 15)
            if bad:
                first = max(0, lines.index(bad[0]) - 5)
            print("vm: from the kernel log (all of it: --klog FILE):", file=sys.stderr)
            for line in lines[first : first + 50]:
                print(f"vm|  {line}", file=sys.stderr)
        if self.endpoint_log:
            print("vm: the endpoint's last words:", file=sys.stderr)
            for line in self.endpoint_log.splitlines()[-10:]:
                print(f"vm|  {line}", file=sys.stderr)


def _feed(connection):
    """Sends our standard input to the guest and closes the channel at its end."""
    try:
        while True:
            data = os.read(0, 65536)
            if not data:
                break
            connection.sendall(data)
        # Not close(): QEMU would drop what it has not read yet.
        connection.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def _write_all(fd, data):
    while data:
        data = data[os.write(fd, data) :]
