// SPDX-License-Identifier: GPL-2.0-only
/*
 * debugfs, svarig/<function>/: "queues" (the hardware's view of each), "counters" (of each queue:
 * what it did and what it waited for) and, of the PF, "console" (what the firmware has printed
 * since the last read).
 */
#include <linux/debugfs.h>
#include <linux/seq_file.h>

#include "svarig.h"

#define CONSOLE_VALID BIT(8)

static struct dentry *root;

static int queues_show(struct seq_file *m, void *unused)
{
	struct svarig_device *dev = m->private;
	u32 i;

	seq_puts(m, "queue pasid sq_tail sq_head cq_tail cq_head status jobs_ok jobs_failed\n");
	for (i = 0; i < dev->queue_count; i++) {
		void __iomem *q = dev->admin + SVARIG_ADM_QUEUES + (i << SVARIG_ADM_QUEUE_SHIFT);

		seq_printf(m, "%u %u %u %u %u %u %#x %u %u\n", i,
			   readl(q + SVARIG_QC_PASID) & 0xfffff, readl(q + SVARIG_QC_SQ_TAIL),
			   readl(q + SVARIG_QC_SQ_HEAD), readl(q + SVARIG_QC_CQ_TAIL),
			   readl(q + SVARIG_QC_CQ_HEAD), readl(q + SVARIG_QC_STATUS),
			   readl(q + SVARIG_QC_JOBS_OK), readl(q + SVARIG_QC_JOBS_FAILED));
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(queues);

/* One line a queue that exists, or did: the counters stay until it is created again. */
static int counters_show(struct seq_file *m, void *unused)
{
	static const struct {
		const char *name;
		u32 offset;
	} columns[] = {
		{"weight", SVARIG_QC_WEIGHT},
		{"jobs_ok", SVARIG_QC_JOBS_OK},
		{"jobs_failed", SVARIG_QC_JOBS_FAILED},
		{"doorbells", SVARIG_QC_DOORBELLS},
		{"bad_doorbells", SVARIG_QC_BAD_DOORBELLS},
		{"atc_hits", SVARIG_QC_ATC_HITS},
		{"atc_misses", SVARIG_QC_ATC_MISSES},
		{"dma_reads", SVARIG_QC_DMA_READS},
		{"dma_writes", SVARIG_QC_DMA_WRITES},
		{"page_requests", SVARIG_QC_PAGE_REQS},
		{"stall_translation", SVARIG_QC_STALL_XLAT},
		{"stall_fault", SVARIG_QC_STALL_FAULT},
		{"stall_tag", SVARIG_QC_STALL_TAG},
		{"stall_link", SVARIG_QC_STALL_LINK},
		{"stall_engine", SVARIG_QC_STALL_ENGINE},
		{"stall_data", SVARIG_QC_STALL_DATA},
	};
	struct svarig_device *dev = m->private;
	u32 i, c;

	seq_puts(m, "queue");
	for (c = 0; c < ARRAY_SIZE(columns); c++)
		seq_printf(m, " %s", columns[c].name);
	seq_putc(m, '\n');
	for (i = 0; i < dev->queue_count; i++) {
		void __iomem *q = dev->admin + SVARIG_ADM_QUEUES + (i << SVARIG_ADM_QUEUE_SHIFT);

		seq_printf(m, "%u", i);
		for (c = 0; c < ARRAY_SIZE(columns); c++)
			seq_printf(m, " %u", readl(q + columns[c].offset));
		seq_putc(m, '\n');
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(counters);

static int console_show(struct seq_file *m, void *unused)
{
	struct svarig_device *dev = m->private;
	u32 v;

	/* What is popped cannot be put back: stop before the buffer overflows, the rest stays. */
	while (m->count + 1 < m->size) {
		v = readl(dev->admin + SVARIG_ADM_CON_DATA);
		if (!(v & CONSOLE_VALID) || v == 0xffffffffu)
			break;
		seq_putc(m, v & 0xff);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(console);

void svarig_debugfs_add(struct svarig_device *dev)
{
	dev->debugfs = debugfs_create_dir(pci_name(dev->pdev), root);
	debugfs_create_file("queues", 0400, dev->debugfs, dev, &queues_fops);
	debugfs_create_file("counters", 0400, dev->debugfs, dev, &counters_fops);
	if (!dev->pdev->is_virtfn)
		debugfs_create_file("console", 0400, dev->debugfs, dev, &console_fops);
}

void svarig_debugfs_remove(struct svarig_device *dev)
{
	debugfs_remove_recursive(dev->debugfs);
}

void svarig_debugfs_init(void)
{
	root = debugfs_create_dir(SVARIG_NAME, NULL);
}

void svarig_debugfs_exit(void)
{
	debugfs_remove_recursive(root);
}
