/* SPDX-License-Identifier: BSD-2-Clause */
/* See pool.h. */
#include "pool.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "die.h"

struct child {
	pid_t pid; /* 0: has ended, or was never made */
	int output, status;
};

static unsigned processors(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n > 0 ? n : 1;
}

/* One at a time prints where it is; of several each keeps what it prints. */
static void begin(const struct pool *p, struct child *c, unsigned piece, bool alone)
{
	pid_t parent = getpid();

	p->prepare(piece);
	c->output = alone ? -1 : memfd_create("output", 0);
	if (!alone && c->output < 0)
		die("no file for what a test prints: %m");
	fflush(stdout);
	c->pid = fork();
	if (c->pid < 0)
		die("no process for a test: %m");
	if (c->pid)
		return;
	/* It ends with the parent, however that ends. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || (!alone && dup2(c->output, STDOUT_FILENO) < 0))
		_exit(1);
	p->work(piece);
	fflush(stdout);
	_exit(0);
}

static void show(struct child *c)
{
	char text[65536];
	ssize_t n;

	if (c->output < 0)
		return;
	for (off_t at = 0; (n = pread(c->output, text, sizeof(text), at)) > 0; at += n)
		fwrite(text, 1, n, stdout);
	close(c->output);
}

static struct child *wait_for_one(struct child *c, unsigned n)
{
	int status;
	pid_t pid = waitpid(-1, &status, 0);

	if (pid < 0)
		die("waiting for a test: %m");
	for (unsigned i = 0; i < n; i++)
		if (c[i].pid == pid) {
			c[i].pid = 0;
			c[i].status = status;
			return c + i;
		}
	return NULL;
}

void pool_run(const struct pool *p)
{
	unsigned at_once = p->at_once ? p->at_once : processors(), begun = 0, shown = 0,
		 running = 0;
	struct child *c = calloc(p->pieces, sizeof(*c));
	bool more = true;

	if (!c)
		die("no memory");
	while (more && shown < p->pieces) {
		while (begun < p->pieces && running < at_once) {
			begin(p, c + begun, begun, at_once == 1);
			begun++;
			running++;
		}
		running -= !!wait_for_one(c, begun);
		while (more && shown < begun && !c[shown].pid) {
			show(c + shown);
			more = p->ended(shown, c[shown].status);
			shown++;
		}
	}
	for (unsigned i = 0; i < begun; i++)
		if (c[i].pid)
			kill(c[i].pid, SIGKILL);
	while (running)
		running -= !!wait_for_one(c, begun);
	free(c);
}
