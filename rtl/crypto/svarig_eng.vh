// SPDX-License-Identifier: BSD-2-Clause
//
// The numbers of svarig_hw.vh that the engines use, in the width they have on the engines' ports.

`include "svarig_hw.vh"

  // verilator lint_off UNUSED
  // Kinds of beats.
  localparam [31:0] W_EK_DATA   = `SVARIG_EK_DATA;
  localparam [31:0] W_EK_KEY    = `SVARIG_EK_KEY;
  localparam [31:0] W_EK_IV     = `SVARIG_EK_IV;
  localparam [31:0] W_EK_STATE  = `SVARIG_EK_STATE;
  localparam [31:0] W_EK_RESULT = `SVARIG_EK_RESULT;
  localparam [2:0] EK_DATA   = W_EK_DATA[2:0];
  localparam [2:0] EK_KEY    = W_EK_KEY[2:0];
  localparam [2:0] EK_IV     = W_EK_IV[2:0];
  localparam [2:0] EK_STATE  = W_EK_STATE[2:0];
  localparam [2:0] EK_RESULT = W_EK_RESULT[2:0];
  // Opcodes.
  localparam [31:0] W_OP_COPY    = `SVARIG_OP_COPY;
  localparam [31:0] W_OP_FILL    = `SVARIG_OP_FILL;
  localparam [31:0] W_OP_COMPARE = `SVARIG_OP_COMPARE;
  localparam [31:0] W_OP_CRC32C  = `SVARIG_OP_CRC32C;
  localparam [31:0] W_OP_HASH    = `SVARIG_OP_HASH;
  localparam [31:0] W_OP_HMAC    = `SVARIG_OP_HMAC;
  localparam [31:0] W_OP_CIPHER  = `SVARIG_OP_CIPHER;
  localparam [31:0] W_OP_AEAD    = `SVARIG_OP_AEAD;
  localparam [7:0] OP_COPY    = W_OP_COPY[7:0];
  localparam [7:0] OP_FILL    = W_OP_FILL[7:0];
  localparam [7:0] OP_COMPARE = W_OP_COMPARE[7:0];
  localparam [7:0] OP_CRC32C  = W_OP_CRC32C[7:0];
  localparam [7:0] OP_HASH    = W_OP_HASH[7:0];
  localparam [7:0] OP_HMAC    = W_OP_HMAC[7:0];
  localparam [7:0] OP_CIPHER  = W_OP_CIPHER[7:0];
  localparam [7:0] OP_AEAD    = W_OP_AEAD[7:0];
  // Ends.
  localparam [31:0] W_ST_OK         = `SVARIG_ST_OK;
  localparam [31:0] W_ST_BAD_OPCODE = `SVARIG_ST_BAD_OPCODE;
  localparam [31:0] W_ST_AUTH       = `SVARIG_ST_AUTH;
  localparam [31:0] W_ST_MISMATCH   = `SVARIG_ST_MISMATCH;
  localparam [31:0] W_ST_BAD_STATE  = `SVARIG_ST_BAD_STATE;
  localparam [7:0] ST_OK         = W_ST_OK[7:0];
  localparam [7:0] ST_BAD_OPCODE = W_ST_BAD_OPCODE[7:0];
  localparam [7:0] ST_AUTH       = W_ST_AUTH[7:0];
  localparam [7:0] ST_MISMATCH   = W_ST_MISMATCH[7:0];
  localparam [7:0] ST_BAD_STATE  = W_ST_BAD_STATE[7:0];
  // Modes.
  localparam [31:0] W_CM_ECB = `SVARIG_CM_ECB;
  localparam [31:0] W_CM_CBC = `SVARIG_CM_CBC;
  localparam [31:0] W_CM_CTR = `SVARIG_CM_CTR;
  localparam [31:0] W_CM_XTS = `SVARIG_CM_XTS;
  localparam [1:0] CM_ECB = W_CM_ECB[1:0];
  localparam [1:0] CM_CBC = W_CM_CBC[1:0];
  localparam [1:0] CM_CTR = W_CM_CTR[1:0];
  localparam [1:0] CM_XTS = W_CM_XTS[1:0];
  // Ciphers.
  localparam [31:0] W_CI_AES128 = `SVARIG_CI_AES128;
  localparam [31:0] W_CI_AES192 = `SVARIG_CI_AES192;
  localparam [31:0] W_CI_AES256 = `SVARIG_CI_AES256;
  localparam [31:0] W_CI_SM4    = `SVARIG_CI_SM4;
  localparam [1:0] CI_AES128 = W_CI_AES128[1:0];
  localparam [1:0] CI_AES192 = W_CI_AES192[1:0];
  localparam [1:0] CI_AES256 = W_CI_AES256[1:0];
  localparam [1:0] CI_SM4    = W_CI_SM4[1:0];
  // Hashes.
  localparam [31:0] W_HA_SHA224 = `SVARIG_HA_SHA224;
  localparam [31:0] W_HA_SHA256 = `SVARIG_HA_SHA256;
  localparam [31:0] W_HA_SHA384 = `SVARIG_HA_SHA384;
  localparam [31:0] W_HA_SHA512 = `SVARIG_HA_SHA512;
  localparam [31:0] W_HA_SM3    = `SVARIG_HA_SM3;
  localparam [2:0] HA_SHA224 = W_HA_SHA224[2:0];
  localparam [2:0] HA_SHA256 = W_HA_SHA256[2:0];
  localparam [2:0] HA_SHA384 = W_HA_SHA384[2:0];
  localparam [2:0] HA_SHA512 = W_HA_SHA512[2:0];
  localparam [2:0] HA_SM3    = W_HA_SM3[2:0];
  // verilator lint_on UNUSED
