# SPDX-License-Identifier: BSD-2-Clause
"""What the machine is made of: the command lines of QEMU and of the Verilated endpoints."""

import os
import subprocess

import image

CPUS = 2
SVARIG_RTLSIM = os.path.join(image.TOP, "build", "rtlsim", "svarig-rtlsim")
MAX_ENDPOINTS = 8
# What the guest's command is connected by; a shell has a console instead of the first four.
COMMAND_CHANNELS = ["out", "err", "ctl", "in"]


class RigError(Exception):
    """The rig, not the command, failed."""


def channels(vm):
    """Names of the virtio ports, each a socket of this run."""
    return (COMMAND_CHANNELS if vm.argv is not None else []) + ["host"]


def _qemu():
    if "SVARIG_QEMU" in os.environ:
        return os.environ["SVARIG_QEMU"]
    script = os.path.join(image.TOP, "cosim", "qemu", "build.sh")
    result = subprocess.run([script, "path"], capture_output=True, text=True)
    if result.returncode != 0:
        raise RigError(result.stderr.strip())
    if not os.access(result.stdout.strip(), os.X_OK):
        raise RigError("QEMU is not built: run 'cosim/qemu/build.sh build'")
    return result.stdout.strip()


def _board(vm):
    board = "virt,gic-version=3,its=on"
    board += ",iommu=none" if vm.smmu == "none" else ",iommu=smmuv3"
    if vm.smmus == 2:
        board += ",second-smmu=on"
    if vm.el2:
        board += ",virtualization=on"
    return board


def _root_port(number, smmus):
    """A root port of its own for each endpoint; those with odd numbers are behind the second SMMU."""
    bus = f"pcie.{number % smmus}"
    slot = 1 if number == 0 else 7 + number
    return f"pcie-root-port,id=rp{number},bus={bus},addr={slot:02x}.0,chassis={number + 1},slot={number}"


def endpoint_device(vm, number):
    """The QEMU device at whose other end endpoint_command() runs."""
    return {"driver": "rtl-endpoint", "id": f"ep{number}", "socket": vm.path(f"link{number}"), "bus": f"rp{number}"}


def _ports(vm):
    args = []
    if vm.argv is None:
        args += ["-chardev", "stdio,id=con,signal=off,mux=on", "-device", "virtconsole,bus=ser.0,nr=0,chardev=con"]
    for number, name in enumerate(channels(vm), 1):
        args += ["-chardev", f"socket,id={name},path={vm.path(name)}"]
        args += ["-device", f"virtserialport,bus=ser.0,nr={number},chardev={name},name=svarig.{name}"]
    return args


def qemu_command(vm):
    """QEMU's command line for a machine.Machine."""
    # Virtio devices go through the SMMU only when told to.
    virtio = "iommu_platform=on,disable-legacy=on"
    # ACS would be off: with the SMMU driver a module, nobody asked for it while PCI was scanned. Without
    # its source validation an endpoint shares its port's IOMMU group. The IDs are those of QEMU's root port.
    # Devices behind the SMMU wait for its driver; a guest so slow that they would give up first (after
    # 10 s) lets them work untranslated, until the driver comes.
    append = (
        f"console=ttyAMA0 panic=-1 oops=panic sysctl.kernel.hung_task_timeout_secs=60 deferred_probe_timeout=300"
        f" pci=config_acs=11101@pci:1b36:000c svarig.smmu={vm.smmu} {vm.cmdline}"
    )
    cmd = [_qemu(), "-nodefaults", "-no-user-config", "-no-reboot", "-display", "none"]
    cmd += ["-M", _board(vm), "-cpu", "cortex-a72", "-smp", str(CPUS), "-m", vm.memory]
    if vm.icount:
        cmd += ["-icount", "shift=0"]
    cmd += ["-kernel", image.kernel_image(image.kernel_tree(vm.debug_kernel))]
    cmd += ["-initrd", vm.path("initrd"), "-append", append.strip()]
    cmd += ["-chardev", f"file,id=klog,path={vm.path('klog')}", "-serial", "chardev:klog"]
    cmd += ["-qmp", f"unix:{vm.path('qmp')},server=on,wait=off"]
    for name in vm.globals:
        cmd += ["-global", name]
    for number in range(max(vm.endpoints, 1)):
        cmd += ["-device", _root_port(number, vm.smmus)]
    for number in range(vm.endpoints):
        words = endpoint_device(vm, number)
        cmd += ["-device", ",".join([words.pop("driver")] + [f"{k}={v}" for k, v in words.items()])]
    cmd += ["-device", f"virtio-serial-pci,id=ser,bus=pcie.0,addr=02.0,{virtio}"]
    cmd += _ports(vm)
    if vm.share is not None:
        folder = os.path.realpath(vm.share).replace(",", ",,")
        cmd += ["-fsdev", f"local,id=share,path={folder},security_model=none"]
        cmd += ["-device", f"virtio-9p-pci,fsdev=share,mount_tag=share,bus=pcie.0,addr=03.0,{virtio}"]
    for pattern in vm.trace:
        cmd += ["-trace", pattern]
    return cmd + vm.qemu_args


def endpoint_command(vm, number):
    """The command line of the Verilated endpoint with that number."""
    program = vm.rtlsim or SVARIG_RTLSIM
    if not os.access(program, os.X_OK):
        raise RigError(f"no {os.path.relpath(program)}: 'make -C cosim/rtlsim' builds it (docs/own-rtl.md: any module)")
    cmd = [program, "--socket", vm.path(f"link{number}")]
    suffix = f".{number}" if number else ""
    if vm.waves is not None:
        cmd += ["--waves", vm.waves + suffix]
    if vm.tlp_log is not None:
        cmd += ["--tlp-log", vm.tlp_log + suffix]
    return cmd
