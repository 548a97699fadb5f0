// SPDX-License-Identifier: BSD-2-Clause
/* The simulator process with the loopback endpoint, seen from the other end of the link. */
#include "link.h"
#include "tap.h"
#include "tlp.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define BAR0 0xe0000000u
#define RID  0x0300 /* bus 3, device 0, function 0 */

static char dir[] = "/tmp/rtlsim-test-XXXXXX";
static char sock[64], errfile[64], logfile[64], wavefile[64];
static const char *program;
static struct svlink *l;
static uint64_t last_time;

static pid_t start(const char *a1, const char *a2, const char *a3)
{
	pid_t pid = fork();

	if (pid == 0) {
		int fd = open(errfile, O_CREAT | O_TRUNC | O_WRONLY, 0600);

		dup2(fd, 2);
		execl(program, program, "--socket", sock, a1, a2, a3, NULL);
		_exit(127);
	}
	return pid;
}

static int reap(pid_t pid)
{
	int st, i;

	for (i = 0; i < 500; i++) {
		if (waitpid(pid, &st, WNOHANG) == pid)
			return WIFEXITED(st) ? WEXITSTATUS(st) : 1000 + WTERMSIG(st);
		usleep(10000);
	}
	kill(pid, SIGKILL);
	waitpid(pid, &st, 0);
	return -1;
}

static const char *slurp(const char *path)
{
	static char text[1 << 20];
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = 0;
	close(fd);
	return text;
}

static bool connect_sim(void)
{
	char err[SVLINK_ERROR_LEN];

	if (svlink_connect(sock, "rtlsim_test", 10000, &l, err)) {
		printf("# %s\n", err);
		return false;
	}
	return true;
}

static int put(const struct tlp *t)
{
	uint8_t bytes[TLP_MAX_BYTES];
	const char *why;
	size_t n = tlp_encode(t, bytes, sizeof(bytes), &why);
	int ret;

	if (!n) {
		printf("# cannot encode: %s\n", why);
		return -EINVAL;
	}
	while ((ret = svlink_send(l, SVLINK_TLP, 0, bytes, (uint32_t)n)) == -EAGAIN)
		if (svlink_wait(l, SVLINK_WAIT_TX, 5000) <= 0)
			return -ETIMEDOUT;
	return ret;
}

static int get(struct tlp *t)
{
	uint8_t bytes[SVLINK_MAX_PAYLOAD];
	struct svlink_frame f;
	int ret;

	while ((ret = svlink_recv(l, &f, bytes)) == 0)
		if (svlink_wait(l, SVLINK_WAIT_RX, 5000) <= 0)
			return -ETIMEDOUT;
	if (ret < 0 || f.type != SVLINK_TLP)
		return ret < 0 ? ret : -EBADMSG;
	last_time = f.time;
	return tlp_decode(t, bytes, f.len, NULL);
}

static struct tlp t, r;

static int cfg(enum tlp_kind kind, uint16_t reg, uint32_t v, uint8_t be)
{
	memset(&t, 0, sizeof(t));
	t.kind = kind;
	t.length_dw = 1;
	t.target = RID;
	t.reg = reg;
	t.first_be = be;
	t.tag = 9;
	if (kind == TLP_CFGWR0) {
		t.payload_len = 4;
		memcpy(t.payload, &v, 4);
	}
	return put(&t) ? -1 : get(&r);
}

static void mem_write(uint32_t off, uint32_t v)
{
	memset(&t, 0, sizeof(t));
	t.kind = TLP_MWR;
	tlp_set_bytes(&t, BAR0 + off, 4, &v);
	put(&t);
}

static uint32_t mem_read(uint32_t off)
{
	uint32_t v;

	memset(&t, 0, sizeof(t));
	t.kind = TLP_MRD;
	t.tag = 0x55;
	tlp_set_bytes(&t, BAR0 + off, 4, NULL);
	if (put(&t) || get(&r) || r.kind != TLP_CPLD || r.tag != 0x55)
		return 0xdeadbeef;
	memcpy(&v, r.payload, 4);
	return v;
}

static void test_config(void)
{
	ok(cfg(TLP_CFGRD0, 0, 0, 15) == 0 && r.kind == TLP_CPLD && r.payload_len == 4 &&
		   !memcmp(r.payload, "\x34\x12\x50\x4c", 4),
	   "configuration read: vendor 1234, device 4c50");
	ok(r.tag == 9 && r.byte_count == 4, "the completion has the tag and the byte count");
	ok(cfg(TLP_CFGWR0, 0x10, BAR0, 15) == 0 && r.kind == TLP_CPL && r.status == TLP_SC &&
		   r.completer == RID,
	   "configuration write, completer ID taken from it");
	cfg(TLP_CFGWR0, 4, 0xffff, 1);
	cfg(TLP_CFGRD0, 4, 0, 15);
	ok(r.payload[0] == 0x06 && r.payload[1] == 0,
	   "byte enables of the configuration write bind (command 0x%02x%02x)", r.payload[1],
	   r.payload[0]);
}

