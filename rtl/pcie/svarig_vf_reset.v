// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_vf_reset: resets of the VFs towards the core (PCIe Base Specification 5.0, 6.6.2 and 9.3.3.3.1).
//
// vf_on: bit n - 1, VF n exists. flr_start: bit n, pulse, function-level reset of VF n. pf_flr: level, all.
// fn_reset: bit n, level: the core lets go of everything of VF n. It falls when nothing of it is outstanding
// (fn_idle), RESET_CYCLES after the cause at the earliest; a VF that does not exist stays in reset.
// The registers of the VF are in their reset state at once: gone, bit n, is a pulse for whoever holds some.
// Bit 0 of fn_reset is zero (a reset of the PF is the core's rst), of gone it is pf_flr.

`default_nettype none

module svarig_vf_reset #(
  parameter NF           = 5,
  parameter RESET_CYCLES = 16
) (
  input  wire          clk,
  input  wire          rst,
  input  wire          pf_flr,
  input  wire [NF-1:1] vf_on,
  input  wire [NF-1:1] flr_start,
  input  wire [NF-1:1] fn_idle,
  output wire [NF-1:0] fn_reset,
  output wire [NF-1:0] gone,
  output wire          idle
);

  reg  [NF-1:1] was_on, held, held_q;

  assign gone     = {(was_on & ~vf_on) | flr_start | {NF-1{pf_flr}}, pf_flr};
  assign fn_reset = {held, 1'b0};
  // A reset that waits for completions wakes up with them.
  assign idle     = ((held & vf_on & fn_idle) == {NF-1{1'b0}}) && (flr_start == {NF-1{1'b0}}) &&
                    (was_on == vf_on) && (held == held_q);

  genvar g;
  generate
    for (g = 1; g < NF; g = g + 1) begin : g_vf
      reg [4:0] count;
      always @(posedge clk)
        if (rst || pf_flr || !vf_on[g] || flr_start[g]) begin
          held[g] <= 1'b1;
          count   <= RESET_CYCLES;
        end else if (count != 5'd0) begin
          count <= count - 5'd1;
        end else if (fn_idle[g]) begin
          held[g] <= 1'b0;
        end
    end
  endgenerate

  always @(posedge clk) begin
    was_on <= rst ? {NF-1{1'b0}} : vf_on;
    held_q <= held;
  end

endmodule

`default_nettype wire
