/* SPDX-License-Identifier: BSD-2-Clause */
/* See drive.h. */
#include <stdio.h>
#include <string.h>

#include "drive.h"

struct shim_in in;
struct shim_out out;
uint64_t cycles;
static uint64_t rng;

enum {
	S_KEY,
	S_IV,
	S_STATE,
	S_DATA
};

void rnd_seed(uint64_t seed)
{
	rng = seed;
}

uint32_t rnd(void)
{
	rng ^= rng << 13;
	rng ^= rng >> 7;
	rng ^= rng << 17;
	return (uint32_t)(rng >> 16);
}

void rnd_fill(uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)rnd();
}

void tick(void)
{
	shim_clock(&in, &out);
	cycles++;
}

void reset(void)
{
	memset(&in, 0, sizeof(in));
	in.rst = true;
	tick();
	tick();
	in.rst = false;
}

static uint32_t stage_len(const struct job *j, uint8_t stage)
{
	switch (stage) {
	case S_KEY:
		return ref_key_len(j->r.op, j->r.alg);
	case S_IV:
		return j->state_in ? 0 : ref_iv_len(j->r.op, j->r.alg);
	case S_STATE:
		return j->state_in ? SVARIG_STATE_SIZE : 0;
	default:
		/* a tag comes with the end of a stream only */
		if (j->r.op == SVARIG_OP_AEAD && j->r.decrypt && j->state_out)
			return j->r.aad_len + j->r.len;
		return ref_src_len(&j->r);
	}
}

/* The first stage from here on that has something; past S_DATA: the job's input is complete. */
static uint8_t stage_from(const struct job *j, uint8_t stage)
{
	while (stage < S_DATA && !stage_len(j, stage))
		stage++;
	if (stage == S_DATA && j->r.op == SVARIG_OP_FILL)
		stage++;
	return stage;
}

/* COMPARE: where byte `at` of the stream comes from, and how many follow it there in its chunk. */
static const uint8_t *compare_at(const struct job *j, uint32_t at, uint32_t *n)
{
	uint32_t pair = at / (2 * 256), rest = j->r.len - pair * 256;
	uint32_t chunk = rest < 256 ? rest : 256, in_pair = at - pair * 512;

	*n = chunk - in_pair % chunk;
	return (in_pair < chunk ? j->r.src : j->r.other) + pair * 256 + in_pair % chunk;
}

static void offer(struct port *p, struct port_in *i)
{
	static const uint8_t kinds[] = {SVARIG_EK_KEY, SVARIG_EK_IV, SVARIG_EK_STATE,
					SVARIG_EK_DATA};
	const struct job *j = &p->jobs[p->fed];
	uint32_t total = stage_len(j, p->stage), n;
	const uint8_t *from;
	bool compare = j->r.op == SVARIG_OP_COMPARE && p->stage == S_DATA;

	if (compare)
		total *= 2;
	n = total - p->at;
	from = p->stage == S_KEY     ? j->r.key
	       : p->stage == S_IV    ? j->r.iv
	       : p->stage == S_STATE ? j->state
				     : j->r.src;
	from += p->at;
	if (compare)
		from = compare_at(j, p->at, &n);
	if (n > BEAT)
		n = BEAT;
	i->s_valid = true;
	i->s_last = p->at + n == total;
	i->s_cut = false;
	if (p->stage == S_DATA && j->cut != NO_CUT && p->at + n >= j->cut) {
		n = j->cut - p->at;
		i->s_last = i->s_cut = true;
	}
	i->s_bytes = (uint8_t)n;
	i->s_kind = kinds[p->stage];
	rnd_fill(i->s_data, BEAT);
	memcpy(i->s_data, from, n);
}

static void collect(struct port *p, const struct port_out *o)
{
	struct job *j;
	uint32_t room, have;

	if (p->got >= p->given) {
		p->wrong = "output without a job";
		return;
	}
	j = &p->jobs[p->got];
	room = ref_text_len(&j->r);
	have = j->text_len;
	if (o->m_bytes > BEAT || (!o->m_last && o->m_bytes != BEAT))
		p->wrong = "beat not full and not the last";
	for (int i = o->m_bytes; i < BEAT; i++)
		if (o->m_data[i])
			p->wrong = "bytes beyond the beat's end";
	if (p->seen & 1u << o->m_kind)
		p->wrong = "beat behind the last of its kind";
	if (o->m_last)
		p->seen |= 1u << o->m_kind;
	switch (o->m_kind) {
	case SVARIG_EK_DATA:
		if (p->seen & ~(1u << SVARIG_EK_DATA))
			p->wrong = "text behind the result";
		if (have + o->m_bytes > room) {
			p->wrong = "too much text";
			return;
		}
		memcpy(j->out + have, o->m_data, o->m_bytes);
		j->text_len += o->m_bytes;
		break;
	case SVARIG_EK_RESULT:
		if (j->result_len + o->m_bytes > ref_result_len(&j->r)) {
			p->wrong = "too much result";
			return;
		}
		memcpy(j->out + have + j->result_len, o->m_data, o->m_bytes);
		j->result_len += o->m_bytes;
		break;
	case SVARIG_EK_STATE:
		if (j->state_len + o->m_bytes > SVARIG_STATE_SIZE) {
			p->wrong = "too much state";
			return;
		}
		memcpy(j->state + j->state_len, o->m_data, o->m_bytes);
		j->state_len += o->m_bytes;
		break;
	default:
		p->wrong = "kind of output";
	}
}

