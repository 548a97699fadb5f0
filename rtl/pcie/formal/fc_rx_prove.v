// SPDX-License-Identifier: BSD-2-Clause
//
// fc_rx_prove: svarig_fc_rx between buffers of the advertised size and a sender that may break the rules. Posted
// class (non-posted is the same circuit). Proven by induction:
//   conservation   allocated - received = buffers - what is in them: no credit is lost or made
//   no overflow    a TLP that is got fits the buffers
//   no false alarm a TLP that fits the credits the sender has been given is never called an overflow

`default_nettype none

module fc_rx_prove (
  input wire       clk,
  input wire       comes,        // a TLP begins at the input
  input wire [8:0] units,
  input wire       willing,      // and is taken if allowed
  input wire       sunk,         // into no buffer
  input wire       frees,
  input wire [8:0] freed
);

  localparam [7:0]  HDR = 8'd16;
  localparam [11:0] DAT = 12'd512;

  reg [1:0] boot = 2'd0;
  always @(posedge clk) if (boot != 2'd3) boot <= boot + 2'd1;
  wire rst = (boot == 2'd0);

  reg [7:0]  in_h;               // in the buffers
  reg [11:0] in_d;

  wire        over;
  wire [59:0] alloc, received;
  wire        got = willing && !over;
  wire        take = comes && got && !rst;
  wire        do_free = frees && (in_h != 8'd0) && ({3'd0, freed} <= in_d) && !rst;

  svarig_fc_rx #(.PH(HDR), .PD(DAT)) dut (
    .clk(clk), .rst(rst), .try_p(comes), .try_np(1'b0), .units(units), .got(got), .sunk(sunk),
    .freed_p(do_free), .freed_units_p(freed), .freed_np(1'b0), .freed_units_np(9'd0),
    .alloc(alloc), .over(over), .received(received)
  );

  always @(posedge clk)
    if (rst) begin
      in_h <= 8'd0;
      in_d <= 12'd0;
    end else begin
      in_h <= in_h + {7'd0, take && !sunk} - {7'd0, do_free};
      in_d <= in_d + ((take && !sunk) ? {3'd0, units} : 12'd0) - (do_free ? {3'd0, freed} : 12'd0);
    end

  // A buffer that is emptied to the last header holds no data.
  always @(posedge clk) begin
    assume (units <= 9'd256);
    if (do_free && (in_h == 8'd1))
      assume ({3'd0, freed} == in_d);
  end

  wire [7:0]  ph_got = received[7:0];
  wire [11:0] pd_got = received[19:8];
  wire        fits = (in_h < HDR) && (in_d + {3'd0, units} <= DAT);

  always @(posedge clk)
    if (!rst) begin
      assert (alloc[7:0] - ph_got == HDR - in_h);
      assert (alloc[19:8] - pd_got == DAT - in_d);
      assert (in_h <= HDR);
      assert (in_d <= DAT);
      if (comes)
        assert (over == !fits);
    end

endmodule

`default_nettype wire
