// SPDX-License-Identifier: GPL-2.0-only
/*
 * PASID, ATS and PRI of PCI endpoints. The kernel does not let modules enable PRI, so that
 * capability is driven through configuration space here (PCIe 10.5.2); the fields of struct
 * pci_dev are kept as the kernel keeps them, for pci_disable_pri() and restoring after a reset.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/pci-ats.h>

#include "smmu.h"

/* Pages one endpoint may ask for at a time, if it can use so many. */
#define PRI_CREDITS_WANTED 64

static unsigned int pri_credits;
module_param(pri_credits, uint, 0400);
MODULE_PARM_DESC(pri_credits,
		 "for tests: pages each endpoint may ask for at a time, however small the queue");

/* How long an endpoint may take to stop asking for pages. */
#define PRI_STOP_TIMEOUT_MS 5000

static struct pci_dev *pci_dev_of(const struct smmu_master *master)
{
	return dev_is_pci(master->dev) ? to_pci_dev(master->dev) : NULL;
}

/*
 * Changing PASID enables while ATS is on is undefined: PASID first on, last off. No device may ask
 * for privileged access or execution, whatever it can: whoever shares an address space has the same
 * rights in it, those of a user who reads and writes.
 */
static void enable_pasid(struct smmu_master *master, struct pci_dev *pdev)
{
	int num = pci_max_pasids(pdev);
	int ret;

	if (num <= 1 || !master->smmu->ssid_bits)
		return;
	ret = pci_enable_pasid(pdev, 0);
	if (ret) {
		dev_info(master->dev,
			 "PASID stays off (%d): a port above without ACS or prefixes?\n", ret);
		return;
	}
	master->ssid_bits = min_t(u32, ilog2(num), master->smmu->ssid_bits);
}

static bool ats_possible(struct smmu_master *master, struct pci_dev *pdev)
{
	struct iommu_fwspec *fwspec = dev_iommu_fwspec_get(master->dev);

	return master->smmu->ats && (fwspec->flags & IOMMU_FWSPEC_PCI_RC_ATS) &&
	       pci_ats_supported(pdev) &&
	       !pci_prepare_ats(pdev, __ffs(master->smmu->pgsize_bitmap));
}

/*
 * Another kernel before us (kexec, or it crashed) may have left page requests on, and takes with it
 * the answers to what the endpoint had asked for. Without them that would never stop.
 */
static void forget_page_requests(struct pci_dev *pdev)
{
	u16 ctrl, status;

	if (pdev->is_virtfn || !pdev->pri_cap)
		return;
	pci_read_config_word(pdev, pdev->pri_cap + PCI_PRI_CTRL, &ctrl);
	pci_read_config_word(pdev, pdev->pri_cap + PCI_PRI_STATUS, &status);
	if (ctrl & PCI_PRI_CTRL_ENABLE || !(status & PCI_PRI_STATUS_STOPPED))
		pci_write_config_word(pdev, pdev->pri_cap + PCI_PRI_CTRL, PCI_PRI_CTRL_RESET);
}

void smmu_pci_probe(struct smmu_master *master)
{
	struct pci_dev *pdev = pci_dev_of(master);

	if (!pdev)
		return;
	forget_page_requests(pdev);
	enable_pasid(master, pdev);
	master->ats_supported = ats_possible(master, pdev);
	master->pri_needs_pasid = pci_physfn(pdev)->pasid_required;
}

void smmu_pci_remove(struct smmu_master *master)
{
	struct pci_dev *pdev = pci_dev_of(master);

	if (pdev && pdev->pasid_enabled)
		pci_disable_pasid(pdev);
	master->ssid_bits = 0;
}

void smmu_ats_enable(struct smmu_master *master)
{
	int ret = pci_enable_ats(pci_dev_of(master), __ffs(master->smmu->pgsize_bitmap));

	if (ret)
		dev_err(master->dev, "cannot enable ATS: %d\n", ret);
	else
		master->ats_enabled = true;
}

/* Turning ATS off empties the endpoint's ATC. */
void smmu_ats_disable(struct smmu_master *master)
{
	pci_disable_ats(pci_dev_of(master));
	master->ats_enabled = false;
}

void smmu_master_quiet(struct smmu_master *master)
{
	smmu_pri_disable(master);
	if (master->ats_enabled)
		smmu_ats_disable(master);
}

bool smmu_pri_supported(struct smmu_master *master)
{
	struct pci_dev *pdev = pci_dev_of(master);

	return pdev && master->smmu->pri && pci_pri_supported(pdev);
}

