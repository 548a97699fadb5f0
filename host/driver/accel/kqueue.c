// SPDX-License-Identifier: GPL-2.0-only
/*
 * Queues of the kernel's own, see kqueue.h.
 */
#include <linux/err.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "kqueue.h"
#include "svarig.h"

struct svarig_kqueue {
	struct svarig_queue *q;
	void __iomem *doorbell;
	void (*notify)(void *data);
	void *data;
};

static int create(struct svarig_kqueue *kq, const struct svarig_kqueue_setup *s)
{
	struct svarig_queue *q = kq->q;
	u32 args[] = {
		s->pasid == IOMMU_NO_PASID ? 0 : s->pasid | SVARIG_QC_PASID_VALID,
		lower_32_bits(s->sq),
		upper_32_bits(s->sq),
		lower_32_bits(s->cq),
		upper_32_bits(s->cq),
		s->sq_log2 | s->cq_log2 << 8,
		svarig_queue_vector(q) | SVARIG_QC_VECTOR_VALID,
		1,
	};

	return svarig_queue_create(q, args, ARRAY_SIZE(args));
}

static void set_owner(struct svarig_queue *q, struct svarig_kqueue *kq)
{
	spin_lock_irq(&q->dev->wake_lock);
	WRITE_ONCE(q->kq, kq);
	spin_unlock_irq(&q->dev->wake_lock);
}

/**
 * svarig_kqueue_open() - take a hardware queue and start it
 * @pdev: a function that svarig.ko drives
 * @setup: rings and callback
 *
 * Return: the queue, or ERR_PTR: -ENODEV if the function has no driver or is gone, -EBUSY without a
 * free queue, -ENOMEM, or what the firmware says.
 */
struct svarig_kqueue *svarig_kqueue_open(struct pci_dev *pdev,
					 const struct svarig_kqueue_setup *setup)
{
	struct svarig_device *dev = svarig_device_of(pdev);
	struct svarig_kqueue *kq;
	int ret;

	if (!dev)
		return ERR_PTR(-ENODEV);
	kq = kzalloc(sizeof(*kq), GFP_KERNEL);
	if (!kq)
		return ERR_PTR(-ENOMEM);
	kq->notify = setup->notify;
	kq->data = setup->data;

	mutex_lock(&dev->uacce->mutex);
	kq->q = svarig_queue_find(dev);
	if (IS_ERR(kq->q)) {
		ret = PTR_ERR(kq->q);
		goto err;
	}
	kq->doorbell = ioremap(dev->doorbells + ((phys_addr_t)kq->q->index << dev->db_shift),
			       1u << dev->db_shift);
	if (!kq->doorbell) {
		ret = -ENOMEM;
		goto err;
	}
	set_owner(kq->q, kq);
	ret = create(kq, setup);
	if (ret) {
		svarig_queue_destroy(kq->q);
		set_owner(kq->q, NULL);
		goto err;
	}
	mutex_unlock(&dev->uacce->mutex);
	return kq;

err:
	mutex_unlock(&dev->uacce->mutex);
	if (kq->doorbell)
		iounmap(kq->doorbell);
	kfree(kq);
	return ERR_PTR(ret);
}
EXPORT_SYMBOL_NS_GPL(svarig_kqueue_open, SVARIG);

void svarig_kqueue_close(struct svarig_kqueue *kq)
{
	struct svarig_queue *q = kq->q;

	mutex_lock(&q->dev->uacce->mutex);
	svarig_queue_destroy(q);
	set_owner(q, NULL);
	mutex_unlock(&q->dev->uacce->mutex);
	iounmap(kq->doorbell);
	kfree(kq);
}
EXPORT_SYMBOL_NS_GPL(svarig_kqueue_close, SVARIG);

void __iomem *svarig_kqueue_doorbell(struct svarig_kqueue *kq)
{
	return kq->doorbell;
}
EXPORT_SYMBOL_NS_GPL(svarig_kqueue_doorbell, SVARIG);

int svarig_kqueue_vector(struct svarig_kqueue *kq)
{
	return svarig_queue_vector(kq->q);
}
EXPORT_SYMBOL_NS_GPL(svarig_kqueue_vector, SVARIG);

/* Under wake_lock. */
void svarig_kqueue_notify(struct svarig_kqueue *kq)
{
	if (kq->notify)
		kq->notify(kq->data);
}
