// SPDX-License-Identifier: BSD-2-Clause
#include "vfio.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SYS	      "/sys/bus/pci/"
#define RING_LOG2     4
#define FIRMWARE_S    60
#define PCI_COMMAND   4
#define PCI_MEM_MAST  6
#define MAX_ENDPOINTS 8

static char names[MAX_ENDPOINTS][32];
static unsigned int num_names;

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (!f || fputs(text, f) < 0 || fclose(f))
		bail("%s: cannot write \"%s\": %s", path, text, strerror(errno));
}

static void put_device(const char *name, const char *attribute, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), SYS "devices/%s/%s", name, attribute);
	put(path, text);
}

uint32_t endpoint_sid(unsigned int n)
{
	unsigned int domain, bus, device, function;

	if (sscanf(names[n], "%x:%x:%x.%x", &domain, &bus, &device, &function) != 4)
		bail("%s is no address of a function", names[n]);
	return bus << 8 | device << 3 | function;
}

/* Where the link @what of the device leads to: the last part of its path. */
static const char *link_of(const char *name, const char *what, char *buf, size_t size)
{
	char path[128];
	ssize_t n;

	snprintf(path, sizeof(path), SYS "devices/%s/%s", name, what);
	n = readlink(path, buf, size - 1);
	if (n < 0)
		bail("%s: %s", path, strerror(errno));
	buf[n] = '\0';
	return strrchr(buf, '/') + 1;
}

uint64_t endpoint_smmu(unsigned int n)
{
	char buf[256];
	const char *name = link_of(names[n], "iommu", buf, sizeof(buf));

	/* "svarig-smmu.0x...", "smmu3.0x...": its address */
	return strtoull(strchr(name, '.') + 1, NULL, 16);
}

/* Moves the device to the driver that is called so. */
static void move(const char *name, const char *driver)
{
	put_device(name, "driver_override", driver);
	put_device(name, "driver/unbind", name);
	put(SYS "drivers_probe", name);
}

unsigned int endpoints_take(void)
{
	glob_t found;

	if (glob(SYS "drivers/svarig/*:*:*.*", 0, NULL, &found))
		skip_all("no accelerator");
	for (num_names = 0; num_names < found.gl_pathc && num_names < MAX_ENDPOINTS; num_names++)
		snprintf(names[num_names], sizeof(names[0]), "%s",
			 strrchr(found.gl_pathv[num_names], '/') + 1);
	globfree(&found);
	for (unsigned int i = 0; i < num_names; i++)
		move(names[i], "vfio-pci");
	return num_names;
}

void endpoints_give_back(void)
{
	time_t end = time(NULL) + FIRMWARE_S;
	glob_t found;

	for (unsigned int i = 0; i < num_names; i++)
		move(names[i], "svarig");
	while (glob("/dev/svarig-[0-9]*", 0, NULL, &found)) {
		if (time(NULL) > end)
			bail("no /dev/svarig-* after the device went back to its driver");
		usleep(20000);
	}
	globfree(&found);
	device_works();
}

static int open_or_bail(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		bail("%s: %s", path, strerror(errno));
	return fd;
}

void vdev_open_legacy(struct vdev *v, unsigned int n)
{
	struct vfio_group_status status = {.argsz = sizeof(status)};
	char path[64], buf[256];

	*v = (struct vdev){.iommu = -1};
	v->container = open_or_bail("/dev/vfio/vfio");
	snprintf(path, sizeof(path), "/dev/vfio/%s",
		 link_of(names[n], "iommu_group", buf, sizeof(buf)));
	v->group = open_or_bail(path);
	if (ioctl(v->group, VFIO_GROUP_GET_STATUS, &status) ||
	    !(status.flags & VFIO_GROUP_FLAGS_VIABLE))
		bail("%s: not viable", path);
	if (ioctl(v->group, VFIO_GROUP_SET_CONTAINER, &v->container) ||
	    ioctl(v->container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU))
		bail("%s: no type 1 container: %s", path, strerror(errno));
	v->device = ioctl(v->group, VFIO_GROUP_GET_DEVICE_FD, names[n]);
	if (v->device < 0)
		bail("%s: no device: %s", path, strerror(errno));
}

static void open_cdev(struct vdev *v, int iommu, unsigned int n)
{
	struct vfio_device_bind_iommufd bind = {.argsz = sizeof(bind), .iommufd = iommu};
	char pattern[128], path[64];
	glob_t found;

	*v = (struct vdev){.container = -1, .group = -1, .iommu = iommu};
	snprintf(pattern, sizeof(pattern), SYS "devices/%s/vfio-dev/vfio*", names[n]);
	if (glob(pattern, 0, NULL, &found))
		bail("%s: not there", pattern);
	snprintf(path, sizeof(path), "/dev/vfio/devices/%s", strrchr(found.gl_pathv[0], '/') + 1);
	globfree(&found);
	v->device = open_or_bail(path);
	if (ioctl(v->device, VFIO_DEVICE_BIND_IOMMUFD, &bind))
		bail("%s: cannot bind to the iommufd: %s", path, strerror(errno));
	v->dev_id = bind.out_devid;
}

