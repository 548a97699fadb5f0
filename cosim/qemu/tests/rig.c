/* SPDX-License-Identifier: BSD-2-Clause */
/* QEMU as a child: the qtest socket, and an event loop that serves the link meanwhile. See rig.h.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rig.h"
#include "rig_int.h"

#define ANSWER_MS 20000

static char dir[64];
static pid_t qemu;
static int qtest_fd = -1;
static char line[8192];
static unsigned line_len;
static int tap_count;
bool rig_second;

bool ok(bool cond, const char *fmt, ...)
{
	va_list ap;

	printf("%sok %d - ", cond ? "" : "not ", ++tap_count);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
	if (!cond)
		rig_failed++;
	return cond;
}

bool is(uint64_t got, uint64_t want, const char *what)
{
	if (!ok(got == want, "%s", what))
		printf("# got 0x%llx, want 0x%llx\n", (unsigned long long)got,
		       (unsigned long long)want);
	return got == want;
}

static void show(const char *name, const uint8_t *p, unsigned len)
{
	printf("# %s", name);
	for (unsigned i = 0; i < len; i++)
		printf("%s%02x", i % 4 ? "" : " ", p[i]);
	putchar('\n');
}

bool is_bytes(const void *got, unsigned got_len, const void *want, unsigned len, const char *what)
{
	bool same = got_len == len && !memcmp(got, want, len);

	if (!ok(same, "%s", what)) {
		show("got ", got, got_len);
		show("want", want, len);
	}
	return same;
}

int rig_tap_count(void)
{
	return tap_count;
}

static void clean_up(void)
{
	char path[96];

	if (qemu > 0)
		kill(qemu, SIGKILL);
	if (dir[0]) {
		snprintf(path, sizeof(path), "%s/qtest", dir);
		unlink(path);
		snprintf(path, sizeof(path), "%s/link", dir);
		unlink(path);
		rmdir(dir);
		dir[0] = 0;
	}
}

void die(const char *fmt, ...)
{
	va_list ap;

	printf("Bail out! ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
	clean_up();
	exit(1);
}

/* ---- qtest ---- */

/* Waits until the qtest socket has something to read; serves the link meanwhile. */
static void wait_qtest(void)
{
	int waited = 0;

	for (;;) {
		struct pollfd p[3] = {{.fd = qtest_fd, .events = POLLIN}};
		int n = 1 + link_poll(p + 1);

		if (poll(p, n, 100) < 0 && errno != EINTR)
			die("poll: %s", strerror(errno));
		link_serve();
		if (p[0].revents)
			return;
		if ((waited += 100) > ANSWER_MS)
			die("QEMU does not answer on its qtest socket");
	}
}

static const char *answer(void)
{
	static char reply[sizeof(line)];

	for (;;) {
		char *nl = memchr(line, '\n', line_len);
		ssize_t n;

		if (nl) {
			unsigned len = nl - line;

			memcpy(reply, line, len);
			reply[len] = 0;
			line_len -= len + 1;
			memmove(line, nl + 1, line_len);
			if (!strncmp(reply, "IRQ ", 4))
				continue;
			if (strncmp(reply, "OK", 2))
				die("qtest: %s", reply);
			return reply + (reply[2] == ' ' ? 3 : 2);
		}
		if (line_len == sizeof(line))
			die("qtest: line too long");
		wait_qtest();
		n = read(qtest_fd, line + line_len, sizeof(line) - line_len);
		if (n <= 0)
			die("QEMU closed its qtest socket: it died");
		line_len += n;
	}
}

__attribute__((format(printf, 1, 2))) static const char *qtest(const char *fmt, ...)
{
	char cmd[2400];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(cmd, sizeof(cmd) - 1, fmt, ap);
	va_end(ap);
	if (len >= (int)sizeof(cmd) - 1)
		die("qtest: command too long");
	cmd[len++] = '\n';
	if (send(qtest_fd, cmd, len, MSG_NOSIGNAL) != len)
		die("QEMU does not take qtest commands: %s", strerror(errno));
	return answer();
}

uint8_t rd8(uint64_t addr)
{
	return strtoul(qtest("readb 0x%llx", (unsigned long long)addr), NULL, 0);
}

uint32_t rd32(uint64_t addr)
{
	return strtoull(qtest("readl 0x%llx", (unsigned long long)addr), NULL, 0);
}

uint64_t rd64(uint64_t addr)
{
	return strtoull(qtest("readq 0x%llx", (unsigned long long)addr), NULL, 0);
}

void wr16(uint64_t addr, uint16_t v)
{
	qtest("writew 0x%llx 0x%x", (unsigned long long)addr, v);
}

void wr32(uint64_t addr, uint32_t v)
{
	qtest("writel 0x%llx 0x%x", (unsigned long long)addr, v);
}

void wr64(uint64_t addr, uint64_t v)
{
	qtest("writeq 0x%llx 0x%llx", (unsigned long long)addr, (unsigned long long)v);
}

void mem_write(uint64_t addr, const void *data, unsigned len)
{
	const uint8_t *p = data;
	char hex[2 * 1024 + 1];

	if (len > 1024)
		die("mem_write: %u bytes", len);
	for (unsigned i = 0; i < len; i++)
		sprintf(hex + 2 * i, "%02x", p[i]);
	qtest("write 0x%llx 0x%x 0x%s", (unsigned long long)addr, len, hex);
}

void mem_read(uint64_t addr, void *data, unsigned len)
{
	const char *hex = qtest("read 0x%llx 0x%x", (unsigned long long)addr, len);
	uint8_t *p = data;

	for (unsigned i = 0; i < len; i++) {
		char byte[3] = {hex[2 + 2 * i], hex[3 + 2 * i], 0};

		p[i] = strtoul(byte, NULL, 16);
	}
}

