# SPDX-License-Identifier: BSD-2-Clause
"""What the guest may ask of its host: lines on the port svarig.host, one answer each ("ok ..." or
"error ..."). In the guest, svarig-host sends one and prints the answer.

    drop-invalidations N on|off   endpoint N gets no Invalidate Requests and so answers none
    dropped N                     how many it has missed so far
    unplug N                      the slot's attention button: the guest powers it off, then N is gone
    plug N                        a new endpoint in the slot of one that is gone
    kill N                        the endpoint dies at once: all ones from then on, and no DMA
"""

import json
import socket

import hardware
from hardware import RigError


class QMPError(Exception):
    """QEMU refused, or did not answer."""


class QMP:
    """QEMU's monitor on a Unix socket. One command at a time; events are read and dropped."""

    def __init__(self, path):
        self._sock = socket.socket(socket.AF_UNIX)
        self._sock.settimeout(20)
        self._sock.connect(path)
        self._file = self._sock.makefile("rwb")
        self._answer()
        self("qmp_capabilities")

    def _answer(self):
        try:
            while True:
                line = self._file.readline()
                if not line:
                    raise QMPError("QEMU is gone")
                answer = json.loads(line)
                if "event" not in answer:
                    return answer
        except OSError as e:
            raise QMPError(f"QEMU does not answer: {e}") from None

    def __call__(self, command, **arguments):
        self._file.write(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        self._file.flush()
        answer = self._answer()
        if "error" in answer:
            raise QMPError(answer["error"]["desc"])
        return answer.get("return")

    def close(self):
        self._file.close()
        self._sock.close()


class HostControl:
    """Serves the port of one machine.Machine."""

    def __init__(self, vm):
        self._vm = vm
        self._qmp = None
        self._rest = b""
        self._verbs = {
            "drop-invalidations": self._drop_invalidations,
            "dropped": self._dropped,
            "unplug": self._unplug,
            "plug": self._plug,
            "kill": self._kill,
        }

    def feed(self, data):
        """Bytes from the guest; returns those for it."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        return b"".join(self._serve(line.decode(errors="replace")).encode() + b"\n" for line in lines)

    def close(self):
        if self._qmp is not None:
            self._qmp.close()

    def _serve(self, line):
        verb, *words = line.split() or [""]
        if verb not in self._verbs:
            return f"error {verb}: not one of {', '.join(self._verbs)}"
        try:
            return f"ok {self._verbs[verb](*words) or ''}".rstrip()
        except TypeError:
            return f"error {line}: wrong number of words"
        except (ValueError, QMPError, RigError, OSError) as e:
            return f"error {line}: {e}"

    def _monitor(self):
        if self._qmp is None:
            self._qmp = QMP(self._vm.path("qmp"))
        return self._qmp

    def _number(self, word):
        if not word.isdigit() or int(word) >= self._vm.endpoints:
            raise ValueError(f"no endpoint {word}, there are {self._vm.endpoints}")
        return int(word)

    def _endpoint(self, word):
        return f"/machine/peripheral/ep{self._number(word)}"

    def _drop_invalidations(self, number, switch):
        if switch not in ("on", "off"):
            raise ValueError("neither on nor off")
        self._monitor()("qom-set", path=self._endpoint(number), property="drop-invalidations", value=switch == "on")

    def _unplug(self, word):
        number = self._number(word)
        self._monitor()("device_del", id=f"ep{number}")
        self._vm.retire_endpoint(number)

    def _plug(self, word):
        number = self._number(word)
        self._vm.renew_endpoint(number)
        self._monitor()("device_add", **hardware.endpoint_device(self._vm, number))

    def _kill(self, word):
        self._vm.retire_endpoint(self._number(word), kill=True)

    def _dropped(self, number):
        return str(self._monitor()("qom-get", path=self._endpoint(number), property="dropped-invalidations"))
