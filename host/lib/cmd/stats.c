// SPDX-License-Identifier: BSD-2-Clause
/* svarig stats: the counters of the hardware, or what one command adds to them. */
#include <errno.h>
#include <limits.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cmd.h"

static const struct {
	const char *name;
	const char *text;
} counters[] = {
#define ROW(id, name, text) [SVARIG_##id] = {#name, text},
	SVARIG_COUNTER_LIST(ROW)};

struct options {
	struct common common;
	char **command; /* NULL: the counters as they are */
	bool brief;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &o->common;
		return 0;
	case 'n':
		o->brief = true;
		return 0;
	case ARGP_KEY_ARGS:
		o->command = state->argv + state->next;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int counters_read(const char *function, struct counters *c)
{
	char dir[PATH_MAX];

	snprintf(dir, sizeof(dir), "%s/counters", function);
	for (unsigned int i = 0; i < SVARIG_CNT_COUNT; i++) {
		int ret = sysfs_number(dir, counters[i].name, &c->value[i]);

		if (ret)
			return fail(EXIT_JOB, "%s/%s: %s", dir, counters[i].name, strerror(-ret));
	}
	return EXIT_OK;
}

static int run_command(char **command, int *status)
{
	pid_t pid;
	int wait_status;

	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return fail(EXIT_JOB, "fork: %s", strerror(errno));
	if (!pid) {
		execvp(command[0], command);
		fail(0, "%s: %s", command[0], strerror(errno));
		_exit(127);
	}
	while (waitpid(pid, &wait_status, 0) < 0)
		if (errno != EINTR)
			return fail(EXIT_JOB, "wait: %s", strerror(errno));
	*status = WIFEXITED(wait_status) ? WEXITSTATUS(wait_status) : 128 + WTERMSIG(wait_status);
	return EXIT_OK;
}

static void print_table(const struct counters *c, bool brief)
{
	for (unsigned int i = 0; i < SVARIG_CNT_COUNT; i++)
		if (!brief || c->value[i])
			printf("%-16s %14" PRIu64 "  %s\n", counters[i].name, c->value[i],
			       counters[i].text);
}

static void print_as_json(const struct counters *c)
{
	json_object *o = json_object_new_object();

	for (unsigned int i = 0; i < SVARIG_CNT_COUNT; i++)
		json_object_object_add(o, counters[i].name, json_object_new_uint64(c->value[i]));
	print_json(o);
}

int cmd_stats(int argc, char **argv)
{
	static const struct argp_option options[] = {
		{"nonzero", 'n', NULL, 0, "leave out counters that are zero", 0},
		{0},
	};
	static const struct argp_child children[] = {{&common_argp, 0, NULL, 0}, {0}};
	static const struct argp argp = {
		.options = options,
		.parser = parse,
		.args_doc = "[-- COMMAND...]",
		.doc = "Print the counters of the hardware, or run COMMAND and print what was "
		       "added to "
		       "them meanwhile (by everybody). The exit status is then COMMAND's.",
		.children = children,
	};
	struct options o = {0};
	struct counters before = {0}, now;
	char function[PATH_MAX];
	int status, result = EXIT_OK;

	argp_parse(&argp, argc, argv, ARGP_IN_ORDER, NULL, &o);
	status = sysfs_function(&o.common, function, sizeof(function));
	if (status)
		return status;
	if (o.command) {
		status = counters_read(function, &before);
		if (!status)
			status = run_command(o.command, &result);
		if (status)
			return status;
	}
	status = counters_read(function, &now);
	if (status)
		return status;
	for (unsigned int i = 0; i < SVARIG_CNT_COUNT; i++)
		now.value[i] -= before.value[i];
	if (o.common.json)
		print_as_json(&now);
	else
		print_table(&now, o.brief);
	return result;
}
