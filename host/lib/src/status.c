// SPDX-License-Identifier: BSD-2-Clause
/* Names and texts of the completion status codes, from the one definition of the hardware. */
#include "svarig.h"
#include "svarig_hw.h"

const char *svarig_status_name(int status)
{
	switch (status) {
#define NAME(id, name, text)                                                                       \
	case SVARIG_##id:                                                                          \
		return #id;
		SVARIG_STATUS_LIST(NAME)
	default:
		return "ST_UNKNOWN";
	}
}

const char *svarig_status_text(int status)
{
	switch (status) {
#define TEXT(id, name, text)                                                                       \
	case SVARIG_##id:                                                                          \
		return text;
		SVARIG_STATUS_LIST(TEXT)
	default:
		return "a status code that this library does not know";
	}
}
