// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_cipher_feed: what one port of svarig_eng_cipher is given, in two: the head of a job (key, IV) in registers, and all
// that follows (state, data) through a small FIFO. So the head of a job can be taken while the one before still works,
// and the tweak of XTS (IEEE 1619, 5.3) is ready when its text is: the second key is expanded and used here, a round a
// cycle.
//
// fresh: a job was accepted, xts .. sm4 are its. next: the one offered behind it is like it: its beats may be taken once
// those of the job before are. head_*: key (the first one of two), IV or tweak, and whether the stream was cut before
// they were there; pop takes them. f_*: the beats, as s_*, until f_take. What is popped is wiped; flush wipes all.

`default_nettype none

module svarig_cipher_feed #(
  parameter EW = 128
) (
  input  wire          clk,
  input  wire          flush,
  input  wire          fresh,
  input  wire          next,
  input  wire          xts,
  input  wire          iv,             // the mode has one, and the job no state
  input  wire [1:0]    size,           // of the key: 128, 192, 256 bits
  input  wire          sm4,

  input  wire          s_valid,
  output wire          s_ready,
  input  wire [EW-1:0] s_data,
  input  wire [5:0]    s_bytes,
  input  wire [2:0]    s_kind,
  input  wire          s_last,
  input  wire          s_cut,

  output wire          head_valid,
  output reg  [255:0]  head_key,
  output reg  [127:0]  head_iv,
  output reg           head_cut,
  input  wire          pop,

  output wire          f_valid,
  output wire [EW-1:0] f_data,
  output wire [5:0]    f_bytes,
  output wire          f_last,
  output wire          f_cut,
  input  wire          f_take
);

`include "svarig_eng.vh"
`include "svarig_bytes.vh"

  localparam WIDE = (EW == 256);
  localparam LOG2 = 3;                 // of the FIFO's depth
  integer i;

  // ------------------------------------------------------------------ whose beats

  reg          open;                   // beats of a job are taken
  reg          ahead;                  // it is not accepted yet
  wire         is_head = (s_kind == EK_KEY) || (s_kind == EK_IV);
  reg          c_full;
  reg  [LOG2:0] wr, rd;
  wire [LOG2:0] used = wr - rd;
  assign s_ready = open && (is_head ? !c_full : !used[LOG2]);
  wire   take  = s_valid && s_ready;
  wire   at_last = take && (s_cut || (s_last && s_kind == EK_DATA));
  wire   more  = next && (!ahead || fresh);            // the one behind may be taken ahead

  always @(posedge clk)
    if (flush) begin
      open  <= 1'b0;
      ahead <= 1'b0;
    end else if (fresh && !ahead) begin
      open  <= 1'b1;
      ahead <= 1'b0;
    end else begin
      if (at_last || !open)
        open <= more;
      ahead <= (ahead && !fresh) || (more && (at_last || !open));
    end

  // ------------------------------------------------------------------ the FIFO

  reg  [EW+7:0]  mem [0:(1<<LOG2)-1];
  assign f_valid = (used != {LOG2+1{1'b0}});
  assign {f_cut, f_last, f_bytes, f_data} = mem[rd[LOG2-1:0]];

  always @(posedge clk)
    if (take && !is_head)
      mem[wr[LOG2-1:0]] <= {s_cut, s_last, s_bytes, s_data};

  always @(posedge clk)
    if (flush) begin
      wr <= {LOG2+1{1'b0}};
      rd <= {LOG2+1{1'b0}};
    end else begin
      if (take && !is_head)
        wr <= wr + 1'b1;
      if (f_take)
        rd <= rd + 1'b1;
    end

  // ------------------------------------------------------------------ the head that comes

  reg  [511:0]   c_key;
  reg  [127:0]   c_iv;
  reg  [1:0]     beat;
  reg            c_cut;
  reg            h_valid, h_busy;
  wire           pass = c_full && (!h_valid || pop);
  reg  [EW-1:0]  d;
  always @*
    for (i = 0; i < EW / 64; i = i + 1)
      d[64*i +: 64] = keep64(s_data[64*i +: 64], s_bytes, {i[2:0], 3'd0});

  always @(posedge clk)
    if (flush || pass) begin
      c_key  <= 512'd0;
      c_iv   <= 128'd0;
      c_cut  <= 1'b0;
      c_full <= 1'b0;
      beat   <= 2'd0;
    end else if (take && is_head) begin
      c_cut <= s_cut;
      if (s_kind == EK_KEY) begin
        beat <= beat + 2'd1;
        if (WIDE)
          c_key[{beat[0], 8'd0} +: EW] <= d;
        else
          c_key[{beat, 7'd0} +: EW] <= d;
        c_full <= s_cut || (s_last && !iv);
      end else begin
        c_iv   <= d[127:0];
        c_full <= 1'b1;
      end
    end

  // ------------------------------------------------------------------ the head that is ready, or waits for its tweak

  wire           tweaks = xts && iv && !c_cut;
  wire           we, go, done;
  wire [4:0]     slot;
  wire [127:0]   rk;
  assign head_valid = h_valid && !h_busy;

  svarig_key_expand u_expand (
    .clk(clk), .wipe(flush), .start(pass && tweaks), .key((size == 2'd2) ? c_key[511:256] : {128'd0, c_key[255:128]}),
    .size(size), .sm4(sm4), .back(1'b0), .we(we), .slot(slot), .data(rk), .go(go), .done(done)
  );

  wire [127:0]   round;
  svarig_tweak_round u_round (
    .en(we), .sm4(sm4), .slot(slot), .first(5'd4 - {2'd0, size, 1'b0}), .in(head_iv), .rk(rk), .out(round)
  );

  always @(posedge clk)
    if (flush) begin
      h_valid  <= 1'b0;
      h_busy   <= 1'b0;
      head_key <= 256'd0;
      head_iv  <= 128'd0;
      head_cut <= 1'b0;
    end else if (pass) begin
      h_valid  <= 1'b1;
      h_busy   <= tweaks;
      head_key <= (xts && (size != 2'd2)) ? {128'd0, c_key[127:0]} : c_key[255:0];
      head_iv  <= c_iv;
      head_cut <= c_cut;
    end else if (pop) begin
      h_valid  <= 1'b0;
      head_key <= 256'd0;
      head_iv  <= 128'd0;
    end else if (we) begin
      head_iv <= round;
      if (slot == (sm4 ? 5'd31 : 5'd14))
        h_busy <= 1'b0;
    end

  // verilator lint_off UNUSED
  wire unused = &{1'b0, go, done};
  // verilator lint_on UNUSED

endmodule

`default_nettype wire