void vdev_open_cdev(struct vdev *v, unsigned int n)
{
	open_cdev(v, open_or_bail("/dev/iommu"), n);
}

void vdev_join(struct vdev *v, const struct vdev *first, unsigned int n)
{
	open_cdev(v, dup(first->iommu), n);
}

void vdev_close(struct vdev *v)
{
	if (v->admin)
		munmap((void *)v->admin, v->admin_bytes);
	if (v->doorbells)
		munmap((void *)v->doorbells, v->doorbell_bytes);
	close(v->device);
	if (v->group >= 0)
		close(v->group);
	if (v->container >= 0)
		close(v->container);
	if (v->iommu >= 0)
		close(v->iommu);
	memset(v, 0, sizeof(*v));
}

static uint64_t region(struct vdev *v, uint32_t index, size_t *bytes)
{
	struct vfio_region_info info = {.argsz = sizeof(info), .index = index};

	if (ioctl(v->device, VFIO_DEVICE_GET_REGION_INFO, &info))
		bail("region %u: %s", index, strerror(errno));
	*bytes = info.size;
	return info.offset;
}

static volatile uint32_t *map_bar(struct vdev *v, uint32_t bar, size_t *bytes)
{
	uint64_t offset = region(v, VFIO_PCI_BAR0_REGION_INDEX + bar, bytes);
	void *p = mmap(NULL, *bytes, PROT_READ | PROT_WRITE, MAP_SHARED, v->device, offset);

	if (p == MAP_FAILED)
		bail("BAR %u, %zu bytes: %s", bar, *bytes, strerror(errno));
	return p;
}

static void enable(struct vdev *v)
{
	size_t bytes;
	uint64_t config = region(v, VFIO_PCI_CONFIG_REGION_INDEX, &bytes);
	uint16_t command = PCI_MEM_MAST;

	if (pwrite(v->device, &command, 2, config + PCI_COMMAND) != 2)
		bail("PCI command: %s", strerror(errno));
}

void vdev_restart(struct vdev *v)
{
	time_t end = time(NULL) + FIRMWARE_S;
	uint32_t status;

	enable(v);
	do {
		status = v->admin[SVARIG_ADM_FW_STATUS / 4];
		if (time(NULL) > end)
			bail("firmware status %u", status);
	} while (status != SVARIG_FWS_READY);
}

void vdev_start(struct vdev *v)
{
	enable(v);
	v->admin = map_bar(v, SVARIG_BAR_ADMIN, &v->admin_bytes);
	v->doorbells = map_bar(v, SVARIG_BAR_DOORBELL, &v->doorbell_bytes);
	v->db_shift = v->admin[SVARIG_ADM_DB_STRIDE / 4];
	vdev_restart(v);
}

int vdev_interrupt(struct vdev *v)
{
	struct {
		struct vfio_irq_set set;
		int32_t fd[2];
	} irqs = {
		.set = {.argsz = sizeof(irqs),
			.flags = VFIO_IRQ_SET_DATA_EVENTFD | VFIO_IRQ_SET_ACTION_TRIGGER,
			.index = VFIO_PCI_MSIX_IRQ_INDEX,
			.count = 2},
		.fd = {eventfd(0, EFD_CLOEXEC), eventfd(0, EFD_CLOEXEC)},
	};

	if (ioctl(v->device, VFIO_DEVICE_SET_IRQS, &irqs))
		bail("MSI-X: %s", strerror(errno));
	close(irqs.fd[0]);
	return irqs.fd[1];
}

uint32_t vdev_admin(struct vdev *v, uint32_t command, uint32_t queue, const uint32_t *args,
		    unsigned int n)
{
	time_t end = time(NULL) + FIRMWARE_S;
	uint32_t status;

	for (unsigned int i = 0; i < n; i++)
		v->admin[SVARIG_ADM_MB_ARG0 / 4 + i] = args[i];
	v->admin[SVARIG_ADM_MB_CMD / 4] = command | queue << 8;
	do {
		status = v->admin[SVARIG_ADM_MB_STATUS / 4];
		if (time(NULL) > end)
			bail("admin command %u on queue %u: no answer", command, queue);
	} while (status & SVARIG_MB_BUSY);
	return status & 0xff;
}

static volatile uint32_t *doorbell(const struct vqueue *q, uint32_t reg)
{
	return &q->v->doorbells[((size_t)q->number << q->v->db_shift) / 4 + reg / 4];
}

