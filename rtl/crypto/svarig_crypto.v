// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_crypto: every engine behind one byte-stream interface.
//
// start takes op (SVARIG_ENG_*), key and iv (first byte in bits [7:0]; a 128-bit key in the lower
// half) and begins a job, dropping one that is under way; busy is high from the next cycle until
// the last output beat is taken. abort and rst return to idle and wipe keys and data in one cycle;
// abort wins over start.
//
// Beats both ways: 16 bytes, first byte in bits [7:0]; bytes (0..16, larger counts as 16) is below
// 16 only where last is set. A job without data is one last beat of 0 bytes. Bytes of m_data beyond
// m_bytes are zero.
//   ENG_COPY        as many bytes out as in
//   ENG_SHA256      two beats: the digest of FIPS 180-4
//   ENG_AES*_CTR    as many bytes out as in, SP 800-38A 6.5, iv the initial counter block
//   anything else   input is swallowed, one last beat of 0 bytes comes out
// Input beats are taken only while busy; m_valid does not wait for m_ready.

`default_nettype none
`include "svarig_hw.vh"

module svarig_crypto #(
  parameter AES_PIPELINE = 1   // see svarig_aes
) (
  input  wire         clk,
  input  wire         rst,
  input  wire         start,
  input  wire         abort,
  input  wire [3:0]   op,
  input  wire [255:0] key,
  input  wire [127:0] iv,
  output wire         busy,

  input  wire         s_valid,
  output wire         s_ready,
  input  wire [127:0] s_data,
  input  wire [4:0]   s_bytes,
  input  wire         s_last,

  output wire         m_valid,
  input  wire         m_ready,
  output wire [127:0] m_data,
  output wire [4:0]   m_bytes,
  output wire         m_last
);

  wire [31:0]  op_word   = {28'd0, op};
  wire         start_sha = start && (op_word == `SVARIG_ENG_SHA256);
  wire         start_128 = start && (op_word == `SVARIG_ENG_AES128_CTR);
  wire         start_256 = start && (op_word == `SVARIG_ENG_AES256_CTR);

  // What runs.
  reg          active;
  reg          is_copy, is_sha, is_aes;
  reg          in_open;      // the last input beat is still to come
  reg          half;         // the digest's first beat is out

  reg          out_valid;
  reg  [127:0] out_data;
  reg  [4:0]   out_bytes;
  reg          out_last;

  wire [4:0]   bytes    = s_bytes[4] ? 5'd16 : s_bytes;
  wire         out_free = !out_valid || m_ready;
  wire         in_valid = s_valid && active && in_open;
  wire         finish   = m_valid && m_ready && m_last;

  // ------------------------------------------------------------------ engines

  wire         sha_ready, sha_done;
  wire [255:0] sha_digest;
  wire         aes_ready, aes_valid;
  wire [127:0] aes_data;
  wire [4:0]   aes_bytes;
  wire         aes_last;

  svarig_sha256 u_sha256 (
    .clk(clk), .rst(rst), .init(start_sha), .abort(abort || (!start_sha && (start || finish))),
    .s_valid(in_valid && is_sha), .s_ready(sha_ready),
    .s_data(s_data), .s_bytes(bytes), .s_last(s_last),
    .digest_valid(sha_done), .digest(sha_digest)
  );

  svarig_aes #(.PIPELINE(AES_PIPELINE)) u_aes (
    .clk(clk), .rst(rst), .start(start_128 || start_256),
    .abort(abort || (start && !start_128 && !start_256)),
    .key256(start_256), .key(key), .iv(iv),
    .s_valid(in_valid && is_aes), .s_ready(aes_ready),
    .s_data(s_data), .s_bytes(bytes), .s_last(s_last),
    .m_valid(aes_valid), .m_ready(out_free), .m_data(aes_data), .m_bytes(aes_bytes), .m_last(aes_last)
  );

  // ------------------------------------------------------------------ stream

  wire         sha_out = is_sha && sha_done && active;
  wire         bad_end = !is_copy && !is_sha && !is_aes && in_valid && s_last;
  wire         pass    = is_copy && in_valid;

  wire         next_valid = pass || aes_valid || sha_out || bad_end;
  wire [127:0] next_data  = is_sha ? (half ? sha_digest[255:128] : sha_digest[127:0]) :
                            is_aes ? aes_data : s_data;
  wire [4:0]   next_bytes = is_sha ? 5'd16 : is_aes ? aes_bytes : is_copy ? bytes : 5'd0;
  wire         next_last  = is_sha ? half : is_aes ? aes_last : s_last;

  // Sixteen bytes shift all ones out, so that none is cleared.
  wire [127:0] beyond = {128{1'b1}} << {next_bytes, 3'b000};

  assign s_ready = active && in_open &&
                   (is_sha ? sha_ready : is_aes ? aes_ready : out_free);
  assign busy    = active;

  always @(posedge clk)
    if (rst || abort || start) begin
      active    <= start && !abort && !rst;
      is_copy   <= start && (op_word == `SVARIG_ENG_COPY);
      is_sha    <= start_sha;
      is_aes    <= start_128 || start_256;
      in_open   <= start;
      half      <= 1'b0;
      out_valid <= 1'b0;
      out_data  <= 128'd0;
      out_bytes <= 5'd0;
      out_last  <= 1'b0;
    end else begin
      if (s_valid && s_ready && s_last)
        in_open <= 1'b0;
      if (out_free) begin
        out_valid <= next_valid;
        if (next_valid) begin
          out_data  <= next_data & ~beyond;
          out_bytes <= next_bytes;
          out_last  <= next_last;
        end
        if (sha_out)
          half <= 1'b1;
      end
      if (finish) begin
        active    <= 1'b0;
        out_valid <= 1'b0;
        out_data  <= 128'd0;
      end
    end

  assign m_valid = out_valid;
  assign m_data  = out_data;
  assign m_bytes = out_bytes;
  assign m_last  = out_last;

endmodule

`default_nettype wire
