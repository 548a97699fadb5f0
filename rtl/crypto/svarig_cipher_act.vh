// SPDX-License-Identifier: BSD-2-Clause
//
// What svarig_cipher_exit does with a beat when the block cipher is done with it.

  // verilator lint_off UNUSED
  localparam [3:0] A_NOP   = 4'd0;    // nothing: its place in the FIFO is given back
  localparam [3:0] A_OUT   = 4'd1;    // output
  localparam [3:0] A_AAD   = 4'd2;    // into GHASH only
  localparam [3:0] A_HASH  = 4'd3;    // the hash subkey H (and, with 256 bits, E(J0) above it)
  localparam [3:0] A_J0    = 4'd4;    // E(J0), 128 bits wide; H squared, 256 bits wide
  localparam [3:0] A_Y     = 4'd5;    // GHASH goes on from here
  localparam [3:0] A_TAG   = 4'd6;    // the tag to compare with
  localparam [3:0] A_LEN   = 4'd7;    // the lengths into GHASH; then the tag goes out or is compared
  localparam [3:0] A_STATE = 4'd8;    // part of the streaming state
  localparam [3:0] A_STY   = 4'd9;    // the same, with GHASH in its last 16 bytes
  localparam [3:0] A_END   = 4'd10;   // end, status lowest; wipes the port
  // verilator lint_on UNUSED
