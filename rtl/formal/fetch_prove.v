// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_lane_fetch between a ring of descriptors, the memory and a lane that takes them:
//   asked        each descriptor is asked for once, in order, where it stands in the ring; not beyond sq_tail, nor more
//                than DEPTH ahead; a piece crosses no multiple of 512 bytes and not the end of the ring
//   shown        the descriptor at sq_head, any one, is shown when it is here, as it came; nothing from before a clear is
//   error        what comes behind a read error is not shown; error is told when all before it were taken, with its cause
//   no rest      when descriptors wait and there is room for the next piece, it is asked for; when the lane has nothing,
//                there is
// The rules: sq_head moves on by one with a descriptor that is shown, sq_tail forward, at most a ring ahead; ring and counts
// change otherwise only during clear. The memory answers what was asked, in order; after an error, anything. Eight
// places, rows of 256 bits. sq_head stays within 64 of the wrap of its 32 bits, where a ring of any size ends too: with any
// sum of 32 bits the step does not end.

`default_nettype none

module fetch_prove (
  input wire         clk,
  input wire         clear_s,
  input wire         run,
  input wire [57:0]  new_base,         // of the next queue
  input wire [3:0]   new_log2,
  input wire [31:0]  new_head,
  input wire [15:0]  more,             // descriptors that the host adds now
  input wire         take_s,
  input wire         c_ready,
  input wire         r_valid,
  input wire         r_error,
  input wire [255:0] r_data,
  input wire [7:0]   r_status,
  input wire [63:0]  r_addr,
  input wire         watch             // the descriptor that comes now is the one
);

  reg rst = 1'b1;
  always @(posedge clk)
    rst <= 1'b0;
  wire clear = clear_s || rst;

  reg  [57:0]  base;
  reg  [3:0]   log2;
  reg  [31:0]  head;
  reg  [16:0]  todo;                   // descriptors from head to tail
  wire [31:0]  tail = head + {15'd0, todo};
  wire         valid, error, c_valid;
  wire [511:0] desc;
  wire [7:0]   e_status;
  wire [63:0]  e_addr, c_va;
  wire [9:0]   c_len;
  wire         take = take_s && valid && !clear;

  svarig_lane_fetch #(.EW(256), .DEPTH(8)) u_fetch (
    .clk(clk), .rst(rst), .clear(clear), .run(run), .sq_base({base, 6'd0}), .sq_log2(log2), .sq_tail(tail),
    .sq_head(head), .valid(valid), .desc(desc), .error(error), .e_status(e_status), .e_addr(e_addr),
    .c_valid(c_valid), .c_ready(c_ready), .c_va(c_va), .c_len(c_len), .r_valid(r_valid), .r_error(r_error),
    .r_data(r_data), .r_status(r_status), .r_addr(r_addr)
  );

  wire [31:0]  size = 32'd1 << log2;
  wire [31:0]  mask = size - 32'd1;

  reg          on;                     // a cycle after clear
  reg  [3:0]   ahead, have;            // from head on: asked for, come
  reg          half;                   // the first row of the next is here
  reg          failed;
  reg  [7:0]   f_status;
  reg  [63:0]  f_addr;
  reg          on_d;                   // the watched one is here, or half of it is,
  reg  [3:0]   before;                 // behind so many
  reg          whole;
  reg  [511:0] kept;

  wire         x_on, x_failed, x_row;
  wire [31:0]  x_asked, x_got;
  wire [255:0] x_a0, x_a1, x_a2, x_a3, x_a4, x_a5, x_a6, x_a7, x_b0, x_b1, x_b2, x_b3, x_b4, x_b5, x_b6, x_b7;
  wire [2:0]   place = head[2:0] + before[2:0];
  reg  [511:0] there;
  always @*
    case (place)
      3'd0: there = {x_b0, x_a0};
      3'd1: there = {x_b1, x_a1};
      3'd2: there = {x_b2, x_a2};
      3'd3: there = {x_b3, x_a3};
      3'd4: there = {x_b4, x_a4};
      3'd5: there = {x_b5, x_a5};
      3'd6: there = {x_b6, x_a6};
      default: there = {x_b7, x_a7};
    endcase

  // The most that a piece may have: of its 512 bytes, of the ring, of what waits. x_asked is head + ahead (below).
  wire [31:0]  at     = x_asked & mask;
  wire [2:0]   in_512 = base[2:0] + at[2:0];
  wire [3:0]   line   = 4'd8 - {1'b0, in_512};
  wire [31:0]  wrap   = size - at;
  wire [16:0]  rest   = todo - {13'd0, ahead};
  wire [3:0]   fit    = (wrap < {28'd0, line}) ? wrap[3:0] : line;
  wire [3:0]   piece  = (rest < {13'd0, fit}) ? rest[3:0] : fit;
  wire [3:0]   n      = c_len[9:6];
  wire         ask    = c_valid && c_ready;
  wire         comes  = on && r_valid && !r_error && !failed;

  always @(posedge clk) begin
    if (on && r_valid && !failed)
      assume(have != ahead);
    assume(on || !r_valid);
    // From -64 to 63.
    assume((head[31:6] == 26'd0) || (head[31:6] == ~26'd0));
    assume({1'b0, todo} + {2'd0, more} <= {1'b0, size[16:0]});
    if (clear) begin
      base   <= new_base;
      log2   <= new_log2;
      head   <= new_head;
      todo   <= 17'd0;
      ahead  <= 4'd0;
      have   <= 4'd0;
      on     <= 1'b0;
      half   <= 1'b0;
      failed <= 1'b0;
      on_d   <= 1'b0;
    end else begin
      head  <= head + {31'd0, take};
      todo  <= todo + {1'b0, more} - {16'd0, take};
      on    <= 1'b1;
      ahead <= ahead + (ask ? n : 4'd0) - {3'd0, take};
      have  <= have + {3'd0, comes && half} - {3'd0, take};
      if (comes)
        half <= !half;
      if (comes && !half && watch && !on_d) begin
        on_d        <= 1'b1;
        whole       <= 1'b0;
        before      <= have - {3'd0, take};
        kept[255:0] <= r_data;
      end else if (on_d) begin
        if (comes && half && !whole) begin
          whole         <= 1'b1;
          kept[511:256] <= r_data;
        end
        before <= before - {3'd0, take};
        if (take && (before == 4'd0))
          on_d <= 1'b0;
      end
      if (on && r_valid && r_error && !failed) begin
        failed   <= 1'b1;
        f_status <= r_status;
        f_addr   <= r_addr;
      end
    end

    if (!rst) begin
      // asked
      if (c_valid) begin
        assert(!clear && run && !failed);
        assert(c_va == {base, 6'd0} + {26'd0, at, 6'd0});
        assert((c_len[5:0] == 6'd0) && (n != 4'd0) && (n <= line) && ({28'd0, n} <= wrap) && ({13'd0, n} <= rest));
        assert({1'b0, ahead} + {1'b0, n} <= 5'd8);
      end
      // shown
      assert(valid == (have != 4'd0));
      if (on_d && (before == 4'd0) && valid)
        assert(whole && (desc == kept));
      // error
      assert(error == (failed && (have == 4'd0)));
      if (error)
        assert((e_status == f_status) && (e_addr == f_addr));
      // no rest
      if (on && run && !clear && !failed && (rest != 17'd0)) begin
        if ({1'b0, ahead} + {1'b0, piece} <= 5'd8)
          assert(c_valid && (n == piece));
        if (ahead == 4'd0)
          assert(c_valid);
      end

      // What makes it inductive.
      assert(x_on == on);
      assert((have <= ahead) && (ahead <= 4'd8) && ({13'd0, ahead} <= todo) && (todo <= size[16:0]));
      if (on) begin
        assert((x_failed == failed) && (x_row == half));
        assert((x_asked == head + {28'd0, ahead}) && (x_got == head + {28'd0, have}));
        assert(!failed || ((e_status == f_status) && (e_addr == f_addr)));
      end else
        assert(!failed && !x_failed && !half && (ahead == 4'd0));
      assert(!half || (have != ahead));
      if (on_d) begin
        assert(whole ? (before < have) : half && (before == have));
        assert(whole ? (there == kept) : (there[255:0] == kept[255:0]));
      end
    end
  end

endmodule

`default_nettype wire