void mem_zero(uint64_t addr, unsigned len)
{
	qtest("memset 0x%llx 0x%x 0x00", (unsigned long long)addr, len);
}

void clock_step_ms(unsigned ms)
{
	qtest("clock_step %llu", ms * 1000000ull);
}

/* GICv3 distributor of the virt machine: pending bits of edge-triggered interrupts */
#define GICD 0x08000000ull

bool spi_raised(unsigned spi)
{
	unsigned id = spi + 32;
	uint32_t bit = 1u << id % 32;
	bool raised = rd32(GICD + 0x200 + id / 32 * 4) & bit;

	wr32(GICD + 0x280 + id / 32 * 4, bit);
	return raised;
}

static void gic_edge_triggered(void)
{
	for (unsigned id = 96; id < 224; id += 16)
		wr32(GICD + 0xc00 + id / 16 * 4, 0xaaaaaaaa);
}

/* ---- start and end ---- */

static int listen_at(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof(a.sun_path), "%s", path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, 1))
		die("cannot listen at %s: %s", path, strerror(errno));
	return fd;
}

static void exec_qemu(const char *qtest_path, const char *link_path, const char *const *extra)
{
	const char *prog = getenv("SVARIG_QEMU");
	char qtest_arg[128], ep_arg[192], port_arg[96], machine[96];
	const char *argv[48] = {prog,	      "-nodefaults", "-no-user-config", "-display",
				"none",	      "-M",	     machine,		"-cpu",
				"cortex-a72", "-accel",	     "qtest",		"-m",
				"64",	      "-qtest",	     qtest_arg,		"-qtest-log",
				"/dev/null",  "-device",     port_arg,		"-device",
				ep_arg,	      NULL};
	unsigned n = 21;

	snprintf(machine, sizeof(machine), "virt,gic-version=3,its=on,iommu=smmuv3%s",
		 rig_second ? ",second-smmu=on" : "");
	snprintf(port_arg, sizeof(port_arg),
		 "pcie-root-port,id=rp0,bus=pcie.%d,addr=01.0,chassis=1", rig_second);
	snprintf(qtest_arg, sizeof(qtest_arg), "unix:%s", qtest_path);
	snprintf(ep_arg, sizeof(ep_arg), "rtl-endpoint,id=ep,socket=%s,bus=rp0", link_path);
	while (extra && *extra && n < 47)
		argv[n++] = *extra++;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(2, 1);
	execv(prog, (char *const *)argv);
	fprintf(stderr, "cannot run %s: %s\n", prog, strerror(errno));
	_exit(127);
}

/* The ECAM window of the virt machine; config space of bus @bus, device and function @devfn */
static uint64_t ecam(unsigned bus, unsigned devfn, unsigned reg)
{
	return 0x4010000000ull + (bus << 20) + (devfn << 12) + reg;
}

uint64_t rig_config(unsigned fn, unsigned reg)
{
	return ecam(RIG_RID >> 8, fn, reg);
}

static void enumerate(void)
{
	unsigned root = rig_second ? 0x80 : 0, bus = root + 1;

	/* the root port, device 1: primary, secondary and last bus */
	wr32(ecam(root, 8, 0x18), root | bus << 8 | bus << 16);
	wr32(ecam(root, 8, 0x04), 0x6);
	if ((rd32(ecam(bus, 0, 0)) & 0xffff) == 0xffff)
		die("no endpoint at %02x:00.0", bus);
	wr32(ecam(bus, 0, 0x10), rig_second ? 0x30100000 : 0x10100000);
	wr32(ecam(bus, 0, 0x04), 0x6);
}

void rig_check_alive(void)
{
	int status;

	if (waitpid(qemu, &status, WNOHANG) == qemu) {
		qemu = 0;
		die("QEMU died (status 0x%x)", status);
	}
}

void rig_start(const char *const *extra, bool second)
{
	char qtest_path[96], link_path[96];
	struct pollfd p;
	int fd;

	rig_second = second;
	if (!getenv("SVARIG_QEMU"))
		die("SVARIG_QEMU must name the QEMU program");
	strcpy(dir, "/tmp/svarig-qtest.XXXXXX");
	if (!mkdtemp(dir))
		die("mkdtemp: %s", strerror(errno));
	snprintf(qtest_path, sizeof(qtest_path), "%s/qtest", dir);
	snprintf(link_path, sizeof(link_path), "%s/link", dir);
	fd = listen_at(qtest_path);
	link_listen(link_path);
	line_len = 0;

	qemu = fork();
	if (qemu < 0)
		die("fork: %s", strerror(errno));
	if (!qemu)
		exec_qemu(qtest_path, link_path, extra);

	/* QEMU reads the endpoint's configuration space before it looks at the qtest socket */
	link_accept();
	p = (struct pollfd){.fd = fd, .events = POLLIN};
	if (poll(&p, 1, ANSWER_MS) != 1)
		die("QEMU did not connect its qtest socket");
	qtest_fd = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	close(fd);
	enumerate();
	gic_edge_triggered();
}

void rig_stop(void)
{
	int status, i;

	close(qtest_fd); /* QEMU ends when its tester hangs up */
	kill(qemu, SIGTERM);
	for (i = 0; waitpid(qemu, &status, WNOHANG) == 0; i++) {
		link_serve();
		if (i > ANSWER_MS)
			die("QEMU does not end");
		usleep(1000);
	}
	qemu = 0;
	link_drop();
	clean_up();
	ok(WIFEXITED(status) && !WEXITSTATUS(status), "QEMU ended orderly (status 0x%x)", status);
}
