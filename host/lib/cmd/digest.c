// SPDX-License-Identifier: BSD-2-Clause
/* svarig digest: prints like sha256sum and its kin. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"

static const struct {
	const char *name;
	uint8_t op, alg;
} algorithms[] = {
	{"sha256", SVARIG_OP_HASH, SVARIG_HA_SHA256}, {"sha224", SVARIG_OP_HASH, SVARIG_HA_SHA224},
	{"sha384", SVARIG_OP_HASH, SVARIG_HA_SHA384}, {"sha512", SVARIG_OP_HASH, SVARIG_HA_SHA512},
	{"sm3", SVARIG_OP_HASH, SVARIG_HA_SM3},	      {"crc32c", SVARIG_OP_CRC32C, 0},
};
#define ALGORITHMS (sizeof(algorithms) / sizeof(algorithms[0]))

struct options {
	struct common common;
	size_t alg;
	bool hmac;
	uint8_t key[1024];
	int key_len;
	char **files;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->common;
		return 0;
	case 'a':
		for (o->alg = 0; o->alg < ALGORITHMS; o->alg++)
			if (!strcmp(arg, algorithms[o->alg].name))
				return 0;
		argp_error(state,
			   "no digest algorithm '%s'; there are: sha224, sha256, sha384, sha512, "
			   "sm3, crc32c",
			   arg);
		return 0;
	case 'm':
		o->key_len = parse_hex(arg, o->key, sizeof(o->key));
		if (o->key_len < 0)
			argp_error(state, "--hmac wants the key in hexadecimal digits, %zu at most",
				   2 * sizeof(o->key));
		o->hmac = true;
		return 0;
	case ARGP_KEY_END:
		if (o->hmac && algorithms[o->alg].op != SVARIG_OP_HASH)
			argp_error(state, "--hmac does not go with %s", algorithms[o->alg].name);
		return 0;
	case ARGP_KEY_ARGS:
		o->files = state->argv + state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "no file named ('-' is standard input)");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* A file of any size, in pieces of what one job takes. */
static int digest_data(struct svarig *s, const struct options *o, const struct in_file *in,
		       uint8_t *digest, uint64_t *cycles, struct svarig_result *r)
{
	_Alignas(16) uint8_t state[SVARIG_STATE_SIZE];
	uint8_t op = algorithms[o->alg].op, alg = algorithms[o->alg].alg, key[128] = {0};
	unsigned int block = svarig_block_len(alg);
	uint32_t most = svarig_max_len() / 128 * 128;
	size_t at = 0;
	int ret = 0;

	if (o->hmac) {
		op = SVARIG_OP_HMAC;
		if (o->key_len > (int)block)
			ret = svarig_digest(s, alg, key, o->key, o->key_len, r);
		else
			memcpy(key, o->key, o->key_len);
	}
	while (!ret) {
		size_t left = in->size - at;
		struct svarig_job job = {.op = op,
					 .alg = alg,
					 .len = left < most ? left : most,
					 .src = in->data + at,
					 .dst = digest,
					 .key = key};

		ret = svarig_piece(s, &job, state, !at, job.len == left, r);
		*cycles += r->cycles;
		at += job.len;
		if (at == in->size)
			break;
	}
	return ret;
}

static int digest_file(struct svarig *s, const struct options *o, const char *name,
		       json_object *list)
{
	struct svarig_result r = {0};
	struct in_file in;
	uint8_t digest[64];
	char hex[2 * sizeof(digest) + 1];
	unsigned int bytes = 4;
	uint64_t cycles = 0;
	int ret, status = in_open(&in, name, o->common.touch);

	if (status)
		return status;
	ret = digest_data(s, o, &in, digest, &cycles, &r);
	if (ret) {
		status = job_failed(s, ret, &r, in.name);
		goto out;
	}
	if (algorithms[o->alg].op == SVARIG_OP_HASH)
		bytes = svarig_digest_len(algorithms[o->alg].alg);
	/* A checksum is a number: the highest digit first. */
	for (unsigned int i = 0; i < bytes; i++)
		sprintf(hex + 2 * i, "%02x",
			digest[algorithms[o->alg].op == SVARIG_OP_HASH ? i : 3 - i]);
	if (list) {
		json_object *row = json_object_new_object();

		json_object_object_add(row, "file", json_object_new_string(name));
		json_object_object_add(row, "algorithm",
				       json_object_new_string(algorithms[o->alg].name));
		if (o->hmac)
			json_object_object_add(row, "hmac", json_object_new_boolean(true));
		json_object_object_add(row, "digest", json_object_new_string(hex));
		json_object_object_add(row, "bytes", json_object_new_uint64(in.size));
		json_object_object_add(row, "cycles", json_object_new_uint64(cycles));
		json_object_array_add(list, row);
	} else {
		printf("%s  %s\n", hex, name);
	}
out:
	in_close(&in);
	return status;
}

int cmd_digest(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{"alg", 'a', "NAME", 0,
		 "sha224, sha256 (the default), sha384, sha512, sm3 or crc32c", 0},
		{"hmac", 'm', "HEX", 0, "HMAC with this key, in hexadecimal digits", 0},
		{0},
	};
	static const struct argp_child children[] = {{&common_argp, 0, NULL, 0}, {0}};
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "FILE...",
		.doc = "Print the digest of each FILE ('-' is standard input), as sha256sum does.",
		.children = children,
	};
	struct options o = {0};
	json_object *list = NULL;
	struct svarig *s;
	int status;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	s = open_queue(&o.common, 2, &status);
	if (!s)
		return status;
	if (o.common.json)
		list = json_object_new_array();
	for (char **f = o.files; *f; f++) {
		int one = digest_file(s, &o, *f, list);

		if (one)
			status = one;
	}
	if (list)
		print_json(list);
	svarig_close(s);
	return status;
}
