// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_fc_tx: flow control of what we send (PCIe Base Specification 5.0, 2.6.1.2): CREDITS_CONSUMED against the
// far side's CREDIT_LIMIT, for the headers and data of posted, non-posted and completion TLPs.
//
// limit: {CPLD, CPLH, NPD, NPH, PD, PH}, 12 bits for data (units of 16 bytes), 8 for headers: the counts last
// advertised, modulo their width. finite: bit per field in the same order, PH lowest; 0: infinite, the limit is not
// looked at (2.6.1: an initial advertisement of zero).
// units_*: data credits of the TLP that would go next in its class. ok_*: it may. sent_*: it goes now (only with ok).

`default_nettype none

module svarig_fc_tx (
  input  wire        clk,
  input  wire        rst,
  input  wire [5:0]  finite,
  input  wire [59:0] limit,

  input  wire [8:0]  units_p,
  input  wire [8:0]  units_np,
  input  wire [8:0]  units_cpl,
  output wire        ok_p,
  output wire        ok_np,
  output wire        ok_cpl,
  input  wire        sent_p,
  input  wire        sent_np,
  input  wire        sent_cpl,
  output reg  [59:0] used               // CREDITS_CONSUMED, as limit: for proofs
);

  // 2.6.1.2: (limit - (used + need)) mod 2^n <= 2^n / 2.
  function room_h(input [7:0] lim, input [7:0] old);
    reg [7:0] left;
    begin
      left   = lim - (old + 8'd1);
      room_h = (left <= 8'h80);
    end
  endfunction

  function room_d(input [11:0] lim, input [11:0] old, input [8:0] need);
    reg [11:0] left;
    begin
      left   = lim - (old + {3'd0, need});
      room_d = (left <= 12'h800);
    end
  endfunction

  assign ok_p   = (!finite[0] || room_h(limit[7:0], used[7:0])) &&
                  (!finite[1] || (units_p == 9'd0) || room_d(limit[19:8], used[19:8], units_p));
  assign ok_np  = (!finite[2] || room_h(limit[27:20], used[27:20])) &&
                  (!finite[3] || (units_np == 9'd0) || room_d(limit[39:28], used[39:28], units_np));
  assign ok_cpl = (!finite[4] || room_h(limit[47:40], used[47:40])) &&
                  (!finite[5] || (units_cpl == 9'd0) || room_d(limit[59:48], used[59:48], units_cpl));

  always @(posedge clk)
    if (rst)
      used <= 60'd0;
    else begin
      if (sent_p) begin
        used[7:0]  <= used[7:0] + 8'd1;
        used[19:8] <= used[19:8] + {3'd0, units_p};
      end
      if (sent_np) begin
        used[27:20] <= used[27:20] + 8'd1;
        used[39:28] <= used[39:28] + {3'd0, units_np};
      end
      if (sent_cpl) begin
        used[47:40] <= used[47:40] + 8'd1;
        used[59:48] <= used[59:48] + {3'd0, units_cpl};
      end
    end

endmodule

`default_nettype wire
