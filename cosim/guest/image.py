# SPDX-License-Identifier: BSD-2-Clause
"""Puts the guest's initramfs together: rootfs.sh's archive, then one with what this checkout built
(modules, programs, tests) and what this run wants (the command). See init for how it is used.
"""

import os
import shlex
import shutil
import subprocess

import cpio

GUEST = os.path.dirname(os.path.realpath(__file__))
TOP = os.path.dirname(os.path.dirname(GUEST))
BUILD = os.path.join(TOP, "build", "guest")

PASSWD = "root:x:0:0:root:/root:/bin/sh\nuser:x:1000:1000:user:/home/user:/bin/sh\n"
GROUP = "root:x:0:\nuser:x:1000:\n"
PROFILE = "PS1='svarig:\\w\\$ '\n"

# Where the kernel's build tree has the modules that are not ours.
KERNEL_MODULES = (
    "drivers/iommu/arm/arm-smmu-v3/arm_smmu_v3.ko",
    "drivers/misc/uacce/uacce.ko",
)


class ImageError(Exception):
    """Something the image needs is missing; the message says what to do."""


def _output(script, *args):
    result = subprocess.run([os.path.join(GUEST, script), *args], capture_output=True, text=True)
    if result.returncode != 0:
        raise ImageError(result.stderr.strip())
    return result.stdout.strip()


def kernel_tree(debug):
    """The kernel's build tree in the cache, or what SVARIG_KERNEL names."""
    if "SVARIG_KERNEL" in os.environ:
        return os.environ["SVARIG_KERNEL"]
    return _output("kernel.sh", "path", *(["--debug"] if debug else []))


def kernel_image(tree):
    """The kernel itself in a build tree."""
    return os.path.join(tree, "arch/arm64/boot/Image")


def modules_dir(debug):
    """Our own modules; a kernel with other options needs modules of its own."""
    return os.path.join(TOP, "build", "debug" if debug else "", "guest", "modules")


def need_module(name, debug):
    """Raises ImageError unless our own module of that name is built."""
    path = os.path.join(modules_dir(debug), name)
    if not os.path.exists(path):
        raise ImageError(f"no {os.path.relpath(path)}: run 'make modules{'-debug' if debug else ''}'")


def add_files(archive, folder, inside):
    """Adds the plain files of a folder that may be missing; all may be executed."""
    if not os.path.isdir(folder):
        return
    for name in sorted(os.listdir(folder)):
        path = os.path.join(folder, name)
        if os.path.islink(path):
            archive.symlink(os.path.join(inside, name), os.readlink(path))
        elif os.path.isfile(path):
            with open(path, "rb") as f:
                archive.file(os.path.join(inside, name), f.read(), 0o755)


def command_script(argv):
    """The shell script that becomes the command, whatever bytes its words hold."""
    words = [shlex.quote(os.fsdecode(a)) for a in argv]
    return os.fsencode("#!/usr/bin/busybox sh\nexec " + " ".join(words) + "\n")


def add_ours(archive, tree, debug):
    """Adds the kernel's and our own modules, and our programs."""
    for module in KERNEL_MODULES:
        with open(os.path.join(tree, module), "rb") as f:
            archive.file("svarig/modules/" + os.path.basename(module), f.read())
    add_files(archive, modules_dir(debug), "svarig/modules")
    add_files(archive, os.path.join(BUILD, "bin"), "usr/local/bin")


def write(path, argv, config, tests, debug_kernel=False, kernel=False):
    """Writes the initramfs to path.

    argv: the command's words, None for none. config: names and values for init's /svarig/config.
    tests: folder of programs for /svarig/tests. kernel: with the kernel itself, as /svarig/Image.
    """
    base = _output("rootfs.sh", "path")
    tree = kernel_tree(debug_kernel)
    with open(path, "wb") as out:
        with open(base, "rb") as f:
            shutil.copyfileobj(f, out)
        archive = cpio.Archive(out)
        with open(os.path.join(GUEST, "init"), "rb") as f:
            archive.file("init", f.read(), 0o755)
        with open(os.path.join(GUEST, "run-tests"), "rb") as f:
            archive.file("svarig/run-tests", f.read(), 0o755)
        with open(os.path.join(GUEST, "tests", "lib", "tap.sh"), "rb") as f:
            archive.file("svarig/tap.sh", f.read())
        with open(os.path.join(GUEST, "svarig-host"), "rb") as f:
            archive.file("usr/local/bin/svarig-host", f.read(), 0o755)
        archive.file("etc/passwd", PASSWD.encode())
        archive.file("etc/group", GROUP.encode())
        archive.file("etc/profile", PROFILE.encode())
        add_ours(archive, tree, debug_kernel)
        add_files(archive, tests, "svarig/tests")
        if kernel:
            with open(kernel_image(tree), "rb") as f:
                archive.file("svarig/Image", f.read())
        if argv is not None:
            archive.file("svarig/command", command_script(argv), 0o755)
        text = "".join(f"{k}={shlex.quote(str(v))}\n" for k, v in config.items())
        archive.file("svarig/config", text.encode())
        archive.close()
