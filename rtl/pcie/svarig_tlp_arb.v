// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_tlp_arb: N TLP clients onto one transmit port (rtl/README.md, "The TLP port").
//
// A TLP is never mixed with another. Clients with their bit set in PRI go before the rest; within
// each class the order is round-robin. An accepted beat is in the output register: its place on the
// wire is fixed. A client may take valid back as long as its first beat is not accepted.
// hold: no new TLP of these clients starts; one on its way goes on. mid: a TLP of this client is on its
// way (some beats accepted, not the last). Full rate: a beat every cycle.

`default_nettype none

module svarig_tlp_arb #(
  parameter N          = 4,
  parameter DATA_WIDTH = 128,
  parameter [31:0] PRI = 32'd1
) (
  input  wire                      clk,
  input  wire                      rst,
  input  wire [N-1:0]              hold,
  output wire [N-1:0]              mid,

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
  reg  [N-1:0] after;        // clients above the one served last
  wire         room = !tx_valid || tx_ready;

  // The lowest set bit.
  function [N-1:0] first(input [N-1:0] v);
    first = v & (~v + 1'b1);
  endfunction

  wire [N-1:0] want = c_valid & c_sop & ~hold;
  wire [N-1:0] want_pri = want & PRI[N-1:0];
  wire [N-1:0] pool = (|want_pri) ? want_pri : want;
  wire [N-1:0] pick = (|(pool & after)) ? first(pool & after) : first(pool);
  wire [N-1:0] grant = locked ? (owner & c_valid) : pick;

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
      after        <= {N{1'b0}};
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
        if (!(|(grant & PRI[N-1:0])))     // the turn of the others is not changed by those of PRI
          after      <= ~(grant | (grant - 1'b1));
      end
    end

endmodule

`default_nettype wire