static void test_memory(void)
{
	mem_write(0x100, 0x11223344);
	mem_write(0x104, 0x55667788);
	ok(mem_read(0x100) == 0x11223344 && mem_read(0x104) == 0x55667788, "memory keeps words");
	memset(&t, 0, sizeof(t));
	t.kind = TLP_MWR;
	tlp_set_bytes(&t, BAR0 + 0x101, 2, "\xaa\xbb");
	put(&t);
	ok(mem_read(0x100) == 0x11bbaa44, "byte enables bind: 0x%08x", mem_read(0x100));
	memset(&t, 0, sizeof(t));
	t.kind = TLP_MRD;
	tlp_set_bytes(&t, BAR0 + 0x800, 64, NULL);
	put(&t);
	ok(get(&r) == 0 && r.kind == TLP_CPL && r.status == TLP_UR, "UR comes through");
}

static void test_injected(void)
{
	uint64_t before = last_time;

	/* A write of 8 DW with PASID 0x12345 to 0x1_2345_6780, AT=10, in two beats */
	mem_write(0x14, 0x91012345);
	mem_write(0x20, 0x60000808);
	mem_write(0x24, 0x030007ff);
	mem_write(0x28, 0x00000001);
	mem_write(0x2c, 0x23456780);
	mem_write(0x30, 0x03020100);
	mem_write(0x34, 0x07060504);
	mem_write(0x38, 0x0b0a0908);
	mem_write(0x3c, 0x0f0e0d0c);
	mem_write(0x10, 0x0a);
	ok(get(&r) == 0 && r.kind == TLP_MWR && r.pasid_valid && r.pasid == 0x12345 &&
		   r.at == TLP_AT_TRANSLATED && r.addr == 0x123456780 && r.payload_len == 32,
	   "a write of two beats with a PASID leaves the endpoint");
	ok(r.payload[0] == 0 && r.payload[5] == 5 && r.payload[15] == 15 && r.payload[16] == 0 &&
		   r.payload[31] == 15,
	   "first byte of a beat is in 7:0");
	ok(last_time > before && last_time % 4000 == 0, "simulated time goes on (%llu ps)",
	   (unsigned long long)last_time);
	tlp_make_prg_resp(&t, 0, RID, 5, 0, true, 0xabcde);
	put(&t);
	ok(mem_read(0x40) == 1 && mem_read(0x48) == 0x910abcde && mem_read(0x50) == 0x32000000 &&
		   mem_read(0x58) == 0x03000005,
	   "prefix and header of a PRG response arrive at the endpoint");
	mem_write(0x40, 0);
	memset(&t, 0, sizeof(t));
	t.kind = TLP_CPLD;
	t.length_dw = 16;
	t.byte_count = 64;
	t.payload_len = 64;
	t.payload[15] = 0x99;
	put(&t);
	ok(mem_read(0x40) == 1 && mem_read(0x44) == 4 && mem_read(0x6c) == 0x99000000,
	   "64 bytes are four beats");
	mem_write(0x40, 0);
}

static void test_back_pressure(void)
{
	unsigned n = 0, i, bad = 0;
	int ret = 0;

	/* Nobody reads the answers: both rings fill up, then everything has to come */
	memset(&t, 0, sizeof(t));
	t.kind = TLP_MRD;
	for (n = 0; n < 20000; n++) {
		uint8_t bytes[32];
		size_t len;

		t.tag = n & 255;
		tlp_set_bytes(&t, BAR0, 4, NULL);
		len = tlp_encode(&t, bytes, sizeof(bytes), NULL);
		ret = svlink_send(l, SVLINK_TLP, 0, bytes, (uint32_t)len);
		if (ret == -EAGAIN && svlink_wait(l, SVLINK_WAIT_TX, 300) == 0)
			break;
		if (ret == -EAGAIN)
			n--;
	}
	ok(ret == -EAGAIN && n > 2000, "the rings fill up after %u reads", n);
	for (i = 0; i < n; i++)
		if (get(&r) || r.tag != (i & 255) || r.kind != TLP_CPLD ||
		    memcmp(r.payload, "POOL", 4))
			bad++;
	ok(bad == 0, "all %u answers come, in order", n);
}

