// SPDX-License-Identifier: BSD-2-Clause
/* svarig encrypt, decrypt and copy: a file in, a file out. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"

#define TAG 16

static const struct {
	const char *name;
	uint8_t op, alg;
} ciphers[] = {
#define CIPHER(text, id)                                                                           \
	{text "-ecb", SVARIG_OP_CIPHER, SVARIG_CI_##id | SVARIG_CM_ECB << 4},                      \
		{text "-cbc", SVARIG_OP_CIPHER, SVARIG_CI_##id | SVARIG_CM_CBC << 4},              \
		{text "-ctr", SVARIG_OP_CIPHER, SVARIG_CI_##id | SVARIG_CM_CTR << 4},              \
		{text "-xts", SVARIG_OP_CIPHER, SVARIG_CI_##id | SVARIG_CM_XTS << 4},              \
	{                                                                                          \
		text "-gcm", SVARIG_OP_AEAD, SVARIG_CI_##id                                        \
	}
	CIPHER("aes-128", AES128),
	CIPHER("aes-192", AES192),
	CIPHER("aes-256", AES256),
	CIPHER("sm4", SM4),
};
#define CIPHERS (sizeof(ciphers) / sizeof(ciphers[0]))

struct options {
	struct common common;
	const char *name; /* of the cipher; NULL: copy */
	uint8_t op, alg;
	bool decrypt;
	int key_len, iv_len, aad_len; /* -1: not given */
	uint8_t key[64], iv[16], aad[4096];
	const char *in, *out;
};

static error_t parse_files(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->common;
		return 0;
	case ARGP_KEY_ARG:
		if (o->out)
			argp_error(state, "one argument too many: '%s'", arg);
		*(o->in ? &o->out : &o->in) = arg;
		return 0;
	case ARGP_KEY_END:
		if (!o->out)
			argp_error(state,
				   "IN and OUT are needed ('-' is standard input or output)");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static int iv_bytes(const struct options *o)
{
	if (o->op == SVARIG_OP_AEAD)
		return 12;
	return o->alg >> 4 == SVARIG_CM_ECB ? 0 : 16;
}

/* What was given must be what the cipher takes. */
static void check_cipher(const struct options *o, struct argp_state *state)
{
	int key = svarig_key_len(o->op, o->alg), iv = iv_bytes(o);

	if (!o->name)
		argp_error(state, "--cipher is needed");
	if (o->key_len < 0 || (iv && o->iv_len < 0))
		argp_error(state, "%s needs --key%s", o->name, iv ? " and --iv" : "");
	if (o->key_len != key)
		argp_error(state, "%s wants a key of %d hexadecimal digits, got %d", o->name,
			   2 * key, 2 * o->key_len);
	if (!iv && o->iv_len >= 0)
		argp_error(state, "%s takes no --iv", o->name);
	if (iv && o->iv_len != iv)
		argp_error(state, "%s wants an --iv of %d hexadecimal digits, got %d", o->name,
			   2 * iv, 2 * o->iv_len);
	if (o->aad_len >= 0 && o->op != SVARIG_OP_AEAD)
		argp_error(state, "--aad goes with GCM only");
}

static error_t parse_cipher(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'c':
		for (size_t i = 0; i < CIPHERS; i++) {
			if (strcmp(arg, ciphers[i].name) ||
			    !svarig_key_len(ciphers[i].op, ciphers[i].alg))
				continue;
			o->name = ciphers[i].name;
			o->op = ciphers[i].op;
			o->alg = ciphers[i].alg;
			return 0;
		}
		argp_error(
			state,
			"no cipher '%s'; there are: aes-128, aes-192, aes-256 and sm4, each with "
			"-ecb, -cbc, -ctr, -xts (not aes-192) or -gcm",
			arg);
		return 0;
	case 'k':
		o->key_len = parse_hex(arg, o->key, sizeof(o->key));
		if (o->key_len < 0)
			argp_error(state, "--key wants hexadecimal digits, 128 at most");
		return 0;
	case 'i':
		o->iv_len = parse_hex(arg, o->iv, sizeof(o->iv));
		if (o->iv_len < 0)
			argp_error(state, "--iv wants hexadecimal digits, 32 at most");
		return 0;
	case 'A':
		o->aad_len = parse_hex(arg, o->aad, sizeof(o->aad));
		if (o->aad_len < 0)
			argp_error(state, "--aad wants hexadecimal digits, %zu at most",
				   2 * sizeof(o->aad));
		return 0;
	case ARGP_KEY_END:
		check_cipher(o, state);
		return parse_files(key, arg, state);
	default:
		return parse_files(key, arg, state);
	}
}

/* Bytes of text in @in, or an error about its length. */
static int text_size(const struct options *o, const struct in_file *in, size_t *text)
{
	unsigned int mode = o->alg >> 4;

	*text = in->size;
	if (o->op == SVARIG_OP_AEAD) {
		if (o->decrypt && in->size < TAG)
			return fail(EXIT_JOB, "%s: %zu bytes, too short for a tag of %d", in->name,
				    in->size, TAG);
		*text -= o->decrypt ? TAG : 0;
		return EXIT_OK;
	}
	if (o->op == SVARIG_OP_CIPHER && (mode == SVARIG_CM_ECB || mode == SVARIG_CM_CBC) &&
	    in->size % 16)
		return fail(EXIT_JOB,
			    "%s: %zu bytes; %s wants a multiple of 16 (nothing is padded)",
			    in->name, in->size, o->name);
	if (o->op == SVARIG_OP_CIPHER && mode == SVARIG_CM_XTS && in->size < 16)
		return fail(EXIT_JOB, "%s: %zu bytes; %s wants at least 16", in->name, in->size,
			    o->name);
	return EXIT_OK;
}

