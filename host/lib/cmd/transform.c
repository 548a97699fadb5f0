// SPDX-License-Identifier: BSD-2-Clause
/* svarig cipher and svarig copy: a file in, a file of the same length out. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"

struct options {
	struct common common;
	const char *alg; /* NULL: copy */
	unsigned int key_bits;
	bool have_key, have_iv;
	size_t key_bytes;
	uint8_t key[32];
	uint8_t iv[16];
	const char *in, *out;
};

/* Bytes written to @to, or -1 if @hex is not hexadecimal or longer than @max bytes. */
static int parse_hex(const char *hex, uint8_t *to, size_t max)
{
	size_t digits = strlen(hex);

	if (digits % 2 || digits / 2 > max || strspn(hex, "0123456789abcdefABCDEF") != digits)
		return -1;
	for (size_t i = 0; i < digits / 2; i++) {
		unsigned int byte;

		sscanf(hex + 2 * i, "%2x", &byte);
		to[i] = byte;
	}
	return digits / 2;
}

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

static error_t parse_cipher(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;
	int n;

	switch (key) {
	case 'a':
		if (!strcmp(arg, "aes-128-ctr"))
			o->key_bits = 128;
		else if (!strcmp(arg, "aes-256-ctr"))
			o->key_bits = 256;
		else
			argp_error(state, "no cipher '%s'; there are: aes-128-ctr, aes-256-ctr",
				   arg);
		o->alg = arg;
		return 0;
	case 'k':
		n = parse_hex(arg, o->key, sizeof(o->key));
		if (n < 0)
			argp_error(state, "--key wants hexadecimal digits, 32 or 64 of them");
		o->key_bytes = n;
		o->have_key = true;
		return 0;
	case 'i':
		n = parse_hex(arg, o->iv, sizeof(o->iv));
		if (n != (int)sizeof(o->iv))
			argp_error(state, "--iv wants 32 hexadecimal digits");
		o->have_iv = true;
		return 0;
	case ARGP_KEY_END:
		if (!o->alg || !o->have_key || !o->have_iv)
			argp_error(state, "--alg, --key and --iv are needed");
		if (o->key_bytes * 8 != o->key_bits)
			argp_error(state, "%s wants a key of %u hexadecimal digits, got %zu",
				   o->alg, o->key_bits / 4, o->key_bytes * 2);
		return parse_files(key, arg, state);
	default:
		return parse_files(key, arg, state);
	}
}

/* Step the 128-bit big-endian counter: jobs longer than the device takes are cut in pieces. */
static void counter_add(uint8_t iv[16], uint64_t blocks)
{
	for (int i = 15; i >= 0 && blocks; i--) {
		blocks += iv[i];
		iv[i] = blocks;
		blocks >>= 8;
	}
}

static int transform(struct svarig *s, struct options *o, const struct in_file *in,
		     struct out_file *out, uint64_t *cycles)
{
	struct svarig_result r;
	size_t at = 0;

	while (at < in->size) {
		size_t left = in->size - at;
		uint32_t n = left < svarig_max_len() ? left : svarig_max_len();
		int ret;

		if (o->alg)
			ret = svarig_aes_ctr(s, out->data + at, in->data + at, n, o->key,
					     o->key_bits, o->iv, &r);
		else
			ret = svarig_copy(s, out->data + at, in->data + at, n, &r);
		if (ret)
			return job_failed(s, ret, &r, in->name);
		counter_add(o->iv, n / 16);
		*cycles += r.cycles;
		at += n;
	}
	return EXIT_OK;
}

static int run(struct options *o)
{
	struct out_file out;
	struct in_file in;
	struct svarig *s;
	uint64_t cycles = 0;
	int status;

	status = in_open(&in, o->in, o->common.touch);
	if (status)
		return status;
	s = open_queue(&o->common, 2, &status);
	if (!s)
		goto out_in;
	status = out_open(&out, o->out, in.size, o->common.touch);
	if (status)
		goto out_queue;
	status = transform(s, o, &in, &out, &cycles);
	if (status)
		out_abandon(&out);
	else
		status = out_commit(&out);
	if (!status && o->common.json) {
		json_object *j = json_object_new_object();

		json_object_object_add(j, "in", json_object_new_string(o->in));
		json_object_object_add(j, "out", json_object_new_string(o->out));
		json_object_object_add(j, "algorithm",
				       json_object_new_string(o->alg ? o->alg : "copy"));
		json_object_object_add(j, "bytes", json_object_new_uint64(in.size));
		json_object_object_add(j, "cycles", json_object_new_uint64(cycles));
		print_json(j);
	}
out_queue:
	svarig_close(s);
out_in:
	in_close(&in);
	return status;
}

static const struct argp_child children[] = {{&common_argp, 0, NULL, 0}, {0}};

int cmd_cipher(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{"alg", 'a', "NAME", 0, "aes-128-ctr or aes-256-ctr", 0},
		{"key", 'k', "HEX", 0, "32 or 64 hexadecimal digits", 0},
		{"iv", 'i', "HEX", 0, "initial counter block, 32 hexadecimal digits", 0},
		{0},
	};
	static const struct argp argp = {
		.options = options,
		.parser = parse_cipher,
		.args_doc = "IN OUT",
		.doc = "Encrypt or decrypt IN to OUT (in counter mode both are the same). OUT is "
		       "replaced "
		       "only if all went well; with --json, what was done is printed.",
		.children = children,
	};
	struct options o = {0};

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (o.common.json && !strcmp(o.out, "-"))
		return fail(EXIT_USAGE, "--json and output to '-' exclude each other");
	return run(&o);
}

int cmd_copy(int argc, char **argv)
{
	static const struct argp argp = {
		.parser = parse_files,
		.args_doc = "IN OUT",
		.doc = "Copy IN to OUT. OUT is replaced only if all went well.",
		.children = children,
	};
	struct options o = {0};

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (o.common.json && !strcmp(o.out, "-"))
		return fail(EXIT_USAGE, "--json and output to '-' exclude each other");
	return run(&o);
}
