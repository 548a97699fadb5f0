// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_lane_fetch: the descriptors a lane has read ahead of their turn.
//
// While run is high descriptors from sq_head on are read, up to DEPTH ahead and never beyond sq_tail, in
// pieces of up to 8 that end at multiples of 512 bytes and where the ring ends. sq_head moves on by one when
// a descriptor is taken. clear forgets everything: what has not been taken is read again by the
// next lane that has the queue. After a read error nothing behind it is read; error says that the
// descriptor at sq_head is the one that could not be.

`default_nettype none
`include "svarig_hw.vh"

module svarig_lane_fetch #(
  parameter EW    = 128,
  parameter DEPTH = 64                 // descriptors, a power of two, 8 or more
) (
  input  wire          clk,
  input  wire          rst,
  input  wire          clear,
  input  wire          run,

  input  wire [63:0]   sq_base,
  input  wire [3:0]    sq_log2,
  input  wire [31:0]   sq_tail,
  input  wire [31:0]   sq_head,
  output wire          valid,          // desc is the descriptor at sq_head
  output wire [511:0]  desc,
  output wire          error,
  output reg  [7:0]    e_status,
  output reg  [63:0]   e_addr,

  output wire          c_valid,        // a read of the control stream
  input  wire          c_ready,
  output wire [63:0]   c_va,
  output wire [9:0]    c_len,
  input  wire          r_valid,        // its rows
  input  wire          r_error,
  input  wire [EW-1:0] r_data,
  input  wire [7:0]    r_status,
  input  wire [63:0]   r_addr
);

  localparam DW   = $clog2(DEPTH);
  localparam ROWS = 512 / EW;          // of a descriptor
  localparam RW   = $clog2(ROWS);

  reg          on;
  reg          failed;
  reg  [31:0]  asked;                  // count of the next descriptor to be asked for
  reg  [31:0]  got;                    // and of the next to arrive
  reg  [RW-1:0] row;

  // ------------------------------------------------------------------ asking

  wire [31:0]  index  = asked & ((32'd1 << sq_log2) - 32'd1);
  wire [31:0]  to_end = (32'd1 << sq_log2) - index;
  wire [31:0]  waits  = sq_tail - asked;
  wire [31:0]  ahead  = asked - sq_head;
  wire [31:0]  room   = DEPTH - ahead;
  assign c_va = sq_base + {26'd0, index, 6'd0};
  wire [3:0]   border = 4'd8 - {1'b0, c_va[8:6]};
  wire [3:0]   most   = (to_end < {28'd0, border}) ? to_end[3:0] : border;
  wire [3:0]   count  = (waits < {28'd0, most}) ? waits[3:0] : most;
  assign c_len   = {count, 6'd0};
  assign c_valid = on && run && !failed && !clear && (waits != 32'd0) && (room >= {28'd0, count});

  // ------------------------------------------------------------------ memory

  wire [DW-1:0] w_at = got[DW-1:0];
  wire [DW-1:0] r_at = sq_head[DW-1:0];
  genvar b;
  generate
    for (b = 0; b < ROWS; b = b + 1) begin : bank
      reg [EW-1:0] mem [0:DEPTH-1];
      always @(posedge clk)
        if (r_valid && !r_error && !failed && (row == b[RW-1:0]))
          mem[w_at] <= r_data;
      assign desc[b*EW +: EW] = mem[r_at];
    end
  endgenerate

  assign valid = on && (got != sq_head);
  assign error = on && failed && (got == sq_head);

  always @(posedge clk)
    if (rst || clear) begin
      on     <= 1'b0;
      failed <= 1'b0;
    end else if (!on) begin
      on    <= 1'b1;
      asked <= sq_head;
      got   <= sq_head;
      row   <= {RW{1'b0}};
    end else begin
      if (c_valid && c_ready)
        asked <= asked + {28'd0, count};
      if (r_valid && !failed) begin
        if (r_error)
          failed <= 1'b1;
        else begin
          row <= row + 1'b1;
          if (row == ROWS[RW-1:0] - 1'b1)
            got <= got + 32'd1;
        end
      end
    end

  always @(posedge clk)
    if (r_valid && r_error && !failed) begin
      e_status <= r_status;
      e_addr   <= r_addr;
    end

endmodule

`default_nettype wire