static void before(struct port *p, struct port_in *i)
{
	const struct job *j;

	i->cmd_valid = p->given < p->n_jobs;
	if (i->cmd_valid) {
		j = &p->jobs[p->given];
		i->op = j->r.op;
		i->alg = j->r.alg;
		i->decrypt = j->r.decrypt;
		i->state_in = j->state_in;
		i->state_out = j->state_out;
		i->len = j->r.len;
		i->aad_len = j->r.aad_len;
	} else {
		i->op = (uint8_t)rnd();
		i->len = rnd();
	}
	/* input may be offered before its command is taken */
	if (!p->held_s) {
		i->s_valid = false;
		if (p->fed < p->n_jobs && (rnd() & 255) >= p->stall_in) {
			if (!p->at)
				p->stage = stage_from(&p->jobs[p->fed], p->stage);
			offer(p, i);
		}
	}
	i->m_ready = (rnd() & 255) >= p->stall_out;
	i->end_ready = (rnd() & 255) >= p->stall_out;
}

/* The input of the job that is offered may be taken ahead if it is like the one before: a cipher
 * without state. */
static bool ahead(const struct port *p)
{
	const struct job *b, *j;

	if (p->fed != p->given || !p->given || p->given >= p->n_jobs)
		return false;
	b = &p->jobs[p->given - 1];
	j = &p->jobs[p->given];
	return (j->r.op == SVARIG_OP_CIPHER || j->r.op == SVARIG_OP_AEAD) && j->r.op == b->r.op &&
	       j->r.alg == b->r.alg && j->r.decrypt == b->r.decrypt && !j->state_in &&
	       !j->state_out && !b->state_in && !b->state_out;
}

static void after(struct port *p, struct port_in *i, const struct port_out *o)
{
	if (p->held_m &&
	    (!o->m_valid || o->m_last != p->before.m_last || o->m_kind != p->before.m_kind ||
	     o->m_bytes != p->before.m_bytes || memcmp(o->m_data, p->before.m_data, BEAT)))
		p->wrong = "a beat on offer changed";
	if (p->held_end && (!o->end_valid || o->end_status != p->before.end_status ||
			    o->end_done != p->before.end_done))
		p->wrong = "an end on offer changed";
	if (o->m_valid && o->end_valid)
		p->wrong = "end and output at once";
	p->held_m = o->m_valid && !i->m_ready;
	p->held_end = o->end_valid && !i->end_ready;
	p->held_s = i->s_valid && !o->s_ready;
	p->before = *o;

	if (i->s_valid && o->s_ready) {
		if (p->fed >= p->given && !ahead(p))
			p->wrong = "input taken before its command";
		p->at += i->s_bytes;
		if (i->s_last) {
			p->at = 0;
			p->stage++;
			if (i->s_cut || stage_from(&p->jobs[p->fed], p->stage) > S_DATA) {
				p->fed++;
				p->stage = S_KEY;
			}
		}
	}
	if (o->m_valid && i->m_ready)
		collect(p, o);
	if (o->end_valid && i->end_ready) {
		struct job *j;

		if (p->got >= p->given) {
			p->wrong = "end without a job";
			return;
		}
		j = &p->jobs[p->got];
		j->ended = true;
		j->status = o->end_status;
		j->done = o->end_done;
		j->finished = cycles;
		p->got++;
		p->seen = 0;
		if (p->got > p->fed)
			p->wrong = "end before the input's end";
	}
	if (i->cmd_valid && o->cmd_ready)
		p->jobs[p->given++].began = cycles;
}

void drive(struct port *port)
{
	for (int p = 0; p < PORTS; p++)
		before(&port[p], &in.port[p]);
	tick();
	for (int p = 0; p < PORTS; p++)
		after(&port[p], &in.port[p], &out.port[p]);
}

bool drive_all(struct port *port, uint64_t limit)
{
	uint64_t until = cycles + limit;
	bool busy = true;

	while (busy && cycles < until) {
		drive(port);
		busy = false;
		for (int p = 0; p < PORTS; p++) {
			if (port[p].wrong) {
				printf("# port %d, job %u (op %u alg %#x): %s\n", p, port[p].got,
				       port[p].jobs ? port[p].jobs[port[p].got].r.op : 0,
				       port[p].jobs ? port[p].jobs[port[p].got].r.alg : 0,
				       port[p].wrong);
				return false;
			}
			busy = busy || port[p].got < port[p].n_jobs;
		}
	}
	for (int p = 0; p < PORTS; p++)
		if (port[p].got < port[p].n_jobs)
			printf("# port %d, job %u (op %u alg %#x): no end, input at stage %u byte "
			       "%u, text %u\n",
			       p, port[p].got, port[p].jobs[port[p].got].r.op,
			       port[p].jobs[port[p].got].r.alg, port[p].stage, port[p].at,
			       port[p].jobs[port[p].got].text_len);
	return !busy;
}
