// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_xlate_near: the translations that one client of svarig_xlate was granted last: a small job goes back and forth
// between a few pages, and need not wait for the lookup each time.
//
// put remembers that page is target for function fn and PASID pasid; hit and target say what is known of the page that
// is asked for, in the same cycle. There is one function and PASID at a time: a put for another forgets the rest. drop
// (level) forgets everything: it must be high whenever a translation may have died.

`default_nettype none

module svarig_xlate_near #(
  parameter PAGES = 4                  // a power of two
) (
  input  wire        clk,
  input  wire        drop,
  input  wire [2:0]  fn,
  input  wire [20:0] pasid,            // bit 20: valid
  input  wire [51:0] page,
  output wire        hit,
  output reg  [51:0] target,
  input  wire        put,
  input  wire [51:0] put_target
);

  localparam PW = $clog2(PAGES);

  reg  [PAGES-1:0] valid;
  reg  [23:0]      who;
  reg  [PW-1:0]    turn;               // goes next
  reg  [51:0]      is    [0:PAGES-1];
  reg  [51:0]      there [0:PAGES-1];
  reg  [PAGES-1:0] match;
  reg  [PW-1:0]    at;                 // of the page, if it is known
  wire             same = (who == {fn, pasid});
  integer          i;

  always @* begin
    match  = {PAGES{1'b0}};
    at     = {PW{1'b0}};
    target = 52'd0;
    for (i = 0; i < PAGES; i = i + 1)
      if (valid[i] && same && (is[i] == page)) begin
        match[i] = 1'b1;
        at       = at | i[PW-1:0];
        target   = target | there[i];
      end
  end
  assign hit = |match;

  always @(posedge clk)
    if (drop)
      valid <= {PAGES{1'b0}};
    else if (put && !hit) begin
      valid       <= same ? valid : {PAGES{1'b0}};
      valid[turn] <= 1'b1;
    end

  always @(posedge clk)
    if (drop)
      turn <= {PW{1'b0}};
    else if (put && !hit)
      turn <= turn + 1'b1;

  wire [PW-1:0] to = hit ? at : turn;
  always @(posedge clk)
    if (put) begin
      who       <= {fn, pasid};
      is[to]    <= page;
      there[to] <= put_target;
    end

endmodule

`default_nettype wire
