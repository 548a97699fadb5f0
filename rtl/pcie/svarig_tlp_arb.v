// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_tlp_arb: N TLP clients onto one transmit port (rtl/README.md, "The TLP port"), as far as the far side's
// credits go (svarig_fc_tx).
//
// A TLP is never mixed with another. Completions go before the rest, posted and non-posted TLPs alternate, and within
// a class the clients take turns. The client whose turn it is waits for credits without letting others of its
// class past (small TLPs could starve a large one), the other classes go on: a posted TLP passes a non-posted one
// that is blocked (2.4.1). An accepted beat is in the output register: its place on the wire is fixed. A client
// may take valid back or offer another TLP as long as its first beat is not accepted.
// hold: no new TLP of these clients starts; one on its way goes on. mid: a TLP of this client is on its
// way (some beats accepted, not the last). Full rate: a beat every cycle.

`default_nettype none

module svarig_tlp_arb #(
  parameter N          = 4,
  parameter DATA_WIDTH = 128
) (
  input  wire                      clk,
  input  wire                      rst,
  input  wire [N-1:0]              hold,
  output wire [N-1:0]              mid,
  input  wire [5:0]                fc_finite,
  input  wire [59:0]               fc_limit,

  input  wire [N-1:0]              c_valid,
  output wire [N-1:0]              c_ready,
  input  wire [N-1:0]              c_sop,
  input  wire [N-1:0]              c_eop,
  input  wire [N-1:0]              c_pfx_valid,
  input  wire [N*32-1:0]           c_pfx,
  input  wire [N*128-1:0]          c_hdr,
  input  wire [N*DATA_WIDTH-1:0]   c_data,
  input  wire [N*DATA_WIDTH/8-1:0] c_be,

  output reg                       tx_valid,
  input  wire                      tx_ready,
  output reg                       tx_sop,
  output reg                       tx_eop,
  output reg                       tx_pfx_valid,
  output reg  [31:0]               tx_pfx,
  output reg  [127:0]              tx_hdr,
  output reg  [DATA_WIDTH-1:0]     tx_data,
  output reg  [DATA_WIDTH/8-1:0]   tx_be
);

  reg          locked;
  reg  [N-1:0] owner;        // one-hot: who has the port while locked
  reg  [N-1:0] after_p, after_np, after_cpl;   // clients above the one served last in the class
  reg          last_np;
  wire         room = !tx_valid || tx_ready;

  // The lowest set bit.
  function [N-1:0] first(input [N-1:0] v);
    first = v & (~v + 1'b1);
  endfunction

  function [N-1:0] turn(input [N-1:0] v, input [N-1:0] after);
    turn = (|(v & after)) ? first(v & after) : first(v);
  endfunction

  // 2.2.1: completions are Type 0101x; posted are messages (10xxx) and memory requests with payload.
  reg  [N-1:0] is_p, is_cpl;
  integer      k;
  always @*
    for (k = 0; k < N; k = k + 1) begin
      is_cpl[k] = (c_hdr[k*128 + 121 +: 4] == 4'b0101);
      is_p[k]   = (c_hdr[k*128 + 123 +: 2] == 2'b10) ||
                  ((c_hdr[k*128 + 120 +: 5] == 5'b00000) && c_hdr[k*128 + 126]);
    end

  wire [N-1:0] want = c_valid & c_sop & ~hold;
  wire [N-1:0] pick_p   = turn(want & is_p, after_p);
  wire [N-1:0] pick_cpl = turn(want & is_cpl, after_cpl);
  wire [N-1:0] pick_np  = turn(want & ~is_p & ~is_cpl, after_np);

  // 2.6.1: a data credit is 16 bytes; Length counts 4 bytes, 0 is 4096.
  reg  [8:0] units_p, units_np, units_cpl;
  reg  [8:0] units;
  always @* begin
    units_p   = 9'd0;
    units_np  = 9'd0;
    units_cpl = 9'd0;
    for (k = 0; k < N; k = k + 1) begin
      units = !c_hdr[k*128 + 126] ? 9'd0 :
              (c_hdr[k*128 + 96 +: 10] == 10'd0) ? 9'd256 :
              {1'b0, c_hdr[k*128 + 98 +: 8]} + {8'd0, |c_hdr[k*128 + 96 +: 2]};
      if (pick_p[k])   units_p   = units_p   | units;
      if (pick_np[k])  units_np  = units_np  | units;
      if (pick_cpl[k]) units_cpl = units_cpl | units;
    end
  end

  wire         ok_p, ok_np, ok_cpl;
  wire         go_p   = (|pick_p) && ok_p;
  wire         go_np  = (|pick_np) && ok_np;
  wire         go_cpl = (|pick_cpl) && ok_cpl;
  wire         np_first = go_np && (!go_p || !last_np);
  wire [N-1:0] pick  = go_cpl ? pick_cpl : np_first ? pick_np : go_p ? pick_p : {N{1'b0}};
  wire [N-1:0] grant = locked ? (owner & c_valid) : pick;
  wire         begins = room && !locked && (|pick);

  wire [59:0] fc_used;
  wire        unused_fc = &{1'b0, fc_used};

  svarig_fc_tx u_fc (
    .clk(clk), .rst(rst), .finite(fc_finite), .limit(fc_limit),
    .units_p(units_p), .units_np(units_np), .units_cpl(units_cpl),
    .ok_p(ok_p), .ok_np(ok_np), .ok_cpl(ok_cpl),
    .sent_cpl(begins && go_cpl), .sent_np(begins && !go_cpl && np_first),
    .sent_p(begins && !go_cpl && !np_first), .used(fc_used)
  );

  assign c_ready = grant & {N{room}};
  assign mid     = owner & {N{locked}};

  reg                    m_sop, m_eop, m_pfx_valid;
  reg [31:0]             m_pfx;
  reg [127:0]            m_hdr;
  reg [DATA_WIDTH-1:0]   m_data;
  reg [DATA_WIDTH/8-1:0] m_be;
  integer                i;

  always @* begin
    m_sop       = |(grant & c_sop);
    m_eop       = |(grant & c_eop);
    m_pfx_valid = |(grant & c_pfx_valid);
    m_pfx       = 32'd0;
    m_hdr       = 128'd0;
    m_data      = {DATA_WIDTH{1'b0}};
    m_be        = {DATA_WIDTH/8{1'b0}};
    for (i = 0; i < N; i = i + 1)
      if (grant[i]) begin
        m_pfx  = m_pfx  | c_pfx[i*32 +: 32];
        m_hdr  = m_hdr  | c_hdr[i*128 +: 128];
        m_data = m_data | c_data[i*DATA_WIDTH +: DATA_WIDTH];
        m_be   = m_be   | c_be[i*(DATA_WIDTH/8) +: DATA_WIDTH/8];
      end
  end

  wire [N-1:0] above = ~(grant | (grant - 1'b1));

  always @(posedge clk)
    if (rst) begin
      tx_valid     <= 1'b0;
      tx_sop       <= 1'b0;
      tx_eop       <= 1'b0;
      tx_pfx_valid <= 1'b0;
      tx_pfx       <= 32'd0;
      tx_hdr       <= 128'd0;
      tx_data      <= {DATA_WIDTH{1'b0}};
      tx_be        <= {DATA_WIDTH/8{1'b0}};
      locked       <= 1'b0;
      owner        <= {N{1'b0}};
      after_p      <= {N{1'b0}};
      after_np     <= {N{1'b0}};
      after_cpl    <= {N{1'b0}};
      last_np      <= 1'b0;
    end else if (room) begin
      tx_valid <= |grant;
      if (|grant) begin
        tx_sop       <= m_sop;
        tx_eop       <= m_eop;
        tx_pfx_valid <= m_pfx_valid;
        tx_pfx       <= m_pfx;
        tx_hdr       <= m_hdr;
        tx_data      <= m_data;
        tx_be        <= m_be;
        locked       <= !m_eop;
        owner        <= grant;
        if (!locked) begin
          if (go_cpl)
            after_cpl <= above;
          else if (np_first)
            after_np <= above;
          else
            after_p <= above;
          if (!go_cpl)
            last_np <= np_first;
        end
      end
    end

endmodule

`default_nettype wire
