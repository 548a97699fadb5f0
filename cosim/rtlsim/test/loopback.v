// SPDX-License-Identifier: BSD-2-Clause
//
// The smallest endpoint with our TLP port: a configuration space, a BAR with some memory, and a
// way for the host to have any TLP of up to two beats sent and to look at what came back. It proves that the
// link, the simulator process and QEMU's rtl-endpoint know nothing of svarig_ep, and serves their tests.
//
// BAR0 (4 KiB)              meaning
//   0x00                    "LOOP", read only
//   0x04                    scratch
//   0x10                    write: send the TLP below; bit 1: with the prefix, bit 2: hdr has 4 DW of data, bit 3: 8 DW
//   0x14, 0x20-0x2c         prefix, header (first byte on the wire in 31:24)
//   0x30-0x3c               payload of both beats, first byte on the wire in 7:0
//   0x40                    completions and messages received and not yet looked at; a write drops the oldest
//   0x44                    beats of the oldest;  0x48: its prefix, 0 without
//   0x50-0x5c, 0x60-0x6c    its header and first beat of payload
//   0x100-0x13c             memory
// BAR2 (64 KiB, 64 bits wide, prefetchable): reads give the offset.
//
// Two virtual functions, functions 1 and 2, each with Command, FLR, an ATS capability and
// VF BAR0 (4 KiB, 64 bits wide, prefetchable): 0x00 is "VF" and the function's number, 0x04 a scratch register.
`default_nettype none

module loopback #(
  parameter DATA_WIDTH = 128
) (
  input  wire                    clk,
  input  wire                    rst,

  input  wire                    rx_valid,
  output wire                    rx_ready,
  input  wire                    rx_sop,
  input  wire                    rx_eop,
  input  wire                    rx_pfx_valid,
  input  wire [31:0]             rx_pfx,
  input  wire [127:0]            rx_hdr,
  input  wire [DATA_WIDTH-1:0]   rx_data,
  input  wire [DATA_WIDTH/8-1:0] rx_be,

  output reg                     tx_valid,
  input  wire                    tx_ready,
  output wire                    tx_sop,
  output wire                    tx_eop,
  output wire                    tx_pfx_valid,
  output wire [31:0]             tx_pfx,
  output wire [127:0]            tx_hdr,
  output wire [DATA_WIDTH-1:0]   tx_data,
  output wire [DATA_WIDTH/8-1:0] tx_be,

  output wire                    idle
);

  // ---- what is being received ----

  wire [7:0]  fmt_type = rx_hdr[127:120];
  wire        is_cfg   = (fmt_type & 8'hbf) == 8'h04;
  wire        is_mem   = (fmt_type & 8'h9f) == 8'h00;
  wire        is_write = fmt_type[6];
  wire        wide     = fmt_type[5];
  wire [9:0]  length   = rx_hdr[105:96];
  wire [11:0] address  = is_cfg ? {rx_hdr[43:34], 2'b00} : wide ? {rx_hdr[11:2], 2'b00} : {rx_hdr[43:34], 2'b00};
  wire [63:0] mem_addr = wide ? {rx_hdr[63:2], 2'b00} : {32'd0, rx_hdr[63:34], 2'b00};
  wire        in_bar2  = mem_addr[63:16] == {bar2[63:16]};

  // Registers are written by whole double words of the first eight bytes
  wire unused = &{1'b0, rx_be[DATA_WIDTH/8-1:8], vf_page[51:1]};

  wire take     = rx_valid && rx_ready;
  wire request  = take && rx_sop && (is_cfg || is_mem);
  wire captured = !(is_cfg || is_mem);

  // Which function a request is for: the target of a configuration request, or the page of VF BAR0
  wire [51:0] vf_page = mem_addr[63:12] - vf_bar[63:12];
  wire        vf_mem  = is_mem && vf_enable && vf_mse && mem_addr[63:12] >= vf_bar[63:12] &&
                        {12'd0, vf_page} < {48'd0, num_vfs};
  wire        vf_cfg  = is_cfg && rx_hdr[50:48] != 3'd0;
  wire        vf      = is_cfg ? rx_hdr[49] : vf_page[0];         // 0: function 1, 1: function 2
  wire        no_vf   = vf_cfg && !(vf_enable && {13'd0, rx_hdr[50:48]} <= num_vfs);

  // ---- registers ----

  reg [31:0] scratch, ctl_pfx, bar0;
  reg [63:0] bar2;
  reg [15:0] command, devctl, ats_ctl, pasid_ctl, pri_ctl, rid;
  reg [31:0] inj_hdr [0:3];
  reg [31:0] inj_dat [0:3];
  reg [31:0] mem     [0:15];
  reg [7:0]  int_line;
  reg        vf_enable, vf_mse;
  reg [15:0] num_vfs;
  reg [63:0] vf_bar;
  reg [15:0] vf_command [0:1];
  reg [31:0] vf_scratch [0:1];

  localparam LOG_DEPTH = 4;
  reg [127:0] cap_hdr [0:15];
  reg [127:0] cap_dat [0:15];
  reg [31:0]  cap_pfx [0:15];
  reg [8:0]   cap_len [0:15];
  reg [LOG_DEPTH:0] cap_wr, cap_rd;
  wire [LOG_DEPTH-1:0] wr = cap_wr[LOG_DEPTH-1:0];
  wire [LOG_DEPTH-1:0] rd = cap_rd[LOG_DEPTH-1:0];

  function [31:0] merge(input [31:0] was, input [31:0] now, input [3:0] be);
    merge = {be[3] ? now[31:24] : was[31:24], be[2] ? now[23:16] : was[23:16],
             be[1] ? now[15:8] : was[15:8], be[0] ? now[7:0] : was[7:0]};
  endfunction

  function [15:0] merge16(input [15:0] was, input [15:0] now, input [1:0] be);
    merge16 = {be[1] ? now[15:8] : was[15:8], be[0] ? now[7:0] : was[7:0]};
  endfunction

  reg [31:0] cfg_rdata;
  always @* begin
    if (vf_cfg)
      case (address)
        12'h000: cfg_rdata = 32'hffffffff;
        12'h004: cfg_rdata = {16'h0010, vf_command[vf]};
        12'h008: cfg_rdata = 32'hff000001;
        12'h02c: cfg_rdata = 32'h00011234;
        12'h034: cfg_rdata = 32'h00000040;
        12'h040: cfg_rdata = 32'h00020010;
        12'h044: cfg_rdata = 32'h10008002;
        12'h100: cfg_rdata = 32'h0001000f;
        12'h104: cfg_rdata = 32'h00000023;                // three invalidations at a time
        default: cfg_rdata = 32'd0;
      endcase
    else case (address)
      12'h000: cfg_rdata = 32'h4c501234;
      12'h004: cfg_rdata = {16'h0010, command};
      12'h008: cfg_rdata = 32'hff000001;
      12'h010: cfg_rdata = bar0;
      12'h018: cfg_rdata = {bar2[31:16], 16'h000c};
      12'h01c: cfg_rdata = bar2[63:32];
      12'h02c: cfg_rdata = 32'h00011234;
      12'h034: cfg_rdata = 32'h00000040;
      12'h03c: cfg_rdata = {24'h000000, int_line};
      12'h040: cfg_rdata = 32'h00020010;                  // PCI Express endpoint
      12'h044: cfg_rdata = 32'h10008002;                  // FLR, role-based errors, 512 byte payloads
      12'h048: cfg_rdata = {16'd0, devctl};
      12'h04c: cfg_rdata = 32'h00000011;
      12'h050: cfg_rdata = 32'h00110000;
      12'h064: cfg_rdata = 32'h00200000;                  // end-end TLP prefixes
      12'h100: cfg_rdata = 32'h1101000f;
      12'h104: cfg_rdata = {ats_ctl, 16'h0020};
      12'h110: cfg_rdata = 32'h12010013;
      12'h114: cfg_rdata = {16'h8100, pri_ctl};
      12'h118: cfg_rdata = 32'd16;
      12'h120: cfg_rdata = 32'h1401001b;
      12'h124: cfg_rdata = {pasid_ctl, 16'h1406};
      12'h140: cfg_rdata = 32'h00010010;                  // SR-IOV
      12'h148: cfg_rdata = {28'd0, vf_mse, 2'd0, vf_enable};
      12'h14c: cfg_rdata = 32'h00020002;                  // two functions
      12'h150: cfg_rdata = {16'd0, num_vfs};
      12'h154: cfg_rdata = 32'h00010001;                  // at +1 and +2
      12'h158: cfg_rdata = 32'h4c560000;
      12'h15c: cfg_rdata = 32'h00000001;                  // 4 KiB pages
      12'h160: cfg_rdata = 32'h00000001;
      12'h164: cfg_rdata = {vf_bar[31:12], 12'h00c};
      12'h168: cfg_rdata = vf_bar[63:32];
      default: cfg_rdata = 32'd0;
    endcase
  end

  function [31:0] bar0_read(input [11:0] a);
    casez (a)
      12'h000: bar0_read = 32'h4c4f4f50;
      12'h004: bar0_read = scratch;
      12'h040: bar0_read = {27'd0, cap_wr - cap_rd};
      12'h044: bar0_read = {23'd0, cap_len[rd]};
      12'h048: bar0_read = cap_pfx[rd];
      12'h05?: bar0_read = cap_hdr[rd][{~a[3:2], 5'd0} +: 32];
      12'h06?: bar0_read = cap_dat[rd][{a[3:2], 5'd0} +: 32];
      12'h1??: bar0_read = mem[a[5:2]];
      default: bar0_read = 32'd0;
    endcase
  endfunction

  wire flr_any = request && is_cfg && is_write && address == 12'h048 && rx_be[1] && rx_data[15];
  wire flr     = flr_any && !vf_cfg;

  integer i;
  always @(posedge clk) begin
    if (request && is_cfg && is_write && vf_cfg && address == 12'h004 && !no_vf)
      vf_command[vf] <= merge16(vf_command[vf], rx_data[15:0], rx_be[1:0]) & 16'h0404;
    if (request && vf_mem && is_write && address == 12'h004)
      vf_scratch[vf] <= merge(vf_scratch[vf], rx_data[31:0], rx_be[3:0]);
    if (request && is_cfg && is_write && !vf_cfg) begin
      rid <= rx_hdr[63:48];
      case (address)
        12'h004: command  <= merge16(command, rx_data[15:0], rx_be[1:0]) & 16'h0406;
        12'h010: bar0     <= merge(bar0, rx_data[31:0], rx_be[3:0]) & 32'hfffff000;
        12'h018: bar2[31:0]  <= merge(bar2[31:0], rx_data[31:0], rx_be[3:0]) & 32'hffff0000;
        12'h01c: bar2[63:32] <= merge(bar2[63:32], rx_data[31:0], rx_be[3:0]);
        12'h03c: if (rx_be[0]) int_line <= rx_data[7:0];
        12'h048: devctl   <= merge16(devctl, rx_data[15:0], rx_be[1:0]) & 16'h7fff;
        12'h104: ats_ctl  <= merge16(ats_ctl, rx_data[31:16], rx_be[3:2]);
        12'h114: pri_ctl  <= merge16(pri_ctl, rx_data[15:0], rx_be[1:0]);
        12'h124: pasid_ctl <= merge16(pasid_ctl, rx_data[31:16], rx_be[3:2]);
        12'h148: if (rx_be[0]) {vf_mse, vf_enable} <= {rx_data[3], rx_data[0]};
        12'h150: if (!vf_enable && rx_data[15:0] <= 16'd2) num_vfs <= merge16(num_vfs, rx_data[15:0], rx_be[1:0]);
        12'h164: vf_bar[31:0]  <= merge(vf_bar[31:0], rx_data[31:0], rx_be[3:0]) & 32'hfffff000;
        12'h168: vf_bar[63:32] <= merge(vf_bar[63:32], rx_data[31:0], rx_be[3:0]);
        default: ;
      endcase
    end
    if (request && is_mem && is_write && !in_bar2 && !vf_mem) begin
      casez (address)
        12'h004: scratch <= merge(scratch, rx_data[31:0], rx_be[3:0]);
        12'h014: ctl_pfx <= rx_data[31:0];
        12'h02?: inj_hdr[address[3:2]] <= rx_data[31:0];
        12'h03?: inj_dat[address[3:2]] <= rx_data[31:0];
        12'h1??: begin
          mem[address[5:2]] <= merge(mem[address[5:2]], rx_data[31:0], rx_be[3:0]);
          if (length == 10'd2)
            mem[address[5:2] + 4'd1] <= merge(mem[address[5:2] + 4'd1], rx_data[63:32], rx_be[7:4]);
        end
        default: ;
      endcase
    end
    if (flr_any && vf_cfg || rst || flr || !vf_enable) begin
      if (rst || flr || !vf_enable || !vf) {vf_command[0], vf_scratch[0]} <= 48'd0;
      if (rst || flr || !vf_enable || vf)  {vf_command[1], vf_scratch[1]} <= 48'd0;
    end
    if (rst || flr) begin
      scratch <= 32'd0;
      {vf_mse, vf_enable} <= 2'd0;
      num_vfs <= 16'd0;
      vf_bar <= 64'd0;
      bar0 <= 32'd0;
      bar2 <= 64'd0;
      command <= 16'd0;
      devctl <= 16'h2810;
      ats_ctl <= 16'd0;
      pasid_ctl <= 16'd0;
      pri_ctl <= 16'd0;
      int_line <= 8'd0;
      for (i = 0; i < 16; i = i + 1)
        mem[i] <= 32'd0;
    end
    if (rst)
      rid <= 16'd0;
  end

  // ---- completions and messages: kept in order of arrival ----

  wire pop = request && is_mem && is_write && !in_bar2 && !vf_mem && address == 12'h040;
  always @(posedge clk) begin
    if (take && captured && rx_sop) begin
      cap_hdr[wr] <= rx_hdr;
      cap_dat[wr] <= rx_data[127:0];
      cap_pfx[wr] <= rx_pfx_valid ? rx_pfx : 32'd0;
      cap_len[wr] <= 9'd1;
    end else if (take && captured) begin
      cap_len[wr] <= cap_len[wr] + 9'd1;
    end
    if (take && captured && rx_eop)
      cap_wr <= cap_wr + 1'b1;
    if (pop)
      cap_rd <= cap_rd + 1'b1;
    if (rst || flr) begin
      cap_wr <= 0;
      cap_rd <= 0;
    end
  end

  // ---- what is being sent: a completion or the TLP the host wrote ----

  reg         beat2, two_beats, inj, with_pfx;
  reg [127:0] out_hdr, out_dat;
  reg [DATA_WIDTH/8-1:0] out_be;

  wire go      = request && is_mem && is_write && !in_bar2 && !vf_mem && address == 12'h010;
  wire non_posted = request && (is_cfg || !is_write);
  wire one     = is_cfg || length == 10'd1;
  wire [3:0] fbe = rx_hdr[67:64];
  wire [6:0] low = is_cfg ? 7'd0 : {address[6:2], fbe[0] ? 2'd0 : fbe[1] ? 2'd1 : fbe[2] ? 2'd2 : 2'd3};
  wire [2:0] first = fbe[0] ? 3'd0 : fbe[1] ? 3'd1 : fbe[2] ? 3'd2 : 3'd3;
  wire [2:0] last  = fbe[3] ? 3'd4 : fbe[2] ? 3'd3 : fbe[1] ? 3'd2 : 3'd1;
  wire [11:0] bytes = is_cfg ? 12'd4 : one ? {9'd0, last - first} : 12'd8;

  wire [31:0] vf_rdata = address == 12'h004 ? vf_scratch[vf] : {16'h4656, 14'd0, vf, !vf};
  wire [31:0] rdata0 = is_cfg ? cfg_rdata : vf_mem ? vf_rdata : in_bar2 ? {16'd0, mem_addr[15:0]} : bar0_read(address);
  wire [31:0] rdata1 = in_bar2 ? {16'd0, mem_addr[15:0]} + 32'd4 : bar0_read(address + 12'd4);

  // Memory is readable only in one or two words; anything longer is none of the tests' business: UR
  wire too_long = !is_cfg && (length > 10'd2 || length == 10'd0);
  wire refused  = too_long || no_vf;
  wire has_data = !is_write && !refused;
  wire [15:0] completer = is_cfg ? rx_hdr[63:48] : vf_mem ? rid + (vf ? 16'd2 : 16'd1) : rid;

  always @(posedge clk) begin
    if (tx_valid && tx_ready) begin
      beat2 <= 1'b1;
      if (tx_eop)
        tx_valid <= 1'b0;
    end
    if (non_posted) begin
      tx_valid <= 1'b1;
      beat2 <= 1'b0;
      two_beats <= 1'b0;
      with_pfx <= 1'b0;
      inj <= 1'b0;
      out_hdr <= {has_data ? 8'h4a : 8'h0a, 14'd0, has_data ? (one ? 10'd1 : 10'd2) : 10'd0,
                  completer, refused ? 3'd1 : 3'd0, 1'b0, bytes,
                  rx_hdr[95:72], 1'b0, low, 32'd0};
      out_dat <= {64'd0, rdata1, rdata0};
      out_be <= has_data ? (one ? 16'h000f : 16'h00ff) : 16'h0000;
    end else if (go) begin
      tx_valid <= 1'b1;
      beat2 <= 1'b0;
      two_beats <= rx_data[3];
      with_pfx <= rx_data[1];
      inj <= 1'b1;
      out_hdr <= {inj_hdr[0], inj_hdr[1], inj_hdr[2], inj_hdr[3]};
      out_dat <= {inj_dat[3], inj_dat[2], inj_dat[1], inj_dat[0]};
      // Enables of a write that starts and ends on a double word
      out_be <= rx_data[2] || rx_data[3] ? 16'hffff : 16'h0000;
    end
    if (rst)
      tx_valid <= 1'b0;
  end

  assign tx_sop       = !beat2;
  assign tx_eop       = !two_beats || beat2;
  assign tx_pfx_valid = with_pfx && inj;
  assign tx_pfx       = ctl_pfx;
  assign tx_hdr       = out_hdr;
  assign tx_data      = out_dat;
  assign tx_be        = out_be;

  assign rx_ready = !tx_valid && !rst;
  assign idle     = !tx_valid && !rst;

endmodule
`default_nettype wire
