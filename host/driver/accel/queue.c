// SPDX-License-Identifier: GPL-2.0-only
/*
 * A queue's life, as uacce tells it: open reserves one, SETUP and START create it in the hardware,
 * PUT, close and removal stop it. The process gets its doorbell page and nothing else.
 *
 * Stopping a queue and letting the mm go is ordered: the firmware says that nothing of the queue is
 * outstanding, then the bond goes. Where the mm dies first (exit), the IOMMU driver has already
 * made the PASID fault, and the jobs that still run fail by themselves.
 */
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/uaccess.h>

#include "svarig.h"

#define STOP_TRIES 4

static struct svarig_device *to_svarig(struct uacce_device *uacce)
{
	return uacce->priv;
}

static bool is_free(const struct svarig_queue *q)
{
	return !READ_ONCE(q->uq) && !READ_ONCE(q->kq) && !READ_ONCE(q->lost);
}

static int queues_free(struct uacce_device *uacce)
{
	struct svarig_device *dev = to_svarig(uacce);
	u32 i;
	int n = 0;

	for (i = 0; i < dev->queue_count; i++)
		n += is_free(&dev->queues[i]);
	return n;
}

static int queue_bind(struct svarig_queue *q, u32 pasid)
{
	struct iommu_sva *bond;

	if (!q->dev->self_bind) {
		q->pasid = pasid;
		return 0;
	}
	bond = iommu_sva_bind_device(&q->dev->pdev->dev, current->mm);
	if (IS_ERR(bond))
		return PTR_ERR(bond);
	q->pasid = iommu_sva_get_pasid(bond);
	if (q->pasid == IOMMU_PASID_INVALID) {
		iommu_sva_unbind_device(bond);
		return -ENODEV;
	}
	q->self_bond = bond;
	return 0;
}

/* A free queue, or ERR_PTR: -ENODEV or -EBUSY. Under uacce->mutex. */
struct svarig_queue *svarig_queue_find(struct svarig_device *dev)
{
	u32 i;

	if (READ_ONCE(dev->dead))
		return ERR_PTR(-ENODEV);
	for (i = 0; i < dev->queue_count; i++)
		if (is_free(&dev->queues[i]))
			return &dev->queues[i];
	return ERR_PTR(-EBUSY);
}

/* Called by uacce's open under uacce->mutex, after its own bind (if it grants SVA). */
static int queue_get(struct uacce_device *uacce, unsigned long pasid, struct uacce_queue *uq)
{
	struct svarig_device *dev = to_svarig(uacce);
	struct svarig_queue *q = svarig_queue_find(dev);
	int ret;

	if (IS_ERR(q))
		return PTR_ERR(q);
	ret = queue_bind(q, pasid);
	if (ret)
		return ret;
	mmgrab(current->mm);
	q->mm = current->mm;
	q->have_setup = false;
	q->created = false;
	atomic_set(&q->updated, 0);
	uq->priv = q;
	spin_lock_irq(&dev->wake_lock);
	WRITE_ONCE(q->uq, uq);
	spin_unlock_irq(&dev->wake_lock);
	return 0;
}

static void queue_put(struct uacce_queue *uq)
{
	struct svarig_queue *q = uq->priv;

	/* uacce stops only what has started; this one may have, unknown to us. */
	svarig_queue_destroy(q);
	spin_lock_irq(&q->dev->wake_lock);
	WRITE_ONCE(q->uq, NULL);
	spin_unlock_irq(&q->dev->wake_lock);
	if (q->self_bond)
		iommu_sva_unbind_device(q->self_bond);
	q->self_bond = NULL;
	mmdrop(q->mm);
	q->mm = NULL;
}

/* Vector 0 is the firmware's. */
int svarig_queue_vector(const struct svarig_queue *q)
{
	return 1 + q->index % (q->dev->vectors - 1);
}

/* Hands a queue to the firmware; @args are those of SVARIG_AC_CREATE_QUEUE. */
int svarig_queue_create(struct svarig_queue *q, const u32 *args, int nargs)
{
	int ret = svarig_admin(q->dev, SVARIG_AC_CREATE_QUEUE, q->index, args, nargs, NULL, 0);

	/* Without an answer the firmware may have it all the same. */
	WRITE_ONCE(q->created, !ret || ret == -ETIMEDOUT);
	return ret;
}

static int queue_start(struct uacce_queue *uq)
{
	struct svarig_queue *q = uq->priv;
	const struct svarig_queue_setup *s = &q->setup;
	u32 args[] = {
		q->pasid | SVARIG_QC_PASID_VALID,
		lower_32_bits(s->sq_addr),
		upper_32_bits(s->sq_addr),
		lower_32_bits(s->cq_addr),
		upper_32_bits(s->cq_addr),
		s->sq_log2 | s->cq_log2 << 8,
		svarig_queue_vector(q) | SVARIG_QC_VECTOR_VALID,
		s->weight,
	};

	if (!q->have_setup)
		return -EINVAL;
	return svarig_queue_create(q, args, ARRAY_SIZE(args));
}

