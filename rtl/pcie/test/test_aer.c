// SPDX-License-Identifier: BSD-2-Clause
#include "host.h"
const struct test tests_aer[] = {{0}};
