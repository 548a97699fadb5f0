// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_engines: every engine, for PORTS users at once (the lanes, and the self-test as the last one). Each has its own
// command, input and output stream; the engines behind are shared beat by beat. All signals are vectors over
// the ports. EW is 128 or 256.
//
// A job: one command (cmd_*: op, alg, decrypt, state_in, state_out, len, aad_len as in the descriptor), then its
// input, then its output, then exactly one end. The next command is taken when all output of the job is in the
// port's FIFO, which may still be full; one like it (the same operation, algorithm and direction, no state) already when
// the last step of the job is on its way through its engine. A cipher takes input of such a command while it is
// offered. abort, a level, forgets everything of the port and
// wipes its keys; a command can be taken one cycle after it falls.
//
// In: beats of EW / 8 bytes, the first byte lowest, s_bytes (1 to EW / 8) below that on the last beat (s_last) of a
// kind only; s_kind EK_KEY (if the operation has a key), then EK_STATE (state_in) or else EK_IV (if it has one),
// then EK_DATA (all but FILL): AAD, text and, decrypting AEAD, the tag as one stream; one beat of 0 bytes if there is
// none of it. COMPARE: chunks of 256 bytes of src and dst by turns, each beginning a new beat. s_cut, with
// s_last of EK_DATA: the stream ends early; what can be emitted of it is (m_last may be missing then), and the job
// ends without EK_RESULT and EK_STATE.
// Out: EK_DATA beats, full but for the last, zeros beyond m_bytes; then EK_STATE (state_out) or EK_RESULT (digest,
// MAC, tag, checksum).
// end_status: ST_OK, ST_AUTH, ST_MISMATCH, ST_BAD_STATE; end_done: COMPARE, bytes that are equal.
//
// Neither key nor anything made of it leaves on any port but as the output asked for; a job's keys are zero when its
// end is offered, or the next job's are being written over them.

