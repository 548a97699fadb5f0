/* SPDX-License-Identifier: BSD-2-Clause */
/* What the subcommands of svarig share. */
#ifndef SVARIG_CMD_H
#define SVARIG_CMD_H

#include <argp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <json-c/json.h>

#include "svarig.h"
#include "svarig_hw.h"

/* Exit status of the command. */
enum {
	EXIT_OK = 0,
	EXIT_JOB = 1,	   /* a job failed, or a file could not be read or written */
	EXIT_USAGE = 2,	   /* the command line is wrong */
	EXIT_NODEVICE = 3, /* no accelerator, or no right to use it */
};

/* Options that every subcommand takes (argp child). */
struct common {
	const char *device; /* NULL: the first */
	bool json;
	bool touch; /* make memory resident first */
};
extern const struct argp common_argp;

/* svarig.c: message to stderr with the program's name, then the exit status given back. */
int fail(int status, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Opens a queue or prints why not; *status is the exit status then. */
struct svarig *open_queue(const struct common *c, unsigned int depth, int *status);
/* Prints what went wrong with a job on @what. */
int job_failed(struct svarig *s, int error, const struct svarig_result *r, const char *what);
void print_json(json_object *o); /* prints and frees */
/* Bytes written to @to, or -1 if @hex is not hexadecimal or longer than @max bytes. */
int parse_hex(const char *hex, uint8_t *to, size_t max);

/* file.c */
struct in_file {
	const char *name;
	const uint8_t *data; /* mapped, not touched; or read from a pipe */
	size_t size;
	bool mapped;
};
/* "-" is stdin; @touch: read every page in first. Exit status. */
int in_open(struct in_file *f, const char *name, bool touch);
void in_close(struct in_file *f);

struct out_file {
	const char *name;
	char *temporary; /* beside the target, renamed onto it at the end; NULL for stdout */
	int fd;
	uint8_t *data;
	size_t size;
	bool mapped; /* data is the file itself */
};
/* Nothing at @name is changed before out_commit(). */
int out_open(struct out_file *f, const char *name, size_t size, bool touch);
int out_commit(struct out_file *f);
void out_abandon(struct out_file *f);

/* sysfs.c */
int sysfs_function(const struct common *c, char *path, size_t size);  /* exit status */
int sysfs_number(const char *dir, const char *name, uint64_t *value); /* 0 or -errno */
int sysfs_text(const char *dir, const char *name, char *text, size_t size);

/* stats.c */
struct counters {
	uint64_t value[SVARIG_CNT_COUNT];
};
int counters_read(const char *function, struct counters *c);

/* Subcommands: argv[0] is "svarig NAME". */
int cmd_info(int argc, char **argv);
int cmd_stats(int argc, char **argv);
int cmd_digest(int argc, char **argv);
int cmd_encrypt(int argc, char **argv);
int cmd_decrypt(int argc, char **argv);
int cmd_copy(int argc, char **argv);

#endif
