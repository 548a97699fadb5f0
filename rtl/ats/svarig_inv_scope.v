// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_inv_scope: does an invalidation cover a translation? (PCIe Base Specification 10.3.1 and 10.3.8)
// Combinational. Page numbers are address bits 63:12; a mask has a one for every address bit inside the range.
//
//   everything            all
//   exactly one PASID     exact: the entries of i_pasid (bit 20 clear: the untagged ones), range as given
//   PASID, Global clear   the range in that PASID
//   PASID, Global set     the range in every PASID
//   no PASID              the range of the untagged entries, and every PASID entry: an untagged range says
//                         nothing about addresses of a PASID, and to drop too much is always legal
//
// With e_mask all ones hit says: the same scope, whatever the range.

`default_nettype none

module svarig_inv_scope (
  input  wire        i_all,
  input  wire        i_exact,
  input  wire        i_global,
  input  wire [20:0] i_pasid,
  input  wire [51:0] i_page,
  input  wire [51:0] i_mask,
  input  wire [20:0] e_pasid,
  input  wire [51:0] e_page,
  input  wire [51:0] e_mask,
  output wire        hit
);

  wire range = (((i_page ^ e_page) & ~(i_mask | e_mask)) == 52'd0);
  wire same  = (i_pasid == e_pasid);
  wire wide  = !i_exact && !i_pasid[20] && e_pasid[20];

  assign hit = i_all || wide || (range && (same || (!i_exact && i_global)));

endmodule

`default_nettype wire
