// SPDX-License-Identifier: GPL-2.0-only
/*
 * debugfs, svarig/<function>/: "queues" (the hardware's view of each) and "console" (what the
 * firmware has printed since the last read).
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
