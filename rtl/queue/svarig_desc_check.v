// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_desc_check: a descriptor judged by itself (host/include/svarig_hw.toml, "Descriptor", "Completion
// status").
//
// Combinational. status is ST_OK or the first objection, in the order opcode, flags and reserved fields,
// length, addresses (src, dst, key, iv); addr is the address objected to, else 0. Fields an operation does
// not use are not looked at.

`default_nettype none
`include "svarig_hw.vh"

module svarig_desc_check (
  input  wire [511:0] desc,            // byte 0 in 7:0
  output reg  [7:0]   status,
  output reg  [63:0]  addr,
  output wire         is_nop,
  output wire         is_sha,
  output wire         is_aes,
  output wire         is_256           // AES-256
);

  localparam [31:0] ST_OK      = `SVARIG_ST_OK;
  localparam [31:0] ST_OPCODE  = `SVARIG_ST_BAD_OPCODE;
  localparam [31:0] ST_FLAGS   = `SVARIG_ST_BAD_FLAGS;
  localparam [31:0] ST_LENGTH  = `SVARIG_ST_BAD_LENGTH;
  localparam [31:0] ST_ADDRESS = `SVARIG_ST_BAD_ADDRESS;

  wire [31:0] opcode = {24'd0, desc[`SVARIG_DESC_OPCODE_LSB +: `SVARIG_DESC_OPCODE_W]};
  wire [31:0] flags  = {16'd0, desc[`SVARIG_DESC_FLAGS_LSB +: `SVARIG_DESC_FLAGS_W]};
  wire [31:0] len    = desc[`SVARIG_DESC_LEN_LSB +: `SVARIG_DESC_LEN_W];
  wire [63:0] src    = desc[`SVARIG_DESC_SRC_LSB +: `SVARIG_DESC_SRC_W];
  wire [63:0] dst    = desc[`SVARIG_DESC_DST_LSB +: `SVARIG_DESC_DST_W];
  wire [63:0] key    = desc[`SVARIG_DESC_KEY_LSB +: `SVARIG_DESC_KEY_W];
  wire [63:0] iv     = desc[`SVARIG_DESC_IV_LSB +: `SVARIG_DESC_IV_W];
  wire        rsvd   = (|desc[`SVARIG_DESC_RSVD0_LSB +: `SVARIG_DESC_RSVD0_W]) ||
                       (|desc[`SVARIG_DESC_RSVD1_LSB +: `SVARIG_DESC_RSVD1_W]) ||
                       (|desc[`SVARIG_DESC_RSVD2_LSB +: `SVARIG_DESC_RSVD2_W]);

  wire   is_copy = (opcode == `SVARIG_OP_COPY);
  assign is_nop  = (opcode == `SVARIG_OP_NOP);
  assign is_sha  = (opcode == `SVARIG_OP_SHA256);
  assign is_aes  = (opcode == `SVARIG_OP_AES_CTR);
  assign is_256  = is_aes && ((flags & `SVARIG_DF_AES256) != 32'd0);

  wire [31:0] known = is_aes ? `SVARIG_DF_AES256 : 32'd0;

  // Bits 63:48 all equal, and the last byte not below the first.
  wire [31:0] dst_len = is_sha ? 32'd32 : len;
  wire [31:0] key_len = is_256 ? 32'd32 : 32'd16;
  wire        src_up  = ((src + {32'd0, len - 32'd1}) >= src);
  wire        dst_up  = ((dst + {32'd0, dst_len - 32'd1}) >= dst);
  wire        key_up  = ((key + {32'd0, key_len - 32'd1}) >= key);
  wire        iv_up   = ((iv + 64'd15) >= iv);
  wire        bad_src = !(src_up && ((src[63:48] == 16'h0000) || (src[63:48] == 16'hffff))) && (len != 32'd0);
  wire        bad_dst = !(dst_up && ((dst[63:48] == 16'h0000) || (dst[63:48] == 16'hffff)));
  wire        bad_key = !(key_up && ((key[63:48] == 16'h0000) || (key[63:48] == 16'hffff))) && is_aes;
  wire        bad_iv  = !(iv_up && ((iv[63:48] == 16'h0000) || (iv[63:48] == 16'hffff))) && is_aes;

  always @* begin
    status = ST_OK[7:0];
    addr   = 64'd0;
    if (!(is_nop || is_copy || is_sha || is_aes))
      status = ST_OPCODE[7:0];
    else if (rsvd || ((flags & ~known) != 32'd0))
      status = ST_FLAGS[7:0];
    else if (!is_nop) begin
      if (((len == 32'd0) && !is_sha) || (len > `SVARIG_MAX_LEN))
        status = ST_LENGTH[7:0];
      else if (bad_src || bad_dst || bad_key || bad_iv) begin
        status = ST_ADDRESS[7:0];
        addr   = bad_src ? src : bad_dst ? dst : bad_key ? key : iv;
      end
    end
  end

  wire unused = &{1'b0, ST_OK, ST_OPCODE, ST_FLAGS, ST_LENGTH, ST_ADDRESS,
                  desc[`SVARIG_DESC_COOKIE_LSB +: `SVARIG_DESC_COOKIE_W]};

endmodule

`default_nettype wire