`default_nettype none

module svarig_engines #(
  parameter PORTS = 5,                         // 2 to 8
  parameter EW    = 128                        // 128 or 256
) (
  input  wire                  clk,
  input  wire                  rst,

  input  wire [PORTS-1:0]      cmd_valid,
  output wire [PORTS-1:0]      cmd_ready,
  input  wire [PORTS*8-1:0]    cmd_op,         // SVARIG_OP_*
  input  wire [PORTS*8-1:0]    cmd_alg,
  input  wire [PORTS-1:0]      cmd_decrypt,
  input  wire [PORTS-1:0]      cmd_state_in,
  input  wire [PORTS-1:0]      cmd_state_out,
  input  wire [PORTS*32-1:0]   cmd_len,
  input  wire [PORTS*32-1:0]   cmd_aad_len,
  input  wire [PORTS-1:0]      abort,

  input  wire [PORTS-1:0]      s_valid,
  output wire [PORTS-1:0]      s_ready,
  input  wire [PORTS*EW-1:0]   s_data,
  input  wire [PORTS*6-1:0]    s_bytes,
  input  wire [PORTS*3-1:0]    s_kind,         // SVARIG_EK_*
  input  wire [PORTS-1:0]      s_last,
  input  wire [PORTS-1:0]      s_cut,

  output wire [PORTS-1:0]      m_valid,
  input  wire [PORTS-1:0]      m_ready,
  output wire [PORTS*EW-1:0]   m_data,
  output wire [PORTS*6-1:0]    m_bytes,
  output wire [PORTS*3-1:0]    m_kind,
  output wire [PORTS-1:0]      m_last,

  output wire [PORTS-1:0]      end_valid,
  input  wire [PORTS-1:0]      end_ready,
  output wire [PORTS*8-1:0]    end_status,     // SVARIG_ST_*
  output wire [PORTS*32-1:0]   end_done
);

`include "svarig_eng.vh"

  // ------------------------------------------------------------------ the job of each port

  reg  [PORTS-1:0]    busy, fresh;
  reg  [PORTS-1:0]    act_data, act_hash, act_cipher;
  reg  [PORTS*8-1:0]  op, alg;
  reg  [PORTS-1:0]    decrypt, state_in, state_out;
  reg  [PORTS*32-1:0] len, aad_len;
  wire [PORTS-1:0]    flush = abort | {PORTS{rst}};
  wire [PORTS-1:0]    ended;                   // the end is pushed

  // Ends that are still to come of jobs before the one the port is at.
  (* mem2reg *) reg [2:0] owed [0:PORTS-1];
  reg  [PORTS-1:0]    alike, owes, owes_two;   // the command offered is like the job
  wire [PORTS-1:0]    data_spare, cipher_spare; // the last step is on its way
  reg  [PORTS-1:0]    full;                    // no more ends can be owed
  wire [PORTS-1:0]    accept = cmd_valid & cmd_ready;
  wire [PORTS-1:0]    rests  = ended & ~owes & ~accept;

  assign cmd_ready = (~busy | (alike & (data_spare | cipher_spare) & ~fresh & ~full)) & ~abort;

  integer i;
  always @*
    for (i = 0; i < PORTS; i = i + 1) begin
      owes[i]     = (owed[i] != 3'd0);
      owes_two[i] = (owed[i][2:1] != 2'd0);
      full[i]     = (&owed[i]);
      alike[i]    = (cmd_op[8*i +: 8] == op[8*i +: 8]) &&
                    (cmd_alg[8*i +: 8] == alg[8*i +: 8]) && (cmd_decrypt[i] == decrypt[i]) &&
                    !state_in[i] && !state_out[i] && !cmd_state_in[i] && !cmd_state_out[i];
    end

  always @(posedge clk) begin
    fresh <= accept & ~flush;
    busy  <= (busy | accept) & ~rests & ~flush;
    act_data   <= act_data & ~rests & ~flush;
    act_hash   <= act_hash & ~rests & ~flush;
    act_cipher <= act_cipher & ~rests & ~flush;
    for (i = 0; i < PORTS; i = i + 1)
      if (flush[i])
        owed[i] <= 3'd0;
      else if (ended[i] && owes[i] && !accept[i])
        owed[i] <= owed[i] - 3'd1;
      else if (accept[i] && busy[i] && !ended[i])
        owed[i] <= owed[i] + 3'd1;
    for (i = 0; i < PORTS; i = i + 1)
      if (cmd_valid[i] && cmd_ready[i] && !flush[i]) begin
        act_hash[i]   <= (cmd_op[8*i +: 8] == OP_HASH) || (cmd_op[8*i +: 8] == OP_HMAC);
        act_cipher[i] <= (cmd_op[8*i +: 8] == OP_CIPHER) || (cmd_op[8*i +: 8] == OP_AEAD);
        act_data[i]   <= (cmd_op[8*i +: 8] != OP_HASH) && (cmd_op[8*i +: 8] != OP_HMAC) &&
                         (cmd_op[8*i +: 8] != OP_CIPHER) && (cmd_op[8*i +: 8] != OP_AEAD);
        op[8*i +: 8]        <= cmd_op[8*i +: 8];
        alg[8*i +: 8]       <= cmd_alg[8*i +: 8];
        decrypt[i]          <= cmd_decrypt[i];
        state_in[i]         <= cmd_state_in[i];
        state_out[i]        <= cmd_state_out[i];
        len[32*i +: 32]     <= cmd_len[32*i +: 32];
        aad_len[32*i +: 32] <= cmd_aad_len[32*i +: 32];
      end
  end

  // ------------------------------------------------------------------ the units

  wire [PORTS-1:0] room;
  wire [PORTS-1:0] data_ready, data_take, data_push, data_drop;
  wire [PORTS-1:0] hash_ready, hash_take, hash_push, hash_drop;
  wire [PORTS-1:0] cipher_ready, cipher_take, cipher_push, cipher_drop;
  wire [EW+10:0]   data_entry, hash_entry, cipher_entry;

  assign s_ready = data_ready | hash_ready | cipher_ready;

  svarig_eng_data #(.PORTS(PORTS), .EW(EW)) u_data (
    .clk(clk), .rst(rst), .act(act_data), .fresh(fresh), .abort(flush), .op(op), .alg(alg),
    .state_in(state_in), .state_out(state_out), .len(len), .spare(data_spare),
    .s_valid(s_valid), .s_ready(data_ready), .s_data(s_data), .s_bytes(s_bytes), .s_kind(s_kind),
    .s_last(s_last), .s_cut(s_cut),
    .room(room), .take(data_take), .push(data_push), .drop(data_drop), .entry(data_entry)
  );

  svarig_eng_hash #(.PORTS(PORTS), .EW(EW)) u_hash (
    .clk(clk), .rst(rst), .act(act_hash), .fresh(fresh), .abort(flush), .op(op), .alg(alg),
    .state_in(state_in), .state_out(state_out),
    .s_valid(s_valid), .s_ready(hash_ready), .s_data(s_data), .s_bytes(s_bytes), .s_kind(s_kind),
    .s_last(s_last), .s_cut(s_cut),
    .room(room), .take(hash_take), .push(hash_push), .drop(hash_drop), .entry(hash_entry)
  );

  svarig_eng_cipher #(.PORTS(PORTS), .EW(EW)) u_cipher (
    .clk(clk), .rst(rst), .act(act_cipher), .fresh(fresh), .abort(flush), .op(op), .alg(alg),
    .decrypt(decrypt), .state_in(state_in), .state_out(state_out), .len(len), .aad_len(aad_len),
    .spare(cipher_spare), .next(cmd_valid & alike & busy), .owes(owes), .owes_two(owes_two),
    .s_valid(s_valid), .s_ready(cipher_ready), .s_data(s_data), .s_bytes(s_bytes), .s_kind(s_kind),
    .s_last(s_last), .s_cut(s_cut),
    .room(room), .take(cipher_take), .push(cipher_push), .drop(cipher_drop), .entry(cipher_entry)
  );

  assign ended = (data_push & {PORTS{data_entry[EW+10]}}) | (hash_push & {PORTS{hash_entry[EW+10]}}) |
                 (cipher_push & {PORTS{cipher_entry[EW+10]}});

  // ------------------------------------------------------------------ what they have to say

  genvar p;
  generate
    for (p = 0; p < PORTS; p = p + 1) begin : g_port
      svarig_eng_fifo #(.EW(EW)) u_fifo (
        .clk(clk), .flush(flush[p]),
        .reserve(data_take[p] || hash_take[p] || cipher_take[p]),
        .unreserve(data_drop[p] || hash_drop[p] || cipher_drop[p]), .room(room[p]),
        .push({cipher_push[p], hash_push[p], data_push[p]}),
        .entry0(data_entry), .entry1(hash_entry), .entry2(cipher_entry),
        .m_valid(m_valid[p]), .m_ready(m_ready[p]), .m_data(m_data[EW*p +: EW]),
        .m_bytes(m_bytes[6*p +: 6]), .m_kind(m_kind[3*p +: 3]), .m_last(m_last[p]),
        .end_valid(end_valid[p]), .end_ready(end_ready[p]), .end_status(end_status[8*p +: 8]),
        .end_done(end_done[32*p +: 32])
      );
    end
  endgenerate

endmodule

`default_nettype wire
