// SPDX-License-Identifier: BSD-2-Clause
/*
 * A Verilated endpoint as a process: TLPs come and go through the link (docs/link-protocol.md), the
 * clock runs while the endpoint has something to do and stands still while it is idle.
 */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "beats.h"
#include "link.h"
#include "tlplog.h"

#define RESET_CYCLES   16
#define IDLE_CYCLES    8    /* so long idle before the clock stops */
#define CHECK_CYCLES   4096 /* between looks at the socket and the signals */
#define STALL_CYCLES   1000 /* so long without room in the ring before sleeping */
#define SIGNAL_POLL_MS 500

static volatile sig_atomic_t stop;

struct options {
	const char *socket, *waves, *tlp_log, *console;
	uint64_t seed;
	bool persist;
};

struct sim {
	struct model *model;
	struct svlink *link;
	FILE *tlp_log, *console;
	struct beats_in in;
	struct beats_out out;
	bool out_full; /* out.bytes waits for room in the ring */
	unsigned idle, stalled;
	double busy; /* seconds */
	uint8_t buf[SVLINK_MAX_PAYLOAD];
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

static uint64_t sim_time(const struct sim *s)
{
	return model_cycles(s->model) * PS_PER_CYCLE;
}

static void reset(struct sim *s)
{
	const struct beat none = {0};
	struct model_out out;
	int i;

	for (i = 0; i < RESET_CYCLES; i++)
		model_cycle(s->model, true, &none, false, &out);
	s->in.active = false;
	s->in.beat.valid = false;
	s->out.active = false;
	s->out_full = false;
	s->idle = s->stalled = 0;
}

/* Returns 0, or 1 when the endpoint broke the rules of its port: nothing after that means much */
static int take_beat(struct sim *s, const struct beat *t)
{
	const char *why;
	int ret = beats_add(&s->out, t, &why);

	if (ret < 0) {
		fprintf(stderr,
			"rtlsim: cycle %" PRIu64 ": the endpoint broke the TLP port: %s (header "
			"%08x %08x %08x %08x)\n",
			model_cycles(s->model), why, t->hdr[0], t->hdr[1], t->hdr[2], t->hdr[3]);
		return 1;
	}
	if (ret) {
		tlplog(s->tlp_log, model_cycles(s->model), TLPLOG_UP, s->out.bytes, s->out.have);
		s->out_full = true;
	}
	return 0;
}

/* Hands a complete TLP to the ring; 0 also when there is no room yet */
static int flush_out(struct sim *s)
{
	int ret;

	if (!s->out_full)
		return 0;
	ret = svlink_send(s->link, SVLINK_TLP, sim_time(s), s->out.bytes, (uint32_t)s->out.have);
	if (ret == 0) {
		s->out_full = false;
		s->stalled = 0;
	}
	return ret == -EAGAIN ? 0 : ret;
}

static int take_reset(struct sim *s)
{
	int ret;

	tlplog_note(s->tlp_log, model_cycles(s->model), "reset by the host");
	reset(s);
	/* The client drops what was sent before RESET_DONE and drains the ring: room comes */
	while ((ret = svlink_send(s->link, SVLINK_RESET_DONE, sim_time(s), NULL, 0)) == -EAGAIN) {
		ret = svlink_wait(s->link, SVLINK_WAIT_TX, SIGNAL_POLL_MS);
		if (ret < 0 || stop)
			return ret;
	}
	return ret;
}

/* Takes one frame off the ring. Returns 0 or the link's error. */
static int take_frame(struct sim *s)
{
	struct svlink_frame f;
	int ret = svlink_recv(s->link, &f, s->buf);
	const char *why;

	if (ret <= 0)
		return ret;
	s->idle = 0;
	switch (f.type) {
	case SVLINK_TLP:
		tlplog(s->tlp_log, model_cycles(s->model), TLPLOG_DOWN, s->buf, f.len);
		why = beats_start(&s->in, s->buf, f.len);
		if (why)
			fprintf(stderr, "rtlsim: dropped a TLP of %u bytes from %s: %s\n", f.len,
				svlink_peer_name(s->link), why);
		break;
	case SVLINK_RESET:
		return take_reset(s);
	default:
		break; /* BYE: svlink_recv() ends the link */
	}
	return 0;
}

/* The clock stands still until a frame comes */
static int sleep_idle(struct sim *s, double *since)
{
	int ret;

	s->busy += now() - *since;
	if (s->console)
		fflush(s->console);
	do {
		ret = svlink_wait(s->link, SVLINK_WAIT_RX, SIGNAL_POLL_MS);
	} while (ret == 0 && !stop);
	*since = now();
	return ret < 0 ? ret : 0;
}

static int wait_for_room(struct sim *s, double *since)
{
	int ret;

	s->busy += now() - *since;
	ret = svlink_wait(s->link, SVLINK_WAIT_TX | (s->in.active ? 0 : SVLINK_WAIT_RX),
			  SIGNAL_POLL_MS);
	*since = now();
	return ret < 0 ? ret : 0;
}

/* One clock cycle with what the link has. Returns 0, the link's error, or 1 after an RTL error. */
static int cycle(struct sim *s)
{
	struct model_out out;
	bool tx_ready;
	int ret;

	ret = flush_out(s);
	if (ret)
		return ret;
	if (!s->in.active && svlink_pending(s->link)) {
		ret = take_frame(s);
		if (ret)
			return ret;
	}
	tx_ready = !s->out_full;
	model_cycle(s->model, false, &s->in.beat, tx_ready, &out);
	if (s->in.beat.valid && out.rx_ready)
		beats_next(&s->in);
	if (out.tx.valid && tx_ready && take_beat(s, &out.tx))
		return 1;
	if (out.console >= 0 && s->console)
		putc(out.console, s->console);
	if (out.idle && !s->in.active && !s->out_full && !s->out.active)
		s->idle++;
	else
		s->idle = 0;
	s->stalled = s->out_full ? s->stalled + 1 : 0;
	return 0;
}

/* Serves one client until it goes. Returns 0 for an orderly end, 1 for any other. */
static int serve(struct sim *s)
{
	double since = now();
	unsigned n = 0;
	int ret;

	do {
		ret = cycle(s);
		if (!ret && s->idle >= IDLE_CYCLES && !svlink_pending(s->link))
			ret = sleep_idle(s, &since);
		if (!ret && s->stalled >= STALL_CYCLES)
			ret = wait_for_room(s, &since);
		if (!ret && ++n % CHECK_CYCLES == 0)
			ret = svlink_check(s->link);
		if (!ret && model_finished(s->model)) {
			fprintf(stderr, "rtlsim: the endpoint called $finish\n");
			ret = 1;
		}
	} while (!ret && !stop);
	s->busy += now() - since;
	if (ret < 0)
		fprintf(stderr, "rtlsim: %s\n", svlink_error(s->link));
	svlink_close(s->link, ret > 0 ? "the endpoint's RTL failed" : "the simulator was stopped");
	s->link = NULL;
	return ret > 0 ? 1 : 0;
}

static int open_file(const char *path, FILE **f)
{
	if (!path)
		return 0;
	*f = strcmp(path, "-") ? fopen(path, "w") : stderr;
	if (!*f)
		fprintf(stderr, "rtlsim: cannot write %s: %s\n", path, strerror(errno));
	return *f ? 0 : 1;
}

/* Waves cost speed even when off, so they have a program of their own beside this one */
static int exec_waves(char **argv)
{
	char self[PATH_MAX], path[PATH_MAX + 16];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (n < 0)
		n = 0;
	self[n] = 0;
	snprintf(path, sizeof(path), "%s-waves", self);
	execv(path, argv);
	fprintf(stderr, "rtlsim: --waves needs %s (%s): make -C cosim/rtlsim waves\n", path,
		strerror(errno));
	return 2;
}

static int run(struct sim *s, const struct options *o)
{
	char err[SVLINK_ERROR_LEN];
	struct svlink_server *server;
	int ret = 0;

	if (svlink_listen(o->socket, &server, err) < 0) {
		fprintf(stderr, "rtlsim: %s\n", err);
		return 2;
	}
	do {
		ret = svlink_accept(server, RTLSIM_NAME, 0, SIGNAL_POLL_MS, &s->link, err);
		if (ret == -ETIMEDOUT && !s->link && !strncmp(err, "nobody", 6)) {
			ret = 0;
			continue;
		}
		if (ret < 0) {
			fprintf(stderr, "rtlsim: %s\n", err);
			ret = 0;
			continue;
		}
		reset(s);
		tlplog_note(s->tlp_log, model_cycles(s->model), "a client connected");
		ret = serve(s);
		if (!o->persist || ret)
			break;
	} while (!stop);
	svlink_server_close(server);
	return ret;
}

const char *argp_program_version = RTLSIM_NAME " 0.1 (link protocol 1)";

enum {
	OPT_SOCKET = 256,
	OPT_WAVES,
	OPT_TLP_LOG,
	OPT_CONSOLE,
	OPT_SEED,
	OPT_PERSIST
};

static const struct argp_option arg_options[] = {
	{"socket", OPT_SOCKET, "PATH", 0, "listen on this Unix socket (needed)", 0},
	{"waves", OPT_WAVES, "FILE", 0, "write an FST wave file", 0},
	{"tlp-log", OPT_TLP_LOG, "FILE", 0, "write one line for each TLP; - is stderr", 0},
	{"console", OPT_CONSOLE, "FILE", 0, "write what the firmware prints; - is stderr", 0},
	{"seed", OPT_SEED, "N", 0, "values of registers without reset (default 1)", 0},
	{"persist", OPT_PERSIST, NULL, 0, "wait for the next client when one goes", 0},
	{0}};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;
	char *end;