/* Takes the queue from the firmware, if that has it. */
void svarig_queue_destroy(struct svarig_queue *q)
{
	int ret, tries;

	if (!q->created || READ_ONCE(q->dev->dead))
		return;
	/*
	 * The firmware waits for less than a completion timeout: a read that the host never answers
	 * outlives the first tries.
	 */
	for (tries = 0; tries < STOP_TRIES; tries++) {
		ret = svarig_admin(q->dev, SVARIG_AC_DESTROY_QUEUE, q->index, NULL, 0, NULL, 0);
		if (ret != -ETIMEDOUT)
			break;
	}
	WRITE_ONCE(q->created, false);
	/* -ENOENT: a function level reset took it already. */
	if (!ret || ret == -ENOENT)
		return;
	dev_err(&q->dev->pdev->dev, "queue %u does not stop (%d): taken out of service\n", q->index,
		ret);
	q->lost = true;
}

static void queue_stop(struct uacce_queue *uq)
{
	svarig_queue_destroy(uq->priv);
}

/* Whether an interrupt came since the last poll; uacce calls it after poll_wait(). */
static int queue_is_updated(struct uacce_queue *uq)
{
	struct svarig_queue *q = uq->priv;

	return atomic_xchg(&q->updated, 0);
}

static int queue_mmap(struct uacce_queue *uq, struct vm_area_struct *vma,
		      struct uacce_qfile_region *qfr)
{
	struct svarig_queue *q = uq->priv;
	phys_addr_t page = q->dev->doorbells + ((phys_addr_t)q->index << q->dev->db_shift);

	if (qfr->type != UACCE_QFRT_MMIO)
		return -EINVAL;
	/* A child that inherited the file has no business with its parent's queue. */
	if (current->mm != q->mm)
		return -EPERM;
	if (vma->vm_end - vma->vm_start != PAGE_SIZE)
		return -EINVAL;
	if (!(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	/* Two queues on one CPU page: the page would reach a neighbour's doorbell. */
	if (q->dev->db_shift < PAGE_SHIFT)
		return -EOPNOTSUPP;

	return svarig_map_doorbell(vma, page);
}

static bool log2_ok(u8 log2)
{
	return log2 >= SVARIG_MIN_RING_LOG2 && log2 <= SVARIG_MAX_RING_LOG2;
}

static long queue_ioctl(struct uacce_queue *uq, unsigned int cmd, unsigned long arg)
{
	struct svarig_queue *q = uq->priv;
	struct svarig_queue_setup s;

	if (cmd != SVARIG_IOC_SETUP)
		return -ENOTTY;
	if (current->mm != q->mm)
		return -EPERM;
	if (q->created)
		return -EBUSY;
	if (copy_from_user(&s, (void __user *)arg, sizeof(s)))
		return -EFAULT;
	if (s.rsvd || !log2_ok(s.sq_log2) || !log2_ok(s.cq_log2))
		return -EINVAL;
	if (!IS_ALIGNED(s.sq_addr | s.cq_addr, SVARIG_RING_ALIGN))
		return -EINVAL;
	s.queue = q->index;
	if (copy_to_user((void __user *)arg, &s, sizeof(s)))
		return -EFAULT;
	q->setup = s;
	q->have_setup = true;
	return 0;
}

static enum uacce_dev_state isolate_state(struct uacce_device *uacce)
{
	return READ_ONCE(to_svarig(uacce)->dead) ? UACCE_DEV_ISOLATE : UACCE_DEV_NORMAL;
}

/* Before the queue is created uacce has not set its wait queue up, and nobody polls. */
static void wake(struct svarig_queue *q)
{
	if (q->kq)
		svarig_kqueue_notify(q->kq);
	if (!q->uq || !READ_ONCE(q->created))
		return;
	atomic_set(&q->updated, 1);
	wake_up_interruptible(&q->uq->wait);
}

/* Interrupt context: wake the pollers of the queues that share @vector (from 1). */
void svarig_wake_vector(struct svarig_device *dev, int vector)
{
	unsigned long flags;
	u32 i;

	spin_lock_irqsave(&dev->wake_lock, flags);
	for (i = vector - 1; i < dev->queue_count; i += dev->vectors - 1)
		wake(&dev->queues[i]);
	spin_unlock_irqrestore(&dev->wake_lock, flags);
}

/* Wake every poller, so that each looks at its queue's status. */
void svarig_wake_all(struct svarig_device *dev)
{
	unsigned long flags;
	u32 i;

	spin_lock_irqsave(&dev->wake_lock, flags);
	for (i = 0; i < dev->queue_count; i++)
		wake(&dev->queues[i]);
	spin_unlock_irqrestore(&dev->wake_lock, flags);
}

const struct uacce_ops svarig_uacce_ops = {
	.get_available_instances = queues_free,
	.get_queue = queue_get,
	.put_queue = queue_put,
	.start_queue = queue_start,
	.stop_queue = queue_stop,
	.is_q_updated = queue_is_updated,
	.mmap = queue_mmap,
	.ioctl = queue_ioctl,
	.get_isolate_state = isolate_state,
};
