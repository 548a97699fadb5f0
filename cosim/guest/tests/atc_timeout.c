// SPDX-License-Identifier: BSD-2-Clause
/*
 * guest-test: smmu=ours endpoints=2 share=docs global=arm-smmuv3.ats-inv-timeout-ms=1000
 *
 * An endpoint that does not answer ATC invalidations: it still holds the translation of a page that
 * its process has given up, and must not be able to use it. It is isolated before munmap() returns,
 * that is told, and neither the endpoint beside it nor the shared folder notices. After a reset
 * it is back.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/netlink.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/guest.h"
#include "lib/module.h"

#define SILENT	  "/dev/svarig-0"
#define NEIGHBOUR "/dev/svarig-1"
#define RESET	  "/sys/class/uacce/svarig-0/device/reset"

static int uevents(void)
{
	struct sockaddr_nl addr = {.nl_family = AF_NETLINK, .nl_groups = 1};
	int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_NONBLOCK, NETLINK_KOBJECT_UEVENT);

	if (fd < 0 || bind(fd, (struct sockaddr *)&addr, sizeof(addr)))
		bail("uevents: %s", strerror(errno));
	return fd;
}

/* Waits for a uevent with the given word. */
static bool told(int fd, const char *word)
{
	struct pollfd pfd = {.fd = fd, .events = POLLIN};
	char text[4096];
	ssize_t n;

	while (poll(&pfd, 1, 10000) == 1) {
		n = recv(fd, text, sizeof(text), 0);
		if (n > 0 && memmem(text, n, word, strlen(word)))
			return true;
	}
	return false;
}

static bool host(const char *request)
{
	char command[128];

	snprintf(command, sizeof(command), "svarig-host %s >/dev/null", request);
	return !system(command);
}

static long dropped(void)
{
	FILE *f = popen("svarig-host dropped 0", "r");
	long n = -1;

	if (!f || fscanf(f, "%ld", &n) != 1)
		bail("the host does not tell how many invalidations it has dropped");
	pclose(f);
	return n;
}

