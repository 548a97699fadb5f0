// SPDX-License-Identifier: BSD-2-Clause
#include "inject.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "guest.h"

#define DEBUGFS "/sys/kernel/debug/"

static const char *const kinds[] = {"failslab", "fail_page_alloc"};

static void put(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		bail("%s: %s", path, strerror(errno));
	close(fd);
}

/* The same for slab and pages. */
static void set(const char *name, const char *value)
{
	char path[128];

	for (unsigned int i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), DEBUGFS "%s/%s", kinds[i], name);
		put(path, value);
	}
}

void inject_init(void)
{
	if (access("/proc/self/fail-nth", W_OK) ||
	    access(DEBUGFS "fail_page_alloc/require-start", W_OK))
		skip_all("this kernel makes no allocation fail (make test-debug)");
	set("verbose", "0");
	set("ignore-gfp-wait", "N");
	put(DEBUGFS "fail_page_alloc/min-order", "0");
	put(DEBUGFS "fail_page_alloc/ignore-gfp-highmem", "N");
}

/* While allocations may fail, no file is opened. */
static int open_of(pid_t thread, const char *name)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/%s", thread ? thread : getpid(), name);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		bail("%s: %s", path, strerror(errno));
	return fd;
}

static int nth = -1;

void inject(pid_t thread, unsigned int n)
{
	char text[16];

	nth = open_of(thread, "fail-nth");
	snprintf(text, sizeof(text), "%u", n);
	if (pwrite(nth, text, strlen(text), 0) < 0)
		bail("fail-nth: %s", strerror(errno));
}

bool inject_end(void)
{
	char left[16] = "";

	if (pread(nth, left, sizeof(left) - 1, 0) < 0 || pwrite(nth, "0", 1, 0) < 0)
		bail("fail-nth: %s", strerror(errno));
	close(nth);
	return !strtoul(left, NULL, 10);
}

static int make_it_fail = -1;

void inject_all(bool on)
{
	if (on) {
		make_it_fail = open_of(0, "make-it-fail");
		set("task-filter", "Y");
		set("times", "-1");
		set("probability", "100");
		if (pwrite(make_it_fail, "1", 1, 0) < 0)
			bail("make-it-fail: %s", strerror(errno));
		return;
	}
	if (pwrite(make_it_fail, "0", 1, 0) < 0)
		bail("make-it-fail: %s", strerror(errno));
	close(make_it_fail);
	set("probability", "0");
	set("task-filter", "N");
}

/* First and last address of the code of @name: a module, or one function. */
static bool find_code(const char *name, unsigned long *first, unsigned long *last)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	char line[512], symbol[256], module[64], type;
	unsigned long address;
	bool next = false;
	int n;

	*first = ~0ul;
	*last = 0;
	while (f && fgets(line, sizeof(line), f)) {
		module[0] = 0;
		n = sscanf(line, "%lx %c %255s [%63[^]]]", &address, &type, symbol, module);
		if (n < 3 || (type | 0x20) != 't')
			continue;
		if (next && address > *first)
			*last = address;
		next = false;
		if (!strcmp(symbol, name) && !module[0]) {
			*first = address;
			next = true;
		} else if (!strcmp(module, name)) {
			*first = address < *first ? address : *first;
			*last = address > *last ? address : *last;
		}
	}
	if (f)
		fclose(f);
	return *first < *last;
}

void inject_within(const char *module_or_function)
{
	unsigned long first = 0, last = ~0ul;
	char text[32];

	if (module_or_function && !find_code(module_or_function, &first, &last))
		bail("no code of %s in /proc/kallsyms", module_or_function);
	snprintf(text, sizeof(text), "%#lx", first);
	set("require-start", text);
	snprintf(text, sizeof(text), "%#lx", last);
	set("require-end", text);
}

void inject_without(const char *first_function, const char *last_function)
{
	unsigned long first = 0, last = 0, unused;
	char text[32];

	if (first_function && (!find_code(first_function, &first, &unused) ||
			       !find_code(last_function, &unused, &last)))
		bail("no code of %s and %s in /proc/kallsyms", first_function, last_function);
	snprintf(text, sizeof(text), "%#lx", first);
	set("reject-start", text);
	snprintf(text, sizeof(text), "%#lx", last);
	set("reject-end", text);
}

void inject_pages(unsigned int times)
{
	char text[16];

	put(DEBUGFS "fail_page_alloc/probability", "0");
	snprintf(text, sizeof(text), "%u", times);
	put(DEBUGFS "fail_page_alloc/times", text);
	if (times)
		put(DEBUGFS "fail_page_alloc/probability", "100");
}

/* One object is a line without indentation and those behind it. */
static bool tell_unless(const char *object, const char *known)
{
	if (!*object || (known && strstr(object, known)))
		return false;
	for (const char *line = object; *line; line += strcspn(line, "\n") + 1)
		note("%.*s", (int)strcspn(line, "\n"), line);
	return true;
}

bool leaks(const char *known)
{
	char line[512], object[8192] = "";
	bool found = false;
	FILE *f;

	/* What is younger than 5 s may still be on its way; what no scan has seen before is taken
	 * for changed, and not told.
	 */
	sleep(6);
	put(DEBUGFS "kmemleak", "scan");
	put(DEBUGFS "kmemleak", "scan");
	f = fopen(DEBUGFS "kmemleak", "r");
	while (f && fgets(line, sizeof(line), f)) {
		if (line[0] != ' ') {
			found |= tell_unless(object, known);
			object[0] = 0;
		}
		strncat(object, line, sizeof(object) - strlen(object) - 1);
	}
	found |= tell_unless(object, known);
	if (f)
		fclose(f);
	put(DEBUGFS "kmemleak", "clear");
	return found;
}
