/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef CASES_H
#define CASES_H

struct test_case {
	const char *name;
	void (*run)(void);
	const char *const *qemu_args; /* more of them, or NULL */
};

/* each ends with a case without name */
extern const struct test_case cases_config[];
extern const struct test_case cases_ats[];
extern const struct test_case cases_dma[];
extern const struct test_case cases_inv[];
extern const struct test_case cases_pri[];
extern const struct test_case cases_nested[];
extern const struct test_case cases_firmware[];
extern const struct test_case cases_second[]; /* with the endpoint behind the second SMMU */
extern const struct test_case cases_vf[];
extern const struct test_case cases_random[];

#define P(n)	 ((struct ep_who){.pasid_valid = true, .pasid = (n)})
#define NO_PASID ((struct ep_who){0})

#endif
