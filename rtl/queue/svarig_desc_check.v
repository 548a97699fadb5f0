// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_desc_check: a descriptor judged by itself, and what its operation reads (host/include/svarig_hw.toml,
// "Descriptor", "Completion status").
//
// Combinational. status is ST_OK or the first objection, in the order opcode, flags and reserved fields,
// algorithm, length, addresses (src, dst, key, iv, state), lists; addr is the address objected to, else 0.
// Fields an operation does not use are not looked at, except those that are reserved then. A scatter list is
// judged by its own address and count here, by its entries where they are read.

`default_nettype none
`include "svarig_hw.vh"

module svarig_desc_check (
  input  wire         en,              // otherwise everything is 0
  input  wire [511:0] desc,            // byte 0 in 7:0
  output reg  [7:0]   status,
  output reg  [63:0]  addr,
  output reg          is_nop,
  output reg          is_compare,
  output reg          has_src,         // has a source stream (its length may be 0)
  output reg          has_text,        // gives text of len bytes at dst
  output reg          decrypt,
  output reg          state_in,
  output reg          state_out,
  output reg          chain,
  output reg  [7:0]   key_len,         // bytes to be read, 0: none
  output reg  [4:0]   iv_len,
  output reg  [31:0]  src_len,         // of the whole source: AAD, text and tag
  output reg  [31:0]  dst_len          // of text and result
);

  localparam [31:0] ST_OK      = `SVARIG_ST_OK;
  localparam [31:0] ST_OPCODE  = `SVARIG_ST_BAD_OPCODE;
  localparam [31:0] ST_FLAGS   = `SVARIG_ST_BAD_FLAGS;
  localparam [31:0] ST_LENGTH  = `SVARIG_ST_BAD_LENGTH;
  localparam [31:0] ST_ADDRESS = `SVARIG_ST_BAD_ADDRESS;
  localparam [31:0] ST_SG      = `SVARIG_ST_BAD_SG;
  localparam [31:0] ST_ALG     = `SVARIG_ST_BAD_ALG;
  localparam [31:0] ST_STATE   = `SVARIG_ST_BAD_STATE;

  // Bits 63:48 all equal, and the last byte not below the first.
  function bad_range(input [63:0] from, input [31:0] bytes);
    bad_range = (bytes != 32'd0) && (((from + {32'd0, bytes - 32'd1}) < from) ||
                                     !((from[63:48] == 16'h0000) || (from[63:48] == 16'hffff)));
  endfunction

  reg [31:0] opcode, flags, known, len, aad, low, high, src_span, dst_span;
  reg [63:0] src, dst, key, iv, state;
  reg [15:0] src_sg, dst_sg;
  reg [7:0]  alg, result;
  reg [6:0]  block_mask;
  reg        is_copy, is_fill, is_crc, digests, is_hmac, is_cipher, is_aead, is_xts, is_ecb, is_cbc, wide;
  reg        bad_flags, bad_alg, bad_len, bad_src, bad_dst, bad_key, bad_iv, bad_state, odd_state;
  reg        lists_src, lists_dst, bad_sg_src, bad_sg_dst;

  // One block, so that a simulator passes over it while no descriptor is judged.
  always @* begin
    status = ST_OK[7:0];
    addr   = 64'd0;
    {is_nop, is_compare, has_src, has_text, decrypt, state_in, state_out, chain} = 8'd0;
    {key_len, iv_len, src_len, dst_len, opcode, flags, known, len, aad, low, high, src_span, dst_span} = 365'd0;
    {src, dst, key, iv, state, src_sg, dst_sg, alg, result, block_mask} = 375'd0;
    {is_copy, is_fill, is_crc, digests, is_hmac, is_cipher, is_aead, is_xts, is_ecb, is_cbc, wide} = 11'd0;
    {bad_flags, bad_alg, bad_len, bad_src, bad_dst, bad_key, bad_iv, bad_state, odd_state} = 9'd0;
    {lists_src, lists_dst, bad_sg_src, bad_sg_dst} = 4'd0;
    if (en) begin
      opcode = {24'd0, desc[`SVARIG_DESC_OPCODE_LSB +: `SVARIG_DESC_OPCODE_W]};
      alg    = desc[`SVARIG_DESC_ALG_LSB +: `SVARIG_DESC_ALG_W];
      flags  = {16'd0, desc[`SVARIG_DESC_FLAGS_LSB +: `SVARIG_DESC_FLAGS_W]};
      len    = desc[`SVARIG_DESC_LEN_LSB +: `SVARIG_DESC_LEN_W];
      src    = desc[`SVARIG_DESC_SRC_LSB +: `SVARIG_DESC_SRC_W];
      dst    = desc[`SVARIG_DESC_DST_LSB +: `SVARIG_DESC_DST_W];
      key    = desc[`SVARIG_DESC_KEY_LSB +: `SVARIG_DESC_KEY_W];
      iv     = desc[`SVARIG_DESC_IV_LSB +: `SVARIG_DESC_IV_W];
      state  = desc[`SVARIG_DESC_STATE_LSB +: `SVARIG_DESC_STATE_W];
      aad    = desc[`SVARIG_DESC_AAD_LEN_LSB +: `SVARIG_DESC_AAD_LEN_W];
      src_sg = desc[`SVARIG_DESC_SRC_SG_LSB +: `SVARIG_DESC_SRC_SG_W];
      dst_sg = desc[`SVARIG_DESC_DST_SG_LSB +: `SVARIG_DESC_DST_SG_W];

      is_nop     = (opcode == `SVARIG_OP_NOP);
      is_compare = (opcode == `SVARIG_OP_COMPARE);
      is_copy    = (opcode == `SVARIG_OP_COPY);
      is_fill    = (opcode == `SVARIG_OP_FILL);
      is_crc     = (opcode == `SVARIG_OP_CRC32C);
      is_hmac    = (opcode == `SVARIG_OP_HMAC);
      is_cipher  = (opcode == `SVARIG_OP_CIPHER);
      is_aead    = (opcode == `SVARIG_OP_AEAD);
      digests    = (opcode == `SVARIG_OP_HASH) || is_hmac;
      has_src    = !is_nop && !is_fill;
      has_text   = is_copy || is_fill || is_cipher || is_aead;

      // Flags, and fields that are reserved without them.
      known = `SVARIG_DF_CHAIN | `SVARIG_DF_UNORDERED | ((is_cipher || is_aead) ? `SVARIG_DF_DECRYPT : 32'd0) |
              ((digests || is_crc || is_cipher || is_aead) ? (`SVARIG_DF_STATE_IN | `SVARIG_DF_STATE_OUT) : 32'd0);
      chain     = ((flags & `SVARIG_DF_CHAIN) != 32'd0);
      decrypt   = ((flags & `SVARIG_DF_DECRYPT) != 32'd0);
      state_in  = ((flags & `SVARIG_DF_STATE_IN) != 32'd0);
      state_out = ((flags & `SVARIG_DF_STATE_OUT) != 32'd0);
      bad_flags = ((flags & ~known) != 32'd0) ||
                  (!is_nop && (((state != 64'd0) && !state_in && !state_out) || ((aad != 32'd0) && !is_aead) ||
                               (is_compare && ((src_sg | dst_sg) != 16'd0)) || (is_fill && (src_sg != 16'd0))));

      // Algorithms: what of them is read, and what comes behind the text.
      low     = {28'd0, alg[3:0]};
      high    = {28'd0, alg[7:4]};
      is_xts  = is_cipher && (high == `SVARIG_CM_XTS);
      is_ecb  = is_cipher && (high == `SVARIG_CM_ECB);
      is_cbc  = is_cipher && (high == `SVARIG_CM_CBC);
      wide    = (low == `SVARIG_HA_SHA384) || (low == `SVARIG_HA_SHA512);
      bad_alg = (digests && ((low > `SVARIG_HA_SM3) || (high != 32'd0))) ||
                (is_cipher && ((low > `SVARIG_CI_SM4) || (high > `SVARIG_CM_XTS) ||
                               (is_xts && (low == `SVARIG_CI_AES192)))) ||
                (is_aead && ((low > `SVARIG_CI_SM4) || (high != 32'd0))) ||
                (!digests && !is_cipher && !is_aead && !is_nop && (alg != 8'd0));
      if (is_cipher || is_aead) begin
        key_len = (low == `SVARIG_CI_AES192) ? 8'd24 : (low == `SVARIG_CI_AES256) ? 8'd32 : 8'd16;
        if (is_xts)
          key_len = {key_len[6:0], 1'b0};
      end
      if (is_hmac)
        key_len = wide ? 8'd128 : 8'd64;
      if (is_fill || (is_cipher && !is_ecb && !state_in))
        iv_len = 5'd16;
      if (is_aead && !state_in)
        iv_len = 5'd12;
      if (is_crc)
        result = 8'd4;
      if (digests)
        case (low)
          `SVARIG_HA_SHA224: result = 8'd28;
          `SVARIG_HA_SHA384: result = 8'd48;
          `SVARIG_HA_SHA512: result = 8'd64;
          default:           result = 8'd32;
        endcase
      if (is_aead && !decrypt)
        result = 8'd16;
      if (state_out)
        result = 8'd0;

      // Lengths.
      block_mask = digests ? (wide ? 7'h7f : 7'h3f) : 7'h0f;
      bad_len = ((len == 32'd0) && (is_copy || is_fill || is_compare || is_cipher)) ||
                (state_out && !is_crc && ((len[6:0] & block_mask) != 7'd0)) ||
                ((is_ecb || is_cbc) && (len[3:0] != 4'd0)) || (is_xts && (len < 32'd16)) ||
                (len > `SVARIG_MAX_LEN) || (aad > `SVARIG_MAX_LEN) || (is_aead && state_in && (aad != 32'd0));
      src_len = has_src ? (len + (is_aead ? aad : 32'd0) + ((is_aead && decrypt && !state_out) ? 32'd16 : 32'd0)) : 32'd0;
      dst_len = (has_text ? len : 32'd0) + {24'd0, result};

      // Addresses.
      lists_src  = has_src && (src_sg != 16'd0);
      lists_dst  = !is_compare && (dst_len != 32'd0) && (dst_sg != 16'd0);
      src_span   = lists_src ? {12'd0, src_sg, 4'd0} : src_len;
      dst_span   = lists_dst ? {12'd0, dst_sg, 4'd0} : is_compare ? len : dst_len;
      bad_src    = bad_range(src, src_span);
      bad_dst    = bad_range(dst, dst_span);
      bad_key    = bad_range(key, {24'd0, key_len});
      bad_iv     = bad_range(iv, {27'd0, iv_len});
      bad_state  = (state_in || state_out) && bad_range(state, `SVARIG_STATE_SIZE);
      odd_state  = (state_in || state_out) && (state[3:0] != 4'd0);
      bad_sg_src = lists_src && (({16'd0, src_sg} > `SVARIG_MAX_SG) || (src[3:0] != 4'd0));
      bad_sg_dst = lists_dst && (({16'd0, dst_sg} > `SVARIG_MAX_SG) || (dst[3:0] != 4'd0));

      if (opcode > `SVARIG_OP_AEAD)
        status = ST_OPCODE[7:0];
      else if (bad_flags)
        status = ST_FLAGS[7:0];
      else if (!is_nop) begin
        if (bad_alg)
          status = ST_ALG[7:0];
        else if (bad_len)
          status = ST_LENGTH[7:0];
        else if (bad_src || bad_dst || bad_key || bad_iv || bad_state) begin
          status = ST_ADDRESS[7:0];
          addr   = bad_src ? src : bad_dst ? dst : bad_key ? key : bad_iv ? iv : state;
        end else if (odd_state) begin
          status = ST_STATE[7:0];
          addr   = state;
        end else if (bad_sg_src || bad_sg_dst) begin
          status = ST_SG[7:0];
          addr   = bad_sg_src ? src : dst;
        end
      end
    end
  end

  wire unused = &{1'b0, ST_OK, ST_OPCODE, ST_FLAGS, ST_LENGTH, ST_ADDRESS, ST_SG, ST_ALG, ST_STATE,
                  desc[`SVARIG_DESC_COOKIE_LSB +: `SVARIG_DESC_COOKIE_W]};

endmodule

`default_nettype wire
