// SPDX-License-Identifier: BSD-2-Clause
/* The svarig command: finds the subcommand, and says what went wrong. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *text;
} commands[] = {
	{"info", cmd_info, "what the accelerator is: capabilities, queues, firmware"},
	{"stats", cmd_stats, "counters of the hardware, or what a command adds to them"},
	{"digest", cmd_digest, "digest, HMAC or checksum of a file"},
	{"encrypt", cmd_encrypt, "encrypt a file"},
	{"decrypt", cmd_decrypt, "decrypt a file"},
	{"copy", cmd_copy, "copy a file"},
};

static void usage(FILE *to)
{
	fputs("Usage: svarig COMMAND [OPTION...]\n"
	      "Use an accelerator that shares the process's virtual addresses.\n\n",
	      to);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		fprintf(to, "  %-8s %s\n", commands[i].name, commands[i].text);
	fputs("\n'svarig COMMAND --help' tells more. SVARIG_DEVICE names the device node; without "
	      "it the\n"
	      "first /dev/svarig-* is taken. Exit status: 0 done, 1 a job or a file failed, 2 the "
	      "command\n"
	      "line is wrong, 3 there is no accelerator or no right to use it.\n",
	      to);
}

int main(int argc, char **argv)
{
	char name[32];

	argp_program_version = "svarig " SVARIG_LIB_VERSION;
	argp_err_exit_status = EXIT_USAGE;
	if (argc < 2) {
		usage(stderr);
		return EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") || !strcmp(argv[1], "help")) {
		usage(stdout);
		return EXIT_OK;
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		puts(argp_program_version);
		return EXIT_OK;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], commands[i].name))
			continue;
		snprintf(name, sizeof(name), "svarig %s", argv[1]);
		argv[1] = name;
		return commands[i].run(argc - 1, argv + 1);
	}
	fprintf(stderr, "svarig: no command '%s'; 'svarig --help' lists them\n", argv[1]);
	return EXIT_USAGE;
}

static error_t parse_common(int key, char *arg, struct argp_state *state)
{
	struct common *c = state->input;

	switch (key) {
	case 'd':
		c->device = arg;
		return 0;
	case 'j':
		c->json = true;
		return 0;
	case 't':
		c->touch = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_option common_options[] = {
	{"device", 'd', "NODE", 0, "device node (default: $SVARIG_DEVICE or the first)", 10},
	{"touch", 't', NULL, 0,
	 "make the memory resident first, for hosts that serve no page requests", 10},
	{"json", 'j', NULL, 0, "print JSON", 10},
	{0},
};

const struct argp common_argp = {.options = common_options, .parser = parse_common};

int fail(int status, const char *format, ...)
{
	va_list ap;

	fputs("svarig: ", stderr);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	return status;
}

struct svarig *open_queue(const struct common *c, unsigned int depth, int *status)
{
	const char *env = getenv("SVARIG_DEVICE");
	const char *name = c->device ? c->device : env ? env : "/dev/svarig-*";
	struct svarig *s;
	int ret = svarig_open(c->device, depth, &s);

	*status = EXIT_OK;
	if (!ret)
		return s;
	*status = EXIT_NODEVICE;
	if (ret == -ENODEV)
		fail(0, "no accelerator at %s (is the svarig module loaded?)", name);
	else if (ret == -EACCES || ret == -EPERM)
		fail(0, "%s: %s (who may use it is the node's mode)", name, strerror(-ret));
	else if (ret == -EBUSY)
		fail(0, "%s: all queues are taken", name);
	else
		fail(0, "%s: %s", name, strerror(-ret));
	return NULL;
}

int job_failed(struct svarig *s, int error, const struct svarig_result *r, const char *what)
{
	uint64_t addr;
	int halted;

	if (r->status) {
		fail(0, "%s: %s: %s", what, svarig_status_name(r->status),
		     svarig_status_text(r->status));
		if (r->fault_addr)
			fail(0, "%s: at address %#llx, after %u bytes%s%s%s", what,
			     (unsigned long long)r->fault_addr, r->done,
			     r->detail & SVARIG_SD_NO_PRI ? "; page requests are not enabled, the "
							    "page must be resident (--touch)"
							  : "",
			     r->detail & SVARIG_SD_PAGE_REQUESTED
				     ? "; the host was asked for the page"
				     : "",
			     r->detail & SVARIG_SD_UNTRANSLATED ? "; ATS is off" : "");
		return EXIT_JOB;
	}
	halted = error == -EIO ? svarig_queue_error(s, &addr) : 0;
	if (halted > 0)
		return fail(EXIT_JOB, "%s: the queue halted: %s at address %#llx", what,
			    svarig_status_text(halted), (unsigned long long)addr);
	return fail(error == -ENODEV ? EXIT_NODEVICE : EXIT_JOB, "%s: %s", what, strerror(-error));
}

int parse_hex(const char *hex, uint8_t *to, size_t max)
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

void print_json(json_object *o)
{
	puts(json_object_to_json_string_ext(o, JSON_C_TO_STRING_PRETTY));
	json_object_put(o);
}
