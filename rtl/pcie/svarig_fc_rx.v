// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_fc_rx: flow control of what we receive (PCIe Base Specification 5.0, 2.6.1.2): CREDITS_ALLOCATED, which the far
// side gets as its limit, and CREDITS_RECEIVED, which tells whether it kept to it.
//
// PH, PD, NPH, NPD: credits of the buffers, advertised from reset on (headers at most 127, data at most 2047 units of 16
// bytes). Completions have no limit: a request is sent only with room for its completion.
// try_*: a TLP of the class begins at the input, units: its data credits; got: it is taken; sunk: it needs no buffer.
// freed_*, freed_units_*: a buffer is empty again.
// alloc: as svarig_fc_tx's limit; the completion fields are zero. over: the TLP at the input is more than
// allowed (Receiver Overflow); it must not be got.

`default_nettype none

module svarig_fc_rx #(
  parameter [7:0]  PH  = 8'd16,
  parameter [11:0] PD  = 12'd512,
  parameter [7:0]  NPH = 8'd16,
  parameter [11:0] NPD = 12'd16
) (
  input  wire        clk,
  input  wire        rst,

  input  wire        try_p,
  input  wire        try_np,
  input  wire [8:0]  units,
  input  wire        got,
  input  wire        sunk,
  input  wire        freed_p,
  input  wire [8:0]  freed_units_p,
  input  wire        freed_np,
  input  wire [8:0]  freed_units_np,

  output wire [59:0] alloc,
  output wire        over,
  output wire [59:0] received           // CREDITS_RECEIVED, as alloc: for proofs
);

  reg [7:0]  ph_alloc, ph_got, nph_alloc, nph_got;
  reg [11:0] pd_alloc, pd_got, npd_alloc, npd_got;

  assign received = {20'd0, npd_got, nph_got, pd_got, ph_got};
  assign alloc = {20'd0, npd_alloc, nph_alloc, pd_alloc, ph_alloc};

  // 2.6.1.2: (allocated - received) mod 2^n >= 2^n / 2.
  wire [7:0]  ph_left  = ph_alloc  - (ph_got + 8'd1);
  wire [7:0]  nph_left = nph_alloc - (nph_got + 8'd1);
  wire [11:0] pd_left  = pd_alloc  - (pd_got + {3'd0, units});
  wire [11:0] npd_left = npd_alloc - (npd_got + {3'd0, units});
  wire        unused = &{1'b0, ph_left[6:0], nph_left[6:0], pd_left[10:0], npd_left[10:0]};
  assign over = (try_p && (ph_left[7] || pd_left[11])) || (try_np && (nph_left[7] || npd_left[11]));

  wire        got_p   = try_p && got;
  wire        got_np  = try_np && got;
  wire        sunk_p  = got_p && sunk;
  wire        sunk_np = got_np && sunk;

  always @(posedge clk)
    if (rst) begin
      ph_alloc  <= PH;
      pd_alloc  <= PD;
      nph_alloc <= NPH;
      npd_alloc <= NPD;
      ph_got    <= 8'd0;
      pd_got    <= 12'd0;
      nph_got   <= 8'd0;
      npd_got   <= 12'd0;
    end else begin
      if (got_p) begin
        ph_got <= ph_got + 8'd1;
        pd_got <= pd_got + {3'd0, units};
      end
      if (got_np) begin
        nph_got <= nph_got + 8'd1;
        npd_got <= npd_got + {3'd0, units};
      end
      ph_alloc  <= ph_alloc + {7'd0, freed_p} + {7'd0, sunk_p};
      pd_alloc  <= pd_alloc + (freed_p ? {3'd0, freed_units_p} : 12'd0) + (sunk_p ? {3'd0, units} : 12'd0);
      nph_alloc <= nph_alloc + {7'd0, freed_np} + {7'd0, sunk_np};
      npd_alloc <= npd_alloc + (freed_np ? {3'd0, freed_units_np} : 12'd0) + (sunk_np ? {3'd0, units} : 12'd0);
    end

endmodule

`default_nettype wire
