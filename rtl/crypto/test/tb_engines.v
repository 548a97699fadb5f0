// SPDX-License-Identifier: BSD-2-Clause
//
// tb_engines: bench top: svarig_engines with five ports, a probe for what must have been wiped, and the two makings
// of the S-boxes side by side.
//
// A pulse of probe looks at every register that ever holds a key or something made of it.

`default_nettype none

module tb_engines #(
  parameter EW = 128
) (
  input  wire            clk,
  input  wire            rst,

  input  wire [4:0]      cmd_valid,
  output wire [4:0]      cmd_ready,
  input  wire [39:0]     cmd_op,
  input  wire [39:0]     cmd_alg,
  input  wire [4:0]      cmd_decrypt,
  input  wire [4:0]      cmd_state_in,
  input  wire [4:0]      cmd_state_out,
  input  wire [159:0]    cmd_len,
  input  wire [159:0]    cmd_aad_len,
  input  wire [4:0]      stop,                 // abort is a word of C++

  input  wire [4:0]      s_valid,
  output wire [4:0]      s_ready,
  input  wire [5*EW-1:0] s_data,
  input  wire [29:0]     s_bytes,
  input  wire [14:0]     s_kind,
  input  wire [4:0]      s_last,
  input  wire [4:0]      s_cut,

  output wire [4:0]      m_valid,
  input  wire [4:0]      m_ready,
  output wire [5*EW-1:0] m_data,
  output wire [29:0]     m_bytes,
  output wire [14:0]     m_kind,
  output wire [4:0]      m_last,

  output wire [4:0]      end_valid,
  input  wire [4:0]      end_ready,
  output wire [39:0]     end_status,
  output wire [159:0]    end_done,

  input  wire            probe,
  output reg  [5:0]      secrets,              // of the port: something is not zero; 5: a key on its way to expansion

  input  wire [31:0]     box_in,
  output reg             box_same              // the S-boxes' tables and their logic agree on these four bytes
);

  svarig_engines #(.PORTS(5), .EW(EW)) dut (
    .clk(clk), .rst(rst),
    .cmd_valid(cmd_valid), .cmd_ready(cmd_ready), .cmd_op(cmd_op), .cmd_alg(cmd_alg), .cmd_decrypt(cmd_decrypt),
    .cmd_state_in(cmd_state_in), .cmd_state_out(cmd_state_out), .cmd_len(cmd_len), .cmd_aad_len(cmd_aad_len),
    .abort(stop),
    .s_valid(s_valid), .s_ready(s_ready), .s_data(s_data), .s_bytes(s_bytes), .s_kind(s_kind), .s_last(s_last),
    .s_cut(s_cut),
    .m_valid(m_valid), .m_ready(m_ready), .m_data(m_data), .m_bytes(m_bytes), .m_kind(m_kind), .m_last(m_last),
    .end_valid(end_valid), .end_ready(end_ready), .end_status(end_status), .end_done(end_done)
  );

  genvar g, n;
  always @(negedge probe)
    secrets[5] <= |dut.u_cipher.key_new;

  generate
    for (n = 0; n < 5; n = n + 1) begin : g_port
      reg [14:0] aes;
      reg [31:0] sm4;
      for (g = 0; g < 15; g = g + 1) begin : g_aes
        always @(posedge probe)
          aes[g] <= |dut.u_cipher.u_way.u_aes.g_stage[g].u_stage.rk[n];
      end
      for (g = 0; g < 32; g = g + 1) begin : g_sm4
        always @(posedge probe)
          sm4[g] <= |dut.u_cipher.u_way.u_sm4.g_stage[g].u_stage.rk[n];
      end
      always @(negedge probe)
        secrets[n] <= |dut.u_cipher.key[n] || |dut.u_cipher.g_key[n].u_feed.c_key ||
                     |dut.u_cipher.g_key[n].u_feed.c_iv || |dut.u_cipher.g_key[n].u_feed.head_key ||
                     |dut.u_cipher.g_key[n].u_feed.head_iv || |dut.u_cipher.g_key[n].u_feed.u_expand.win ||
                     |dut.u_cipher.g_key[n].u_feed.u_expand.made || |dut.u_cipher.g_key[n].u_expand.win ||
                     |dut.u_cipher.g_key[n].u_expand.made || |dut.u_cipher.blk[n] || |dut.u_cipher.fed[n] ||
                     |dut.u_cipher.rest[n] || |dut.u_cipher.u_way.u_exit.h[n] || |dut.u_cipher.u_way.u_exit.h2[n] ||
                     |dut.u_cipher.u_way.u_exit.ej0[n] || |dut.u_cipher.u_way.u_exit.y[n] ||
                     |dut.u_hash.key[n] || |dut.u_hash.blk[n] || |aes || |sm4;
    end
  endgenerate

`include "svarig_sbox.vh"
`include "svarig_sbox_logic.vh"

  always @(posedge probe)
    box_same <=
      sub_word(box_in, 1'b0) == {sbox_logic(box_in[31:24], 1'b0), sbox_logic(box_in[23:16], 1'b0),
                               sbox_logic(box_in[15:8], 1'b0), sbox_logic(box_in[7:0], 1'b0)} &&
    sub_word(box_in, 1'b1) == {sbox_logic(box_in[31:24], 1'b1), sbox_logic(box_in[23:16], 1'b1),
                               sbox_logic(box_in[15:8], 1'b1), sbox_logic(box_in[7:0], 1'b1)} &&
    sm4_sub_word(box_in) == {sm4_sbox_logic(box_in[31:24]), sm4_sbox_logic(box_in[23:16]),
                             sm4_sbox_logic(box_in[15:8]), sm4_sbox_logic(box_in[7:0])};

endmodule

`default_nettype wire
