// SPDX-License-Identifier: BSD-2-Clause
//
// CRC-32C (RFC 3720, B.4: polynomial 11edc6f41h, reflected) as a function of the module that includes this. The register
// is kept as it is between bytes, without the final complement.

  // Four zero bytes behind the register: row i is what bit i becomes.
  function [31:0] crc32c_word(input [31:0] c);
    crc32c_word =
      ({32{c[0]}} & 32'hdd45aab8) ^ ({32{c[1]}} & 32'hbf672381) ^ ({32{c[2]}} & 32'h7b2231f3) ^
      ({32{c[3]}} & 32'hf64463e6) ^ ({32{c[4]}} & 32'he964b13d) ^ ({32{c[5]}} & 32'hd725148b) ^
      ({32{c[6]}} & 32'haba65fe7) ^ ({32{c[7]}} & 32'h52a0c93f) ^ ({32{c[8]}} & 32'ha541927e) ^
      ({32{c[9]}} & 32'h4f6f520d) ^ ({32{c[10]}} & 32'h9edea41a) ^ ({32{c[11]}} & 32'h38513ec5) ^
      ({32{c[12]}} & 32'h70a27d8a) ^ ({32{c[13]}} & 32'he144fb14) ^ ({32{c[14]}} & 32'hc76580d9) ^
      ({32{c[15]}} & 32'h8b277743) ^ ({32{c[16]}} & 32'h13a29877) ^ ({32{c[17]}} & 32'h274530ee) ^
      ({32{c[18]}} & 32'h4e8a61dc) ^ ({32{c[19]}} & 32'h9d14c3b8) ^ ({32{c[20]}} & 32'h3fc5f181) ^
      ({32{c[21]}} & 32'h7f8be302) ^ ({32{c[22]}} & 32'hff17c604) ^ ({32{c[23]}} & 32'hfbc3faf9) ^
      ({32{c[24]}} & 32'hf26b8303) ^ ({32{c[25]}} & 32'he13b70f7) ^ ({32{c[26]}} & 32'hc79a971f) ^
      ({32{c[27]}} & 32'h8ad958cf) ^ ({32{c[28]}} & 32'h105ec76f) ^ ({32{c[29]}} & 32'h20bd8ede) ^
      ({32{c[30]}} & 32'h417b1dbc) ^ ({32{c[31]}} & 32'h82f63b78);
  endfunction
