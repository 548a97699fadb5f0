// SPDX-License-Identifier: BSD-2-Clause
#include "away.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest.h"

#define LOG	"/tmp/away.log"
#define MODULES "/svarig/modules/"

int away_load(const char *name, const char *args)
{
	char path[64];
	int ko, ret;

	snprintf(path, sizeof(path), MODULES "%s.ko", name);
	ko = open(path, O_RDONLY | O_CLOEXEC);
	if (ko < 0)
		bail("%s: %s", path, strerror(errno));
	ret = syscall(SYS_finit_module, ko, args, 0) ? -errno : 0;
	close(ko);
	return ret;
}

int away_unload(const char *name)
{
	return syscall(SYS_delete_module, name, O_NONBLOCK) ? -errno : 0;
}

unsigned int away_count(const char *pattern)
{
	glob_t found;
	unsigned int n;

	if (glob(pattern, 0, NULL, &found))
		return 0;
	n = found.gl_pathc;
	globfree(&found);
	return n;
}

bool away_wait_for(const char *pattern)
{
	for (int ms = 0; ms < 20000; ms += 20) {
		if (away_count(pattern))
			return true;
		usleep(20000);
	}
	return false;
}

int away_put(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int ret = fd < 0 || write(fd, value, strlen(value)) < 0 ? -errno : 0;

	if (fd >= 0)
		close(fd);
	return ret;
}

bool away_remove_all(void)
{
	glob_t found;
	char path[512];

	if (glob("/sys/bus/pci/devices/0000:00:*", 0, NULL, &found))
		return true;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		snprintf(path, sizeof(path), "%s/remove", found.gl_pathv[i]);
		/* Functions below a port go with the port. */
		away_put(path, "1");
	}
	globfree(&found);
	return !away_count("/sys/bus/pci/devices/*");
}

/* The host's port of that name, which is another device now. */
static int port(const char *name)
{
	char text[64], path[512];
	glob_t found;
	int fd = -1;
	FILE *f;

	away_wait_for("/sys/class/virtio-ports/*/name");
	for (int tries = 0; tries < 500 && fd < 0; tries++, usleep(20000)) {
		if (glob("/sys/class/virtio-ports/*/name", 0, NULL, &found))
			continue;
		for (size_t i = 0; i < found.gl_pathc && fd < 0; i++) {
			f = fopen(found.gl_pathv[i], "r");
			if (f && fgets(text, sizeof(text), f) && !strncmp(text, "svarig.", 7) &&
			    !strncmp(text + 7, name, strlen(name)) &&
			    text[7 + strlen(name)] == '\n') {
				*strrchr(found.gl_pathv[i], '/') = 0;
				snprintf(path, sizeof(path), "/dev%s",
					 strrchr(found.gl_pathv[i], '/'));
				fd = open(path, O_WRONLY);
			}
			if (f)
				fclose(f);
		}
		globfree(&found);
	}
	return fd;
}

/* Also where a test bails out. */
static void speak(void)
{
	int log = open(LOG, O_RDONLY), out = port("out"), ctl;
	char text[4096];
	bool bad = false;
	ssize_t n;

	fflush(stdout);
	while ((n = read(log, text, sizeof(text) - 1)) > 0) {
		text[n] = 0;
		bad |= !!strstr(text, "not ok");
		for (ssize_t at = 0, w; at < n; at += w)
			if ((w = write(out, text + at, n - at)) <= 0)
				break;
	}
	ctl = port("ctl");
	if (ctl >= 0 && write(ctl, bad ? "exit 1\n" : "exit 0\n", 7) < 0)
		perror("ctl");
	sleep(1);
	sync();
	reboot(RB_POWER_OFF);
}

void away_begin(void)
{
	int ret;

	/* The folder the test lies in, and its descriptors, are on devices that go. */
	if (chdir("/") || !freopen(LOG, "w", stdout) || !freopen(LOG, "a", stderr) ||
	    !freopen("/dev/null", "r", stdin))
		_exit(1);
	atexit(speak);
	ret = away_unload("svarig");
	ok(!ret && away_remove_all() && !away_unload("svarig_smmuv3"),
	   "all devices and the drivers go");
}

void away_back(void)
{
	ok(!away_load("svarig", "") && away_wait_for("/dev/svarig-0"), "the accelerator is back");
	device_works();
}
