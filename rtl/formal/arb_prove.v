// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_tlp_arb, the arbiter of the transmit port, with svarig_fc_tx as it is: what leaves is what one client had accepted,
// beat for beat; TLPs are not mixed; who is held starts none. Nobody who waits is passed twice by another of its class,
// posted and non-posted TLPs alternate while both could go, completions go first, and the port does not rest while a TLP
// whose class has credits without limit waits: a non-posted TLP without credits stands in nobody's way (2.4.1, 2.6.1).
// Four clients; one that waits (k) is watched, and one that could pass it (j).

`default_nettype none

module arb_prove (
  input wire         clk,
  input wire [3:0]   hold,
  input wire [5:0]   fc_finite,
  input wire [59:0]  fc_limit,
  input wire [3:0]   c_valid,
  input wire [3:0]   c_eop,
  input wire [3:0]   c_pfx_valid,
  input wire [127:0] c_pfx,
  input wire [511:0] c_hdr,
  input wire [127:0] c_data,
  input wire [15:0]  c_be,
  input wire         tx_ready
);

  localparam N = 4, CPL = 2'd0, P = 2'd1, NP = 2'd2;

  (* anyconst *) wire [1:0] k;
  (* anyconst *) wire [1:0] j;

  reg rst = 1'b1;
  always @(posedge clk)
    rst <= 1'b0;

  function [3:0] hot(input [1:0] n);
    hot = 4'd1 << n;
  endfunction
  function one(input [3:0] v);
    one = ((v & (v - 4'd1)) == 4'd0);
  endfunction

  // Whose TLP is on its way, by what was accepted; its beats behind the first have no sop.
  reg  [3:0] on_way;
  wire [3:0] c_ready, mid;
  wire [3:0] took  = c_valid & c_ready;
  wire [3:0] start = (on_way == 4'd0) ? took : 4'd0;

  wire         tx_valid, tx_sop, tx_eop, tx_pfx_valid;
  wire [31:0]  tx_pfx, tx_data;
  wire [127:0] tx_hdr;
  wire [3:0]   tx_be;
  svarig_tlp_arb #(.N(N), .DATA_WIDTH(32)) u_arb (
    .clk(clk), .rst(rst), .hold(hold), .mid(mid), .fc_finite(fc_finite), .fc_limit(fc_limit),
    .c_valid(c_valid), .c_ready(c_ready), .c_sop(~on_way), .c_eop(c_eop), .c_pfx_valid(c_pfx_valid), .c_pfx(c_pfx),
    .c_hdr(c_hdr), .c_data(c_data), .c_be(c_be),
    .tx_valid(tx_valid), .tx_ready(tx_ready), .tx_sop(tx_sop), .tx_eop(tx_eop), .tx_pfx_valid(tx_pfx_valid),
    .tx_pfx(tx_pfx), .tx_hdr(tx_hdr), .tx_data(tx_data), .tx_be(tx_be)
  );

  // ------------------------------------------------------------------ classes, by 2.2.1: Fmt in 127:125, Type in 124:120

  function [1:0] class(input [7:0] fmt_type);
    casez (fmt_type)
      8'b???_0101?: class = CPL;                // Cpl, CplD, locked or not
      8'b???_10???: class = P;                  // Msg, MsgD
      8'b?1?_00000: class = P;                  // MWr
      default:      class = NP;
    endcase
  endfunction

  reg  [3:0] of_cpl, of_p, of_np;
  integer    i;
  always @*
    for (i = 0; i < N; i = i + 1) begin
      of_cpl[i] = (class(c_hdr[i*128 + 120 +: 8]) == CPL);
      of_p[i]   = (class(c_hdr[i*128 + 120 +: 8]) == P);
      of_np[i]  = (class(c_hdr[i*128 + 120 +: 8]) == NP);
    end
  wire [3:0] wants = c_valid & ~hold;
  wire [3:0] alike = of_cpl[k] ? of_cpl : of_p[k] ? of_p : of_np;
  wire       free_p   = (fc_finite[1:0] == 2'd0);
  wire       free_np  = (fc_finite[3:2] == 2'd0);
  wire       free_cpl = (fc_finite[5:4] == 2'd0);

  // ------------------------------------------------------------------ what the arbiter owes

  reg  [1:0]   class_k;                // of the TLP that waits
  reg          waits;                  // k waited a cycle ago
  wire [1:0]   now_k = class(c_hdr[k*128 + 120 +: 8]);
  wire         same  = waits && (class_k == now_k);
  reg  [1:0]   passed;                 // by j, since k waits with a TLP of its class
  wire [1:0]   so_far = same ? passed : 2'd0;
  reg          last_np;                // of posted and non-posted, which started last
  reg          mine;                   // the beat in the output register is k's
  reg          m_sop, m_eop, m_pfx_valid;
  reg  [31:0]  m_pfx, m_data;
  reg  [127:0] m_hdr;
  reg  [3:0]   m_be;
  reg          there;

  wire [3:0]   x_owner, x_p, x_np, x_cpl;
  wire         x_locked, x_last;
  wire [3:0]   after = (class_k == CPL) ? x_cpl : (class_k == P) ? x_p : x_np;

  always @(posedge clk) begin
    assume(j != k);
    if (rst) begin
      on_way  <= 4'd0;
      waits   <= 1'b0;
      passed  <= 2'd0;
      last_np <= 1'b0;
      mine    <= 1'b0;
      there   <= 1'b0;
    end else begin
      if (|took)
        on_way <= took & ~c_eop;
      waits   <= wants[k] && !on_way[k] && !took[k];
      class_k <= now_k;
      passed  <= so_far + {1'b0, (start == hot(j)) && alike[j] && wants[k]};
      if (|(start & of_p))
        last_np <= 1'b0;
      if (|(start & of_np))
        last_np <= 1'b1;
      if (|took) begin
        there       <= 1'b1;
        mine        <= took[k];
        m_sop       <= !on_way[k];
        m_eop       <= c_eop[k];
        m_pfx_valid <= c_pfx_valid[k];
        m_pfx       <= c_pfx[k*32 +: 32];
        m_hdr       <= c_hdr[k*128 +: 128];
        m_data      <= c_data[k*32 +: 32];
        m_be        <= c_be[k*4 +: 4];
      end else if (tx_ready)
        there <= 1'b0;
    end

    if (!rst) begin
      assert(one(took));
      assert((start & hold) == 4'd0);
      assert(one(on_way) && (mid == on_way));
      if (on_way != 4'd0)
        assert((took & ~on_way) == 4'd0);
      assert(took == 4'd0 || !tx_valid || tx_ready);         // nothing accepted is overwritten

      // What is accepted is what leaves.
      assert(tx_valid == there);
      if (there && mine)
        assert((tx_sop == m_sop) && (tx_eop == m_eop) && (tx_pfx_valid == m_pfx_valid) && (tx_pfx == m_pfx) &&
               (tx_hdr == m_hdr) && (tx_data == m_data) && (tx_be == m_be));

      // Turns, classes, no rest.
      assert(so_far + {1'b0, (start == hot(j)) && alike[j] && wants[k]} <= 2'd1);
      if (free_cpl && (|(wants & of_cpl)))
        assert((start & ~of_cpl) == 4'd0);
      if (free_p && (|(wants & of_p)) && last_np)
        assert((start & of_np) == 4'd0);
      if (free_np && (|(wants & of_np)) && !last_np)
        assert((start & of_p) == 4'd0);
      if ((on_way == 4'd0) && (!tx_valid || tx_ready) &&
          ((free_p && (|(wants & of_p))) || (free_np && (|(wants & of_np))) || (free_cpl && (|(wants & of_cpl)))))
        assert(start != 4'd0);
      if ((on_way != 4'd0) && (!tx_valid || tx_ready))
        assert(took == (on_way & c_valid));

      // What makes it inductive: the turns are ones above zeros, and those served lie below.
      assert(x_locked == (on_way != 4'd0));
      if (x_locked)
        assert(x_owner == on_way);
      assert(x_last == last_np);
      assert((x_p & (~x_p >> 1)) == 4'd0);
      assert((x_np & (~x_np >> 1)) == 4'd0);
      assert((x_cpl & (~x_cpl >> 1)) == 4'd0);
      if (waits && (passed != 2'd0))
        assert((k > j) ? !after[j] && after[k] : !after[j] || after[k]);
      assert(passed <= 2'd1);
    end
  end

endmodule

`default_nettype wire
