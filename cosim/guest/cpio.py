# SPDX-License-Identifier: BSD-2-Clause
"""Writes initramfs archives ("newc" cpio, as in the kernel's buffer-format document).

Everything belongs to root and has no time stamp, so that the same content gives the same bytes
whoever builds it; device nodes need no root. Archives may be concatenated: the kernel unpacks
one after the other.

As a program: cpio.py ROOTDIR OUT archives a folder tree.
"""

import os
import stat
import sys


class Archive:
    """One archive, built in memory-sized pieces into a binary file object."""

    def __init__(self, out):
        self.out = out
        self.ino = 0
        self.seen = set()

    def _entry(self, name, mode, data=b"", rdev=(0, 0)):
        self.ino += 1
        raw = name.encode() + b"\0"
        fields = (self.ino, mode, 0, 0, 1, 0, len(data), 0, 0, rdev[0], rdev[1], len(raw), 0)
        head = b"070701" + b"".join(b"%08x" % f for f in fields) + raw
        self.out.write(head + b"\0" * (-len(head) % 4))
        self.out.write(data)
        self.out.write(b"\0" * (-len(data) % 4))

    def dir(self, name, mode=0o755):
        """Adds a folder and, before it, those above it."""
        name = name.strip("/")
        if not name or name in self.seen:
            return
        self.dir(os.path.dirname(name))
        self.seen.add(name)
        self._entry(name, stat.S_IFDIR | mode)

    def file(self, name, data, mode=0o644):
        """Adds a regular file; data is bytes."""
        name = name.strip("/")
        self.dir(os.path.dirname(name))
        self._entry(name, stat.S_IFREG | mode, data)

    def symlink(self, name, target):
        name = name.strip("/")
        self.dir(os.path.dirname(name))
        self._entry(name, stat.S_IFLNK | 0o777, target.encode())

    def char_device(self, name, major, minor, mode=0o600):
        name = name.strip("/")
        self.dir(os.path.dirname(name))
        self._entry(name, stat.S_IFCHR | mode, rdev=(major, minor))

    def tree(self, root, prefix=""):
        """Adds what lies under the host's folder root, in sorted order, below prefix."""
        for name in sorted(os.listdir(root)):
            path = os.path.join(root, name)
            inside = os.path.join(prefix, name)
            st = os.lstat(path)
            if stat.S_ISLNK(st.st_mode):
                self.symlink(inside, os.readlink(path))
            elif stat.S_ISDIR(st.st_mode):
                self.dir(inside)
                self.tree(path, inside)
            elif stat.S_ISREG(st.st_mode):
                with open(path, "rb") as f:
                    self.file(inside, f.read(), stat.S_IMODE(st.st_mode))
            else:
                raise ValueError(f"{path}: neither file, folder nor symbolic link")

    def close(self):
        """Writes the end marker; the file object stays open."""
        self._entry("TRAILER!!!", 0)


def main():
    if len(sys.argv) != 3 or sys.argv[1].startswith("-"):
        sys.exit(__doc__)
    with open(sys.argv[2], "wb") as out:
        archive = Archive(out)
        archive.char_device("dev/console", 5, 1)
        archive.char_device("dev/null", 1, 3, 0o666)
        archive.tree(sys.argv[1])
        archive.close()


if __name__ == "__main__":
    main()