static int wait_stopped(struct pci_dev *pdev)
{
	u16 status = 0;

	if (smmu_wait_fails())
		return -ETIMEDOUT;
	for (unsigned int ms = 0; ms <= PRI_STOP_TIMEOUT_MS; ms += 2) {
		pci_read_config_word(pdev, pdev->pri_cap + PCI_PRI_STATUS, &status);
		if (status & PCI_PRI_STATUS_STOPPED)
			return 0;
		usleep_range(2000, 2500);
	}
	pci_err(pdev, "page requests do not stop, status 0x%x\n", status);
	return -ETIMEDOUT;
}

/*
 * Endpoints of the same PCI domain that can ask for pages; VFs do so through their PF. Which SMMU
 * they are behind is known only of those that have found a driver.
 */
static u32 count_requesters(struct pci_dev *of)
{
	struct pci_dev *pdev = NULL;
	u32 n = 0;

	for_each_pci_dev(pdev)
		n += pdev->pri_cap && !pdev->is_virtfn &&
		     pci_domain_nr(pdev->bus) == pci_domain_nr(of->bus);
	return n;
}

/* Takes up to @wanted of the queue's places for an endpoint; 0 if none is left. */
static u32 take_credits(struct smmu_device *smmu, struct pci_dev *pdev, u32 wanted)
{
	u32 endpoints = count_requesters(pdev);
	int left = atomic_read(&smmu->pri_credits);
	u32 take;

	if (pri_credits)
		return pri_credits;
	do {
		take = smmu_pri_share(smmu->pri_places, left, endpoints, wanted);
		if (!take)
			return 0;
	} while (!atomic_try_cmpxchg(&smmu->pri_credits, &left, left - take));
	return take;
}

/* A VF asks through its PF's capability. */
static struct pci_dev *pri_owner(const struct smmu_master *master)
{
	return pci_physfn(pci_dev_of(master));
}

int smmu_pri_reserve(struct smmu_master *master)
{
	struct pci_dev *pdev = pci_dev_of(master);
	u32 capacity;

	if (pdev->is_virtfn)
		return pri_owner(master)->pri_enabled ? 0 : -EINVAL;
	if (!pdev->pri_cap)
		return -ENODEV;
	pci_read_config_dword(pdev, pdev->pri_cap + PCI_PRI_MAX_REQ, &capacity);
	master->pri_credits =
		take_credits(master->smmu, pdev, min_t(u32, capacity, PRI_CREDITS_WANTED));
	if (!master->pri_credits) {
		pci_err(pdev, "no page requests: all %u places in the SMMU's queue are granted\n",
			master->smmu->pri_places);
		return -ENOSPC;
	}
	return 0;
}

void smmu_pri_unreserve(struct smmu_master *master)
{
	if (!pri_credits)
		atomic_add(master->pri_credits, &master->smmu->pri_credits);
	master->pri_credits = 0;
}

int smmu_pri_ready(struct smmu_master *master)
{
	struct pci_dev *pdev;

	if (!master->iopf_enabled || master->pri_enabled)
		return 0;
	pdev = pci_dev_of(master);
	if (pdev->is_virtfn)
		return pri_owner(master)->pri_enabled ? 0 : -EINVAL;
	return wait_stopped(pdev);
}

void smmu_pri_enable(struct smmu_master *master)
{
	struct pci_dev *pdev = pci_dev_of(master);

	if (master->pri_enabled || pdev->is_virtfn)
		return;
	pci_write_config_word(pdev, pdev->pri_cap + PCI_PRI_CTRL, PCI_PRI_CTRL_RESET);
	pci_write_config_dword(pdev, pdev->pri_cap + PCI_PRI_ALLOC_REQ, master->pri_credits);
	pci_write_config_word(pdev, pdev->pri_cap + PCI_PRI_CTRL, PCI_PRI_CTRL_ENABLE);
	pdev->pri_reqs_alloc = master->pri_credits;
	pdev->pri_enabled = 1;
	master->pri_enabled = true;
}

void smmu_pri_disable(struct smmu_master *master)
{
	struct pci_dev *pdev = pci_dev_of(master);

	if (!master->pri_enabled)
		return;
	pci_disable_pri(pdev);
	master->pri_enabled = false;
}

void smmu_pri_wait_stopped(struct smmu_master *master)
{
	struct pci_dev *pdev = pci_dev_of(master);

	if (!pdev->is_virtfn && pdev->pri_cap)
		wait_stopped(pdev);
}
