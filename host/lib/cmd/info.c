// SPDX-License-Identifier: BSD-2-Clause
/* svarig info: what the function says of itself, its configuration space read through libpci. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pci/pci.h>

#include "cmd.h"

struct info {
	char function[PATH_MAX]; /* sysfs */
	const char *name;	 /* 0000:01:00.0 */
	uint64_t queues, queues_free, opcodes, stride, max_length, fw_status;
	char fw_version[32], if_version[32];
	uint16_t vendor, device;
	bool ats, pri, pasid, msix, flr;
	bool ats_on, pri_on, pasid_on, msix_on, master_on;
	unsigned int ats_depth, pasid_width, pri_allocation, pri_capacity, msix_vectors;
	unsigned int mps, mrrs;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	(void)arg;
	if (key == ARGP_KEY_INIT) {
		state->child_inputs[0] = state->input;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static void libpci_error(char *format, ...)
{
	(void)format;
}

/* Capabilities need a readable configuration space: more than 64 bytes only for root. */
static int read_config(struct info *i)
{
	struct pci_access *acc = pci_alloc();
	struct pci_dev *dev;
	struct pci_cap *cap;
	unsigned int domain, bus, slot, func;
	uint16_t ctl;

	if (sscanf(i->name, "%x:%x:%x.%x", &domain, &bus, &slot, &func) != 4)
		return fail(EXIT_JOB, "%s is not the name of a PCI function", i->name);
	acc->warning = libpci_error;
	pci_init(acc);
	dev = pci_get_dev(acc, domain, bus, slot, func);
	pci_fill_info(dev, PCI_FILL_IDENT | PCI_FILL_CAPS | PCI_FILL_EXT_CAPS);
	i->vendor = dev->vendor_id;
	i->device = dev->device_id;
	i->master_on = pci_read_word(dev, PCI_COMMAND) & PCI_COMMAND_MASTER;

	cap = pci_find_cap(dev, PCI_CAP_ID_EXP, PCI_CAP_NORMAL);
	if (cap) {
		ctl = pci_read_word(dev, cap->addr + PCI_EXP_DEVCTL);
		i->mps = 128u << (ctl >> 5 & 7);
		i->mrrs = 128u << (ctl >> 12 & 7);
		i->flr = pci_read_long(dev, cap->addr + PCI_EXP_DEVCAP) & PCI_EXP_DEVCAP_FLRESET;
	}
	cap = pci_find_cap(dev, PCI_CAP_ID_MSIX, PCI_CAP_NORMAL);
	if (cap) {
		ctl = pci_read_word(dev, cap->addr + PCI_MSI_FLAGS);
		i->msix = true;
		i->msix_vectors = (ctl & PCI_MSIX_TABSIZE) + 1;
		i->msix_on = ctl & PCI_MSIX_ENABLE;
	}
	cap = pci_find_cap(dev, PCI_EXT_CAP_ID_ATS, PCI_CAP_EXTENDED);
	if (cap) {
		i->ats = true;
		i->ats_depth = pci_read_word(dev, cap->addr + PCI_ATS_CAP) & 0x1f;
		i->ats_depth = i->ats_depth ? i->ats_depth : 32;
		i->ats_on = pci_read_word(dev, cap->addr + PCI_ATS_CTRL) & PCI_ATS_CTRL_ENABLE;
	}
	cap = pci_find_cap(dev, PCI_EXT_CAP_ID_PRI, PCI_CAP_EXTENDED);
	if (cap) {
		i->pri = true;
		i->pri_on = pci_read_word(dev, cap->addr + PCI_PRI_CTRL) & PCI_PRI_CTRL_ENABLE;
		i->pri_capacity = pci_read_long(dev, cap->addr + PCI_PRI_MAX_REQ);
		i->pri_allocation = pci_read_long(dev, cap->addr + PCI_PRI_ALLOC_REQ);
	}
	/* PASID has no constants in older libpci: capability 4 (width 12:8), control 6 (enable 0).
	 */
	cap = pci_find_cap(dev, 0x1b, PCI_CAP_EXTENDED);
	if (cap) {
		i->pasid = true;
		i->pasid_width = pci_read_word(dev, cap->addr + 4) >> 8 & 0x1f;
		i->pasid_on = pci_read_word(dev, cap->addr + 6) & 1;
	}
	pci_free_dev(dev);
	pci_cleanup(acc);
	return EXIT_OK;
}

static int read_sysfs(struct info *i)
{
	static const char *const names[] = {"queues", "opcodes", "doorbell_stride", "max_length",
					    "firmware_status"};
	uint64_t *const values[] = {&i->queues, &i->opcodes, &i->stride, &i->max_length,
				    &i->fw_status};

	for (unsigned int n = 0; n < sizeof(names) / sizeof(names[0]); n++)
		if (sysfs_number(i->function, names[n], values[n]))
			return fail(EXIT_JOB, "%s/%s cannot be read", i->function, names[n]);
	if (sysfs_text(i->function, "firmware_version", i->fw_version, sizeof(i->fw_version)) ||
	    sysfs_text(i->function, "interface_version", i->if_version, sizeof(i->if_version)))
		return fail(EXIT_JOB, "%s: versions cannot be read", i->function);
	return EXIT_OK;
}

/* uacce's own directory hangs below the function. */
static void read_free_queues(struct info *i, const struct common *c)
{
	const char *node = c->device ? c->device : getenv("SVARIG_DEVICE");
	const char *slash = node ? strrchr(node, '/') : NULL;
	char dir[PATH_MAX + 64];

	snprintf(dir, sizeof(dir), "/sys/class/uacce/%s",
		 node ? (slash ? slash + 1 : node) : "svarig-0");
	if (sysfs_number(dir, "available_instances", &i->queues_free))
		i->queues_free = 0;
}

static const char *on(bool there, bool enabled)
{
	return !there ? "absent" : enabled ? "enabled" : "disabled";
}

static const char *fw_state(uint64_t status)
{
	switch (status) {
	case SVARIG_FWS_READY:
		return "ready, self-test passed";
	case SVARIG_FWS_SELFTEST_FAILED:
		return "self-test failed";
	case SVARIG_FWS_PANIC:
		return "trapped";
	default:
		return "booting";
	}
}

static void print_text(const struct info *i)
{
	printf("function       %s  %04x:%04x\n", i->name, i->vendor, i->device);
	printf("interface      %s\n", i->if_version);
	printf("firmware       %s, %s\n", i->fw_version, fw_state(i->fw_status));
	printf("queues         %u, %u free, doorbell pages of %u bytes\n", (unsigned int)i->queues,
	       (unsigned int)i->queues_free, (unsigned int)i->stride);
	printf("operations    ");
#define OPERATION(id, name, text)                                                                  \
	if (i->opcodes >> SVARIG_##id & 1)                                                         \
		printf(" %s", #name);
	SVARIG_OPCODE_LIST(OPERATION)
	printf(", up to %u bytes a job\n", (unsigned int)i->max_length);
	printf("bus master     %s, payload %u, read request %u, function level reset %s\n",
	       i->master_on ? "enabled" : "disabled", i->mps, i->mrrs, i->flr ? "yes" : "no");
	printf("MSI-X          %s, %u vectors\n", on(i->msix, i->msix_on), i->msix_vectors);
	printf("PASID          %s, %u bits\n", on(i->pasid, i->pasid_on), i->pasid_width);
	printf("ATS            %s, invalidate queue depth %u\n", on(i->ats, i->ats_on),
	       i->ats_depth);
	printf("PRI            %s, %u outstanding of at most %u\n", on(i->pri, i->pri_on),
	       i->pri_allocation, i->pri_capacity);
}

static json_object *capability(bool there, bool enabled, const char *key, unsigned int value)
{
	json_object *o = json_object_new_object();

	json_object_object_add(o, "present", json_object_new_boolean(there));
	json_object_object_add(o, "enabled", json_object_new_boolean(enabled));
	json_object_object_add(o, key, json_object_new_int64(value));
	return o;
}

static void print_as_json(const struct info *i)
{
	json_object *o = json_object_new_object();
	json_object *ops = json_object_new_array();
	json_object *pri = capability(i->pri, i->pri_on, "allocation", i->pri_allocation);

#define JSON_OPERATION(id, name, text)                                                             \
	if (i->opcodes >> SVARIG_##id & 1)                                                         \
		json_object_array_add(ops, json_object_new_string(#name));
	SVARIG_OPCODE_LIST(JSON_OPERATION)
	json_object_object_add(pri, "capacity", json_object_new_int64(i->pri_capacity));
	json_object_object_add(o, "function", json_object_new_string(i->name));
	json_object_object_add(o, "vendor", json_object_new_int(i->vendor));
	json_object_object_add(o, "device", json_object_new_int(i->device));
	json_object_object_add(o, "interface_version", json_object_new_string(i->if_version));
	json_object_object_add(o, "firmware_version", json_object_new_string(i->fw_version));
	json_object_object_add(o, "firmware_ready",
			       json_object_new_boolean(i->fw_status == SVARIG_FWS_READY));
	json_object_object_add(o, "queues", json_object_new_uint64(i->queues));
	json_object_object_add(o, "queues_free", json_object_new_uint64(i->queues_free));
	json_object_object_add(o, "max_length", json_object_new_uint64(i->max_length));
	json_object_object_add(o, "operations", ops);
	json_object_object_add(o, "bus_master", json_object_new_boolean(i->master_on));
	json_object_object_add(o, "max_payload", json_object_new_int64(i->mps));
	json_object_object_add(o, "max_read_request", json_object_new_int64(i->mrrs));
	json_object_object_add(o, "msix",
			       capability(i->msix, i->msix_on, "vectors", i->msix_vectors));
	json_object_object_add(o, "pasid",
			       capability(i->pasid, i->pasid_on, "width", i->pasid_width));
	json_object_object_add(o, "ats",
			       capability(i->ats, i->ats_on, "queue_depth", i->ats_depth));
	json_object_object_add(o, "pri", pri);
	print_json(o);
}

int cmd_info(int argc, char **argv)
{
	static const struct argp_child children[] = {{&common_argp, 0, NULL, 0}, {0}};
	static const struct argp argp = {
		.parser = parse,
		.doc = "Tell what the accelerator is. Capabilities are decoded for root only: "
		       "others may "
		       "not read the whole configuration space.",
		.children = children,
	};
	struct common common = {0};
	struct info i = {0};
	int status;

	argp_parse(&argp, argc, argv, 0, NULL, &common);
	status = sysfs_function(&common, i.function, sizeof(i.function));
	if (!status) {
		i.name = strrchr(i.function, '/') + 1;
		status = read_sysfs(&i);
	}
	if (!status)
		status = read_config(&i);
	if (status)
		return status;
	read_free_queues(&i, &common);
	if (common.json)
		print_as_json(&i);
	else
		print_text(&i);
	return EXIT_OK;
}
