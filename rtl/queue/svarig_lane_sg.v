// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_lane_sg: the entries of a scatter list, one after the other (host/include/svarig_hw.toml, "sg").
//
// start takes the list's address (a multiple of 16) and its count (1 or more) while busy is low, and the
// bytes it must sum up to. The list is read ahead of its use, up to 512 bytes at a time. e_valid shows the
// next entry; e_take removes it; e_last says that it is the last. With e_error the list ends here:
// e_status, e_detail and e_fault tell why (it could not be read, or what the entry says cannot be). clear
// ends the list early. busy falls after the last entry was taken, or an error, or clear, when no row of it
// can come any more.

`default_nettype none
`include "svarig_hw.vh"

module svarig_lane_sg #(
  parameter EW = 128
) (
  input  wire          clk,
  input  wire          rst,
  input  wire          clear,
  input  wire          start,
  input  wire [63:0]   base,
  input  wire [8:0]    count,
  input  wire [31:0]   sum,
  output wire          busy,

  output wire          e_valid,
  output wire          e_error,
  output wire          e_last,
  output wire [63:0]   e_addr,
  output wire [31:0]   e_len,
  output reg  [7:0]    e_status,
  output reg  [7:0]    e_detail,
  output reg  [63:0]   e_fault,
  input  wire          e_take,

  output wire          c_valid,        // a read of the control stream
  input  wire          c_ready,
  output wire [63:0]   c_va,
  output wire [9:0]    c_len,
  input  wire          r_valid,        // its rows, aligned as in memory
  input  wire          r_error,
  input  wire          r_end,          // the last of the read
  input  wire [EW-1:0] r_data,
  input  wire [4:0]    r_lo,           // first byte of the row that was asked for
  input  wire [5:0]    r_bytes,
  input  wire [7:0]    r_status,
  input  wire [7:0]    r_detail,
  input  wire [63:0]   r_addr
);

  localparam [31:0] ST_SG      = `SVARIG_ST_BAD_SG;
  localparam [31:0] ST_ADDRESS = `SVARIG_ST_BAD_ADDRESS;
  localparam DEPTH = 64;               // entries

  reg          on;
  reg          failed;                 // rows end here
  reg  [7:0]   f_status, f_detail;
  reg  [63:0]  f_addr;
  reg  [63:0]  next;                   // address of the next to be asked for
  reg  [8:0]   to_ask, to_take;        // entries
  reg  [31:0]  left;                   // bytes the entries to come must sum up to
  reg  [63:0]  self;                   // address of the entry shown
  reg  [6:0]   w_at, r_at, promised;   // written, taken, asked for
  reg  [3:0]   reads;                  // under way

  wire [6:0]   used   = promised - r_at;
  wire [5:0]   border = 6'd32 - {1'b0, next[8:4]};
  wire [5:0]   piece  = (to_ask < {3'd0, border}) ? to_ask[5:0] : border;
  assign c_va    = next;
  assign c_len   = {piece, 4'd0};
  assign c_valid = on && !failed && !clear && (to_ask != 9'd0) && ({1'b0, used} + {2'd0, piece} <= DEPTH[7:0]);
  assign busy    = on || (reads != 4'd0);

  // ------------------------------------------------------------------ memory: even and odd entries

  wire         put   = r_valid && !r_error && on && !failed;
  wire         both  = (EW == 256) && (r_bytes == 6'd32);
  wire [127:0] low   = r_data[127:0];
  wire [127:0] high  = r_data[EW-1:EW-128];
  wire [127:0] one   = ((EW == 256) && r_lo[4]) ? high : low;  // the first
  reg  [127:0] even [0:DEPTH/2-1];
  reg  [127:0] odd  [0:DEPTH/2-1];
  wire [4:0]   w_2   = w_at[5:1] + 5'd1;
  always @(posedge clk)
    if (put) begin
      if (!w_at[0])
        even[w_at[5:1]] <= one;
      else if (both)
        even[w_2] <= high;
      if (w_at[0])
        odd[w_at[5:1]] <= one;
      else if (both)
        odd[w_at[5:1]] <= high;
    end

  wire [127:0] entry = r_at[0] ? odd[r_at[5:1]] : even[r_at[5:1]];
  assign e_addr = entry[`SVARIG_SG_ADDR_LSB +: `SVARIG_SG_ADDR_W];
  assign e_len  = entry[`SVARIG_SG_LEN_LSB +: `SVARIG_SG_LEN_W];
  wire         there = (w_at != r_at);
  assign e_valid = on && (there || failed);
  assign e_last  = (to_take == 9'd1);

  // ------------------------------------------------------------------ what an entry must be

  wire odd_entry = (e_len == 32'd0) || (entry[`SVARIG_SG_RSVD_LSB +: `SVARIG_SG_RSVD_W] != 32'd0) ||
                   (e_len > left) || (e_last && (e_len != left));
  // The next one is at fault: nothing is left for it. Seen here, as nobody asks for entries behind the last byte.
  wire excess = !e_last && (e_len == left);
  wire bad_range = ((e_addr + {32'd0, e_len - 32'd1}) < e_addr) ||
                   !((e_addr[63:48] == 16'h0000) || (e_addr[63:48] == 16'hffff));
  assign e_error = !there || odd_entry || excess || bad_range;
  always @* begin
    e_status = f_status;
    e_detail = f_detail;
    e_fault  = f_addr;
    if (there) begin
      e_status = (odd_entry || excess) ? ST_SG[7:0] : ST_ADDRESS[7:0];
      e_detail = 8'd0;
      e_fault  = odd_entry ? self : excess ? self + 64'd16 : e_addr;
    end
  end

  always @(posedge clk)
    if (rst) begin
      on    <= 1'b0;
      reads <= 4'd0;
    end else begin
      reads <= reads + {3'd0, c_valid && c_ready} - {3'd0, r_valid && r_end};
      if (start) begin
        on       <= 1'b1;
        failed   <= 1'b0;
        next     <= base;
        self     <= base;
        to_ask   <= count;
        to_take  <= count;
        left     <= sum;
        w_at     <= 7'd0;
        r_at     <= 7'd0;
        promised <= 7'd0;
      end else if (clear)
        on <= 1'b0;
      else if (on) begin
        if (c_valid && c_ready) begin
          next     <= next + {54'd0, c_len};
          to_ask   <= to_ask - {3'd0, piece};
          promised <= promised + {1'b0, piece};
        end
        if (put)
          w_at <= w_at + (both ? 7'd2 : 7'd1);
        if (r_valid && r_error && !failed) begin
          failed   <= 1'b1;
          f_status <= r_status;
          f_detail <= r_detail;
          f_addr   <= r_addr;
        end
        if (e_take) begin
          r_at    <= r_at + 7'd1;
          self    <= self + 64'd16;
          to_take <= to_take - 9'd1;
          left    <= left - e_len;
          if (e_last || e_error)
            on <= 1'b0;
        end
      end
    end

  wire unused = &{1'b0, ST_SG, ST_ADDRESS, r_lo, r_bytes, low, high};

endmodule

`default_nettype wire
