// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_cipher_way: the way of a step of svarig_eng_cipher: its block goes through the AES or the SM4 pipe, the rest
// waits beside them, both leave in the same cycle (15 or 32 cycles later) and go through svarig_cipher_exit. Steps without
// a block go the same way, so that a port's steps stay in order; two steps never leave in one cycle.
//
// step: a step of port w: block (if any, in, with back for keys in the order of decryption, first as svarig_aes_pipe) is
// added to x behind the pipes, its first n bytes are the beat; act, last, gcm, dec, piece, high as svarig_cipher_exit.
// feed and keep bring the result back as feeds and keeps, with left_w and left. clash: a step by AES in the next cycle
// would leave together with one by SM4, and must not be. sm4: the ports whose keys are SM4's; key_*: svarig_key_expand.
// wiped[p]: an end of port p went out. abort[p], wipe[p]: everything, the keys of port p are zeroed.

`default_nettype none

module svarig_cipher_way #(
  parameter PORTS = 5,
  parameter EW    = 128
) (
  input  wire                  clk,
  input  wire                  rst,
  input  wire [PORTS-1:0]      abort,
  input  wire [PORTS-1:0]      wipe,

  input  wire [PORTS-1:0]      sm4,
  input  wire [PORTS-1:0]      key_we,
  input  wire [PORTS*5-1:0]    key_slot,
  input  wire [PORTS*128-1:0]  key_data,

  input  wire                  step,
  input  wire [$clog2(PORTS)-1:0] w,
  input  wire                  block,
  input  wire                  by_sm4,
  input  wire                  back,
  input  wire [1:0]            first,
  input  wire [EW-1:0]         in,
  input  wire [3:0]            act,
  input  wire [5:0]            n,
  input  wire [EW-1:0]         x,
  input  wire                  last,
  input  wire                  gcm,
  input  wire                  dec,
  input  wire                  piece,
  input  wire                  high,
  input  wire                  feed,
  input  wire                  keep,
  output wire                  clash,

  output wire                  feeds,
  output wire                  keeps,
  output reg  [$clog2(PORTS)-1:0] left_w,
  output wire [127:0]          left,

  output wire [PORTS-1:0]      push,
  output wire [PORTS-1:0]      drop,
  output wire [EW+10:0]        entry,
  output wire [PORTS-1:0]      wiped
);

`include "svarig_bytes.vh"

  localparam       PW    = $clog2(PORTS);
  localparam [5:0] AES_T = 15;                   // cycles in the pipe
  localparam [5:0] SM4_T = 32;

  wire [EW-1:0] aes_out, sm4_out;
  wire [PORTS*32-1:0] key_word;

  svarig_aes_pipe #(.PORTS(PORTS), .EW(EW)) u_aes (
    .clk(clk), .wipe(wipe), .key_we(key_we & ~sm4), .key_slot(key_slot), .key_data(key_data),
    .in_valid(step && block && !by_sm4), .in_port(w), .in_dec(back), .in_first(first), .in(in), .out(aes_out)
  );

  svarig_sm4_pipe #(.PORTS(PORTS), .EW(EW)) u_sm4 (
    .clk(clk), .wipe(wipe), .key_we(key_we & sm4), .key_slot(key_slot), .key_data(key_word),
    .in_valid(step && block && by_sm4), .in_port(w), .in(in), .out(sm4_out)
  );

  // ------------------------------------------------------------------ beside them

  reg  [EW+16:0]   side [0:63];
  reg  [5:0]       now;                          // what leaves in this cycle is here
  reg  [PORTS-1:0] clashes;
  wire [PORTS-1:0] leaving;                      // the port's step

  assign clash = |clashes;

  genvar g;
  integer p;
  generate
    for (g = 0; g < PORTS; g = g + 1) begin : g_port
      assign key_word[32*g +: 32] = key_data[128*g +: 32];

      reg  [SM4_T-1:0] leaves;                   // bit n: a step of the port leaves the pipes in n cycles
      wire comes = step && w == g;
      assign leaving[g] = leaves[0];
      always @(posedge clk) begin
        if (rst || abort[g])
          leaves <= {SM4_T{1'b0}};
        else if (comes || leaves != {SM4_T{1'b0}})
          leaves <= (leaves >> 1) |
                    (comes ? {{SM4_T-1{1'b0}}, 1'b1} << ((by_sm4 ? SM4_T : AES_T) - 6'd1) : {SM4_T{1'b0}});
        clashes[g] <= !rst && !abort[g] && leaves[AES_T+2];
      end
    end
  endgenerate

  always @(posedge clk) begin
    now <= rst ? 6'd0 : now + 6'd1;
    if (step)
      side[now + (by_sm4 ? SM4_T : AES_T)] <= {keep, feed, high, piece, dec, gcm, last, n, act, x};
  end

  // ------------------------------------------------------------------ what leaves

  // verilator lint_off BLKSEQ
  reg  [EW-1:0]    r;
  reg  [EW+16:0]   m;
  always @* begin
    left_w = {PW{1'b0}};
    if (|leaving)                      // says so for a simulator's sake
      for (p = 0; p < PORTS; p = p + 1)
        if (leaving[p])
          left_w = p[PW-1:0];
    m = side[now];
    r = {EW{1'b0}};
    if (|leaving)
      for (p = 0; p < EW / 64; p = p + 1)
        r[64*p +: 64] = keep64(aes_out[64*p +: 64] ^ sm4_out[64*p +: 64] ^ m[64*p +: 64], m[EW+9:EW+4], {p[2:0], 3'd0});
  end
  // verilator lint_on BLKSEQ

  assign feeds = |leaving && m[EW+15];
  assign keeps = |leaving && m[EW+16];
  assign left  = r[127:0];

  reg  [PORTS-1:0] x_v;
  reg  [PW-1:0]    x_w;
  reg  [EW-1:0]    x_r;
  reg  [EW+14:0]   x_m;

  always @(posedge clk) begin
    x_v <= leaving & ~abort;
    if (|leaving) begin
      x_w <= left_w;
      x_r <= r;
      x_m <= m[EW+14:0];
    end
  end

  svarig_cipher_exit #(.PORTS(PORTS), .EW(EW)) u_exit (
    .clk(clk), .abort(abort), .kill(abort | wiped), .wipe_key(wipe), .v(x_v & ~abort), .w(x_w), .act(x_m[EW +: 4]),
    .n(x_m[EW+4 +: 6]), .last(x_m[EW+10]), .gcm(x_m[EW+11]), .dec(x_m[EW+12]), .piece(x_m[EW+13]), .high(x_m[EW+14]),
    .r(x_r), .x(x_m[EW-1:0]), .push(push), .drop(drop), .entry(entry), .wipe(wiped)
  );

endmodule

`default_nettype wire
