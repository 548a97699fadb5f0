// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: smmu=ours
 *
 * D2: one ASID per domain, one domain per ASID. Processes, two address spaces of the kernel's and
 * the default domain at once on one function: as many ASIDs in its context descriptors as there are
 * translation tables, and again after half of them went and others came.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/guest.h"
#include "lib/module.h"

enum {
	PROCESSES = 8
};

static int module;

/* A process that is bound and waits. */
static pid_t user_start(void)
{
	int ready[2];
	pid_t pid;
	char c;

	fflush(stdout);
	if (pipe(ready) || (pid = fork()) < 0)
		bail("fork: %s", strerror(errno));
	if (!pid) {
		struct svarig *s;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(ready[0]);
		if (svarig_open(NULL, 2, &s) || write(ready[1], "", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (read(ready[0], &c, 1) != 1)
		bail("a process gets no queue");
	close(ready[0]);
	return pid;
}

static void space(unsigned int index, unsigned int op)
{
	struct svt_space s = {.index = index, .op = op};

	test_call(module, SVT_SPACE, (unsigned long)&s, "an address space of the kernel's");
}

/* So many domains, each with an ASID of its own. */
static void different(unsigned int domains, const char *when)
{
	struct svt_tables t = {0};

	test_call(module, SVT_TABLES, (unsigned long)&t, "reading the tables");
	ok(t.cds == domains && t.ttbs == domains && t.asids == domains,
	   "%s: %u domains, %u translation tables, %u ASIDs", when, t.cds, t.ttbs, t.asids);
}

int main(void)
{
	pid_t pids[PROCESSES];

	module = test_module();
	for (unsigned int i = 0; i < PROCESSES; i++)
		pids[i] = user_start();
	space(0, SVT_SPACE_OPEN);
	space(1, SVT_SPACE_OPEN);
	different(PROCESSES + 3, "all at once");
	for (unsigned int i = 0; i < PROCESSES; i += 2) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	space(0, SVT_SPACE_CLOSE);
	different(PROCESSES / 2 + 2, "half of them gone");
	for (unsigned int i = 0; i < PROCESSES; i += 2)
		pids[i] = user_start();
	space(0, SVT_SPACE_OPEN);
	different(PROCESSES + 3, "others in their place");
	for (unsigned int i = 0; i < PROCESSES; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	space(0, SVT_SPACE_CLOSE);
	space(1, SVT_SPACE_CLOSE);
	different(1, "only the default domain left");
	device_works();
	test_module_unload(module);
	return done();
}