void vqueue_create(struct vqueue *q, struct vdev *v, uint32_t number, void *page, uint64_t iova,
		   uint32_t pasid)
{
	uint64_t cq = iova + PAGE / 2;
	uint32_t args[] = {
		pasid == NO_PASID ? 0 : pasid | SVARIG_QC_PASID_VALID,
		iova,
		iova >> 32,
		cq,
		cq >> 32,
		RING_LOG2 | RING_LOG2 << 8,
		1 | SVARIG_QC_VECTOR_VALID,
		1,
	};
	uint32_t status;

	memset(page, 0, PAGE);
	*q = (struct vqueue){
		.v = v, .number = number, .sq = page, .cq = (void *)((char *)page + PAGE / 2)};
	status = vdev_admin(v, SVARIG_AC_CREATE_QUEUE, number, args, sizeof(args) / sizeof(*args));
	if (status != SVARIG_AS_OK)
		bail("queue %u is not created: status %u", number, status);
}

void vqueue_destroy(struct vqueue *q)
{
	uint32_t status;

	/* A read that the host never answers outlives the first tries. */
	for (int tries = 0; tries < 4; tries++) {
		status = vdev_admin(q->v, SVARIG_AC_DESTROY_QUEUE, q->number, NULL, 0);
		if (status != SVARIG_AS_TIMEOUT)
			break;
	}
	if (status != SVARIG_AS_OK)
		bail("queue %u does not stop: status %u", q->number, status);
}

void vqueue_submit(struct vqueue *q, const struct svarig_desc *desc)
{
	q->sq[q->submitted++ % (1u << RING_LOG2)] = *desc;
	__asm__ volatile("dmb oshst" ::: "memory");
	*doorbell(q, SVARIG_DB_SQ_TAIL) = q->submitted;
}

bool vqueue_wait(struct vqueue *q, struct svarig_cpl *cpl, int ms)
{
	struct svarig_cpl *c = &q->cq[q->taken % (1u << RING_LOG2)];
	uint16_t phase = ~(q->taken >> RING_LOG2) & 1;

	while ((__atomic_load_n(&c->phase, __ATOMIC_ACQUIRE) & 1) != phase) {
		if (ms-- <= 0)
			return false;
		usleep(1000);
	}
	*cpl = *c;
	*doorbell(q, SVARIG_DB_CQ_HEAD) = ++q->taken;
	return true;
}

int vqueue_run(struct vqueue *q, const struct svarig_desc *desc, struct svarig_cpl *cpl)
{
	vqueue_submit(q, desc);
	if (!vqueue_wait(q, cpl, 60000))
		bail("no completion: queue status %#x at %#x%08x", vqueue_status(q),
		     *doorbell(q, SVARIG_DB_FAULT_HI), *doorbell(q, SVARIG_DB_FAULT_LO));
	return cpl->status;
}

uint32_t vqueue_status(const struct vqueue *q)
{
	return *doorbell(q, SVARIG_DB_STATUS);
}

int iommufd(struct vdev *v, unsigned long request, void *arg)
{
	return ioctl(v->iommu, request, arg) ? -errno : 0;
}

uint32_t ioas_alloc(struct vdev *v)
{
	struct iommu_ioas_alloc cmd = {.size = sizeof(cmd)};
	int ret = iommufd(v, IOMMU_IOAS_ALLOC, &cmd);

	if (ret)
		bail("IOMMU_IOAS_ALLOC: %s", strerror(-ret));
	return cmd.out_ioas_id;
}

int ioas_map(struct vdev *v, uint32_t ioas, const void *p, size_t bytes, uint64_t iova)
{
	struct iommu_ioas_map cmd = {
		.size = sizeof(cmd),
		.flags = IOMMU_IOAS_MAP_FIXED_IOVA | IOMMU_IOAS_MAP_READABLE |
			 IOMMU_IOAS_MAP_WRITEABLE,
		.ioas_id = ioas,
		.user_va = (uintptr_t)p,
		.length = bytes,
		.iova = iova,
	};

	return iommufd(v, IOMMU_IOAS_MAP, &cmd);
}

int ioas_unmap(struct vdev *v, uint32_t ioas, uint64_t iova, size_t bytes)
{
	struct iommu_ioas_unmap cmd = {
		.size = sizeof(cmd), .ioas_id = ioas, .iova = iova, .length = bytes};

	return iommufd(v, IOMMU_IOAS_UNMAP, &cmd);
}

void iommufd_destroy(struct vdev *v, uint32_t id)
{
	struct iommu_destroy cmd = {.size = sizeof(cmd), .id = id};
	int ret = iommufd(v, IOMMU_DESTROY, &cmd);

	if (ret)
		bail("IOMMU_DESTROY %u: %s", id, strerror(-ret));
}

int vdev_attach(struct vdev *v, uint32_t pt)
{
	struct vfio_device_attach_iommufd_pt cmd = {.argsz = sizeof(cmd), .pt_id = pt};

	return ioctl(v->device, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &cmd) ? -errno : 0;
}

int vdev_detach(struct vdev *v)
{
	struct vfio_device_detach_iommufd_pt cmd = {.argsz = sizeof(cmd)};

	return ioctl(v->device, VFIO_DEVICE_DETACH_IOMMUFD_PT, &cmd) ? -errno : 0;
}
