// SPDX-License-Identifier: GPL-2.0-only
/*
 * Message interrupts (LPIs) off, as a reset of the machine leaves them. The kernel's GICv3 driver
 * does not do so before kexec: where the tables of its LPIs stay reserved across kernels, by EFI,
 * the next kernel goes on with them. Here there is no EFI, and it would write into memory that it
 * has for something else by then: its own code, as was seen. (IHI 0069 12.11: GICR_CTLR,
 * GICR_TYPER)
 */
#include <linux/io.h>
#include <linux/of.h>
#include <linux/of_address.h>

#include "test.h"

#define GICR_CTLR	0x0000
#define GICR_CTLR_LPIS	BIT(0)
#define GICR_CTLR_RWP	BIT(3)
#define GICR_TYPER	0x0008
#define GICR_TYPER_LAST BIT(4)
#define GICR_FRAME	0x20000
#define GICR_REGION	1 /* index in the device tree's reg */
#define GICR_MAX_TRIES	100000

void svt_lpis_off(void)
{
	struct device_node *gic = of_find_compatible_node(NULL, NULL, "arm,gic-v3");
	void __iomem *frame, *region = gic ? of_iomap(gic, GICR_REGION) : NULL;
	u32 tries = 0;
	bool last;

	of_node_put(gic);
	if (!region) {
		pr_warn("svarig_test: no GICv3 redistributors\n");
		return;
	}
	frame = region;
	do {
		last = readl(frame + GICR_TYPER) & GICR_TYPER_LAST;
		writel(readl(frame + GICR_CTLR) & ~GICR_CTLR_LPIS, frame + GICR_CTLR);
		while (readl(frame + GICR_CTLR) & GICR_CTLR_RWP && tries++ < GICR_MAX_TRIES)
			cpu_relax();
		frame += GICR_FRAME;
	} while (!last);
	iounmap(region);
}
