// SPDX-License-Identifier: BSD-2-Clause
//
// inv_covers: does an invalidation cover a translation? (PCIe Base Specification 10.3.1 and 10.3.8)
// Page numbers are address bits 63:12; a mask has a one for every page-number bit inside the range. scope:
//   130 all        every translation of the function
//   129 exact      the translations of pasid only (124 clear: the untagged ones), in the range
//   128 global     the range in every PASID
//   127:125 function, 124:104 PASID (124: valid), 103:52 page, 51:0 mask
// With neither: the range in that PASID; without a PASID the range of the untagged translations and every
// translation that has a PASID: an untagged range says nothing about addresses of a PASID, and to drop too
// much is always legal. A translation marked Global belongs to every PASID: any range that meets it drops it.
// With e_mask all ones the result says: the same scope, whatever the range.

  // verilator lint_off BLKSEQ
  // What a function keeps for a moment is no state.
  function inv_covers(input [130:0] scope, input [2:0] e_fn, input e_global, input [20:0] e_pasid,
                      input [51:0] e_page, input [51:0] e_mask);
    reg range, same, wide;
    begin
      range = (((scope[103:52] ^ e_page) & ~(scope[51:0] | e_mask)) == 52'd0);
      same  = (scope[124:104] == e_pasid) || e_global;
      wide  = !scope[129] && !scope[124] && e_pasid[20];
      inv_covers = (scope[127:125] == e_fn) &&
                   (scope[130] || wide || (range && (same || (!scope[129] && scope[128]))));
    end
  endfunction
  // verilator lint_on BLKSEQ