static unsigned long cpu_ticks(pid_t pid)
{
	char path[64], *p;
	unsigned long u = 0, s = 0;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	p = strrchr(slurp(path), ')');
	if (!p ||
	    sscanf(p + 1, " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &u, &s) != 2)
		return 999999;
	return u + s;
}

static void test_idle(pid_t pid)
{
	unsigned long a, b;

	usleep(50000);
	a = cpu_ticks(pid);
	sleep(1);
	b = cpu_ticks(pid);
	ok(b - a <= 1, "an idle endpoint takes no CPU (%lu ticks in 1 s)", b - a);
}

static void test_reset(void)
{
	uint8_t bytes[SVLINK_MAX_PAYLOAD];
	struct svlink_frame f = {0};
	int ret;

	mem_write(4, 0x1234);
	ok(mem_read(4) == 0x1234, "scratch register before reset");
	svlink_send(l, SVLINK_RESET, 0, NULL, 0);
	while ((ret = svlink_recv(l, &f, bytes)) == 0 && svlink_wait(l, SVLINK_WAIT_RX, 5000) > 0)
		;
	ok(ret == 1 && f.type == SVLINK_RESET_DONE, "reset is acknowledged");
	cfg(TLP_CFGRD0, 0x10, 0, 15);
	ok(r.kind == TLP_CPLD && !memcmp(r.payload, "\0\0\0\0", 4), "BAR0 is clear after it");
	cfg(TLP_CFGWR0, 0x10, BAR0, 15);
	ok(mem_read(4) == 0, "and the scratch register");
}

static void test_garbage(void)
{
	svlink_send(l, SVLINK_TLP, 0, "\x40\0\0\x01", 4);
	svlink_send(l, SVLINK_TLP, 0, NULL, 0);
	ok(mem_read(0) == 0x4c4f4f50, "bytes that are no TLP are dropped, the next TLP is served");
	ok(strstr(slurp(errfile), "dropped a TLP of 4 bytes") != NULL, "and stderr says so");
}

static void test_ends(void)
{
	pid_t pid, child;
	const char *text;

	pid = start("--persist", NULL, NULL);
	ok(connect_sim() && mem_read(0x2000) != 1, "a new simulator serves");
	svlink_close(l, NULL);
	child = fork();
	if (child == 0) {
		if (connect_sim())
			kill(getpid(), SIGKILL);
		_exit(0);
	}
	waitpid(child, NULL, 0);
	ok(connect_sim() && cfg(TLP_CFGRD0, 0, 0, 15) == 0,
	   "--persist: a third client is served after one said goodbye and one died");
	text = slurp(errfile);
	ok(strstr(text, "said goodbye") && strstr(text, "died"), "stderr tells both ends");
	kill(pid, SIGTERM);
	ok(reap(pid) == 0, "SIGTERM ends it with status 0");
	ok(get(&r) == -EBADMSG && get(&r) == -EPIPE && strstr(svlink_error(l), "stopped"),
	   "and the client is told: %s", svlink_error(l));
	svlink_close(l, NULL);

	pid = start(NULL, NULL, NULL);
	connect_sim();
	kill(pid, SIGKILL);
	reap(pid);
	ok(get(&r) == -ETIMEDOUT || get(&r) == -EPIPE, "a killed simulator is an error, no hang");
	ok(svlink_check(l) == -EPIPE && strstr(svlink_error(l), "died"), "text: %s",
	   svlink_error(l));
	svlink_close(l, NULL);

	pid = start("--seed", "x", NULL);
	ok(reap(pid) != 0 && strstr(slurp(errfile), "'x' is no number"), "wrong seed: clear error");
	pid = start("--tlp-log", "/nonexistent/x", NULL);
	ok(reap(pid) == 2 && strstr(slurp(errfile), "/nonexistent/x"),
	   "log cannot be written: status 2");
	unlink(sock);
	close(open(sock, O_CREAT | O_WRONLY, 0600));
	pid = start(NULL, NULL, NULL);
	ok(reap(pid) == 2 && strstr(slurp(errfile), "is no socket"), "a file in the way: status 2");
	unlink(sock);
}

static void test_waves(void)
{
	struct stat st;
	pid_t pid = start("--waves", wavefile, NULL);

	ok(connect_sim() && cfg(TLP_CFGRD0, 0, 0, 15) == 0, "the program with waves serves");
	svlink_close(l, NULL);
	ok(reap(pid) == 0 && stat(wavefile, &st) == 0 && st.st_size > 500,
	   "and writes an FST file");
	unlink(wavefile);
}

int main(int argc, char **argv)
{
	const char *text;
	pid_t pid;

	if (argc != 2 || !mkdtemp(dir))
		return 2;
	program = argv[1];
	snprintf(sock, sizeof(sock), "%s/sock", dir);
	snprintf(errfile, sizeof(errfile), "%s/stderr", dir);
	snprintf(logfile, sizeof(logfile), "%s/tlp.log", dir);
	snprintf(wavefile, sizeof(wavefile), "%s/w.fst", dir);
	pid = start("--tlp-log", logfile, NULL);
	if (!ok(connect_sim(), "connected"))
		return tap_done();
	ok(strcmp(svlink_peer_name(l), "loopback-rtlsim") == 0, "its name: %s",
	   svlink_peer_name(l));
	test_config();
	test_memory();
	test_injected();
	test_back_pressure();
	test_idle(pid);
	test_reset();
	test_garbage();
	svlink_close(l, "test over");
	ok(reap(pid) == 0, "status 0 when the client goes");
	text = slurp(errfile);
	ok(strstr(text, "goodbye: test over") && strstr(text, " cycles/s"), "stderr: %.150s", text);
	text = slurp(logfile);
	ok(strstr(text, "down CfgRd0 0300+000") && strstr(text, "up   MWr 0000000123456780") &&
		   strstr(text, "91012345 60000808 030007ff 00000001 23456780 00010203"),
	   "the TLP log has lines with meaning and bytes");
	test_ends();
	test_waves();
	unlink(errfile);
	unlink(logfile);
	rmdir(dir);
	return tap_done();
}
