// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_wr_gather: bytes at the alignment of memory, cut into pieces (PCIe Base Specification 2.2.7).
//
// open takes the address of a segment while is_open is low. in_* appends bytes in_lo .. in_lo+in_bytes-1 of
// in_data (first byte in 7:0). close (level) ends the segment: is_open falls when all of it is in pieces.
// Rows go to the buffer (row_*), pieces to the queue of svarig_wr_send (piece_*); a piece ends at a
// multiple of the live MPS (512 bytes at most, so a 4 KiB border is never crossed) or with its segment.
// room: the buffer and the queue take one more of each.

`default_nettype none

module svarig_wr_gather #(
  parameter EW = 128
) (
  input  wire          clk,
  input  wire          rst,
  input  wire          clear,
  input  wire [2:0]    cfg_mps,

  input  wire          open,
  input  wire [63:0]   va,
  output reg           is_open,
  input  wire          in_valid,
  output wire          in_ready,
  input  wire [EW-1:0] in_data,
  input  wire [5:0]    in_lo,
  input  wire [5:0]    in_bytes,
  input  wire          close,

  input  wire          room,
  output reg           row_put,
  output reg  [EW-1:0] row_data,
  output reg           piece_put,
  output reg  [63:0]   piece_va,
  output reg  [9:0]    piece_len
);

  localparam B  = EW / 8;
  localparam LB = $clog2(B);

  reg  [LB:0]   fill;                  // where the next byte of the row under construction goes
  reg  [LB:0]   from;                  // its first byte that is ours
  reg  [EW-1:0] carry;                 // its bytes so far
  reg  [8:0]    row_at;                // its address, low bits
  reg  [63:0]   p_va;                  // of the piece under construction
  reg  [9:0]    p_len;                 // bytes in its rows

  wire          take   = in_valid && in_ready;
  assign in_ready = is_open && room;
  wire [LB+1:0] sum    = {1'b0, fill} + {1'b0, in_bytes[LB:0]};
  wire          full   = take && (sum >= B[LB+1:0]);
  wire          ends   = is_open && close && room && !in_valid;
  wire          rest   = (fill != from);
  wire          put    = full || (ends && rest);
  wire [LB:0]   row_n  = (full ? B[LB:0] : fill) - from;
  wire [9:0]    q_len  = p_len + (put ? {{9-LB{1'b0}}, row_n} : 10'd0);
  wire [8:0]    unit   = (cfg_mps == 3'd0) ? 9'h07f : (cfg_mps == 3'd1) ? 9'h0ff : 9'h1ff;
  wire          border = (((row_at + B[8:0]) & unit) == 9'd0);
  wire          push   = (full && border) || (ends && (q_len != 10'd0));

  function [EW-1:0] turned(input [EW-1:0] v, input [LB-1:0] by);
    turned = (v << {by, 3'b000}) | (v >> (EW - {{29-LB{1'b0}}, by, 3'b000}));
  endfunction
  function [EW-1:0] below(input [LB:0] n);           // ones in the first n bytes
    below = ~({EW{1'b1}} << {n, 3'b000});
  endfunction
  function [EW-1:0] joined(input [EW-1:0] old, input [LB:0] n, input [EW-1:0] v, input [LB-1:0] lo);
    joined = (old & below(n)) | (turned(v, n[LB-1:0] - lo) & ~below(n));
  endfunction

  always @(posedge clk)
    if (rst || clear) begin
      is_open   <= 1'b0;
      row_put   <= 1'b0;
      piece_put <= 1'b0;
    end else begin
      row_put   <= put;
      piece_put <= push;
      if (open)
        is_open <= 1'b1;
      else if (ends)
        is_open <= 1'b0;
    end

  always @(posedge clk)
    if (open) begin
      fill   <= {1'b0, va[LB-1:0]};
      from   <= {1'b0, va[LB-1:0]};
      row_at <= {va[8:LB], {LB{1'b0}}};
      p_va   <= va;
      p_len  <= 10'd0;
    end else if (take || ends) begin
      if (take) begin
        fill  <= full ? (sum[LB:0] - B[LB:0]) : sum[LB:0];
        carry <= full ? turned(in_data, fill[LB-1:0] - in_lo[LB-1:0]) : joined(carry, fill, in_data, in_lo[LB-1:0]);
      end
      if (put) begin
        row_data <= take ? joined(carry, fill, in_data, in_lo[LB-1:0]) : carry;
        row_at   <= row_at + B[8:0];
        from     <= {LB+1{1'b0}};
      end
      if (push) begin
        piece_va  <= p_va;
        piece_len <= q_len;
        p_va      <= p_va + {54'd0, q_len};
        p_len     <= 10'd0;
      end else if (put)
        p_len <= q_len;
    end

  wire unused = &{1'b0, in_lo, in_bytes};

endmodule

`default_nettype wire
