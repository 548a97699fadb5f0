// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_tx_pick: the TLPs of several lanes as one client of the arbiter (rtl/README.md, "The TLP port").
//
// Round robin, a TLP is never mixed with another, no register in between: what a lane sees accepted has its
// place on the wire. who says whose beat it is (one-hot).

`default_nettype none

module svarig_tx_pick #(
  parameter N = 4
) (
  input  wire           clk,
  input  wire           rst,
  input  wire [N-1:0]   c_valid,
  output wire [N-1:0]   c_ready,
  input  wire [N-1:0]   c_eop,
  output wire           valid,
  input  wire           ready,
  output wire [N-1:0]   who
);

  reg  [N-1:0] owner;                  // of a TLP on its way
  reg          locked;
  reg  [N-1:0] after;
  wire [N-1:0] pool = ((c_valid & after) != {N{1'b0}}) ? (c_valid & after) : c_valid;
  assign who     = locked ? (owner & c_valid) : (pool & (~pool + 1'b1));
  assign valid   = (who != {N{1'b0}});
  assign c_ready = ready ? who : {N{1'b0}};

  always @(posedge clk)
    if (rst) begin
      locked <= 1'b0;
      owner  <= {N{1'b0}};
      after  <= {N{1'b0}};
    end else if (valid && ready) begin
      locked <= ((who & c_eop) == {N{1'b0}});
      owner  <= who;
      after  <= ~(who | (who - 1'b1));
    end

endmodule

`default_nettype wire
