# SPDX-License-Identifier: BSD-2-Clause
# The sources of svarig_ep for the Makefile beside this file
RTL_DIR   := $(ROOT)/rtl
include $(RTL_DIR)/files.mk
FIRMWARE  ?= $(ROOT)/build/firmware/firmware.hex
RTL       := $(RTL_SIM) $(RTL_FILES)
RTL_FLAGS := $(addprefix -I,$(RTL_INC)) -GFW_HEX='"$(FIRMWARE)"'
