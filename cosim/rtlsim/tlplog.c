// SPDX-License-Identifier: BSD-2-Clause
#include "tlplog.h"

#include <inttypes.h>

#include "tlp.h"

void tlplog(FILE *f, uint64_t cycle, enum tlplog_dir dir, const uint8_t *bytes, size_t len)
{
	char text[256];
	struct tlp t;
	const char *why = "";
	size_t i;

	if (!f)
		return;
	if (tlp_decode(&t, bytes, len, &why) == 0)
		tlp_format(&t, text, sizeof(text));
	else
		snprintf(text, sizeof(text), "no TLP: %s", why);
	fprintf(f, "%10" PRIu64 " %s %s |", cycle, dir == TLPLOG_DOWN ? "down" : "up  ", text);
	for (i = 0; i < len; i++)
		fprintf(f, "%s%02x", i % 4 ? "" : " ", bytes[i]);
	putc('\n', f);
	fflush(f);
}

void tlplog_note(FILE *f, uint64_t cycle, const char *text)
{
	if (!f)
		return;
	fprintf(f, "%10" PRIu64 " ---- %s\n", cycle, text);
	fflush(f);
}