/* In pieces of what one job takes; the last one of 16 bytes at least. */
static int transform(struct svarig *s, struct options *o, const struct in_file *in, size_t text,
		     struct out_file *out, uint64_t *cycles)
{
	_Alignas(16) uint8_t state[SVARIG_STATE_SIZE];
	_Alignas(16) struct svarig_sg list[2] = {0};
	uint32_t most = (svarig_max_len() - 16) & ~15u;
	struct svarig_result r;
	size_t at = 0;

	do {
		size_t left = text - at;
		bool last = left <= most, list_it = !at && o->aad_len > 0;
		struct svarig_job job = {.op = o->op,
					 .alg = o->alg,
					 .flags = o->decrypt ? SVARIG_DF_DECRYPT : 0,
					 .len = last		   ? left
						: left - 16 < most ? most - 16
								   : most,
					 .src = in->data + at,
					 .dst = out->data + at,
					 .key = o->key,
					 .iv = o->iv};
		uint32_t from = job.len + (last && o->op == SVARIG_OP_AEAD && o->decrypt ? TAG : 0);
		int ret;

		if (list_it) {
			job.aad_len = o->aad_len;
			list[0].addr = (uintptr_t)o->aad;
			list[0].len = o->aad_len;
			list[1].addr = (uintptr_t)job.src;
			list[1].len = from;
			job.src = from ? (const void *)list : o->aad;
			job.src_sg = from ? 2 : 0;
		}
		if (!text && o->op != SVARIG_OP_AEAD)
			break;
		ret = svarig_piece(s, &job, state, !at, last, &r);
		if (ret)
			return job_failed(s, ret, &r, in->name);
		*cycles += r.cycles;
		at += job.len;
	} while (at < text);
	return EXIT_OK;
}

static int run(struct options *o)
{
	struct out_file out;
	struct in_file in;
	struct svarig *s;
	uint64_t cycles = 0;
	size_t text, size;
	int status;

	status = in_open(&in, o->in, o->common.touch);
	if (status)
		return status;
	status = text_size(o, &in, &text);
	if (status)
		goto out_in;
	s = open_queue(&o->common, 2, &status);
	if (!s)
		goto out_in;
	size = text + (o->op == SVARIG_OP_AEAD && !o->decrypt ? TAG : 0);
	status = out_open(&out, o->out, size, o->common.touch);
	if (status)
		goto out_queue;
	status = transform(s, o, &in, text, &out, &cycles);
	if (status)
		out_abandon(&out);
	else
		status = out_commit(&out);
	if (!status && o->common.json) {
		json_object *j = json_object_new_object();

		json_object_object_add(j, "in", json_object_new_string(o->in));
		json_object_object_add(j, "out", json_object_new_string(o->out));
		json_object_object_add(j, "algorithm",
				       json_object_new_string(o->name ? o->name : "copy"));
		if (o->name)
			json_object_object_add(j, "decrypt", json_object_new_boolean(o->decrypt));
		json_object_object_add(j, "bytes", json_object_new_uint64(text));
		json_object_object_add(j, "cycles", json_object_new_uint64(cycles));
		print_json(j);
	}
out_queue:
	svarig_close(s);
out_in:
	in_close(&in);
	explicit_bzero(o->key, sizeof(o->key));
	return status;
}

static const struct argp_child children[] = {{&common_argp, 0, NULL, 0}, {0}};

static const struct argp_option cipher_options[] = {
	{"cipher", 'c', "NAME", 0,
	 "aes-128, aes-192, aes-256 or sm4 with -ecb, -cbc, -ctr, -xts or -gcm", 0},
	{"key", 'k', "HEX", 0, "hexadecimal digits; XTS: both keys", 0},
	{"iv", 'i', "HEX", 0,
	 "initialization vector, counter block or tweak, 32 hexadecimal digits; GCM: 24", 0},
	{"aad", 'A', "HEX", 0, "GCM: additional data that are authenticated only", 0},
	{0},
};

static int cipher(int argc, char **argv, const struct argp *argp, bool decrypt)
{
	struct options o = {.decrypt = decrypt, .key_len = -1, .iv_len = -1, .aad_len = -1};

	argp_parse(argp, argc, argv, 0, NULL, &o);
	if (o.common.json && !strcmp(o.out, "-"))
		return fail(EXIT_USAGE, "--json and output to '-' exclude each other");
	return run(&o);
}

int cmd_encrypt(int argc, char **argv)
{
	static const struct argp argp = {
		.options = cipher_options,
		.parser = parse_cipher,
		.args_doc = "IN OUT",
		.doc = "Encrypt IN to OUT; with GCM the 16-byte tag is OUT's end. Nothing is "
		       "padded. "
		       "OUT is replaced only if all went well; with --json, what was done is "
		       "printed.",
		.children = children,
	};

	return cipher(argc, argv, &argp, false);
}

int cmd_decrypt(int argc, char **argv)
{
	static const struct argp argp = {
		.options = cipher_options,
		.parser = parse_cipher,
		.args_doc = "IN OUT",
		.doc = "Decrypt IN to OUT; with GCM the 16-byte tag is IN's end. OUT is replaced "
		       "only "
		       "if all went well, so not if the tag is wrong.",
		.children = children,
	};

	return cipher(argc, argv, &argp, true);
}

int cmd_copy(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse_files,
		.args_doc = "IN OUT",
		.doc = "Copy IN to OUT. OUT is replaced only if all went well.",
		.children = children,
	};
	struct options o = {.op = SVARIG_OP_COPY};

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (o.common.json && !strcmp(o.out, "-"))
		return fail(EXIT_USAGE, "--json and output to '-' exclude each other");
	return run(&o);
}