/* The names in the SMMUs' lists of isolated devices. */
static void isolated(char *names, size_t size)
{
	size_t len = 0;
	glob_t files;
	FILE *f;

	if (glob("/sys/class/iommu/*/isolated", 0, NULL, &files))
		bail("the SMMU driver has no list of isolated devices");
	for (size_t i = 0; i < files.gl_pathc; i++) {
		f = fopen(files.gl_pathv[i], "r");
		if (f)
			len += fread(names + len, 1, size - 1 - len, f);
		if (f)
			fclose(f);
	}
	names[len] = '\0';
	globfree(&files);
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* In a process of its own, so with a bond of its own. Returns the negative errno of the open or
 * job. */
static int job_of_another(void)
{
	uint8_t *src, *dst;
	struct svarig *s;
	int status, ret;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		src = memory(3 * PAGE);
		dst = memory(3 * PAGE);
		fill(src, 3 * PAGE, 7);
		ret = svarig_open(SILENT, 2, &s);
		if (!ret)
			ret = svarig_copy(s, dst, src, 3 * PAGE, NULL);
		if (!ret && differs(dst, 3 * PAGE, 7) != 3 * PAGE)
			ret = -EILSEQ;
		_exit(-ret);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
}

static bool share_works(void)
{
	char text[64];
	int fd = open("/mnt/iommu-driver.md", O_RDONLY);
	bool good = fd >= 0 && read(fd, text, sizeof(text)) == sizeof(text);

	if (fd >= 0)
		close(fd);
	return good;
}

/* Another mapping of the page at @given_up is @kept: whatever gets there must not come from the
 * device. */
static void give_up_a_page(void)
{
	int memfd = memfd_create("page", 0), events = uevents(), ret;
	uint8_t *src = memory(PAGE), *given_up, *kept, *other = memory(PAGE);
	struct svarig_result r = {0};
	struct svarig *s;
	char names[256];
	double begin;
	long before;

	if (memfd < 0 || ftruncate(memfd, PAGE))
		bail("memfd: %s", strerror(errno));
	given_up = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, memfd, 0);
	kept = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, memfd, 0);
	if (svarig_open(SILENT, 4, &s))
		bail("no queue on " SILENT);
	fill(src, PAGE, 1);
	ok(!svarig_copy(s, given_up, src, PAGE, &r) && differs(kept, PAGE, 1) == PAGE,
	   "the device writes to a page (%s)", svarig_status_name(r.status));

	touch(other, PAGE);
	ok(host("drop-invalidations 0 on"), "from now on it does not answer invalidations");
	begin = seconds();
	munmap(given_up, PAGE);
	ok(seconds() - begin < 8, "munmap of the page returns (%.1f s)", seconds() - begin);
	isolated(names, sizeof(names));
	ok(strlen(names) > 5 && strstr(names, ":00.0\n"), "the device is isolated by then: %.*s",
	   (int)strcspn(names, "\n"), names);
	ok(told(events, "SMMU_MASTER=isolated"), "and that is told");

	before = dropped();
	begin = seconds();
	munmap(other, PAGE);
	ok(dropped() == before && seconds() - begin < 0.9,
	   "the next munmap does not ask it any more (%ld, %.1f s)", dropped() - before,
	   seconds() - begin);

	memset(kept, 0xa5, PAGE);
	ret = svarig_copy(s, given_up, src, PAGE, &r);
	for (size_t i = 0; i < PAGE; i++)
		if (kept[i] != 0xa5) {
			ok(false, "byte %zu of the page was written after it was given up", i);
			break;
		}
	ok(ret < 0, "a job on the given up page fails: %s", strerror(-ret));
	svarig_close(s);
	ret = job_of_another();
	ok(ret == -EIO, "nobody gets at the device: %s", strerror(-ret));
	ok(share_works(), "the shared folder works");

	ok(host("drop-invalidations 0 off") && !system("echo 1 >" RESET), "it is reset");
	ret = job_of_another();
	ok(!ret, "and does a job: %s", strerror(-ret));
	isolated(names, sizeof(names));
	ok(!*names, "it is isolated no more");
	ok(told(events, "SMMU_MASTER=readmitted"), "and that is told");
	close(events);
	close(memfd);
	munmap(kept, PAGE);
}

/*
 * Another domain in place of the default one: the endpoint falls silent, and the way back must not
 * fail for that, as the other domain is freed after it.
 */
static void way_back(void)
{
	int module = test_module(), ret;
	struct svt_space space = {.op = SVT_SPACE_OPEN_FAULTS};
	char names[256];

	test_call(module, SVT_SPACE, (unsigned long)&space, "a domain in place of the default one");
	ok(host("drop-invalidations 0 on"), "requests without PASID have another domain; silence");
	space.op = SVT_SPACE_UNMAP;
	test_call(module, SVT_SPACE, (unsigned long)&space, "unmap");
	isolated(names, sizeof(names));
	ok(strlen(names) > 5, "an unmap there finds it out: %.*s", (int)strcspn(names, "\n"),
	   names);
	space.op = SVT_SPACE_CLOSE;
	ret = ioctl(module, SVT_SPACE, &space) ? -errno : 0;
	ok(!ret, "back in the default domain, the other one is gone: %s", strerror(-ret));
	ret = job_of_another();
	ok(ret == -EIO, "nobody gets at the device: %s", strerror(-ret));
	ok(host("drop-invalidations 0 off") && !system("echo 1 >" RESET), "it is reset");
	ret = job_of_another();
	ok(!ret, "and does a job: %s", strerror(-ret));
	test_module_unload(module);
}

int main(void)
{
	struct neighbour n;

	setenv("SVARIG_DEVICE", NEIGHBOUR, 1);
	neighbour_start(&n);
	setenv("SVARIG_DEVICE", SILENT, 1);
	give_up_a_page();
	give_up_a_page();
	way_back();
	neighbour_stop(&n);
	ok(smmu_stat("isolated") == 0, "nobody is isolated in the end");
	device_works();
	return done();
}
