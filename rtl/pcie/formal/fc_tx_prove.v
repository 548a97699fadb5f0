// SPDX-License-Identifier: BSD-2-Clause
//
// fc_tx_prove: svarig_fc_tx against a far side with finite buffers, one class (the others are the same circuit).
// The buffers are HDR headers and DAT data units, freed in any order and at any time; the limit it advertises arrives
// any number of cycles late, but in order. Proven by induction:
//   no overflow     what was sent and is not yet freed never exceeds the buffers
//   conservation    used + free = limit advertised - limit not yet arrived, in headers and in data
//   no blocking     with all buffers free and the news arrived, a TLP that fits the buffers may go

`default_nettype none

module fc_tx_prove (
  input wire       clk,
  input wire       send,         // the sender wants to
  input wire [8:0] need,         // data units, at most 256 (4 KiB)
  input wire       free_h,       // the far side empties a header buffer
  input wire [8:0] free_d,       // and that many data units
  input wire       news          // the limit arrives
);

  parameter [7:0]  HDR = 8'd127;     // 2.6.1: at most 127 and 2047 may be outstanding
  parameter [11:0] DAT = 12'd2047;

  reg [1:0] boot = 2'd0;
  always @(posedge clk) if (boot != 2'd3) boot <= boot + 2'd1;
  wire rst = (boot == 2'd0);

  // The far side's books, without wrapping: what is in its buffers.
  reg [7:0]  in_h;
  reg [11:0] in_d;
  reg [7:0]  alloc_h, lim_h;         // advertised, and as it has arrived
  reg [11:0] alloc_d, lim_d;

  wire ok_p, ok_np, ok_cpl;
  wire [59:0] used;
  wire sent = send && ok_p && !rst;

  svarig_fc_tx dut (
    .clk(clk), .rst(rst), .finite(6'h03), .limit({40'd0, lim_d, lim_h}),
    .units_p(need), .units_np(9'd0), .units_cpl(9'd0),
    .ok_p(ok_p), .ok_np(ok_np), .ok_cpl(ok_cpl),
    .sent_p(sent), .sent_np(1'b0), .sent_cpl(1'b0), .used(used)
  );

  wire       do_h = free_h && (in_h != 8'd0);
  wire [8:0] do_d = ({3'd0, free_d} <= in_d) ? free_d : 9'd0;

  always @(posedge clk)
    if (rst) begin
      in_h    <= 8'd0;
      in_d    <= 12'd0;
      alloc_h <= HDR;
      alloc_d <= DAT;
      lim_h   <= HDR;
      lim_d   <= DAT;
    end else begin
      in_h    <= in_h + {7'd0, sent} - {7'd0, do_h};
      in_d    <= in_d + (sent ? {3'd0, need} : 12'd0) - {3'd0, do_d};
      alloc_h <= alloc_h + {7'd0, do_h};
      alloc_d <= alloc_d + {3'd0, do_d};
      if (news) begin
        lim_h <= alloc_h;
        lim_d <= alloc_d;
      end
    end

  always @(posedge clk)
    assume (need <= 9'd256);

  // Advertised but not arrived: never more than the buffers hold.
  wire [7:0]  late_h = alloc_h - lim_h;
  wire [11:0] late_d = alloc_d - lim_d;
  wire [7:0]  used_h = used[7:0];
  wire [11:0] used_d = used[19:8];

  always @(posedge clk)
    if (!rst) begin
      // conservation, modulo the counters' width; what makes the rest inductive
      assert (alloc_h == used_h - in_h + HDR);
      assert (alloc_d == used_d - in_d + DAT);
      // no overflow, with what the sender does not know of yet
      assert ({1'b0, in_h} + {1'b0, late_h} <= {1'b0, HDR});
      assert ({1'b0, in_d} + {1'b0, late_d} <= {1'b0, DAT});
      // no blocking
      if ((in_h == 8'd0) && (in_d == 12'd0) && (late_h == 8'd0) && (late_d == 12'd0))
        assert (ok_p);
    end

endmodule

`default_nettype wire