	switch (key) {
	case OPT_SOCKET:
		o->socket = arg;
		break;
	case OPT_WAVES:
		o->waves = arg;
		break;
	case OPT_TLP_LOG:
		o->tlp_log = arg;
		break;
	case OPT_CONSOLE:
		o->console = arg;
		break;
	case OPT_SEED:
		errno = 0;
		o->seed = strtoull(arg, &end, 0);
		if (errno || *end || end == arg)
			argp_error(state, "--seed: '%s' is no number", arg);
		break;
	case OPT_PERSIST:
		o->persist = true;
		break;
	case ARGP_KEY_END:
		if (!o->socket)
			argp_error(state, "--socket PATH is needed");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static const struct argp argp = {
		arg_options,
		parse,
		NULL,
		"Runs the Verilog endpoint as a process that QEMU's rtl-endpoint device (or any "
		"other client of the link) connects to.\v"
		"Exit status: 0 when the client went or a signal came, 1 when the RTL broke a "
		"rule, "
		"2 for wrong usage or files that cannot be opened.",
		NULL,
		NULL,
		NULL};
	struct options o = {.seed = 1};
	struct sigaction sa = {.sa_handler = on_signal};
	static struct sim s;
	int ret;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	s.model = model_new(o.waves, o.seed);
	if (!s.model)
		return exec_waves(argv);
	if (open_file(o.tlp_log, &s.tlp_log) || open_file(o.console, &s.console))
		return 2;
	ret = run(&s, &o);
	fprintf(stderr, "rtlsim: %" PRIu64 " cycles, %.3f s, %.0f cycles/s\n",
		model_cycles(s.model), s.busy,
		s.busy > 0 ? (double)model_cycles(s.model) / s.busy : 0.0);
	if (s.console)
		fclose(s.console);
	if (s.tlp_log)
		fclose(s.tlp_log);
	model_free(s.model);
	return ret;
}
