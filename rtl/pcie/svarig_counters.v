// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_counters: the global 64-bit counters behind ADM_COUNTERS. ev[n] adds 1 to SVARIG_CNT_n; the two
// byte counters take rd_bytes and wr_bytes instead; CYCLES counts by itself.
//
// Reading a low half latches its high half, for the host and for the management core apart, so that
// neither sees a carry between two reads. Counted one cycle late; idle: nothing waits to be counted.

`include "svarig_hw.vh"
`default_nettype none

module svarig_counters (
  input  wire        clk,
  input  wire        rst,

  input  wire [`SVARIG_CNT_COUNT-1:0] ev,
  input  wire [7:0]  rd_bytes,
  input  wire [7:0]  wr_bytes,

  input  wire        a_valid,
  input  wire        a_write,
  input  wire        a_mcu,
  input  wire [15:0] a_addr,
  output wire [31:0] rdata,
  output wire        idle
);

  localparam N = `SVARIG_CNT_COUNT;

  reg  [N-1:0]    ev_q;
  reg  [7:0]      rd_q, wr_q;
  wire [N*64-1:0] all;
  reg  [31:0]     high_host, high_mcu;

  wire [31:0] off   = {16'd0, a_addr} - `SVARIG_ADM_COUNTERS;
  wire        at    = ({16'd0, a_addr} >= `SVARIG_ADM_COUNTERS) && (off < N * 8);
  wire [4:0]  index = off[7:3];
  reg  [63:0] value;
  integer     i;

  always @* begin
    value = 64'd0;
    for (i = 0; i < N; i = i + 1)
      if (index == i[4:0])
        value = all[i*64 +: 64];
  end

  assign rdata = !at ? 32'd0 : !off[2] ? value[31:0] : a_mcu ? high_mcu : high_host;
  // Like CYCLES, BUSY does not keep the clock running: a job may be waiting for the host.
  localparam [N-1:0] STEADY = {{N-1{1'b0}}, 1'b1} << `SVARIG_CNT_BUSY;
  assign idle  = ((ev_q & ~STEADY) == {N{1'b0}}) && (rd_q == 8'd0) && (wr_q == 8'd0);

  always @(posedge clk)
    if (rst) begin
      ev_q      <= {N{1'b0}};
      rd_q      <= 8'd0;
      wr_q      <= 8'd0;
      high_host <= 32'd0;
      high_mcu  <= 32'd0;
    end else begin
      ev_q <= ev;
      rd_q <= rd_bytes;
      wr_q <= wr_bytes;
      if (a_valid && !a_write && at && !off[2]) begin
        if (a_mcu)
          high_mcu <= value[63:32];
        else
          high_host <= value[63:32];
      end
    end

  genvar g;
  generate
    for (g = 0; g < N; g = g + 1) begin : g_counter
      reg  [63:0] count;
      wire [7:0]  add = (g == `SVARIG_CNT_CYCLES) ? 8'd1 :
                        (g == `SVARIG_CNT_BYTES_READ) ? rd_q :
                        (g == `SVARIG_CNT_BYTES_WRITTEN) ? wr_q : {7'd0, ev_q[g]};
      always @(posedge clk)
        if (rst)
          count <= 64'd0;
        else
          count <= count + {56'd0, add};
      assign all[g*64 +: 64] = count;
    end
  endgenerate

endmodule

`default_nettype wire
