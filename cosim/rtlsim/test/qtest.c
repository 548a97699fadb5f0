// SPDX-License-Identifier: BSD-2-Clause
#include "qtest.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define ANSWER_MS 30000

static char dir[] = "/tmp/rtl-endpoint-test-XXXXXX";
static char link_path[64], qtest_path[64], sim_err[64], qemu_err[64];
static pid_t sim, qemu;
static int fd = -1;

static void end(pid_t *pid, int sig)
{
	int i;

	if (*pid <= 0)
		return;
	kill(*pid, sig);
	for (i = 0; i < 500 && waitpid(*pid, NULL, WNOHANG) == 0; i++)
		usleep(10000);
	if (i == 500) {
		kill(*pid, SIGKILL);
		waitpid(*pid, NULL, 0);
	}
	*pid = 0;
}

static const char *slurp(const char *path)
{
	static char text[2][65536];
	static int which;
	char *t = text[which ^= 1];
	int f = open(path, O_RDONLY);
	ssize_t n = f < 0 ? 0 : read(f, t, sizeof(text[0]) - 1);

	t[n > 0 ? n : 0] = 0;
	close(f);
	return t;
}

const char *qtest_qemu_stderr(void)
{
	return slurp(qemu_err);
}

const char *qtest_sim_stderr(void)
{
	return slurp(sim_err);
}

pid_t qtest_sim_pid(void)
{
	return sim;
}

__attribute__((noreturn, format(printf, 1, 2))) static void die(const char *fmt, ...)
{
	va_list ap;

	printf("Bail out! ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n# QEMU said: %s\n# the simulator said: %s\n", slurp(qemu_err), slurp(sim_err));
	end(&qemu, SIGKILL);
	end(&sim, SIGKILL);
	exit(1);
}

static void redirect(const char *path)
{
	int f = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0600);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(f, 2);
	dup2(f, 1);
}

static void exec_qemu(const char *program, const char *iommu, const char *device)
{
	char machine[100], ep[200], qtest_arg[100];

	snprintf(machine, sizeof(machine), "virt,gic-version=3,its=on,iommu=%s", iommu);
	snprintf(qtest_arg, sizeof(qtest_arg), "unix:%s", qtest_path);
	snprintf(ep, sizeof(ep), "rtl-endpoint,id=ep,bus=rp0,socket=%s%s%s", link_path,
		 *device ? "," : "", device);
	redirect(qemu_err);
	execl(program, program, "-nodefaults", "-no-user-config", "-display", "none", "-M", machine,
	      "-cpu", "cortex-a72", "-accel", "qtest", "-m", "64", "-qtest", qtest_arg,
	      "-qtest-log", "none", "-device", "pcie-root-port,id=rp0,addr=01.0,chassis=1",
	      "-device", ep, NULL);
	perror(program);
	_exit(127);
}

static int listen_qtest(void)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int l = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(a.sun_path, qtest_path);
	unlink(qtest_path);
	if (bind(l, (struct sockaddr *)&a, sizeof(a)) < 0 || listen(l, 1) < 0)
		die("cannot listen on %s: %s", qtest_path, strerror(errno));
	return l;
}

static void names(void)
{
	if (*link_path)
		return;
	if (!mkdtemp(dir))
		die("mkdtemp: %s", strerror(errno));
	snprintf(link_path, sizeof(link_path), "%s/link", dir);
	snprintf(qtest_path, sizeof(qtest_path), "%s/qtest", dir);
	snprintf(sim_err, sizeof(sim_err), "%s/sim.err", dir);
	snprintf(qemu_err, sizeof(qemu_err), "%s/qemu.err", dir);
}

void qtest_start(const char *sim_program, const char *qemu_program, const char *iommu,
		 const char *device)
{
	struct pollfd p;
	int l;

	names();
	sim = fork();
	if (sim == 0) {
		redirect(sim_err);
		execl(sim_program, sim_program, "--socket", link_path, NULL);
		_exit(127);
	}
	l = listen_qtest();
	qemu = fork();
	if (qemu == 0)
		exec_qemu(qemu_program, iommu, device);
	p = (struct pollfd){.fd = l, .events = POLLIN};
	if (poll(&p, 1, ANSWER_MS) != 1)
		die("QEMU did not come up");
	fd = accept(l, NULL, NULL);
	close(l);
}

int qtest_qemu_fails(const char *program, const char *device)
{
	int status = -1, i, l;

	names();
	l = listen_qtest();
	qemu = fork();
	if (qemu == 0)
		exec_qemu(program, "none", device);
	for (i = 0; i < 2000 && waitpid(qemu, &status, WNOHANG) == 0; i++)
		usleep(10000);
	if (i == 2000)
		die("QEMU does not end");
	close(l);
	qemu = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000;
}

void qtest_stop(void)
{
	close(fd);
	end(&qemu, SIGTERM);
	end(&sim, SIGTERM);
	unlink(link_path);
	unlink(qtest_path);
	unlink(sim_err);
	unlink(qemu_err);
	rmdir(dir);
	mkdir(dir, 0700);
}

/* One command, one line of answer */
__attribute__((format(printf, 1, 2))) static const char *command(const char *fmt, ...)
{
	static char line[16384];
	size_t have = 0;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (send(fd, line, (size_t)n, MSG_NOSIGNAL) != n)
		die("QEMU does not listen any more");
	do {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		ssize_t r;

		if (poll(&p, 1, ANSWER_MS) != 1)
			die("QEMU does not answer");
		r = read(fd, line + have, sizeof(line) - 1 - have);
		if (r <= 0)
			die("QEMU died");
		have += (size_t)r;
		line[have] = 0;
	} while (line[have - 1] != '\n');
	if (strncmp(line, "OK", 2))
		die("qtest: %s", line);
	return line[2] == ' ' ? line + 3 : "";
}

static char letter(unsigned bytes)
{
	return bytes == 1 ? 'b' : bytes == 2 ? 'w' : bytes == 4 ? 'l' : 'q';
}

uint64_t rd(uint64_t addr, unsigned bytes)
{
	return strtoull(command("read%c 0x%llx\n", letter(bytes), (unsigned long long)addr), NULL,
			0);
}

void wr(uint64_t addr, unsigned bytes, uint64_t v)
{
	command("write%c 0x%llx 0x%llx\n", letter(bytes), (unsigned long long)addr,
		(unsigned long long)v);
}

void mem_read(uint64_t addr, void *data, unsigned len)
{
	const char *hex = command("read 0x%llx 0x%x\n", (unsigned long long)addr, len);
	uint8_t *p = data;
	unsigned i, v;

	for (i = 0; i < len && sscanf(hex + 2 + 2 * i, "%2x", &v) == 1; i++)
		p[i] = (uint8_t)v;
}

void mem_write(uint64_t addr, const void *data, unsigned len)
{
	const uint8_t *p = data;
	char hex[2049];
	unsigned i;

	for (i = 0; i < len && i < 1024; i++)
		sprintf(hex + 2 * i, "%02x", p[i]);
	command("write 0x%llx 0x%x 0x%s\n", (unsigned long long)addr, len, hex);
}
