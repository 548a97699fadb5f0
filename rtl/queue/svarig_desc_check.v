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
  input  wire [511:0] desc,            // byte 0 in 7:0
  output reg  [7:0]   status,
  output reg  [63:0]  addr,
  output wire         is_nop,
  output wire         is_compare,
  output wire         has_src,         // has a source stream (its length may be 0)
  output wire         has_text,        // gives text of len bytes at dst
  output wire         decrypt,
  output wire         state_in,
  output wire         state_out,
  output wire         chain,
  output reg  [7:0]   key_len,         // bytes to be read, 0: none
  output reg  [4:0]   iv_len,
  output wire [31:0]  src_len,         // of the whole source: AAD, text and tag
  output wire [31:0]  dst_len          // of text and result
);

  localparam [31:0] ST_OK      = `SVARIG_ST_OK;
  localparam [31:0] ST_OPCODE  = `SVARIG_ST_BAD_OPCODE;
  localparam [31:0] ST_FLAGS   = `SVARIG_ST_BAD_FLAGS;
  localparam [31:0] ST_LENGTH  = `SVARIG_ST_BAD_LENGTH;
  localparam [31:0] ST_ADDRESS = `SVARIG_ST_BAD_ADDRESS;
  localparam [31:0] ST_SG      = `SVARIG_ST_BAD_SG;
  localparam [31:0] ST_ALG     = `SVARIG_ST_BAD_ALG;
  localparam [31:0] ST_STATE   = `SVARIG_ST_BAD_STATE;

  wire [31:0] opcode = {24'd0, desc[`SVARIG_DESC_OPCODE_LSB +: `SVARIG_DESC_OPCODE_W]};
  wire [7:0]  alg    = desc[`SVARIG_DESC_ALG_LSB +: `SVARIG_DESC_ALG_W];
  wire [31:0] flags  = {16'd0, desc[`SVARIG_DESC_FLAGS_LSB +: `SVARIG_DESC_FLAGS_W]};
  wire [31:0] len    = desc[`SVARIG_DESC_LEN_LSB +: `SVARIG_DESC_LEN_W];
  wire [63:0] src    = desc[`SVARIG_DESC_SRC_LSB +: `SVARIG_DESC_SRC_W];
  wire [63:0] dst    = desc[`SVARIG_DESC_DST_LSB +: `SVARIG_DESC_DST_W];
  wire [63:0] key    = desc[`SVARIG_DESC_KEY_LSB +: `SVARIG_DESC_KEY_W];
  wire [63:0] iv     = desc[`SVARIG_DESC_IV_LSB +: `SVARIG_DESC_IV_W];
  wire [63:0] state  = desc[`SVARIG_DESC_STATE_LSB +: `SVARIG_DESC_STATE_W];
  wire [31:0] aad    = desc[`SVARIG_DESC_AAD_LEN_LSB +: `SVARIG_DESC_AAD_LEN_W];
  wire [15:0] src_sg = desc[`SVARIG_DESC_SRC_SG_LSB +: `SVARIG_DESC_SRC_SG_W];
  wire [15:0] dst_sg = desc[`SVARIG_DESC_DST_SG_LSB +: `SVARIG_DESC_DST_SG_W];

  assign is_nop     = (opcode == `SVARIG_OP_NOP);
  assign is_compare = (opcode == `SVARIG_OP_COMPARE);
  wire is_copy      = (opcode == `SVARIG_OP_COPY);
  wire is_fill      = (opcode == `SVARIG_OP_FILL);
  wire is_crc       = (opcode == `SVARIG_OP_CRC32C);
  wire is_hash      = (opcode == `SVARIG_OP_HASH);
  wire is_hmac      = (opcode == `SVARIG_OP_HMAC);
  wire is_cipher    = (opcode == `SVARIG_OP_CIPHER);
  wire is_aead      = (opcode == `SVARIG_OP_AEAD);
  wire digests      = is_hash || is_hmac;

  assign has_src  = !is_nop && !is_fill;
  assign has_text = is_copy || is_fill || is_cipher || is_aead;

  // ------------------------------------------------------------------ flags

  wire streams = digests || is_crc || is_cipher || is_aead;
  wire [31:0] known = `SVARIG_DF_CHAIN | `SVARIG_DF_UNORDERED |
                      ((is_cipher || is_aead) ? `SVARIG_DF_DECRYPT : 32'd0) |
                      (streams ? (`SVARIG_DF_STATE_IN | `SVARIG_DF_STATE_OUT) : 32'd0);
  assign chain     = ((flags & `SVARIG_DF_CHAIN) != 32'd0);
  assign decrypt   = ((flags & `SVARIG_DF_DECRYPT) != 32'd0);
  assign state_in  = ((flags & `SVARIG_DF_STATE_IN) != 32'd0);
  assign state_out = ((flags & `SVARIG_DF_STATE_OUT) != 32'd0);
  wire   bad_flags = ((flags & ~known) != 32'd0) ||
                     (!is_nop && (((state != 64'd0) && !state_in && !state_out) || ((aad != 32'd0) && !is_aead) ||
                                  (is_compare && ((src_sg | dst_sg) != 16'd0)) || (is_fill && (src_sg != 16'd0))));

  // ------------------------------------------------------------------ algorithms

  wire [31:0] low  = {28'd0, alg[3:0]};
  wire [31:0] high = {28'd0, alg[7:4]};
  wire is_xts  = is_cipher && (high == `SVARIG_CM_XTS);
  wire is_ecb  = is_cipher && (high == `SVARIG_CM_ECB);
  wire is_cbc  = is_cipher && (high == `SVARIG_CM_CBC);
  wire wide    = (low == `SVARIG_HA_SHA384) || (low == `SVARIG_HA_SHA512);
  wire bad_alg = (digests && ((low > `SVARIG_HA_SM3) || (high != 32'd0))) ||
                 (is_cipher && ((low > `SVARIG_CI_SM4) || (high > `SVARIG_CM_XTS) || (is_xts && (low == `SVARIG_CI_AES192)))) ||
                 (is_aead && ((low > `SVARIG_CI_SM4) || (high != 32'd0))) ||
                 (!digests && !is_cipher && !is_aead && !is_nop && (alg != 8'd0));

  reg [7:0] cipher_key;
  always @* begin
    cipher_key = 8'd16;
    if (low == `SVARIG_CI_AES192)
      cipher_key = 8'd24;
    if (low == `SVARIG_CI_AES256)
      cipher_key = 8'd32;
    key_len = 8'd0;
    if (is_hmac)
      key_len = wide ? 8'd128 : 8'd64;
    if (is_cipher || is_aead)
      key_len = is_xts ? {cipher_key[6:0], 1'b0} : cipher_key;
    iv_len = 5'd0;
    if (is_fill || (is_cipher && !is_ecb && !state_in))
      iv_len = 5'd16;
    if (is_aead && !state_in)
      iv_len = 5'd12;
  end

  reg [7:0] result;                    // bytes of digest, MAC, tag, checksum at dst
  always @* begin
    result = 8'd0;
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
  end

  // ------------------------------------------------------------------ lengths

  wire [6:0] block_mask = digests ? (wide ? 7'h7f : 7'h3f) : 7'h0f;
  wire no_len    = (len == 32'd0) && (is_copy || is_fill || is_compare || is_cipher);
  wire uneven    = (state_out && !is_crc && ((len[6:0] & block_mask) != 7'd0)) ||
                   ((is_ecb || is_cbc) && (len[3:0] != 4'd0)) || (is_xts && (len < 32'd16));
  wire bad_len   = no_len || uneven || (len > `SVARIG_MAX_LEN) || (aad > `SVARIG_MAX_LEN) ||
                   (is_aead && state_in && (aad != 32'd0));
  wire tag_in    = is_aead && decrypt && !state_out;
  assign src_len = has_src ? (len + (is_aead ? aad : 32'd0) + (tag_in ? 32'd16 : 32'd0)) : 32'd0;
  assign dst_len = (has_text ? len : 32'd0) + {24'd0, result};

  // ------------------------------------------------------------------ addresses

  // Bits 63:48 all equal, and the last byte not below the first.
  function bad_range(input [63:0] from, input [31:0] bytes);
    bad_range = (bytes != 32'd0) && (((from + {32'd0, bytes - 32'd1}) < from) ||
                                     !((from[63:48] == 16'h0000) || (from[63:48] == 16'hffff)));
  endfunction

  wire        lists_src = has_src && (src_sg != 16'd0);
  wire        lists_dst = !is_compare && (dst_len != 32'd0) && (dst_sg != 16'd0);
  wire        many_src  = lists_src && ({16'd0, src_sg} > `SVARIG_MAX_SG);
  wire        many_dst  = lists_dst && ({16'd0, dst_sg} > `SVARIG_MAX_SG);
  wire [31:0] src_span  = lists_src ? {12'd0, src_sg, 4'd0} : src_len;
  wire [31:0] dst_span  = lists_dst ? {12'd0, dst_sg, 4'd0} : is_compare ? len : dst_len;
  wire        bad_src   = bad_range(src, src_span);
  wire        bad_dst   = bad_range(dst, dst_span);
  wire        bad_key   = bad_range(key, {24'd0, key_len});
  wire        bad_iv    = bad_range(iv, {27'd0, iv_len});
  wire        has_state = state_in || state_out;
  wire        bad_state = has_state && bad_range(state, `SVARIG_STATE_SIZE);
  wire        odd_state = has_state && (state[3:0] != 4'd0);
  wire        bad_sg_src = many_src || (lists_src && (src[3:0] != 4'd0));
  wire        bad_sg_dst = many_dst || (lists_dst && (dst[3:0] != 4'd0));

  always @* begin
    status = ST_OK[7:0];
    addr   = 64'd0;
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

  wire unused = &{1'b0, ST_OK, ST_OPCODE, ST_FLAGS, ST_LENGTH, ST_ADDRESS, ST_SG, ST_ALG, ST_STATE, cipher_key,
                  desc[`SVARIG_DESC_COOKIE_LSB +: `SVARIG_DESC_COOKIE_W]};

endmodule

`default_nettype wire
