/* SPDX-License-Identifier: BSD-2-Clause */
/* The cycle, the verdict. See env.h. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "die.h"
#include "env.h"

#define MANY_VIOLATIONS 1000

struct env *env_open(const struct test *t, uint64_t seed, const struct booted *booted,
		     const char *waves, bool verbose)
{
	struct env *e = xalloc(sizeof(*e));
	uint64_t h = seed;

	/* Each test has its own stream, so that it replays alone as it ran in the row. */
	for (const char *c = t->name; *c; c++)
		h = (h ^ (uint8_t)*c) * 0x100000001b3ull;
	e->test = t;
	e->seed = seed;
	e->rng.state = h;
	e->verbose = verbose;
	e->pm = pmem_new(rng64(&e->rng));
	e->chk = chk_new();
	e->rc = rc_new(e->pm, e->chk, rng64(&e->rng));
	e->smmu = smmu_new(e->pm, e->rc, e->chk, rng64(&e->rng));
	e->bdf = ENV_BDF;
	e->smmu->device = e->bdf;
	port_init(&e->port, rng64(&e->rng));
	chk_set_msi(e->chk, RC_MSI_BASE, RC_MSI_BASE + RC_MSI_SIZE);
	env_profile(e, PROFILE_RANDOM);
	if (booted) {
		e->dut = booted->dut;
		e->console_len = booted->console_len;
		memcpy(e->console, booted->console, e->console_len);
		return e;
	}
	e->dut = dut_open(seed, waves);
	if (!e->dut)
		die("cannot open the endpoint%s%s", waves ? " with waves to " : "",
		    waves ? waves : "");
	dut_reset(e->dut, 8);
	return e;
}

void env_close(struct env *e)
{
	dut_close(e->dut);
	smmu_free(e->smmu);
	rc_free(e->rc);
	chk_free(e->chk);
	pmem_free(e->pm);
	free(e);
}

void env_profile(struct env *e, enum env_profile p)
{
	struct rc_knobs *k = &e->rc->knobs;
	struct port_knobs *n = &e->port.knobs;

	if (p == PROFILE_RANDOM)
		p = rng_below(&e->rng, 3);
	k->rcb = 64;
	k->mps = 128;
	k->reorder = p != PROFILE_SMOOTH;
	k->split_percent = p == PROFILE_SMOOTH ? 0 : rng_below(&e->rng, 100);
	k->gap_max = p == PROFILE_SMOOTH ? 0 : p == PROFILE_USUAL ? 10 : 60;
	k->read_min = p == PROFILE_ROUGH ? 1 : 50;
	k->read_max = p == PROFILE_SMOOTH ? 50 : p == PROFILE_USUAL ? 150 : 500;
	k->post_min = 0;
	k->post_max = p == PROFILE_SMOOTH ? 0 : 30;
	n->gap_percent = p == PROFILE_SMOOTH ? 0 : p == PROFILE_USUAL ? 10 : 40;
	n->stall_percent = p == PROFILE_SMOOTH ? 0 : p == PROFILE_USUAL ? 10 : 50;
	n->stall_burst = p == PROFILE_ROUGH ? 20 : 0;
}

static void trace(struct env *e, const char *way, const struct tlp *t)
{
	char text[400];

	if (!e->verbose)
		return;
	tlp_format(t, text, sizeof(text));
	printf("# %8" PRIu64 " %s %s\n", e->cycle, way, text);
}

/* A beat that was shown and not taken must stand as it is. */
static void steady(struct env *e, const struct beat *b)
{
	struct beat *s = &e->shown;
	bool same = b->valid && b->sop == s->sop && b->eop == s->eop && b->be == s->be;

	if (!s->valid)
		return;
	for (unsigned i = 0; same && i < BEAT_BYTES; i++)
		same = !(b->be >> i & 1) || b->data[i] == s->data[i];
	if (same && b->sop)
		same = !memcmp(b->hdr, s->hdr, sizeof(b->hdr)) && b->pfx_valid == s->pfx_valid &&
		       (!b->pfx_valid || b->pfx == s->pfx);
	if (!same && !e->port.error[0])
		snprintf(e->port.error, sizeof(e->port.error),
			 "a beat changed before it was taken, cycle %" PRIu64, e->cycle);
}

static void console(struct env *e)
{
	char c;

	if (!dut_console(e->dut, &c))
		return;
	if (e->console_len < sizeof(e->console) - 1)
		e->console[e->console_len++] = c;
}

