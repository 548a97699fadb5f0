// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_eng_hash: OP_HASH and OP_HMAC (RFC 2104) for all ports of svarig_engines: SHA-224, SHA-256, SHA-384, SHA-512
// (FIPS 180-4) and SM3 (GB/T 32905).
//
// Each cycle one port takes a step: it puts a beat (of the message, the padding, the key) into its block, or gives a
// beat of its result. Full blocks go to one of CORES compression cores, two rounds a cycle, which take in the next
// block while they finish the one before: 33 cycles for a block of SHA-256, 34 of SM3, 41 of SHA-512. A stream is with one
// core at a time, so that this is also the rate of one stream.
//
// Ports as svarig_eng_data.

`default_nettype none

module svarig_eng_hash #(
  parameter PORTS = 5,
  parameter EW    = 128,
  parameter CORES = 2
) (
  input  wire                  clk,
  input  wire                  rst,
  input  wire [PORTS-1:0]      act,
  input  wire [PORTS-1:0]      fresh,
  input  wire [PORTS-1:0]      abort,
  input  wire [PORTS*8-1:0]    op,
  input  wire [PORTS*8-1:0]    alg,
  input  wire [PORTS-1:0]      state_in,
  input  wire [PORTS-1:0]      state_out,

  input  wire [PORTS-1:0]      s_valid,
  output wire [PORTS-1:0]      s_ready,
  input  wire [PORTS*EW-1:0]   s_data,
  input  wire [PORTS*6-1:0]    s_bytes,
  input  wire [PORTS*3-1:0]    s_kind,
  input  wire [PORTS-1:0]      s_last,
  input  wire [PORTS-1:0]      s_cut,

  input  wire [PORTS-1:0]      room,
  output wire [PORTS-1:0]      take,
  output reg  [PORTS-1:0]      push,
  output reg  [PORTS-1:0]      drop,
  output reg  [EW+10:0]        entry
);

`include "svarig_eng.vh"
`include "svarig_bytes.vh"
`include "svarig_state.vh"
`include "svarig_hash.vh"

  localparam [5:0] FULL = (EW == 256) ? 6'd32 : 6'd16;
  localparam       WIDE = (EW == 256);
  localparam       PW   = $clog2(PORTS);

  // What a port does next.
  localparam [2:0] H_IN    = 3'd0;               // takes a beat
  localparam [2:0] H_MARK  = 3'd1;               // pads: the 1 bit opens a beat
  localparam [2:0] H_ZERO  = 3'd2;               // pads: zeros, at last the length
  localparam [2:0] H_OUTER = 3'd3;               // HMAC: key and opad, puts the inner digest aside
  localparam [2:0] H_INNER = 3'd4;               // HMAC: the inner digest is the message
  localparam [2:0] H_OUT   = 3'd5;               // result
  localparam [2:0] H_STATE = 3'd6;
  localparam [2:0] H_END   = 3'd7;

  reg  [2:0]       phase [0:PORTS-1];
  reg  [PORTS-1:0] needs;                        // H_IN: the step takes a beat
  reg  [PORTS-1:0] settles;                      // the step needs the hash of everything before
  reg  [PORTS-1:0] over, bad, outer;
  reg  [PORTS-1:0] begun;                        // the hash has its initial value
  reg  [2:0]       slot [0:PORTS-1];             // beat of the block, the result, the state
  reg  [1023:0]    blk  [0:PORTS-1];
  reg  [1023:0]    key  [0:PORTS-1];             // HMAC: the key, later the inner digest
  reg  [63:0]      text [0:PORTS-1];             // bytes of the message so far
  reg  [511:0]     hash [0:PORTS-1];             // 32-bit words in the upper half
  reg  [PORTS-1:0] full;                         // the block is complete, and not yet with a core

  // Cores: l_* the block that is being taken in, r_* the one at work.
  reg  [CORES-1:0] l_v, r_v;
  (* mem2reg *) reg  [PW-1:0]    l_w  [0:CORES-1];
  (* mem2reg *) reg  [PW-1:0]    r_w  [0:CORES-1];
  (* mem2reg *) reg  [3:0]       l_n  [0:CORES-1];             // words taken in, in pairs
  (* mem2reg *) reg  [5:0]       r_n  [0:CORES-1];             // rounds done, in pairs
  (* mem2reg *) reg  [31:0]      r_t  [0:CORES-1];             // SM3's constant, turned
  reg  [CORES-1:0] r_64, r_sm3;
  (* mem2reg *) reg  [1023:0]    win  [0:CORES-1];             // 16 schedule words in 64 bits each, the next one highest
  (* mem2reg *) reg  [511:0]     work [0:CORES-1];

  function [PORTS-1:0] one(input [PW-1:0] n);
    one = {{PORTS-1{1'b0}}, 1'b1} << n;
  endfunction

  reg  [PORTS-1:0] in_core;                       // with a core
  integer          c;
  always @* begin
    in_core = {PORTS{1'b0}};
    for (c = 0; c < CORES; c = c + 1)
      in_core = in_core | (l_v[c] ? one(l_w[c]) : {PORTS{1'b0}}) | (r_v[c] ? one(r_w[c]) : {PORTS{1'b0}});
  end

  wire             any;
  wire [PW-1:0]    w;

  svarig_eng_pick #(.N(PORTS)) u_pick (
    .clk(clk), .rst(rst),
    .ask(act & ~fresh & ~over & ~abort & room & (s_valid | ~needs) & ~full & (~in_core | ~settles)),
    .any(any), .grant(take), .which(w)
  );

  assign s_ready = take & needs;

  // ------------------------------------------------------------------ helpers

  function [31:0] swap32(input [31:0] v);
    swap32 = {v[7:0], v[15:8], v[23:16], v[31:24]};
  endfunction

  function is_64(input [2:0] v);
    is_64 = (v == HA_SHA384) || (v == HA_SHA512);
  endfunction

  function [6:0] digest_bytes(input [2:0] v);
    digest_bytes = (v == HA_SHA224) ? 7'd28 : (v == HA_SHA384) ? 7'd48 : (v == HA_SHA512) ? 7'd64 : 7'd32;
  endfunction

  function [6:0] beat_byte(input [2:0] number);
    beat_byte = WIDE ? {number[1:0], 5'd0} : {number, 4'd0};
  endfunction

  // What a function or the process below keeps for a moment is no state.
  // verilator lint_off BLKSEQ
  // Bytes of a digest in its beat with this number; done: the last one.
  function [5:0] digest_part(input [2:0] v, input [2:0] number);
    reg [6:0] rest;
    begin
      rest = digest_bytes(v) - beat_byte(number);
      digest_part = (rest > {1'b0, FULL}) ? FULL : rest[5:0];
    end
  endfunction

  function digest_done(input [2:0] v, input [2:0] number);
    digest_done = beat_byte(number) + {1'b0, FULL} >= digest_bytes(v);
  endfunction

  // ------------------------------------------------------------------ both

  reg  [2:0]       a, ph, nx, last_slot;
  reg              wide, hmac, sto, lst, put, kput, init, fits, fin;
  reg  [3:0]       first;                        // 8 bytes before this beat of the block
  reg  [5:0]       n;
  reg  [63:0]      more;
  reg  [60:0]      total;
  reg  [EW-1:0]    d, b;
  reg  [1023:0]    kb;
  reg  [511:0]     base, ws;
  reg  [127:0]     words;
  reg  [63:0]      va, vb, vc, vd, ve, vf, vg, vh, t1, t2;
  reg  [31:0]      ua, ub, uc, ud, ue, uf, ug, uh, u1, u2;
  reg  [1023:0]    wn;
  reg              sum, load, go;
  reg  [PORTS-1:0] wait_for, claimed;
  reg  [PORTS-1:0] turn;
  integer          i, j, p;

  always @(posedge clk) begin
    push <= {PORTS{1'b0}};
    drop <= {PORTS{1'b0}};

    // ---------------------------------------------------------------- a step of a port
    if (any) begin
      a    = alg[8*w +: 3];
      wide = is_64(a);
      hmac = op[8*w +: 8] == OP_HMAC;
      sto  = state_out[w];
      ph   = phase[w];
      nx   = ph;
      last_slot = WIDE ? (wide ? 3'd3 : 3'd1) : (wide ? 3'd7 : 3'd3);
      n    = s_bytes[6*w +: 6];
      for (i = 0; i < EW / 64; i = i + 1)
        d[64*i +: 64] = keep64(s_data[EW*w + 64*i +: 64], n, {i[2:0], 3'd0});
      first = 4'd0 + beat_word(slot[w]);
      kput = 1'b0;                               // d goes into key
      init = !begun[w];
      begun[w] <= 1'b1;
      lst  = s_last[w];
      put  = 1'b0;                               // b goes into the block
      fits = 1'b0;                               // and so does the length, if it is the last beat of one
      fin  = 1'b0;
      b    = {EW{1'b0}};
      kb   = key[w];
      more = 64'd0;
      drop <= take & ~abort;
      case (ph)
        H_IN, H_INNER: begin
          if (ph == H_INNER) begin
            n   = digest_part(a, slot[w]);
            for (i = 0; i < EW / 64; i = i + 1)
              d[64*i +: 64] = keep64(kb[{first + i[3:0], 6'd0} +: 64], n, {i[2:0], 3'd0});
            lst = digest_done(a, slot[w]);
          end
          if (ph == H_IN && s_cut[w] && s_kind[3*w +: 3] != EK_DATA) begin
            nx = H_END;
          end else if (ph == H_IN && s_kind[3*w +: 3] == EK_KEY) begin
            kput = 1'b1;
            put  = !state_in[w];
            b    = d ^ {EW/8{8'h36}};
            if (state_in[w])
              slot[w] <= lst ? 3'd0 : slot[w] + 3'd1;
          end else if (ph == H_IN && s_kind[3*w +: 3] == EK_STATE) begin
            slot[w] <= lst ? 3'd0 : slot[w] + 3'd1;
            if (slot[w] == 3'd0) begin
              bad[w]  <= d[63:0] != state_head(op[8*w +: 8], alg[8*w +: 8], 1'b0);
              text[w] <= d[127:64];
            end
            for (i = 0; i < EW / 64; i = i + 1)
              if (first + i[3:0] >= 4'd4 && first + i[3:0] < 4'd12)
                hash[w][{3'd3 - first[2:0] - i[2:0], 6'd0} +: 64] <= swap64(d[64*i +: 64]);
          end else begin
            more = {58'd0, n};
            b    = d;
            if (lst && s_cut[w] && ph == H_IN) begin
              nx = H_END;
            end else if (lst && (bad[w] && ph == H_IN)) begin
              nx = H_END;
            end else if (lst && sto && ph == H_IN) begin
              put = n != 6'd0;
              nx  = H_STATE;
            end else begin
              put = !(bad[w] && ph == H_IN);
              if (lst && n == FULL) begin
                nx = H_MARK;
              end else if (lst) begin
                b    = b | ({{EW-8{1'b0}}, 8'h80} << {n, 3'b000});
                fits = {1'b0, n} + (wide ? 7'd16 : 7'd8) < {1'b0, FULL};
                nx   = H_ZERO;
              end
            end
          end
        end
        H_MARK: begin
          put  = 1'b1;
          b[7:0] = 8'h80;
          fits = WIDE || !wide;
          nx   = H_ZERO;
        end
        H_ZERO: begin
          put  = 1'b1;
          fits = 1'b1;
        end
        H_OUTER: begin
          put  = 1'b1;
          kput = 1'b1;
          for (i = 0; i < EW / 64; i = i + 1) begin
            b[64*i +: 64] = kb[{first + i[3:0], 6'd0} +: 64] ^ {8{8'h5c}};
            d[64*i +: 64] = (first < 4'd8) ? swap64(hash[w][{3'd7 - first[2:0] - i[2:0], 6'd0} +: 64]) : 64'd0;
          end
          if (slot[w] == last_slot) begin
            init = 1'b1;
            outer[w] <= 1'b1;
            text[w]  <= 64'd0;
            nx = H_INNER;
          end
        end
        default: begin                           // H_OUT, H_STATE, H_END
          push <= take & ~abort;
          drop <= {PORTS{1'b0}};
          slot[w] <= slot[w] + 3'd1;
          if (ph == H_OUT) begin
            fin   = digest_done(a, slot[w]);
            n     = digest_part(a, slot[w]);
            for (i = 0; i < EW / 64; i = i + 1)
              b[64*i +: 64] = keep64(swap64(hash[w][{3'd7 - first[2:0] - i[2:0], 6'd0} +: 64]), n, {i[2:0], 3'd0});
            entry <= {1'b0, fin, EK_RESULT, n, b};
          end else if (ph == H_STATE) begin
            fin   = slot[w] == STATE_LAST;
            for (i = 0; i < EW / 64; i = i + 1)
              b[64*i +: 64] = (first + i[3:0] >= 4'd4 && first + i[3:0] < 4'd12)
                              ? swap64(hash[w][{3'd3 - first[2:0] - i[2:0], 6'd0} +: 64])
                              : state_word(first + i[3:0], state_head(op[8*w +: 8], alg[8*w +: 8], 1'b0), text[w],
                                           64'd0, 64'd0, 64'd0);
            entry <= {1'b0, fin, EK_STATE, FULL, b};
          end else begin
            entry   <= {1'b1, 10'd0, {EW-8{1'b0}}, bad[w] ? ST_BAD_STATE : ST_OK};
            over[w] <= 1'b1;
            blk[w]  <= 1024'd0;
            key[w]  <= 1024'd0;
            hash[w] <= 512'd0;
          end
          if (fin)
            nx = H_END;
        end
      endcase

      if (kput)
        key[w][{first, 6'd0} +: EW] <= d;
      if (init)
        for (i = 0; i < 8; i = i + 1)
          hash[w][448 - 64*i +: 64] <= hash_iv(a, i[2:0]);
      if (ph == H_IN || ph == H_INNER)
        if (!(s_kind[3*w +: 3] == EK_STATE && ph == H_IN))
          if (ph == H_INNER || s_kind[3*w +: 3] == EK_DATA)
            text[w] <= text[w] + more;
      if (put) begin
        slot[w] <= slot[w] + 3'd1;
        if (slot[w] == last_slot) begin
          slot[w] <= 3'd0;
          full[w] <= 1'b1;
          if (fits) begin
            total = text[w][60:0] + more[60:0] + ((hmac || outer[w]) ? (wide ? 61'd128 : 61'd64) : 61'd0);
            b[EW-1 -: 64] = swap64({total, 3'b000});
            nx = (hmac && !outer[w]) ? H_OUTER : H_OUT;
          end
        end
        blk[w][{first, 6'd0} +: EW] <= b;
      end
      // The message's digest parts are counted by the slot of the digest, which is that of the block.
      phase[w]   <= nx;
      needs[w]   <= nx == H_IN;
      settles[w] <= nx >= H_OUT || nx == H_OUTER;
      if (nx == H_END || (nx >= H_OUT && nx != ph))
        slot[w] <= 3'd0;
    end

    // ---------------------------------------------------------------- the cores
    for (i = 0; i < CORES; i = i + 1)
      if (l_v[i] || r_v[i]) begin
        sum  = r_v[i] && r_n[i] == (r_64[i] ? 6'd40 : 6'd32);
        load = l_v[i] && !l_n[i][3] && (!r_v[i] || r_n[i] >= (r_sm3[i] ? 6'd26 : r_64[i] ? 6'd32 : 6'd24));
        go   = l_v[i] && l_n[i][3] && (!r_v[i] || sum) && !abort[l_w[i]];
        wn   = win[i];
        ws   = work[i];
        base = hash[r_w[i]];
        words = 128'd0;
        if (r_v[i] && !sum) begin
          r_n[i] <= r_n[i] + 6'd1;
          {va, vb, vc, vd, ve, vf, vg, vh} = ws;
          {ua, ub, uc, ud, ue, uf, ug, uh} = ws[511:256];
          if (r_64[i]) begin
            for (j = 0; j < 2; j = j + 1) begin
              t1 = sha512_t1(ve, vf, vg, vh, k_of({r_n[i], j[0]}) + wn[1023 - 64*j -: 64]);
              t2 = sha512_t2(va, vb, vc);
              {va, vb, vc, vd, ve, vf, vg, vh} = {t1 + t2, va, vb, vc, vd + t1, ve, vf, vg};
            end
            ws = {va, vb, vc, vd, ve, vf, vg, vh};
            words = {sha512_word(wn[1023:960], wn[959:896], wn[447:384], wn[127:64]),
                     sha512_word(wn[959:896], wn[895:832], wn[383:320], wn[63:0])};
          end else if (r_sm3[i]) begin
            for (j = 0; j < 2; j = j + 1) begin
              u1 = sm3_ss1(ua, ue, j[0] ? {r_t[i][30:0], r_t[i][31]} : r_t[i]);
              u2 = sm3_ff(ua, ub, uc, r_n[i] < 6'd8) + ud + (u1 ^ {ua[19:0], ua[31:20]}) +
                   (wn[991 - 64*j -: 32] ^ wn[735 - 64*j -: 32]);
              u1 = sm3_gg(ue, uf, ug, r_n[i] < 6'd8) + uh + u1 + wn[991 - 64*j -: 32];
              {ua, ub, uc, ud, ue, uf, ug, uh} = {u2, ua, ub[22:0], ub[31:23], uc, sm3_p0(u1), ue, uf[12:0], uf[31:13], ug};
            end
            ws[511:256] = {ua, ub, uc, ud, ue, uf, ug, uh};
            r_t[i] <= (r_n[i] == 6'd7) ? 32'h9d8a7a87 : {r_t[i][29:0], r_t[i][31:30]};
            words = {32'd0, sm3_word(wn[991:960], wn[799:768], wn[543:512], wn[351:320], wn[159:128]),
                     32'd0, sm3_word(wn[927:896], wn[735:704], wn[479:448], wn[287:256], wn[95:64])};
          end else begin
            for (j = 0; j < 2; j = j + 1) begin
              t1 = k_of({r_n[i], j[0]});
              u1 = sha256_t1(ue, uf, ug, uh, t1[63:32] + wn[991 - 64*j -: 32]);
              u2 = sha256_t2(ua, ub, uc);
              {ua, ub, uc, ud, ue, uf, ug, uh} = {u1 + u2, ua, ub, uc, ud + u1, ue, uf, ug};
            end
            ws[511:256] = {ua, ub, uc, ud, ue, uf, ug, uh};
            words = {32'd0, sha256_word(wn[991:960], wn[927:896], wn[415:384], wn[95:64]),
                     32'd0, sha256_word(wn[927:896], wn[863:832], wn[351:320], wn[31:0])};
          end
        end
        if (load) begin
          l_n[i] <= l_n[i] + 4'd1;
          words  = blk[l_w[i]][{l_n[i][2:0], 7'd0} +: 128];
          if (is_64(alg[8*l_w[i] +: 3])) begin
            words = {swap64(words[63:0]), swap64(words[127:64])};
          end else begin
            words[63:0] = blk[l_w[i]][{1'b0, l_n[i][2:0], 6'd0} +: 64];
            words = {32'd0, swap32(words[31:0]), 32'd0, swap32(words[63:32])};
          end
          if (l_n[i] == 4'd7)
            full[l_w[i]] <= 1'b0;
        end
        if (load || (r_v[i] && !sum))
          win[i] <= {wn[895:0], words};
        if (sum) begin
          if (r_64[i])
            base = {base[511:448] + ws[511:448], base[447:384] + ws[447:384], base[383:320] + ws[383:320],
                    base[319:256] + ws[319:256], base[255:192] + ws[255:192], base[191:128] + ws[191:128],
                    base[127:64] + ws[127:64], base[63:0] + ws[63:0]};
          else if (r_sm3[i])
            base[511:256] = base[511:256] ^ ws[511:256];
          else
            base[511:256] = {base[511:480] + ws[511:480], base[479:448] + ws[479:448],
                             base[447:416] + ws[447:416], base[415:384] + ws[415:384],
                             base[383:352] + ws[383:352], base[351:320] + ws[351:320],
                             base[319:288] + ws[319:288], base[287:256] + ws[287:256]};
          hash[r_w[i]] <= base;
          r_v[i]  <= 1'b0;
          ws      = 512'd0;
          if (!l_v[i])
            win[i] <= 1024'd0;
        end
        if (go) begin
          ws       = (sum && r_w[i] == l_w[i]) ? base : hash[l_w[i]];
          r_v[i]   <= 1'b1;
          r_w[i]   <= l_w[i];
          r_n[i]   <= 6'd0;
          r_t[i]   <= 32'h79cc4519;
          r_64[i]  <= is_64(alg[8*l_w[i] +: 3]);
          r_sm3[i] <= alg[8*l_w[i] +: 3] == HA_SM3;
          l_v[i]   <= 1'b0;
        end
        if (r_v[i] && abort[r_w[i]] && !go) begin
          r_v[i]  <= 1'b0;
          ws      = 512'd0;
          if (!l_v[i])
            win[i] <= 1024'd0;
        end
        work[i] <= ws;
        if (l_v[i] && abort[l_w[i]]) begin
          l_v[i] <= 1'b0;
          if (!r_v[i])
            win[i] <= 1024'd0;
        end
      end

    // A core that is free, or will be when the next block is in, takes one; a stream stays with its core until
    // its hash is there. turn: who had one last.
    claimed = {PORTS{1'b0}};
    if (|full)
      for (i = 0; i < CORES; i = i + 1)
        if (!l_v[i] && (!r_v[i] || r_n[i] >= (r_64[i] ? 6'd30 : 6'd22))) begin
          wait_for = full & ~claimed & (~in_core | (r_v[i] ? one(r_w[i]) : {PORTS{1'b0}})) & ~abort;
          if (|(wait_for & ~turn))
            wait_for = wait_for & ~turn;
          wait_for = wait_for & (~wait_for + {{PORTS-1{1'b0}}, 1'b1});
          if (|wait_for) begin
            l_v[i]  <= 1'b1;
            l_n[i]  <= 4'd0;
            claimed = claimed | wait_for;
            for (p = 0; p < PORTS; p = p + 1)
              if (wait_for[p])
                l_w[i] <= p[PW-1:0];
            turn = wait_for | (wait_for - {{PORTS-1{1'b0}}, 1'b1});
          end
        end

    if (|(fresh | abort))
      for (p = 0; p < PORTS; p = p + 1)
        if (fresh[p] || abort[p]) begin
          phase[p]   <= H_IN;
          needs[p]   <= 1'b1;
          settles[p] <= 1'b0;
          over[p]    <= 1'b0;
          bad[p]     <= 1'b0;
          outer[p]   <= 1'b0;
          slot[p]    <= 3'd0;
          blk[p]     <= 1024'd0;
          key[p]     <= 1024'd0;
          text[p]    <= 64'd0;
          hash[p]    <= 512'd0;
          begun[p]   <= 1'b0;
          full[p]    <= 1'b0;
        end
    if (rst) begin
      l_v  <= {CORES{1'b0}};
      r_v  <= {CORES{1'b0}};
      full <= {PORTS{1'b0}};
      turn = {PORTS{1'b0}};
    end
  end
  // verilator lint_on BLKSEQ

endmodule

`default_nettype wire
