// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_sha256: SHA-256 of one message (FIPS 180-4, clauses 5.1.1, 5.3.3 and 6.2.2), padding
// included.
//
// Input: 16-byte beats, first message byte in bits [7:0]; s_bytes (0..16, larger counts as 16) says
// how many bytes of the beat belong to the message and may be less than 16 on the last beat only. A
// message of no bytes is one last beat with s_bytes = 0. Output: digest, first byte in bits [7:0];
// digest_valid stays high until the next init or abort. init starts a message from any state, abort
// forgets everything; each takes one cycle and both win over a beat offered in the same cycle.
// Messages are up to 2^61 - 1 bytes.
//
// Two rounds a cycle: 33 cycles for each 64-byte block while input keeps up; the next block is
// taken in behind the one at work.

`default_nettype none

module svarig_sha256 (
  input  wire         clk,
  input  wire         rst,
  input  wire         init,
  input  wire         abort,

  input  wire         s_valid,
  output wire         s_ready,
  input  wire [127:0] s_data,
  input  wire [4:0]   s_bytes,
  input  wire         s_last,

  output wire         digest_valid,
  output wire [255:0] digest
);

  // ------------------------------------------------------------------ round functions (4.1.2)

  // verilator lint_off UNUSED
  function [31:0] ror(input [31:0] x, input [4:0] n);
    reg [63:0] twice;
    begin
      twice = {x, x} >> n;
      ror = twice[31:0];
    end
  endfunction
  // verilator lint_on UNUSED

  function [31:0] big_sigma0(input [31:0] x);
    big_sigma0 = ror(x, 5'd2) ^ ror(x, 5'd13) ^ ror(x, 5'd22);
  endfunction

  function [31:0] big_sigma1(input [31:0] x);
    big_sigma1 = ror(x, 5'd6) ^ ror(x, 5'd11) ^ ror(x, 5'd25);
  endfunction

  function [31:0] small_sigma0(input [31:0] x);
    small_sigma0 = ror(x, 5'd7) ^ ror(x, 5'd18) ^ (x >> 3);
  endfunction

  function [31:0] small_sigma1(input [31:0] x);
    small_sigma1 = ror(x, 5'd17) ^ ror(x, 5'd19) ^ (x >> 10);
  endfunction

  // For Verilator 5.032 a function's variables are registers of the block that calls it.
  // verilator lint_off BLKSEQ
  // State is {a, b, c, d, e, f, g, h}; kw is the round's constant plus its schedule word.
  function [255:0] round(input [255:0] st, input [31:0] kw);
    reg [31:0] a, b, c, d, e, f, g, h, t1, t2;
    begin
      {a, b, c, d, e, f, g, h} = st;
      t1 = h + big_sigma1(e) + ((e & f) ^ (~e & g)) + kw;
      t2 = big_sigma0(a) + ((a & b) ^ (a & c) ^ (b & c));
      round = {t1 + t2, a, b, c, d + t1, e, f, g};
    end
  endfunction
  // verilator lint_on BLKSEQ

  // Constants of rounds 2n and 2n + 1 (4.2.2).
  function [63:0] k_pair(input [4:0] n);
    case (n)
      5'd0:  k_pair = 64'h428a2f98_71374491;
      5'd1:  k_pair = 64'hb5c0fbcf_e9b5dba5;
      5'd2:  k_pair = 64'h3956c25b_59f111f1;
      5'd3:  k_pair = 64'h923f82a4_ab1c5ed5;
      5'd4:  k_pair = 64'hd807aa98_12835b01;
      5'd5:  k_pair = 64'h243185be_550c7dc3;
      5'd6:  k_pair = 64'h72be5d74_80deb1fe;
      5'd7:  k_pair = 64'h9bdc06a7_c19bf174;
      5'd8:  k_pair = 64'he49b69c1_efbe4786;
      5'd9:  k_pair = 64'h0fc19dc6_240ca1cc;
      5'd10: k_pair = 64'h2de92c6f_4a7484aa;
      5'd11: k_pair = 64'h5cb0a9dc_76f988da;
      5'd12: k_pair = 64'h983e5152_a831c66d;
      5'd13: k_pair = 64'hb00327c8_bf597fc7;
      5'd14: k_pair = 64'hc6e00bf3_d5a79147;
      5'd15: k_pair = 64'h06ca6351_14292967;
      5'd16: k_pair = 64'h27b70a85_2e1b2138;
      5'd17: k_pair = 64'h4d2c6dfc_53380d13;
      5'd18: k_pair = 64'h650a7354_766a0abb;
      5'd19: k_pair = 64'h81c2c92e_92722c85;
      5'd20: k_pair = 64'ha2bfe8a1_a81a664b;
      5'd21: k_pair = 64'hc24b8b70_c76c51a3;
      5'd22: k_pair = 64'hd192e819_d6990624;
      5'd23: k_pair = 64'hf40e3585_106aa070;
      5'd24: k_pair = 64'h19a4c116_1e376c08;
      5'd25: k_pair = 64'h2748774c_34b0bcb5;
      5'd26: k_pair = 64'h391c0cb3_4ed8aa4a;
      5'd27: k_pair = 64'h5b9cca4f_682e6ff3;
      5'd28: k_pair = 64'h748f82ee_78a5636f;
      5'd29: k_pair = 64'h84c87814_8cc70208;
      5'd30: k_pair = 64'h90befffa_a4506ceb;
      5'd31: k_pair = 64'hbef9a3f7_c67178f2;
    endcase
  endfunction

  // Message bytes are big-endian in words; beats carry the first byte lowest.
  function [31:0] swap32(input [31:0] x);
    swap32 = {x[7:0], x[15:8], x[23:16], x[31:24]};
  endfunction

  function [127:0] beat_words(input [127:0] x);
    beat_words = {swap32(x[31:0]), swap32(x[63:32]), swap32(x[95:64]), swap32(x[127:96])};
  endfunction

  // The first n bytes of a beat, then 0x80, then zeros (5.1.1).
  function [127:0] end_beat(input [127:0] x, input [3:0] n);
    reg [127:0] keep;
    begin
      keep = ~({128{1'b1}} << {n, 3'b000});
      end_beat = (x & keep) | (128'h80 << {n, 3'b000});
    end
  endfunction

  localparam [255:0] H0 = {32'h6a09e667, 32'hbb67ae85, 32'h3c6ef372, 32'ha54ff53a,
                           32'h510e527f, 32'h9b05688c, 32'h1f83d9ab, 32'h5be0cd19};

  // ------------------------------------------------------------------ filling a block

  localparam [1:0] F_MESSAGE = 2'd0;  // beats of the message
  localparam [1:0] F_MARK    = 2'd1;  // the 0x80 byte opens a beat of its own
  localparam [1:0] F_ZEROS   = 2'd2;  // zeros, then the length in the last 8 bytes of a block
  localparam [1:0] F_DONE    = 2'd3;  // the whole padded message has been taken in

  reg  [1:0]   fill;
  reg  [1:0]   slot;        // beat of the block that comes next
  reg  [60:0]  count;       // message bytes so far
  reg  [383:0] early;       // beats 0 to 2 of the block, first word highest
  reg          full;        // block complete in {early, late}
  reg  [127:0] late;
  reg          active;

  wire         room    = active && !full;
  wire         taken   = s_valid && s_ready;
  wire         partial = !s_bytes[4];
  wire [63:0]  length  = {count, 3'b000};

  // The length fits behind this beat's 0x80 if that one is not in the block's last 8 bytes.
  wire         mark_is_late = (slot == 2'd3) && s_bytes[3];

  reg          put;
  reg  [127:0] put_words;
  reg          put_end;     // this beat ends the padded message

  assign s_ready = room && (fill == F_MESSAGE);

  wire [60:0] count_next = count + {56'd0, partial ? {1'b0, s_bytes[3:0]} : 5'd16};

  always @* begin
    put       = 1'b0;
    put_words = 128'd0;
    put_end   = 1'b0;
    case (fill)
      F_MESSAGE: begin
        put = taken;
        if (s_last && partial) begin
          put_words = beat_words(end_beat(s_data, s_bytes[3:0]));
          if (slot == 2'd3 && !mark_is_late) begin
            put_words[63:0] = {count_next, 3'b000};
            put_end = 1'b1;
          end
        end else begin
          put_words = beat_words(s_data);
        end
      end
      F_MARK: begin
        put = room;
        put_words[127] = 1'b1;
        if (slot == 2'd3) begin
          put_words[63:0] = length;
          put_end = 1'b1;
        end
      end
      F_ZEROS: begin
        put = room;
        if (slot == 2'd3) begin
          put_words[63:0] = length;
          put_end = 1'b1;
        end
      end
      default: put = 1'b0;
    endcase
  end

  // ------------------------------------------------------------------ compressing it

  reg          running;
  reg  [4:0]   pair;        // rounds 2 * pair and 2 * pair + 1 are next
  reg          sum;         // add the working variables to the hash value
  reg  [511:0] w;           // the 16 schedule words that come next, first one highest
  reg  [255:0] hash;
  reg  [255:0] work;
  reg          got_last;    // the block at work, or the last one done, ends the message
  reg          block_last;  // the same for the block in {early, late}
  reg          done;

  wire [31:0]  w0  = w[511:480];
  wire [31:0]  w1  = w[479:448];
  wire [31:0]  w2  = w[447:416];
  wire [31:0]  w9  = w[223:192];
  wire [31:0]  w10 = w[191:160];
  wire [31:0]  w14 = w[63:32];
  wire [31:0]  w15 = w[31:0];
  wire [255:0] summed = {hash[255:224] + work[255:224], hash[223:192] + work[223:192],
                         hash[191:160] + work[191:160], hash[159:128] + work[159:128],
                         hash[127:96] + work[127:96], hash[95:64] + work[95:64],
                         hash[63:32] + work[63:32], hash[31:0] + work[31:0]};
  wire         load = full && (!running || sum);
  wire [63:0]  k    = k_pair(pair);

  always @(posedge clk) begin
    if (rst || abort || init) begin
      active     <= init && !abort && !rst;
      fill       <= F_MESSAGE;
      slot       <= 2'd0;
      count      <= 61'd0;
      early      <= 384'd0;
      late       <= 128'd0;
      full       <= 1'b0;
      block_last <= 1'b0;
      running    <= 1'b0;
      pair       <= 5'd0;
      sum        <= 1'b0;
      w          <= 512'd0;
      hash       <= H0;
      work       <= H0;
      got_last   <= 1'b0;
      done       <= 1'b0;
    end else begin
      if (load)
        full <= 1'b0;

      if (put) begin
        slot <= slot + 2'd1;
        if (slot == 2'd3) begin
          late       <= put_words;
          full       <= 1'b1;
          block_last <= put_end;
        end else begin
          early <= {early[255:0], put_words};
        end
        case (fill)
          F_MESSAGE: begin
            count <= count_next;
            if (s_last) begin
              if (put_end)
                fill <= F_DONE;
              else if (partial)
                fill <= F_ZEROS;
              else
                fill <= F_MARK;
            end
          end
          default: fill <= put_end ? F_DONE : F_ZEROS;
        endcase
      end

      if (running && !sum) begin
        work <= round(round(work, k[63:32] + w0), k[31:0] + w1);
        w    <= {w[447:0], small_sigma1(w14) + w9 + small_sigma0(w1) + w0,
                 small_sigma1(w15) + w10 + small_sigma0(w2) + w1};
        pair <= pair + 5'd1;
        sum  <= (pair == 5'd31);
      end

      if (sum) begin
        hash    <= summed;
        work    <= summed;
        sum     <= 1'b0;
        running <= 1'b0;
        done    <= got_last;
      end

      if (load) begin
        w        <= {early, late};
        running  <= 1'b1;
        got_last <= block_last;
      end
    end
  end

  assign digest_valid = done;
  assign digest = {swap32(hash[31:0]), swap32(hash[63:32]), swap32(hash[95:64]),
                   swap32(hash[127:96]), swap32(hash[159:128]), swap32(hash[191:160]),
                   swap32(hash[223:192]), swap32(hash[255:224])};

endmodule

`default_nettype wire
