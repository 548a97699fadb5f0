# SPDX-License-Identifier: BSD-2-Clause
# The endpoint's sources, for every Makefile that builds it. Set RTL_DIR to this folder first.
#   RTL_FILES  every Verilog source; the top module is svarig_ep
#   RTL_INC    include folders
#   RTL_SIM    what Verilator reads before them when it makes a simulator
#   RTL_DEPS   what a build of it depends on

RTL_INC   := $(RTL_DIR)/ats $(RTL_DIR)/crypto $(RTL_DIR)/../host/include
RTL_FILES := $(RTL_DIR)/svarig_ep.v $(RTL_DIR)/svarig_core.v $(RTL_DIR)/svarig_core_events.v $(sort $(foreach d,pcie ats dma queue crypto mcu,$(wildcard $(RTL_DIR)/$(d)/*.v)))
RTL_SIM   := $(RTL_DIR)/sim.vlt
RTL_DEPS  := $(RTL_FILES) $(RTL_SIM) $(wildcard $(addsuffix /*.vh,$(RTL_INC)))
