/* SPDX-License-Identifier: BSD-2-Clause */
/* Configuration, registers and memory of processes, as a driver uses them. See env.h. */
#include <string.h>

#include "env.h"

static uint32_t le32(const uint8_t *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

static void await(struct env *e, int tag, const char *what)
{
	require(e, tag >= 0, "no tag free for %s", what);
	require(e, WAIT(e, e->rc->req[tag].done, ENV_LIMIT), "no completion of %s", what);
}

uint32_t env_cfg_read(struct env *e, uint16_t reg)
{
	int tag = rc_cfg(e->rc, false, e->bdf + e->fn, reg, 15, 0);
	uint32_t value;

	await(e, tag, "a configuration read");
	require_eq(e, e->rc->req[tag].status, TLP_SC, "status of a configuration read");
	value = le32(e->rc->req[tag].data);
	rc_req_free(e->rc, tag);
	return value;
}

void env_cfg_write_be(struct env *e, uint16_t reg, unsigned be, uint32_t value)
{
	int tag = rc_cfg(e->rc, true, e->bdf + e->fn, reg, be, value);

	await(e, tag, "a configuration write");
	require_eq(e, e->rc->req[tag].status, TLP_SC, "status of a configuration write");
	rc_req_free(e->rc, tag);
}

void env_cfg_write(struct env *e, uint16_t reg, uint32_t value)
{
	env_cfg_write_be(e, reg, 15, value);
}

uint32_t env_read32(struct env *e, uint64_t addr)
{
	int tag = rc_mem_read(e->rc, addr, 4);
	uint32_t value;

	await(e, tag, "a register read");
	require(e, e->rc->req[tag].status == TLP_SC && e->rc->req[tag].len == 4,
		"register read of %#llx: status %u, %u bytes", (unsigned long long)addr,
		e->rc->req[tag].status, e->rc->req[tag].len);
	value = le32(e->rc->req[tag].data);
	rc_req_free(e->rc, tag);
	return value;
}

void env_write32(struct env *e, uint64_t addr, uint32_t value)
{
	uint8_t b[4] = {value, value >> 8, value >> 16, value >> 24};

	rc_mem_write(e->rc, addr, 4, b);
}

unsigned env_request(struct env *e, struct tlp *t, uint32_t *data)
{
	int tag = rc_request(e->rc, t);
	unsigned status;

	await(e, tag, "a request");
	status = e->rc->req[tag].status;
	if (data)
		*data = le32(e->rc->req[tag].data);
	rc_req_free(e->rc, tag);
	return status;
}

uint64_t env_adm(unsigned reg)
{
	return ENV_BAR2 + reg;
}

uint64_t env_db(struct env *e, unsigned queue, unsigned reg)
{
	uint64_t base =
		e->fn ? ENV_VF_BAR0 + ((uint64_t)(e->fn - 1) * SVARIG_VF_QUEUES << e->db_stride)
		      : ENV_BAR0;

	return base + ((uint64_t)queue << e->db_stride) + reg;
}

uint64_t env_fn_adm(struct env *e, unsigned reg)
{
	return e->fn ? ENV_VF_BAR2 + (uint64_t)(e->fn - 1) * SVARIG_BAR2_SIZE + reg : env_adm(reg);
}

uint64_t env_counter(struct env *e, unsigned index)
{
	uint32_t lo = env_read32(e, env_adm(SVARIG_ADM_COUNTERS + index * 8));

	return lo | (uint64_t)env_read32(e, env_adm(SVARIG_ADM_COUNTERS + index * 8 + 4)) << 32;
}

uint64_t env_alloc(struct env *e, struct as *as, uint64_t len, unsigned prot)
{
	uint64_t va = as->brk;

	(void)e;
	as_add(as, va, len, prot);
	as->brk = ((va + len + PAGE_SIZE - 1) & PAGE_MASK) + PAGE_SIZE;
	return va;
}

uint64_t env_alloc_filled(struct env *e, struct as *as, uint64_t len, unsigned prot)
{
	uint64_t va = env_alloc(e, as, len, prot);

	for (uint64_t v = va; v < va + len; v += PAGE_SIZE)
		rng_bytes(&e->rng, as_page(as, v)->data, PAGE_SIZE);
	as_map_range(as, va, len);
	return va;
}

void env_invalidate_wait(struct env *e, bool pasid_valid, uint32_t pasid, uint64_t addr,
			 unsigned size_log2, bool global)
{
	int itag;

	require(e,
		WAIT(e,
		     (itag = smmu_invalidate(e->smmu, pasid_valid, pasid, addr, size_log2,
					     global)) >= 0,
		     ENV_LIMIT),
		"no ITag becomes free");
	require(e, WAIT(e, !smmu_inv_pending(e->smmu, itag), ENV_LIMIT),
		"invalidation is not completed");
}

void env_unmap_wait(struct env *e, struct as *as, uint64_t va, unsigned pages)
{
	int itag;

	require(e, WAIT(e, (itag = smmu_unmap(e->smmu, as, va, pages)) >= 0, ENV_LIMIT),
		"no ITag becomes free");
	require(e, WAIT(e, !smmu_inv_pending(e->smmu, itag), ENV_LIMIT),
		"invalidation is not completed");
}