void env_cycle(struct env *e)
{
	const struct beat *out;
	struct beat in = {0};
	bool ready, taken;

	e->rc->cycle = e->cycle;
	rc_tick(e->rc);
	smmu_tick(e->smmu);
	if (e->every_cycle)
		e->every_cycle(e, e->every_ctx);
	if (credits_tick(&e->credits, e->dut) && !e->holds)
		e->holds = !e->port.out_busy && rc_next(e->rc, &e->held);
	if (!e->port.out_busy && e->holds && credits_may_send(&e->credits, e->dut, &e->held)) {
		e->holds = false;
		port_send(&e->port, &e->held);
	}
	out = port_beat(&e->port);
	ready = port_ready(&e->port);
	dut_drive(e->dut, out, ready);
	taken = out && dut_rx_ready(e->dut);
	if (out && out->sop && !taken && e->credits.on && !e->port.error[0])
		snprintf(e->port.error, sizeof(e->port.error),
			 "a TLP within the credits is not taken, cycle %" PRIu64, e->cycle);
	dut_tx(e->dut, &in);
	console(e);
	steady(e, &in);
	e->shown = in;
	if (in.valid && ready) {
		e->shown.valid = false;
		if (port_received(&e->port, &in)) {
			trace(e, "<-", &e->port.in_tlp);
			if (!credits_received(&e->credits, &e->port.in_tlp) && !e->port.error[0])
				snprintf(e->port.error, sizeof(e->port.error),
					 "a TLP without credits, cycle %" PRIu64, e->cycle);
			rc_receive(e->rc, &e->port.in_tlp);
		}
	}
	if (taken && port_sent(&e->port)) {
		trace(e, "->", &e->port.out_tlp);
		chk_to_ep(e->chk, e->cycle, &e->port.out_tlp);
	}
	/* What the simulator process does: an idle endpoint gets no clock until a packet arrives.
	 */
	if (e->stop_clock && !out && !in.valid && dut_idle(e->dut))
		e->idle_cycles++;
	else
		dut_clock(e->dut);
	e->cycle++;
	/* One that runs wild would be simulated for hours. */
	if (!(e->cycle & 0x3ff) && chk_count(e->chk, CHK_RULES) > MANY_VIOLATIONS)
		require(e, false, "%u violations, first: %s", chk_count(e->chk, CHK_RULES),
			chk_first(e->chk));
}

void env_run(struct env *e, uint32_t cycles)
{
	while (cycles--)
		env_cycle(e);
}

static void fail(struct env *e, const char *where, const char *format, va_list ap)
{
	const char *base = strstr(where, "tests/");

	e->failures++;
	if (e->failures > 10)
		return;
	printf("# %s: cycle %" PRIu64 ": ", base ? base : where, e->cycle);
	vprintf(format, ap);
	printf("\n");
}

bool env_check(struct env *e, bool good, const char *where, const char *format, ...)
{
	va_list ap;

	e->checks++;
	if (good)
		return true;
	va_start(ap, format);
	fail(e, where, format, ap);
	va_end(ap);
	return false;
}

void env_require(struct env *e, bool good, const char *where, const char *format, ...)
{
	va_list ap;

	e->checks++;
	if (good)
		return;
	va_start(ap, format);
	fail(e, where, format, ap);
	va_end(ap);
	longjmp(e->bail, 1);
}

void env_expect_violation(struct env *e, enum chk_rule rule)
{
	check(e, chk_count(e->chk, rule) > 0, "the checker did not see a planted fault: %s",
	      chk_rule_name(rule));
	chk_forgive(e->chk, rule);
}

void env_verdict(struct env *e)
{
	bool quiet = WAIT(e,
			  rc_idle(e->rc) && !e->smmu->walks && !chk_outstanding(e->chk) &&
				  !chk_itags(e->chk),
			  ENV_LIMIT);

	check(e, quiet, "at the end %u requests and ITags %#x are outstanding",
	      chk_outstanding(e->chk), chk_itags(e->chk));
	check(e, !chk_count(e->chk, CHK_RULES), "%u violations, first: %s",
	      chk_count(e->chk, CHK_RULES), chk_first(e->chk));
	check(e, !e->port.error[0], "port: %s", e->port.error);
	check(e, !e->rc->bad_access, "%" PRIu64 " requests where there is no memory",
	      e->rc->bad_access);
}
