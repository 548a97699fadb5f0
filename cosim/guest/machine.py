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

import hardware
import hostctl
import image
from hardware import RigError

# What the kernel log must not hold after a clean run. The guest's grep -E reads it too.
BAD_LOG = re.compile(
    r"WARNING: |BUG: |Oops|Kernel panic|Unable to handle kernel|Internal error: |KASAN: |UBSAN: "
    r"|INFO: task .* blocked|rcu: INFO: |soft lockup|possible (circular|recursive) locking"
    r"|inconsistent .* lock state|suspicious RCU usage|sleeping function called"
    r"|svarig-init: error: "
)
RIG_FAILED = 125
TIMED_OUT = 124
BOOT_TIMEOUT = 60

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
    """Options are attributes, set before run(); afterwards boot_seconds, seconds, endpoint_log and
    qemu_log (what QEMU had to say) tell about the run.

    argv        the command's words; None: an interactive shell on this terminal
    smmu        "ours", "mainline" or "none" (a machine without SMMU)
    user        run as the unprivileged user
    share       host folder to mount at /mnt, or None
    endpoints   how many Verilated endpoints to plug in, each a process behind a root port of its own
    smmus       1, or 2: the endpoints with odd numbers are behind the second one
    el2         the CPUs have EL2, so that the guest can be a host
    icount      virtual time counts instructions: QEMU has a PMU that counts them then
    memory      the guest's, as QEMU takes it ("1G")
    kernel      the guest has its own kernel as /svarig/Image
    globals     QEMU's global properties, as "arm-smmuv3.priqs=3"
    rtlsim      the endpoint: a program that cosim/rtlsim has built; None: svarig_ep
    waves, tlp_log  files for the endpoint to write, or None; endpoint N > 0 adds ".N" to the names
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
        self.endpoints = 1
        self.smmus = 1
        self.el2 = False
        self.icount = False
        self.memory = "1G"
        self.kernel = False
        self.globals = []
        self.rtlsim = None
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
        self.qemu_log = ""
        self.klog_text = ""
        self.dir = None
        self._children = []
        self._status = None
        self._endpoints = {}
        self._retired = []
        self._selector = None
        self._pidfds = []

    # -- pieces ---------------------------------------------------------------------------------

    def path(self, name):
        """A file of this run."""
        return os.path.join(self.dir, name)

    def _start(self, name, cmd, terminal=False, log=True):
        """Starts a child; what it says goes to NAME.log in our folder."""
        with open(self.path(name + ".log"), "wb") as f:
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
        text = _tail(self.path(name + ".log"))
        return RigError(f"{name} ended with {how}" + (f":\n{text}" if text else ""))

    def _start_endpoint(self, number):
        self._endpoints[number] = self._start(f"rtlsim{number}", hardware.endpoint_command(self, number))

    def _wait_for_link(self, number):
        deadline = time.monotonic() + 20
        while not os.path.exists(self.path(f"link{number}")):
            if self._endpoints[number].poll() is not None:
                raise self._died(f"rtlsim{number}", self._endpoints[number])
            if time.monotonic() > deadline:
                raise RigError(f"rtlsim{number} did not open its socket within 20 s")
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

    # -- endpoints that come and go, for hostctl ------------------------------------------------

    def retire_endpoint(self, number, kill=False):
        """The endpoint's process will end, or is killed; that is no failure of the rig."""
        self._retired.append(self._endpoints[number])
        if kill:
            self._endpoints[number].kill()
            self._endpoints[number].wait()

    def renew_endpoint(self, number):
        """A new process in the place of one that has ended. RigError: it has not, or cannot start."""
        if self._endpoints[number].poll() is None:
            raise RigError("the one before is still there")
        if os.path.exists(self.path(f"link{number}")):
            os.unlink(self.path(f"link{number}"))
        self._start_endpoint(number)
        self._wait_for_link(number)
        self._watch(number, self._endpoints[number])

    # -- the run --------------------------------------------------------------------------------

    def _watch(self, name, child):
        self._pidfds.append(os.pidfd_open(child.pid))
        self._selector.register(self._pidfds[-1], selectors.EVENT_READ, ("end of", name, child))

    def _loop(self, qemu, connections):
        """Moves bytes until QEMU is gone. Returns when all it had sent is handed on."""
        sel = self._selector = selectors.DefaultSelector()
        host = hostctl.HostControl(self)
        takers = {"out": self.out, "err": self.err, "ctl": _Lines(self._control)}
        if "host" in connections:
            takers["host"] = lambda data: connections["host"].sendall(host.feed(data))
        for name in takers:
            if name in connections:
                sel.register(connections[name], selectors.EVENT_READ, name)
        for name, child in [("qemu", qemu), *self._endpoints.items()]:
            self._watch(name, child)
        if "in" in connections:
            if self.stdin:
                # A thread of its own: a plain file cannot be waited for, a terminal must not block us.
                feeder = threading.Thread(target=_feed, args=(connections["in"],), daemon=True)
                feeder.start()
            else:
                connections["in"].shutdown(socket.SHUT_WR)
        endpoint_gone = None
        qemu_gone = False
        ended = None
        while True:
            now = time.monotonic()
            if self._deadline is not None and now > self._deadline:
                raise TimeoutError
            if self.argv is not None and self.boot_seconds is None and not qemu_gone:
                limit = BOOT_TIMEOUT * (10 if self.debug_kernel else 1)
                if now > self._begin + limit:
                    raise RigError(f"the guest did not start the command within {limit} s")
            if self._status is not None:
                ended = ended or now
                if now > ended + 20:
                    raise RigError("the guest did not power off after the command ended")
            if endpoint_gone is not None and not qemu_gone and now > endpoint_gone[1] + 1:
                raise self._died(f"rtlsim{endpoint_gone[0]}", endpoint_gone[2])
            open_channels = [k for k in sel.get_map().values() if k.data in takers]
            if qemu_gone and not open_channels:
                break
            for key, _ in sel.select(0.2):
                if key.data[0] == "end of":
                    # An endpoint's is normal right after QEMU's: they reach us in either order.
                    _, name, child = key.data
                    sel.unregister(key.fd)
                    child.wait()
                    if child is qemu:
                        qemu_gone = True
                    elif child not in self._retired:
                        endpoint_gone = endpoint_gone or (name, now, child)
                else:
                    try:
                        data = key.fileobj.recv(65536)
                    except ConnectionError:
                        data = b""
                    if not data:
                        sel.unregister(key.fileobj)
                    else:
                        takers[key.data](data)
        host.close()
        for fd in self._pidfds:
            os.close(fd)

    def _finish_endpoints(self):
        """An endpoint ends by itself when its link does."""
        for number, endpoint in self._endpoints.items():
            if endpoint in self._retired:
                continue
            try:
                endpoint.wait(15)
            except subprocess.TimeoutExpired:
                raise RigError(f"rtlsim{number} did not end within 15 s of QEMU's end") from None
            if endpoint.returncode != 0:
                raise self._died(f"rtlsim{number}", endpoint)

    def _run(self):
        config = {
            "mode": "shell" if self.argv is None else "run",
            "endpoints": self.endpoints,
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
        if self.endpoints:
            image.need_module("svarig.ko", self.debug_kernel)
        image.write(self.path("initrd"), self.argv, config, self.tests, self.debug_kernel, self.kernel)

        for number in range(self.endpoints):
            self._start_endpoint(number)
        for number in range(self.endpoints):
            self._wait_for_link(number)
        listeners = {}
        for name in hardware.channels(self):
            listeners[name] = socket.socket(socket.AF_UNIX)
            listeners[name].bind(self.path(name))
            listeners[name].listen(1)
        shell = self.argv is None
        qemu = self._start("qemu", hardware.qemu_command(self), terminal=shell, log=not self.trace)
        self._loop(qemu, self._accept(listeners, qemu))
        if qemu.returncode != 0:
            raise self._died("qemu", qemu)
        self._finish_endpoints()
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
        self.dir = tempfile.mkdtemp(prefix=f"svarig-vm-{os.getpid()}-")
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
                shutil.rmtree(self.dir, ignore_errors=True)
        return status

    def _look_back(self, problem, status):
        """After the end: the kernel log's verdict, and what the user must know."""
        self.seconds = time.monotonic() - self._begin
        self.endpoint_log = "\n".join(_tail(self.path(f"rtlsim{n}.log")) for n in self._endpoints)
        self.qemu_log = _tail(self.path("qemu.log"))
        try:
            with open(self.path("klog"), errors="replace") as f:
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


class _Lines:
    """Takes bytes and hands on whole lines."""

    def __init__(self, taker):
        self._taker = taker
        self._rest = b""

    def __call__(self, data):
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._taker(line.decode(errors="replace"))


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
