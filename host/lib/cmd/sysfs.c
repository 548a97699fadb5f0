// SPDX-License-Identifier: BSD-2-Clause
/* From a device node to its PCI function in sysfs, and the values there. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"

int sysfs_function(const struct common *c, char *path, size_t size)
{
	const char *node = c->device ? c->device : getenv("SVARIG_DEVICE");
	char link[PATH_MAX], real[PATH_MAX];
	glob_t found;

	if (node) {
		const char *slash = strrchr(node, '/');

		snprintf(link, sizeof(link), "/sys/class/uacce/%s/device",
			 slash ? slash + 1 : node);
	} else {
		if (glob("/sys/class/uacce/svarig-*", 0, NULL, &found))
			return fail(EXIT_NODEVICE,
				    "no accelerator found (is the svarig module loaded?)");
		snprintf(link, sizeof(link), "%s/device", found.gl_pathv[0]);
		globfree(&found);
	}
	if (!realpath(link, real))
		return fail(EXIT_NODEVICE, "%s: %s", link, strerror(errno));
	if ((size_t)snprintf(path, size, "%s", real) >= size)
		return fail(EXIT_NODEVICE, "%s: path too long", real);
	return EXIT_OK;
}

int sysfs_text(const char *dir, const char *name, char *text, size_t size)
{
	char path[PATH_MAX];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	n = read(fd, text, size - 1);
	close(fd);
	if (n < 0)
		return -EIO;
	while (n && text[n - 1] == '\n')
		n--;
	text[n] = 0;
	return 0;
}

int sysfs_number(const char *dir, const char *name, uint64_t *value)
{
	char text[64], *end;
	int ret = sysfs_text(dir, name, text, sizeof(text));

	if (ret)
		return ret;
	errno = 0;
	*value = strtoull(text, &end, 0);
	return errno || end == text || *end ? -EINVAL : 0;
}
