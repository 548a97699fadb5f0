// SPDX-License-Identifier: BSD-2-Clause
#include "host.h"
const struct test tests_fc[] = {{0}};
