// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_aes: AES-128 or AES-256 in counter mode over a byte stream (FIPS 197; SP 800-38A, 6.5).
//
// start, any time, takes key and the initial counter block iv (byte 0 in bits [7:0]; a 128-bit key
// in the lower half) and drops what was under way. The counter is a 128-bit big-endian number that
// wraps. Beats: 16 bytes, first byte lowest; s_bytes (0..16) is below 16 on the last beat only and
// is handed on with s_last. Bytes of m_data beyond m_bytes mean nothing. Keystream is made ahead of
// the data. After the last beat, on abort and on rst, keys and state are wiped in one cycle; abort
// wins over start.
//
// PIPELINE 1: one beat a cycle; 0: the small core, a beat every 11 or 15 cycles.

`default_nettype none

module svarig_aes #(
  parameter PIPELINE = 1
) (
  input  wire         clk,
  input  wire         rst,
  input  wire         start,
  input  wire         abort,
  input  wire         key256,
  input  wire [255:0] key,
  input  wire [127:0] iv,

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

  reg          active;
  wire         ks_valid;
  wire [127:0] ks;
  wire         taken  = m_valid && m_ready;
  wire         finish = taken && s_last;
  wire         wipe   = rst || abort || (finish && !start);

  generate
    if (PIPELINE != 0) begin : g_pipe
      svarig_aes_pipe u_core (
        .clk(clk), .wipe(wipe), .load(start), .key256(key256), .key(key), .iv(iv),
        .ks_valid(ks_valid), .ks_take(taken), .ks(ks)
      );
    end else begin : g_iter
      svarig_aes_iter u_core (
        .clk(clk), .wipe(wipe), .load(start), .key256(key256), .key(key), .iv(iv),
        .ks_valid(ks_valid), .ks_take(taken), .ks(ks)
      );
    end
  endgenerate

  always @(posedge clk)
    if (wipe)
      active <= 1'b0;
    else if (start)
      active <= 1'b1;

  assign m_valid = active && ks_valid && s_valid;
  assign s_ready = active && ks_valid && m_ready;
  assign m_data  = s_data ^ ks;
  assign m_bytes = s_bytes;
  assign m_last  = s_last;

endmodule

`default_nettype wire
