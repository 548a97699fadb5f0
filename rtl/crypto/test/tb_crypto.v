// SPDX-License-Identifier: BSD-2-Clause
//
// tb_crypto: bench top: svarig_crypto with both AES cores side by side; `iter` says which one the
// ports reach.

`default_nettype none

module tb_crypto (
  input  wire         clk,
  input  wire         rst,
  input  wire         iter,
  input  wire         start,
  input  wire         stop,
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
  output wire         m_last,
  output wire         secrets,   // some key or keystream register is not zero

  input  wire [31:0]  box_in,
  output wire         box_same   // the S-box's table and its logic agree on these four bytes
);

  wire [1:0]   busy_v, s_ready_v, m_valid_v, m_last_v;
  wire [255:0] m_data_v;
  wire [9:0]   m_bytes_v;

  genvar g;
  generate
    for (g = 0; g < 2; g = g + 1) begin : g_dut
      wire here = (iter == (g == 1));
      svarig_crypto #(.AES_PIPELINE(g == 0)) u_dut (
        .clk(clk), .rst(rst), .start(start && here), .abort(stop && here),
        .op(op), .key(key), .iv(iv), .busy(busy_v[g]),
        .s_valid(s_valid && here), .s_ready(s_ready_v[g]),
        .s_data(s_data), .s_bytes(s_bytes), .s_last(s_last),
        .m_valid(m_valid_v[g]), .m_ready(m_ready && here),
        .m_data(m_data_v[128 * g +: 128]), .m_bytes(m_bytes_v[5 * g +: 5]), .m_last(m_last_v[g])
      );
    end
  endgenerate

  assign busy    = busy_v[iter];
  assign s_ready = s_ready_v[iter];
  assign m_valid = m_valid_v[iter];
  assign m_last  = m_last_v[iter];
  assign m_data  = iter ? m_data_v[255:128] : m_data_v[127:0];
  assign m_bytes = iter ? m_bytes_v[9:5] : m_bytes_v[4:0];

  assign secrets = iter ?
    (|g_dut[1].u_dut.u_aes.g_iter.u_core.cipher_key || |g_dut[1].u_dut.u_aes.g_iter.u_core.prev ||
     |g_dut[1].u_dut.u_aes.g_iter.u_core.base || |g_dut[1].u_dut.u_aes.g_iter.u_core.state ||
     |g_dut[1].u_dut.u_aes.g_iter.u_core.out) :
    (|g_dut[0].u_dut.u_aes.g_pipe.u_core.rk || |g_dut[0].u_dut.u_aes.g_pipe.u_core.u_keys.prev ||
     |g_dut[0].u_dut.u_aes.g_pipe.u_core.u_keys.base || |g_dut[0].u_dut.u_aes.g_pipe.u_core.ks ||
     |g_dut[0].u_dut.u_aes.g_pipe.u_core.first);

`include "svarig_aes_sbox.vh"
`include "svarig_aes_sbox_logic.vh"

  assign box_same = sub_word(box_in) == {sbox_logic(box_in[31:24]), sbox_logic(box_in[23:16]),
                                         sbox_logic(box_in[15:8]), sbox_logic(box_in[7:0])};

endmodule

`default_nettype wire
