// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_eng_cipher: OP_CIPHER and OP_AEAD for all ports of svarig_engines: AES and SM4 in ECB, CBC, CTR (SP 800-38A), XTS
// with ciphertext stealing (IEEE 1619) and GCM (SP 800-38D).
//
// Each cycle one port takes a step: it looks at its next bytes, makes what its mode feeds to the block cipher and what is
// added behind it, and sends both on their way: the block through the AES or the SM4 pipe, the rest through `side`,
// which it leaves in the same cycle (15 or 32 cycles later). Steps without a block go the same way, so that a
// port's steps stay in order; two steps never leave in one cycle. Every step has a place reserved in its port's
// FIFO, so that nothing ever waits in the pipes. Only encrypting CBC, and XTS with ciphertext stealing at its end,
// wait for their own results.
//
// A job whose key is that of the job before finds its round keys, and GCM's hash subkey, where that one left them.
//
// spare: the last step of the port's job is on its way; a job like it may begin (fresh) behind it. Its round keys are
// written stage by stage behind the blocks that still need the old ones. next: the command offered is like the job, so
// that its beats may be taken ahead (svarig_cipher_feed). owes, owes_two: the end of one, of two or more jobs before is
// still in the pipes. Other ports as svarig_eng_data.

`default_nettype none

module svarig_eng_cipher #(
  parameter PORTS = 5,
  parameter EW    = 128
) (
  input  wire                  clk,
  input  wire                  rst,
  input  wire [PORTS-1:0]      act,
  input  wire [PORTS-1:0]      fresh,
  input  wire [PORTS-1:0]      abort,
  input  wire [PORTS*8-1:0]    op,
  input  wire [PORTS*8-1:0]    alg,
  input  wire [PORTS-1:0]      decrypt,
  input  wire [PORTS-1:0]      state_in,
  input  wire [PORTS-1:0]      state_out,
  input  wire [PORTS*32-1:0]   len,
  input  wire [PORTS*32-1:0]   aad_len,
  output wire [PORTS-1:0]      spare,
  input  wire [PORTS-1:0]      next,
  input  wire [PORTS-1:0]      owes,
  input  wire [PORTS-1:0]      owes_two,

  input  wire [PORTS-1:0]      s_valid,
  output wire [PORTS-1:0]      s_ready,
  input  wire [PORTS*EW-1:0]   s_data,
  input  wire [PORTS*6-1:0]    s_bytes,
  input  wire [PORTS*3-1:0]    s_kind,
  input  wire [PORTS-1:0]      s_last,
  input  wire [PORTS-1:0]      s_cut,

  input  wire [PORTS-1:0]      room,
  output wire [PORTS-1:0]      take,
  output wire [PORTS-1:0]      push,
  output wire [PORTS-1:0]      drop,
  output wire [EW+10:0]        entry
);

`include "svarig_eng.vh"
`include "svarig_bytes.vh"
`include "svarig_state.vh"
`include "svarig_cipher_act.vh"

  localparam [5:0] FULL  = (EW == 256) ? 6'd32 : 6'd16;
  localparam       WIDE  = (EW == 256);
  localparam       PW    = $clog2(PORTS);
  localparam [5:0] AES_T = 15;                   // cycles in the pipe
  localparam [5:0] SM4_T = 32;

  // What a port does next.
  localparam [3:0] C_HEAD  = 4'd0;               // takes key and IV
  localparam [3:0] C_OLD   = 4'd1;               // takes a state
  localparam [3:0] C_HASH  = 4'd3;               // GCM: hash subkey
  localparam [3:0] C_J0    = 4'd4;               // GCM: E(J0), or the subkey's square
  localparam [3:0] C_AAD   = 4'd5;
  localparam [3:0] C_TEXT  = 4'd6;
  localparam [3:0] C_STEAL = 4'd7;               // XTS: the last full block, made of the short one
  localparam [3:0] C_SHORT = 4'd8;               // XTS: the short one
  localparam [3:0] C_TAG   = 4'd9;               // GCM: takes the tag
  localparam [3:0] C_LEN   = 4'd10;              // GCM: lengths
  localparam [3:0] C_STATE = 4'd11;
  localparam [3:0] C_END   = 4'd12;
  localparam [3:0] C_FLUSH = 4'd13;              // the half beat that is left of a cut stream
  localparam [3:0] C_EMPTY = 4'd14;              // takes the beat of a stream without bytes
  localparam [3:0] C_BAD   = 4'd15;              // swallows the data behind a state that is not ours

  reg  [3:0]       phase [0:PORTS-1];
  reg  [PORTS-1:0] head, over;                   // needs no key; the end is on its way
  reg  [PORTS-1:0] first, at_last;                 // the next step is the job's first, its last
  reg  [PORTS-1:0] needs;                        // the next step takes a beat
  reg  [PORTS-1:0] waits;                        // for its own result
  reg  [PORTS-1:0] closed;                       // the last beat is taken
  reg  [PORTS-1:0] bad, high;
  reg  [PORTS-1:0] back;                         // round keys in the order of decryption
  (* mem2reg *) reg  [2:0]       beat  [0:PORTS-1];            // of a state
  reg  [255:0]     key   [0:PORTS-1];            // whose round keys are there
  reg  [127:0]     blk   [0:PORTS-1];            // counter block, last ciphertext, tweak of the next block
  reg  [127:0]     fed   [0:PORTS-1];            // XTS: the block that gives its end away
  reg  [31:0]      aad   [0:PORTS-1];            // bytes to come
  reg  [31:0]      text  [0:PORTS-1];
  reg  [5:0]       want  [0:PORTS-1];            // bytes the next step is after
  reg  [5:0]       have  [0:PORTS-1];            // bytes left of the beats taken
  reg  [EW-1:0]    rest  [0:PORTS-1];
  reg  [63:0]      old_text [0:PORTS-1];         // bytes in earlier jobs
  reg  [63:0]      old_aad  [0:PORTS-1];

  // ------------------------------------------------------------------ whose turn it is

  wire [PORTS-1:0] key_go, key_done;
  reg  [PORTS-1:0] key_start;
  wire [PORTS-1:0] sm4;
  reg  [SM4_T:0]   leaves [0:PORTS-1];           // bit n: a step of the port leaves the pipes in n cycles
  reg  [PORTS-1:0] clash;                        // an AES step would leave together with an SM4 step

  reg  [PORTS-1:0] keyed;                        // the expansion of this job's key was begun, or was done before
  reg  [PORTS-1:0] key_there;                    // key's round keys are there, or come
  wire [PORTS*256-1:0] h_key;                    // svarig_cipher_feed
  wire [PORTS*128-1:0] h_iv;
  wire [PORTS-1:0] h_valid, h_cut, f_valid, f_last, f_cut, same;
  wire [PORTS*EW-1:0] f_data;
  wire [PORTS*6-1:0]  f_bytes;

  // Keys in the order of decryption would meet the blocks of the job before.
  assign spare = act & (over | (take & at_last)) & ~fresh & ~back;
  // What is a job's alone does not count in its first cycle yet.
  wire [PORTS-1:0] at_first = first | fresh;
  wire [PORTS-1:0] takes = needs & ~fresh;
  // The expansion for the job before goes on; or the first round key would pass its last block, which comes to an early
  // stage of the pipe four cycles after its step.
  wire [PORTS-1:0] key_wait = at_first & ~same & (fresh | (key_go & ~key_done));
  wire [PORTS-1:0] key_ok = ~key_start & ((back & key_done) | (~back & key_go));
  wire             any;
  wire [PW-1:0]    w;

  svarig_eng_pick #(.N(PORTS)) u_pick (
    .clk(clk), .rst(rst),
    .ask(act & ~(over & ~fresh) & ~abort & room & ~(waits & ~fresh) & (f_valid | ~takes) & (h_valid | ~at_first) &
         (key_ok | head | fresh) & ~key_wait & (sm4 | {PORTS{~|clash}})),
    .any(any), .grant(take), .which(w)
  );

  // ------------------------------------------------------------------ keys and pipes

  reg  [255:0]           key_new;
  reg  [1:0]             key_size;
  reg                    key_sm4, key_back;
  wire [PORTS-1:0]       wiped;
  // At an end: everything of the port, if no job came behind; its keys, if the next has not begun with its own.
  wire [PORTS-1:0]       clear = abort | (wiped & ~owes);
  wire [PORTS-1:0]       wipe  = abort | (wiped & ~owes_two & ~(owes & keyed & ~fresh));
  wire [PORTS-1:0]       key_we;
  wire [PORTS*5-1:0]     key_slot;
  wire [PORTS*128-1:0]   key_data;
  wire [PORTS*32-1:0]    key_word;

  reg                    aes_v, sm4_v, pipe_dec;
  reg  [PW-1:0]          pipe_port;
  reg  [1:0]             pipe_first;
  reg  [EW-1:0]          pipe_in;
  wire [EW-1:0]          aes_out, sm4_out;

  genvar g;
  generate
    for (g = 0; g < PORTS; g = g + 1) begin : g_key
      assign sm4[g] = alg[8*g +: 2] == CI_SM4;
      assign key_word[32*g +: 32] = key_data[128*g +: 32];
      wire [1:0] mode = alg[8*g+4 +: 2];
      wire       ecb  = op[8*g +: 8] != OP_AEAD && mode == CM_ECB;
      svarig_cipher_feed #(.EW(EW)) u_feed (
        .clk(clk), .flush(abort[g]), .fresh(fresh[g] && act[g]), .next(next[g] && act[g] && !back[g]),
        .xts(op[8*g +: 8] != OP_AEAD && mode == CM_XTS), .iv(!ecb && !state_in[g]),
        .size(sm4[g] ? 2'd0 : alg[8*g +: 2]), .sm4(sm4[g]),
        .s_valid(s_valid[g]), .s_ready(s_ready[g]), .s_data(s_data[EW*g +: EW]), .s_bytes(s_bytes[6*g +: 6]),
        .s_kind(s_kind[3*g +: 3]), .s_last(s_last[g]), .s_cut(s_cut[g]),
        .head_valid(h_valid[g]), .head_key(h_key[256*g +: 256]), .head_iv(h_iv[128*g +: 128]), .head_cut(h_cut[g]),
        .pop(take[g] && at_first[g]),
        .f_valid(f_valid[g]), .f_data(f_data[EW*g +: EW]), .f_bytes(f_bytes[6*g +: 6]),
        .f_last(f_last[g]), .f_cut(f_cut[g]), .f_take(take[g] && takes[g])
      );
      // Only a job that is like this one finds keys here: behind any other they are wiped.
      assign same[g] = key_there[g] && !wipe[g] && (key[g] == h_key[256*g +: 256]);

      svarig_key_expand u_expand (
        .clk(clk), .wipe(wipe[g]), .start(key_start[g]), .key(key_new), .size(key_size), .sm4(key_sm4),
        .back(key_back), .we(key_we[g]), .slot(key_slot[5*g +: 5]), .data(key_data[128*g +: 128]),
        .go(key_go[g]), .done(key_done[g])
      );
    end
  endgenerate

  svarig_aes_pipe #(.PORTS(PORTS), .EW(EW)) u_aes (
    .clk(clk), .wipe(wipe), .key_we(key_we & ~sm4), .key_slot(key_slot), .key_data(key_data),
    .in_valid(aes_v), .in_port(pipe_port), .in_dec(pipe_dec), .in_first(pipe_first), .in(pipe_in), .out(aes_out)
  );

  svarig_sm4_pipe #(.PORTS(PORTS), .EW(EW)) u_sm4 (
    .clk(clk), .wipe(wipe), .key_we(key_we & sm4), .key_slot(key_slot), .key_data(key_word),
    .in_valid(sm4_v), .in_port(pipe_port), .in(pipe_in), .out(sm4_out)
  );

  // ------------------------------------------------------------------ beside them

  // {feed fed, feed blk, high, piece, dec, gcm, last, n, act, x}
  reg  [EW+16:0]   side [0:63];
  reg  [5:0]       now;                          // what leaves in this cycle is here

  reg  [PORTS-1:0] x_v;
  reg  [PW-1:0]    x_w;
  reg  [3:0]       x_act;
  reg  [5:0]       x_n;
  reg              x_last, x_gcm, x_dec, x_piece, x_high;
  reg  [EW-1:0]    x_r, x_x;

  svarig_cipher_exit #(.PORTS(PORTS), .EW(EW)) u_exit (
    .clk(clk), .abort(abort), .kill(abort | wiped), .wipe_key(wipe), .v(x_v & ~abort), .w(x_w), .act(x_act), .n(x_n), .last(x_last), .gcm(x_gcm), .dec(x_dec),
    .piece(x_piece), .high(x_high), .r(x_r), .x(x_x), .push(push), .drop(drop), .entry(entry), .wipe(wiped)
  );

  // ------------------------------------------------------------------ helpers

  // The next 64 bits of a tweak (IEEE 1619, 5.2), with the bit that comes in below.
  function [63:0] double64(input [62:0] low, input in0, input over128);
    double64 = {low, in0} ^ (over128 ? 64'h87 : 64'd0);
  endfunction

  // What a step of text is after: one block where blocks go singly.
  function [5:0] text_want(input [31:0] n, input single, input xts);
    if (single || (xts && |n[3:0] && n < 32'd49))
      text_want = (n < 32'd16) ? n[5:0] : 6'd16;
    else
      text_want = (n < {26'd0, FULL}) ? n[5:0] : FULL;
  endfunction

  function [3:0] after_text(input aead, input dec, input st);
    after_text = st ? C_STATE : !aead ? C_END : dec ? C_TAG : C_LEN;
  endfunction

  // Behind the set-up and the AAD.
  function [3:0] after_head(input [31:0] a, input [31:0] t, input aead, input dec, input st, input begins);
    after_head = (a != 32'd0) ? C_AAD : (t != 32'd0) ? C_TEXT :
                 (begins && !(aead && dec && !st)) ? C_EMPTY : after_text(aead, dec, st);
  endfunction

  // ------------------------------------------------------------------ a step

  // verilator lint_off BLKSEQ
  reg              aead, dec, sm, ctr, cbc, xts, gcm, st, single, piece;
  reg  [1:0]       size;
  reg  [3:0]       ph, nx;                       // phase and the next one
  reg  [EW-1:0]    d, in, x, v, r;
  reg  [2*EW-1:0]  window;
  reg  [5:0]       n, k, nwant;
  reg  [31:0]      a, t;
  reg  [127:0]     b, b2;
  reg  [3:0]       what;
  reg              lst, cut, go, fb, ff, hi, steal, need;
  reg  [EW+16:0]   m;
  reg              leaving;
  reg  [PW-1:0]    lw;
  reg  [63:0]      c, c2;
  integer          p;

  // What is a job's alone; the job's own lengths are taken by its first step.
  task begin_anew(input [PW-1:0] q);
    begin
      keyed[q]  <= 1'b0;
      phase[q]  <= C_HEAD;
      head[q]   <= 1'b1;
      first[q]  <= 1'b1;
      at_last[q]  <= 1'b0;
      over[q]   <= 1'b0;
      needs[q]  <= 1'b0;
      waits[q]  <= 1'b0;
      closed[q] <= 1'b0;
      bad[q]    <= 1'b0;
      high[q]   <= 1'b0;
      back[q]   <= 1'b0;
      beat[q]   <= 3'd0;
      blk[q]    <= 128'd0;
      fed[q]    <= 128'd0;
      rest[q]   <= {EW{1'b0}};
      have[q]   <= 6'd0;
      old_text[q] <= 64'd0;
      old_aad[q]  <= 64'd0;
    end
  endtask

  always @(posedge clk) begin
    aes_v     <= 1'b0;
    sm4_v     <= 1'b0;
    key_start <= {PORTS{1'b0}};
    now       <= now + 6'd1;
    x_v       <= {PORTS{1'b0}};
    if (|key_start)
      key_new <= 256'd0;

    // A job begins.
    if (|fresh)
      for (p = 0; p < PORTS; p = p + 1)
        if (fresh[p])
          begin_anew(p[PW-1:0]);

    // What leaves.
    leaving = 1'b0;
    lw      = {PW{1'b0}};
    for (p = 0; p < PORTS; p = p + 1) begin
      if (leaves[p] != {SM4_T+1{1'b0}})
        leaves[p] <= abort[p] ? {SM4_T+1{1'b0}} : leaves[p] >> 1;
      clash[p] <= leaves[p][AES_T+2] && !abort[p];
      if (leaves[p][0]) begin
        leaving = 1'b1;
        lw      = p[PW-1:0];
      end
    end
    if (leaving) begin
      x_v[lw] <= !abort[lw];
      x_w     <= lw;
      m       = side[now];
      r       = aes_out ^ sm4_out ^ m[EW-1:0];
      for (p = 0; p < EW / 64; p = p + 1)
        r[64*p +: 64] = keep64(r[64*p +: 64], m[EW+9:EW+4], {p[2:0], 3'd0});
      x_r     <= r;
      x_x     <= m[EW-1:0];
      {x_high, x_piece, x_dec, x_gcm, x_last, x_n, x_act} <= m[EW+14:EW];
      if (m[EW+15])
        blk[lw] <= r[127:0];
      if (m[EW+16])
        fed[lw] <= r[127:0];
      if (m[EW+15] || m[EW+16])
        waits[lw] <= 1'b0;
    end

    if (any) begin
      sm     = sm4[w];
      aead   = op[8*w +: 8] == OP_AEAD;
      dec    = decrypt[w];
      st     = state_out[w];
      size   = sm ? 2'd0 : alg[8*w +: 2];
      ctr    = aead || alg[8*w+4 +: 2] == CM_CTR;
      cbc    = !aead && alg[8*w+4 +: 2] == CM_CBC;
      xts    = !aead && alg[8*w+4 +: 2] == CM_XTS;
      gcm    = aead;
      single = cbc && !dec;
      ph     = at_first[w] ? C_HEAD : phase[w];
      nx     = ph;
      a      = at_first[w] ? aad_len[32*w +: 32] : aad[w];
      t      = at_first[w] ? len[32*w +: 32] : text[w];
      b      = blk[w];
      hi     = high[w] && !at_first[w];
      need   = takes[w];
      n      = f_bytes[6*w +: 6];
      for (p = 0; p < EW / 64; p = p + 1)
        d[64*p +: 64] = keep64(f_data[EW*w + 64*p +: 64], n, {p[2:0], 3'd0});
      what   = A_NOP;
      in     = {EW{1'b0}};
      x      = {EW{1'b0}};
      k      = FULL;
      go     = 1'b0;                             // a block goes through the pipe
      lst    = 1'b0;
      piece  = 1'b0;
      fb     = 1'b0;
      ff     = 1'b0;
      steal  = 1'b0;
      cut    = 1'b0;
      v      = {EW{1'b0}};

      // The bytes of this step, and what is left.
      if (ph == C_AAD || ph == C_TEXT || ph == C_STEAL || ph == C_TAG) begin
        if (!need)
          n = 6'd0;
        if (have[w] == 6'd0 && n <= want[w]) begin
          v = need ? d : {EW{1'b0}};
          k = n;
        end else begin
          window = {{EW{1'b0}}, rest[w]};
          if (need)
            window = window | ({{EW{1'b0}}, d} << {have[w], 3'b000});
          n = n + have[w];
          k = (n < want[w]) ? n : want[w];
          for (p = 0; p < EW / 64; p = p + 1)
            v[64*p +: 64] = keep64(window[64*p +: 64], k, {p[2:0], 3'd0});
          window = window >> {k, 3'b000};
          rest[w] <= window[EW-1:0];
        end
        cut = k < want[w];
        n   = n - k;
        have[w] <= n;
        if (need && f_last[w])
          closed[w] <= 1'b1;
      end else begin
        n = at_first[w] ? 6'd0 : have[w];
      end

      case (ph)
        C_HEAD: begin
          keyed[w] <= !h_cut[w];
          if (!same[w] && !h_cut[w]) begin
            key_start[w] <= 1'b1;
            key_there[w] <= 1'b1;
            key[w]       <= h_key[256*w +: 256];
            key_new      <= h_key[256*w +: 256];
            key_size     <= size;
            key_sm4      <= sm;
            key_back     <= dec && !ctr;
          end
          back[w] <= dec && !ctr;
          b  = aead ? {32'h01000000, h_iv[128*w +: 96]} : h_iv[128*w +: 128];
          nx = state_in[w] ? C_OLD : aead ? C_HASH : after_head(a, t, aead, dec, st, 1'b1);
          if (h_cut[w])
            nx = C_END;
          else if (!WIDE && aead && !state_in[w] && same[w]) begin
            // The hash subkey is there as well.
            what = A_J0;
            go   = 1'b1;
            in[127:0] = b;
            b  = {32'h02000000, b[95:0]};
            nx = after_head(a, t, aead, dec, st, 1'b1);
          end
        end
        C_OLD: begin
          beat[w] <= f_last[w] ? 3'd0 : beat[w] + 3'd1;
          if (beat[w] == 3'd0) begin
            bad[w]      <= d[63:0] != state_head(op[8*w +: 8], alg[8*w +: 8], dec);
            old_text[w] <= d[127:64];
            if (WIDE)
              old_aad[w] <= d[EW-128 +: 64];
          end
          if (!WIDE && beat[w] == 3'd1)
            old_aad[w] <= d[63:0];
          if (beat[w] == (WIDE ? 3'd1 : 3'd2))
            b = d[127:0];
          if (beat[w] == (WIDE ? 3'd1 : 3'd3)) begin
            what = A_Y;
            x = d;
          end
          if (f_last[w])
            nx = bad[w] ? C_BAD : aead ? C_HASH : after_head(a, t, aead, dec, st, 1'b1);
          if (f_cut[w])
            nx = C_END;
        end
        C_HASH: begin
          go   = 1'b1;
          what = A_HASH;
          if (WIDE)
            in[EW-1 -: 128] = {32'h01000000, b[95:0]};
          nx   = C_J0;
        end
        C_J0: begin
          what = A_J0;
          go   = !WIDE;
          in[127:0] = {32'h01000000, b[95:0]};
          if (!state_in[w])
            b = {32'h02000000, b[95:0]};
          nx = after_head(a, t, aead, dec, st, 1'b1);
        end
        C_AAD: begin
          what = A_AAD;
          x    = v;
          a    = a - {26'd0, k};
          if (cut) begin
            what = A_NOP;
            nx   = C_END;
          end else if (a == 32'd0) begin
            nx = after_head(a, t, aead, dec, st, 1'b0);
          end
        end
        C_TEXT: begin
          what  = A_OUT;
          go    = 1'b1;
          steal = xts && |t[3:0] && t < 32'd32;
          piece = WIDE && (single || (xts && |t[3:0] && t < 32'd49));
          lst   = !steal && (cut || t == {26'd0, k});
          t     = t - {26'd0, k};
          if (cut) begin
            if (!ctr)
              k = {k[5:4], 4'd0};
            nx = hi ? C_FLUSH : C_END;
          end else if (steal) begin
            nx = C_STEAL;
          end else if (t == 32'd0) begin
            nx = after_text(aead, dec, st);
          end
          // The block behind b: GCM counts in the last 32 bits only (SP 800-38D, 6.2).
          c  = swap64(b[127:64]);
          c2 = c + 64'd1;
          if (!ctr)
            b2 = {double64(b[126:64], b[63], 1'b0), double64(b[62:0], 1'b0, b[127])};
          else if (gcm)
            b2 = {swap64({c[63:32], c2[31:0]}), b[63:0]};
          else
            b2 = {swap64(c2), (c2 == 64'd0) ? swap64(swap64(b[63:0]) + 64'd1) : b[63:0]};
          if (ctr) begin
            in = {EW/128{b2}};
            in[127:0] = b;
            x  = v;
            if (WIDE && k > 6'd16) begin
              c  = swap64(b2[127:64]);
              c2 = c + 64'd1;
              b  = gcm ? {swap64({c[63:32], c2[31:0]}), b2[63:0]}
                       : {swap64(c2), (c2 == 64'd0) ? swap64(swap64(b2[63:0]) + 64'd1) : b2[63:0]};
            end else begin
              b  = b2;
            end
          end else if (cbc) begin
            if (dec) begin
              in = v;
              x  = v << 128;
              x[127:0] = b;
              b  = (WIDE && k > 6'd16) ? v[EW-1 -: 128] : v[127:0];
            end else begin
              in = v;
              in[127:0] = v[127:0] ^ b;
              fb = 1'b1;
            end
          end else if (xts) begin
            x  = {EW/128{b2}};
            if (!(steal && dec))
              x[127:0] = b;
            in = v ^ x;
            if (!(steal && dec))
              b = (WIDE && k > 6'd16) ? {double64(b2[126:64], b2[63], 1'b0), double64(b2[62:0], 1'b0, b2[127])} : b2;
          end else begin
            in = v;
          end
          if (steal) begin
            what = A_NOP;
            ff   = 1'b1;
          end
          if (k == 6'd0) begin
            what = A_NOP;
            go   = 1'b0;
            fb   = 1'b0;
            ff   = 1'b0;
            b    = blk[w];
          end
        end
        C_STEAL: begin
          t     = 32'd0;
          what  = A_OUT;
          go    = 1'b1;
          piece = WIDE;
          x[127:0]  = b;
          in[127:0] = b ^ v[127:0] ^ (fed[w] & ({128{1'b1}} << {k, 3'b000}));
          nx    = C_SHORT;
          if (cut) begin
            what = A_NOP;
            go   = 1'b0;
            nx   = hi ? C_FLUSH : C_END;
          end
          k = 6'd16;
        end
        C_SHORT: begin
          what  = A_OUT;
          lst   = 1'b1;
          piece = WIDE;
          k     = want[w];
          x     = {{EW-128{1'b0}}, fed[w]};
          nx    = C_END;
        end
        C_TAG: begin
          what = A_TAG;
          x    = v;
          nx   = cut ? C_END : C_LEN;
          if (cut)
            what = A_NOP;
        end
        C_LEN: begin
          what = A_LEN;
          x[63:0]   = swap64({old_aad[w][60:0] + {29'd0, aad_len[32*w +: 32]}, 3'b000});
          x[127:64] = swap64({old_text[w][60:0] + {29'd0, len[32*w +: 32]}, 3'b000});
          nx   = C_END;
        end
        C_STATE: begin
          what = (aead && beat[w] == (WIDE ? 3'd1 : 3'd3)) ? A_STY : A_STATE;
          lst  = beat[w] == STATE_LAST;
          for (p = 0; p < EW / 64; p = p + 1)
            x[64*p +: 64] = state_word(beat_word(beat[w]) + p[3:0], state_head(op[8*w +: 8], alg[8*w +: 8], dec),
                                       old_text[w] + {32'd0, len[32*w +: 32]},
                                       old_aad[w] + {32'd0, aad_len[32*w +: 32]}, b[63:0], b[127:64]);
          beat[w] <= beat[w] + 3'd1;
          if (lst)
            nx = C_END;
        end
        C_FLUSH: begin
          what  = A_OUT;
          lst   = 1'b1;
          piece = 1'b1;
          k     = 6'd0;
          nx    = C_END;
        end
        C_EMPTY:
          nx = f_cut[w] ? C_END : after_text(aead, dec, st);
        C_BAD:
          if (f_last[w])
            nx = C_END;
        default: begin                           // C_END
          what = A_END;
          x[7:0] = bad[w] ? ST_BAD_STATE : ST_OK;
          over[w] <= 1'b1;
        end
      endcase

      // On its way.
      aes_v      <= go && !sm;
      sm4_v      <= go && sm;
      if (go) begin
        pipe_port  <= w;
        pipe_dec   <= back[w];
        pipe_first <= 2'd2 - size;
        pipe_in    <= in;
      end
      side[now + (sm ? 6'd1 + SM4_T : 6'd1 + AES_T)] <= {ff, fb, hi, piece, dec, gcm, lst, k, what, x};
      leaves[w] <= (leaves[w] >> 1) | ({{SM4_T{1'b0}}, 1'b1} << (sm ? SM4_T : AES_T));
      if (fb || ff)
        waits[w] <= 1'b1;

      // What comes next.
      if (piece && what == A_OUT)
        high[w] <= !hi;
      phase[w] <= nx;
      head[w]  <= nx == C_OLD || nx == C_END;
      first[w] <= 1'b0;
      at_last[w] <= nx == C_END;
      aad[w]   <= a;
      text[w]  <= t;
      if (!fb)
        blk[w] <= b;
      case (nx)
        C_AAD:   nwant = (a < {26'd0, FULL}) ? a[5:0] : FULL;
        C_TEXT:  nwant = text_want(t, single, xts);
        C_STEAL: nwant = t[5:0];
        C_SHORT: nwant = want[w];
        C_TAG:   nwant = 6'd16;
        default: nwant = 6'd0;
      endcase
      want[w]  <= nwant;
      needs[w] <= nx == C_OLD || nx == C_EMPTY || nx == C_BAD ||
                  ((nx == C_AAD || nx == C_TEXT || nx == C_STEAL || nx == C_TAG) && n < nwant &&
                   !(closed[w] && !at_first[w]) && !(need && f_last[w] && ph != C_OLD));
    end

    if (|clear)
      for (p = 0; p < PORTS; p = p + 1)
        if (clear[p])
          begin_anew(p[PW-1:0]);
    if (|wipe)
      for (p = 0; p < PORTS; p = p + 1)
        if (wipe[p]) begin
          key[p]       <= 256'd0;
          key_there[p] <= 1'b0;
        end
    if (rst) begin
      now   <= 6'd0;
      clash <= {PORTS{1'b0}};
      for (p = 0; p < PORTS; p = p + 1)
        leaves[p] <= {SM4_T+1{1'b0}};
    end
  end
  // verilator lint_on BLKSEQ

endmodule

`default_nettype wire
