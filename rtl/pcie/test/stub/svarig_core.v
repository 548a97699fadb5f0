// SPDX-License-Identifier: BSD-2-Clause
//
// Stand-in for svarig_core in the bench of pcie/: remembers what comes in, sends what the bench asks for.
// Doorbell and queue registers are one small memory each, so that every access can be told apart.

`include "svarig_hw.vh"
`default_nettype none
/* verilator lint_off UNUSED */

module svarig_core #(
  parameter DATA_WIDTH = 128, parameter LANES = 4, parameter ATC_ENTRIES = 64, parameter TX = 4,
  parameter TIMEOUT = 10000000, parameter NF = 5, parameter EW = (DATA_WIDTH == 256) ? 256 : 128
) (
  input  wire clk, input wire rst,
  input  wire [NF-1:0] cfg_bme, input wire [2:0] cfg_mps, input wire [2:0] cfg_mrrs, input wire cfg_rcb,
  input  wire cfg_ext_tag, input wire cfg_ro_en, input wire cfg_cto_dis, input wire [NF-1:0] cfg_ats_en,
  input  wire [4:0] cfg_stu, input wire cfg_pri_en, input wire cfg_pri_reset,
  input  wire [31:0] cfg_pri_alloc, input wire cfg_prg_pasid_req, input wire cfg_pasid_en,
  input  wire [NF*16-1:0] cfg_rid, input wire [NF-1:0] fn_reset, output wire [NF-1:0] fn_idle,
  output wire pri_stopped, output wire pri_set_rf, output wire pri_set_uprgi, output wire [NF-1:0] ats_ur,
  output wire [NF-1:0] trans_pending, output wire err_unexp_cpl, output wire err_poisoned, output wire err_timeout,
  output wire err_rcv_ur, output wire err_rcv_ca, output wire [127:0] err_hdr, output wire [2:0] err_fn,
  input  wire cpl_valid, input wire cpl_sop, input wire cpl_eop, input wire [127:0] cpl_hdr,
  input  wire [DATA_WIDTH-1:0] cpl_data, input wire [DATA_WIDTH/8-1:0] cpl_be,
  input  wire msg_valid, input wire msg_pfx_valid, input wire [31:0] msg_pfx,
  input  wire [127:0] msg_hdr, input wire [63:0] msg_data,
  output wire [TX-1:0] tx_valid, input wire [TX-1:0] tx_ready, output wire [TX-1:0] tx_sop,
  output wire [TX-1:0] tx_eop, output wire [TX-1:0] tx_pfx_valid, output wire [TX*32-1:0] tx_pfx,
  output wire [TX*128-1:0] tx_hdr, output wire [TX*DATA_WIDTH-1:0] tx_data,
  output wire [TX*DATA_WIDTH/8-1:0] tx_be,
  input  wire qreg_valid, input wire qreg_write, input wire [13:0] qreg_addr,
  input  wire [31:0] qreg_wdata, output wire qreg_ready, output wire [31:0] qreg_rdata,
  input  wire db_valid, input wire db_write, input wire [5:0] db_queue, input wire [11:0] db_addr,
  input  wire [31:0] db_wdata, output wire db_ready, output wire [31:0] db_rdata,
  output wire msix_valid, input wire msix_ready, output wire [7:0] msix_vector, output wire [2:0] msix_fn,
  output wire [`SVARIG_CNT_COUNT-1:0] ev, output wire [7:0] ev_rd_bytes, output wire [7:0] ev_wr_bytes,
  input  wire atc_inv_valid, input wire atc_inv_all, input wire [20:0] atc_inv_pasid, input wire [2:0] atc_inv_fn,
  output wire atc_inv_busy,
  input  wire cry_take, output wire cry_granted, input wire cry_cmd_valid, output wire cry_cmd_ready,
  input  wire [7:0] cry_op, input wire [7:0] cry_alg, input wire cry_decrypt, input wire cry_state_in,
  input  wire cry_state_out, input wire [31:0] cry_len, input wire [31:0] cry_aad_len, input wire cry_abort,
  input  wire cry_s_valid, output wire cry_s_ready, input wire [EW-1:0] cry_s_data,
  input  wire [5:0] cry_s_bytes, input wire [2:0] cry_s_kind, input wire cry_s_last, input wire cry_s_cut,
  output wire cry_m_valid, input wire cry_m_ready, output wire [EW-1:0] cry_m_data,
  output wire [5:0] cry_m_bytes, output wire [2:0] cry_m_kind, output wire cry_m_last,
  output wire cry_end_valid, input wire cry_end_ready, output wire [7:0] cry_end_status,
  output wire [31:0] cry_end_done,
  output wire idle
);

  // Set by the bench.
  reg         b_stopped       /* verilator public_flat_rw */;
  reg  [7:0]  b_pulse         /* verilator public_flat_rw */;  // rf, uprgi, ats_ur, unexp, poisoned, timeout, ur, ca
  reg         b_pending       /* verilator public_flat_rw */;
  reg  [31:0] b_hdr_mark      /* verilator public_flat_rw */;
  reg         b_msix_valid    /* verilator public_flat_rw */;
  reg  [7:0]  b_msix_vector   /* verilator public_flat_rw */;
  reg  [31:0] b_ev            /* verilator public_flat_rw */;
  reg  [7:0]  b_bytes         /* verilator public_flat_rw */;
  reg  [3:0]  b_tx_len        /* verilator public_flat_rw */;  // beats of the TLPs every client sends; 0: none
  reg         b_busy          /* verilator public_flat_rw */;
  reg  [7:0]  b_fn            /* verilator public_flat_rw */;  // function of pulses, pending, MSI-X
  reg  [7:0]  b_fn_busy       /* verilator public_flat_rw */;  // functions with something outstanding
  // Read by the bench.
  reg  [31:0] s_resets        /* verilator public_flat_rd */;
  reg  [31:0] s_cpl_beats     /* verilator public_flat_rd */;
  reg  [31:0] s_cpl_dw0       /* verilator public_flat_rd */;
  reg  [31:0] s_msgs          /* verilator public_flat_rd */;
  reg  [31:0] s_msg_dw1       /* verilator public_flat_rd */;
  reg  [31:0] s_msg_pfx       /* verilator public_flat_rd */;
  reg  [63:0] s_msg_data      /* verilator public_flat_rd */;
  reg  [31:0] s_pri_resets    /* verilator public_flat_rd */;
  reg  [31:0] s_inv           /* verilator public_flat_rd */;
  reg  [31:0] s_starts        /* verilator public_flat_rd */;
  reg  [31:0] s_command       /* verilator public_flat_rd */;
  wire [31:0] s_functions     /* verilator public_flat_rd */ =
    {{8-NF{1'b0}}, fn_reset, {8-NF{1'b0}}, cfg_ats_en, {8-NF{1'b0}}, cfg_bme, 8'd0};
  wire [63:0] s_live          /* verilator public_flat_rd */ =
    {cfg_pri_alloc[15:0], cfg_rid[15:0], 7'd0, cfg_cto_dis, cfg_ro_en, cfg_ext_tag, cfg_stu, cfg_mrrs, cfg_mps,
     cfg_rcb, cfg_pasid_en, cfg_pri_en, cfg_ats_en[0], cfg_bme[0], 6'd0};

  initial begin
    b_stopped = 1'b1; b_pulse = 8'd0; b_pending = 1'b0; b_hdr_mark = 32'd0; b_msix_valid = 1'b0;
    b_msix_vector = 8'd0; b_ev = 32'd0; b_bytes = 8'd0; b_tx_len = 4'd0; b_busy = 1'b0; s_resets = 32'd0;
    b_fn = 8'd0; b_fn_busy = 8'd0;
  end

  assign pri_stopped = b_stopped;
  wire [NF-1:0] b_bit = {{NF-1{1'b0}}, 1'b1} << b_fn;
  wire        ur_pulse;
  assign {err_rcv_ca, err_rcv_ur, err_timeout, err_poisoned, err_unexp_cpl, ur_pulse, pri_set_uprgi, pri_set_rf} = b_pulse;
  assign ats_ur = b_bit & {NF{ur_pulse}};
  assign trans_pending = b_bit & {NF{b_pending}};
  assign err_fn = b_fn[2:0];
  assign msix_fn = b_fn[2:0];
  assign fn_idle = ~b_fn_busy[NF-1:0];
  assign err_hdr = {4{b_hdr_mark}};
  assign msix_valid = b_msix_valid;
  assign msix_vector = b_msix_vector;
  assign ev = b_ev[`SVARIG_CNT_COUNT-1:0];
  assign ev_rd_bytes = b_bytes;
  assign ev_wr_bytes = {b_bytes[6:0], 1'b0};
  assign idle = !b_busy;

  // Registers: answer two cycles late, to see that valid stays.
  reg [31:0] db_mem [0:511];
  reg [31:0] q_mem  [0:4095];
  wire [8:0] db_at = {db_queue, db_addr[4:2]};
  reg [1:0]  db_wait, q_wait;
  assign db_ready = (db_wait == 2'd2);
  assign qreg_ready = (q_wait == 2'd2);
  assign db_rdata = db_mem[db_at];
  assign qreg_rdata = q_mem[qreg_addr[13:2]];

  always @(posedge clk)
    if (rst) begin
      db_wait <= 2'd0;
      q_wait  <= 2'd0;
    end else begin
      db_wait <= (db_valid && !db_ready) ? db_wait + 2'd1 : 2'd0;
      q_wait  <= (qreg_valid && !qreg_ready) ? q_wait + 2'd1 : 2'd0;
      if (db_valid && db_ready && db_write)
        db_mem[db_at] <= db_wdata;
      if (qreg_valid && qreg_ready && qreg_write)
        q_mem[qreg_addr[13:2]] <= qreg_wdata;
    end

  reg rst_q;
  always @(posedge clk) begin
    rst_q <= rst;
    if (rst && !rst_q)
      s_resets <= s_resets + 32'd1;
  end

  always @(posedge clk)
    if (rst) begin
      s_cpl_beats <= 32'd0;
      s_cpl_dw0 <= 32'd0;
      s_msgs <= 32'd0;
      s_msg_dw1 <= 32'd0;
      s_msg_pfx <= 32'd0;
      s_msg_data <= 64'd0;
      s_pri_resets <= 32'd0;
      s_inv <= 32'd0;
      s_starts <= 32'd0;
      s_command <= 32'd0;
    end else begin
      if (cpl_valid) s_cpl_beats <= s_cpl_beats + 32'd1;
      if (cpl_valid && cpl_sop) s_cpl_dw0 <= cpl_hdr[127:96];
      if (msg_valid) begin
        s_msgs <= s_msgs + 32'd1;
        s_msg_dw1 <= msg_hdr[95:64];
        s_msg_pfx <= msg_pfx_valid ? msg_pfx : 32'd0;
        s_msg_data <= msg_data;
      end
      if (cfg_pri_reset) s_pri_resets <= s_pri_resets + 32'd1;
      if (atc_inv_valid) s_inv <= {3'd0, atc_inv_fn, 2'd1, 2'd0, atc_inv_all, atc_inv_pasid};
      if (cry_cmd_valid && cry_cmd_ready) begin
        s_starts <= s_starts + 32'd1;
        s_command <= {cry_len[7:0], cry_aad_len[4:0], cry_state_out, cry_state_in, cry_decrypt, cry_alg, cry_op};
      end
    end

  reg [2:0] inv_count;
  assign atc_inv_busy = (inv_count != 3'd0);
  always @(posedge clk)
    if (rst) inv_count <= 3'd0;
    else if (atc_inv_valid) inv_count <= 3'd7;
    else if (inv_count != 3'd0) inv_count <= inv_count - 3'd1;

  // Engine: answers each beat with its bitwise inverse, and ends a job with its last beat: status = op.
  reg ending;
  assign cry_granted = cry_take && !b_busy;
  assign cry_cmd_ready = cry_granted;
  assign cry_s_ready = cry_m_ready && cry_granted && !ending;
  assign cry_m_valid = cry_s_valid && cry_granted && !ending;
  assign cry_m_data = ~cry_s_data;
  assign cry_m_bytes = cry_s_bytes;
  assign cry_m_kind = cry_s_kind;
  assign cry_m_last = cry_s_last;
  assign cry_end_valid = ending;
  assign cry_end_status = cry_op;
  assign cry_end_done = cry_len;
  always @(posedge clk)
    if (rst || cry_abort) ending <= 1'b0;
    else if (cry_s_valid && cry_s_ready && cry_s_last) ending <= 1'b1;
    else if (cry_end_ready) ending <= 1'b0;

  // Clients: memory writes of b_tx_len beats; each beat names its client, TLP and place.
  genvar g;
  generate
    for (g = 0; g < TX; g = g + 1) begin : g_tx
      reg [3:0]  beat, len;
      reg [15:0] serial;
      reg        on;
      assign tx_valid[g] = on;
      assign tx_sop[g] = (beat == 4'd0);
      assign tx_eop[g] = (beat + 4'd1 == len);
      assign tx_pfx_valid[g] = g[0];
      assign tx_pfx[g*32 +: 32] = {8'h91, 8'd0, 12'd0, g[3:0]};
      assign tx_hdr[g*128 +: 128] = {8'h60, 14'd0, 4'd0, b_tx_len, 2'd0, cfg_rid[15:0], 8'd0, 8'hff, 32'd0, g[15:0], serial};
      assign tx_data[g*DATA_WIDTH +: DATA_WIDTH] = {{DATA_WIDTH-32{1'b0}}, g[7:0], 4'd0, beat, serial};
      assign tx_be[g*(DATA_WIDTH/8) +: DATA_WIDTH/8] = {DATA_WIDTH/8{1'b1}};
      always @(posedge clk)
        if (rst) begin
          beat <= 4'd0; len <= 4'd0; serial <= 16'd0; on <= 1'b0;
        end else if (!on || (tx_ready[g] && tx_eop[g])) begin
          if (on) serial <= serial + 16'd1;
          on <= (b_tx_len != 4'd0); len <= b_tx_len; beat <= 4'd0;
        end else if (tx_ready[g])
          beat <= beat + 4'd1;
    end
  endgenerate

endmodule

`default_nettype wire
