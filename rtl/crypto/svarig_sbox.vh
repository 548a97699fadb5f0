// SPDX-License-Identifier: BSD-2-Clause
//
// sub_word(): the AES S-box (FIPS 197, figure 7) on four bytes, or its inverse (figure 14); sm4_sub_word(): that
// of SM4 (GB/T 32907). Simulation looks them up in tables, synthesis gets logic; the bench compares the two
// for every byte.

`ifdef VERILATOR

  // Row f first: in a vector the highest byte is written first.
  localparam [2047:0] SBOX = {
    128'h16bb54b0_0f2d9941_6842e6bf_0d89a18c,
    128'hdf2855ce_e9871e9b_948ed969_1198f8e1,
    128'h9e1dc186_b9573561_0ef60348_66b53e70,
    128'h8a8bbd4b_1f74dde8_c6b4a61c_2e2578ba,
    128'h08ae7a65_eaf4566c_a94ed58d_6d37c8e7,
    128'h79e49591_62acd3c2_5c240649_0a3a32e0,
    128'hdb0b5ede_14b8ee46_88902a22_dc4f8160,
    128'h73195d64_3d7ea7c4_1744975f_ec130ccd,
    128'hd2f3ff10_21dab6bc_f5389d92_8f40a351,
    128'ha89f3c50_7f02f945_85334d43_fbaaefd0,
    128'hcf584c4a_39becb6a_5bb1fc20_ed00d153,
    128'h842fe329_b3d63b52_a05a6e1b_1a2c8309,
    128'h75b227eb_e2801207_9a059618_c323c704,
    128'h1531d871_f1e5a534_ccf73f36_2693fdb7,
    128'hc072a49c_afa2d4ad_f04759fa_7dc982ca,
    128'h76abd7fe_2b670130_c56f6bf2_7b777c63
  };

  localparam [2047:0] SBOX_INV = {
    128'h7d0c2155_631469e1_26d677ba_7e042b17,
    128'h61995383_3cbbebc8_b0f52aae_4d3be0a0,
    128'hef9cc993_9f7ae52d_0d4ab519_a97f5160,
    128'h5fec8027_591012b1_31c70788_33a8dd1f,
    128'hf45acd78_fec0db9a_2079d2c6_4b3e56fc,
    128'h1bbe18aa_0e62b76f_89c5291d_711af147,
    128'h6edf751c_e837f9e2_8535ade7_2274ac96,
    128'h73e6b4f0_cecff297_eadc674f_4111913a,
    128'h6b8a1301_03bdafc1_020f3fca_8f1e2cd0,
    128'h0645b3b8_0558e4f7_0ad3bc8c_00abd890,
    128'h849d8da7_5746155e_dab9edfd_5048706c,
    128'h92b6655d_cc5ca4d4_16986886_64f6f872,
    128'h25d18b6d_49a25b76_b224d928_66a12e08,
    128'h4ec3fa42_0b954cee_3d23c2a6_32947b54,
    128'hcbe9dec4_44438e34_87ff2f9b_8239e37c,
    128'hfbd7f381_9ea340bf_38a53630_d56a0952
  };

  localparam [2047:0] SBOX_SM4 = {
    128'h4839cbd7_3e5fee79_204ddc3a_ec7df018,
    128'h84c66ec5_09f1b965_7e77960c_4a976989,
    128'hb0b4e5b8_12d0742d_bd7bcda5_8831c10a,
    128'hd85a101f_415cd911_7fbcddbb_92af1b8d,
    128'h515b6c6d_726aff03_2f8efdde_4537dbd5,
    128'h6f4e530d_ab2329c0_60ca6682_2ee2f61d,
    128'he3b18cf5_303293ad_551a349b_a45daee0,
    128'ha11561f9_cef2f7a3_b538c740_d28abfea,
    128'h9ec8c4a0_e702364c_5227d39f_574600d4,
    128'h87782101_3b7c2225_a2d15863_5e0e241e,
    128'h359d5670_4b0febf8_8bda6471_b2816b68,
    128'ha84f85e6_193c5983_ba1773f3_fca70747,
    128'ha63f8f75_fa94df80_95e808c9_a91cb3e4,
    128'h62accfed_430b5433_7a98ef91_f450429c,
    128'h99068649_261344aa_c304be2a_769a672b,
    128'h052cfb28_c214b616_b73de1cc_fee990d6
  };

  // AES, inverse, SM4.
  reg [7:0] sbox [0:767];
  integer sbox_i;
  initial
    for (sbox_i = 0; sbox_i < 256; sbox_i = sbox_i + 1) begin
      sbox[sbox_i]       = SBOX[8 * sbox_i +: 8];
      sbox[256 + sbox_i] = SBOX_INV[8 * sbox_i +: 8];
      sbox[512 + sbox_i] = SBOX_SM4[8 * sbox_i +: 8];
    end

  function [31:0] sub_word(input [31:0] x, input dec);
    sub_word = {sbox[{1'b0, dec, x[31:24]}], sbox[{1'b0, dec, x[23:16]}], sbox[{1'b0, dec, x[15:8]}],
                sbox[{1'b0, dec, x[7:0]}]};
  endfunction

  function [31:0] sm4_sub_word(input [31:0] x);
    sm4_sub_word = {sbox[{2'd2, x[31:24]}], sbox[{2'd2, x[23:16]}], sbox[{2'd2, x[15:8]}], sbox[{2'd2, x[7:0]}]};
  endfunction

`else

`include "svarig_sbox_logic.vh"

  function [31:0] sub_word(input [31:0] x, input dec);
    sub_word = {sbox_logic(x[31:24], dec), sbox_logic(x[23:16], dec), sbox_logic(x[15:8], dec),
                sbox_logic(x[7:0], dec)};
  endfunction

  function [31:0] sm4_sub_word(input [31:0] x);
    sm4_sub_word = {sm4_sbox_logic(x[31:24]), sm4_sbox_logic(x[23:16]), sm4_sbox_logic(x[15:8]),
                    sm4_sbox_logic(x[7:0])};
  endfunction

`endif
