// SPDX-License-Identifier: BSD-2-Clause
/*
 * Files as memory that the device reaches.
 *
 * An input is mapped and not touched: its pages come in when the device asks for them. An output is
 * a temporary file beside its target, mapped shared where the file system can, and takes the
 * target's name only when all is well, so that a failed job costs nobody an old file.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd.h"

static int read_all(struct in_file *f, int fd)
{
	size_t room = 0;
	uint8_t *data = NULL;

	for (;;) {
		ssize_t n;

		if (f->size == room) {
			uint8_t *more = realloc(data, room ? room *= 2 : (room = 65536));

			if (!more) {
				free(data);
				return fail(EXIT_JOB, "%s: out of memory", f->name);
			}
			data = more;
		}
		n = read(fd, data + f->size, room - f->size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			free(data);
			return fail(EXIT_JOB, "%s: %s", f->name, strerror(errno));
		}
		if (!n)
			break;
		f->size += n;
	}
	f->data = data;
	return EXIT_OK;
}

int in_open(struct in_file *f, const char *name, bool touch)
{
	bool is_stdin = !strcmp(name, "-");
	int fd = is_stdin ? STDIN_FILENO : open(name, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *p;
	int status;

	*f = (struct in_file){.name = is_stdin ? "standard input" : name};
	if (fd < 0 || fstat(fd, &st))
		return fail(EXIT_JOB, "%s: %s", f->name, strerror(errno));
	if (S_ISDIR(st.st_mode)) {
		close(fd);
		return fail(EXIT_JOB, "%s: is a directory", f->name);
	}
	if (!S_ISREG(st.st_mode)) {
		status = read_all(f, fd);
	} else {
		status = EXIT_OK;
		f->size = st.st_size;
		f->mapped = true;
		if (f->size) {
			p = mmap(NULL, f->size, PROT_READ, MAP_PRIVATE | (touch ? MAP_POPULATE : 0),
				 fd, 0);
			if (p == MAP_FAILED)
				status = fail(EXIT_JOB, "%s: %s", f->name, strerror(errno));
			else
				f->data = p;
		}
	}
	if (!is_stdin)
		close(fd);
	return status;
}

void in_close(struct in_file *f)
{
	if (f->mapped && f->data)
		munmap((void *)f->data, f->size);
	else
		free((void *)f->data);
	f->data = NULL;
}

static int out_error(struct out_file *f)
{
	int err = errno;

	out_abandon(f);
	return fail(EXIT_JOB, "%s: %s", f->name, strerror(err));
}

int out_open(struct out_file *f, const char *name, size_t size, bool touch)
{
	bool is_stdout = !strcmp(name, "-");
	struct stat st;
	void *p = MAP_FAILED;
	mode_t mask;

	*f = (struct out_file){
		.name = is_stdout ? "standard output" : name, .fd = -1, .size = size};
	if (!is_stdout) {
		if (!stat(name, &st) && !S_ISREG(st.st_mode)) {
			errno = S_ISDIR(st.st_mode) ? EISDIR : EINVAL;
			return out_error(f);
		}
		if (asprintf(&f->temporary, "%s.XXXXXX", name) < 0) {
			f->temporary = NULL;
			return out_error(f);
		}
		f->fd = mkostemp(f->temporary, O_CLOEXEC);
		if (f->fd < 0) {
			free(f->temporary);
			f->temporary = NULL;
			return out_error(f);
		}
		mask = umask(0);
		umask(mask);
		if (fchmod(f->fd, 0666 & ~mask) || ftruncate(f->fd, size))
			return out_error(f);
		if (size)
			p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, f->fd, 0);
		f->mapped = p != MAP_FAILED;
	}
	/* stdout, and file systems without shared mappings: memory first, written at the end. */
	if (size && p == MAP_FAILED)
		p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (size && p == MAP_FAILED)
		return out_error(f);
	f->data = size ? p : NULL;
	/* By writing: a shared mapping that was only read in is not writable yet. */
	for (size_t i = 0; touch && i < size; i += 4096)
		((volatile uint8_t *)p)[i] = 0;
	return EXIT_OK;
}

static int write_all(int fd, const uint8_t *data, size_t size)
{
	while (size) {
		ssize_t n = write(fd, data, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		data += n;
		size -= n;
	}
	return 0;
}

int out_commit(struct out_file *f)
{
	int fd = f->temporary ? f->fd : STDOUT_FILENO;
	char *temporary = f->temporary;

	if (!f->mapped && write_all(fd, f->data, f->size))
		return out_error(f);
	if (f->mapped && msync(f->data, f->size, MS_SYNC))
		return out_error(f);
	if (temporary && (fsync(f->fd) || rename(temporary, f->name)))
		return out_error(f);
	/* It has its name now: nothing to remove. */
	f->temporary = NULL;
	free(temporary);
	out_abandon(f);
	return EXIT_OK;
}

void out_abandon(struct out_file *f)
{
	if (f->data)
		munmap(f->data, f->size);
	f->data = NULL;
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
	if (f->temporary)
		unlink(f->temporary);
	free(f->temporary);
	f->temporary = NULL;
}
