// SPDX-License-Identifier: BSD-2-Clause
/* svarig digest: prints like sha256sum. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"

struct options {
	struct common common;
	const char *alg;
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
		if (strcmp(arg, "sha256"))
			argp_error(state, "no digest algorithm '%s'; there is: sha256", arg);
		o->alg = arg;
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

static int digest_file(struct svarig *s, const struct options *o, const char *name,
		       json_object *list)
{
	struct svarig_result r = {0};
	struct in_file in;
	uint8_t digest[32];
	char hex[65];
	int ret, status = in_open(&in, name, o->common.touch);

	if (status)
		return status;
	if (in.size > svarig_max_len()) {
		status = fail(EXIT_JOB, "%s: %zu bytes, one job takes at most %u", in.name, in.size,
			      svarig_max_len());
		goto out;
	}
	ret = svarig_sha256(s, digest, in.data, in.size, &r);
	if (ret) {
		status = job_failed(s, ret, &r, in.name);
		goto out;
	}
	for (unsigned int i = 0; i < sizeof(digest); i++)
		sprintf(hex + 2 * i, "%02x", digest[i]);
	if (list) {
		json_object *row = json_object_new_object();

		json_object_object_add(row, "file", json_object_new_string(name));
		json_object_object_add(row, "algorithm", json_object_new_string(o->alg));
		json_object_object_add(row, "digest", json_object_new_string(hex));
		json_object_object_add(row, "bytes", json_object_new_uint64(in.size));
		json_object_object_add(row, "cycles", json_object_new_uint64(r.cycles));
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
		{"alg", 'a', "NAME", 0, "sha256 (the default)", 0},
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
	struct options o = {.alg = "sha256"};
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
