// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_eng_cipher: OP_CIPHER and OP_AEAD for all ports of svarig_engines: AES and SM4 in ECB, CBC, CTR (SP 800-38A), XTS
// with ciphertext stealing (IEEE 1619) and GCM (SP 800-38D).
//
// Each cycle one port takes a step: it looks at its next bytes, makes what its mode feeds to the block cipher and what is
// added behind it, and sends both on their way (svarig_cipher_way). Every step has a place reserved in its port's FIFO, so that
// nothing ever waits on it. Only encrypting CBC, and XTS with ciphertext stealing at its end, wait for their own results.
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
`include "svarig_cipher_step.vh"

  localparam [5:0] FULL  = (EW == 256) ? 6'd32 : 6'd16;
  localparam       WIDE  = (EW == 256);
  localparam       PW    = $clog2(PORTS);

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
  wire             clash;                        // an AES step would leave together with an SM4 step

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
         (key_ok | head | fresh) & ~key_wait & (sm4 | {PORTS{~clash}})),
    .any(any), .grant(take), .which(w)
  );

  // ------------------------------------------------------------------ keys, and the way of a step

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

  reg                    step, step_go, step_sm4, step_back, step_dec, step_gcm, step_last, step_piece, step_high, step_feeds, step_keeps;
  reg  [PW-1:0]          step_w;
  reg  [1:0]             step_first;
  reg  [3:0]             step_act;
  reg  [5:0]             step_n;
  reg  [EW-1:0]          step_in, step_x;
  wire                   feeds, keeps;
  wire [PW-1:0]          left_w;
  wire [127:0]           left;

  genvar g;
  generate
    for (g = 0; g < PORTS; g = g + 1) begin : g_key
      assign sm4[g] = alg[8*g +: 2] == CI_SM4;
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

  svarig_cipher_way #(.PORTS(PORTS), .EW(EW)) u_way (
    .clk(clk), .rst(rst), .abort(abort), .wipe(wipe), .sm4(sm4),
    .key_we(key_we), .key_slot(key_slot), .key_data(key_data),
    .step(step), .w(step_w), .block(step_go), .by_sm4(step_sm4), .back(step_back), .dec(step_dec), .first(step_first), .in(step_in),
    .act(step_act), .n(step_n), .x(step_x), .last(step_last), .gcm(step_gcm), .piece(step_piece), .high(step_high),
    .feed(step_feeds), .keep(step_keeps), .clash(clash),
    .feeds(feeds), .keeps(keeps), .left_w(left_w), .left(left),
    .push(push), .drop(drop), .entry(entry), .wiped(wiped)
  );

  // ------------------------------------------------------------------ a step

  // verilator lint_off BLKSEQ
  reg              aead, dec, sm, ctr, cbc, xts, gcm, st, single, piece;
  reg  [1:0]       size;
  reg  [3:0]       ph, nx;                       // phase and the next one
  reg  [EW-1:0]    d, in, x, v;
  reg  [2*EW-1:0]  window;
  reg  [5:0]       n, k, nwant;
  reg  [31:0]      a, t;
  reg  [127:0]     b, b2;
  reg  [3:0]       what;
  reg              lst, cut, go, fb, ff, hi, steal, need;
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
    step      <= any;
    key_start <= {PORTS{1'b0}};
    if (|key_start)
      key_new <= 256'd0;

    // A job begins.
    if (|fresh)
      for (p = 0; p < PORTS; p = p + 1)
        if (fresh[p])
          begin_anew(p[PW-1:0]);

    // What comes back.
    if (feeds)
      blk[left_w] <= left;
    if (keeps)
      fed[left_w] <= left;
    if (feeds || keeps)
      waits[left_w] <= 1'b0;

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
          b2 = ctr ? count_on(b, gcm) : double128(b);
          if (ctr) begin
            in = {EW/128{b2}};
            in[127:0] = b;
            x  = v;
            b  = (WIDE && k > 6'd16) ? count_on(b2, gcm) : b2;
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
              b = (WIDE && k > 6'd16) ? double128(b2) : b2;
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
      step_w     <= w;
      step_go    <= go;
      step_sm4   <= sm;
      step_act   <= what;
      step_n     <= k;
      step_x     <= x;
      step_last  <= lst;
      step_gcm   <= gcm;
      step_piece <= piece;
      step_high  <= hi;
      step_feeds <= fb;
      step_keeps <= ff;
      step_dec   <= dec;
      if (go) begin
        step_back  <= back[w];
        step_first <= 2'd2 - size;
        step_in    <= in;
      end
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
    if (rst)
      step <= 1'b0;
  end
  // verilator lint_on BLKSEQ

endmodule

`default_nettype wire
