/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SVARIG_TB_MUTANT_H
#define SVARIG_TB_MUTANT_H

/* Number of the planted bug that is switched on, 0 for none: Verilator's output asks for it where
 * plant.py has planted one. */
extern unsigned svarig_mutant;

#endif
