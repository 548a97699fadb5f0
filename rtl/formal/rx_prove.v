// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_tlp_rx, with svarig_fc_rx as it is. Any TLP, good or bad, comes at any time; both queues are read at any speed:
//   once         a write that was accepted, any one, leaves p_* once, after those before it and unchanged; a non-posted
//                request likewise np_*
//   order        a non-posted request is shown when every write before it was taken and it is the next: not earlier
//                (2.4.1), not later
//   no waiting   completions and messages are shown one cycle later and never wait; who keeps to fc_alloc never waits
//   credits      each TLP frees what it took, once: one that is queued when it leaves, any other at once (2.6.1)
//   told         what is malformed, or more than the credits allow, is reported and goes nowhere else
// Queues of four; a beat of 64 bits, the least.

`default_nettype none

module rx_prove (
  input wire         clk,
  input wire [2:0]   mps,
  input wire         fc_check,
  input wire         rx_valid,
  input wire         rx_eop,
  input wire         rx_pfx_valid,
  input wire [31:0]  rx_pfx,
  input wire [127:0] rx_hdr,
  input wire [63:0]  rx_data,
  input wire [7:0]   rx_be,
  input wire         p_ready,
  input wire         np_ready,
  input wire         watch             // the request that comes now is the one
);

  reg rst = 1'b1;
  always @(posedge clk)
    rst <= 1'b0;

  reg          mid;                    // the first beat was accepted, the last one not
  wire         rx_sop = !mid;
  wire         rx_ready, cpl_valid, cpl_sop, cpl_eop, msg_valid, msg_pfx_valid, p_valid, np_valid, idle;
  wire         bad_unsupported, bad_malformed, bad_poisoned, bad_overflow, pme_turn_off;
  wire [59:0]  fc_alloc;
  wire [127:0] cpl_hdr, msg_hdr, p_hdr, np_hdr, bad_hdr;
  wire [63:0]  cpl_data, msg_data, p_data;
  wire [31:0]  msg_pfx, np_data;
  wire [7:0]   cpl_be;

  svarig_tlp_rx #(.DATA_WIDTH(64), .LOG2(2)) u_rx (
    .clk(clk), .rst(rst), .mps(mps), .fc_check(fc_check), .fc_alloc(fc_alloc),
    .rx_valid(rx_valid), .rx_ready(rx_ready), .rx_sop(rx_sop), .rx_eop(rx_eop), .rx_pfx_valid(rx_pfx_valid),
    .rx_pfx(rx_pfx), .rx_hdr(rx_hdr), .rx_data(rx_data), .rx_be(rx_be),
    .cpl_valid(cpl_valid), .cpl_sop(cpl_sop), .cpl_eop(cpl_eop), .cpl_hdr(cpl_hdr), .cpl_data(cpl_data), .cpl_be(cpl_be),
    .msg_valid(msg_valid), .msg_pfx_valid(msg_pfx_valid), .msg_pfx(msg_pfx), .msg_hdr(msg_hdr), .msg_data(msg_data),
    .p_valid(p_valid), .p_ready(p_ready), .p_hdr(p_hdr), .p_data(p_data),
    .np_valid(np_valid), .np_ready(np_ready), .np_hdr(np_hdr), .np_data(np_data),
    .bad_unsupported(bad_unsupported), .bad_malformed(bad_malformed), .bad_poisoned(bad_poisoned),
    .bad_overflow(bad_overflow), .bad_hdr(bad_hdr), .pme_turn_off(pme_turn_off), .idle(idle)
  );

  // ------------------------------------------------------------------ what comes: 2.2.1, table 2-3

  localparam [2:0] NONE = 3'd0, P = 3'd1, NP = 3'd2, CPL = 3'd3, MSG = 3'd4;
  reg  [2:0]   class;
  reg          has_be;
  always @* begin
    casez (rx_hdr[127:120])
      8'b01?_00000:                             class = P;     // MWr
      8'b00?_00000, 8'b00?_00001:               class = NP;    // MRd, MRdLk
      8'b0?0_00010, 8'b0?0_00100, 8'b0?0_00101: class = NP;    // IO, Cfg0, Cfg1
      8'b01?_01100, 8'b01?_01101, 8'b01?_01110: class = NP;    // FetchAdd, Swap, CAS
      8'b0?0_0101?:                             class = CPL;
      8'b0?1_10???:                             class = MSG;
      default:                                  class = NONE;
    endcase
    has_be = ((class == P) || (class == NP)) && (rx_hdr[123:122] != 2'b11);
  end

  wire         payload = rx_hdr[126];
  wire [10:0]  dws     = (rx_hdr[105:96] == 10'd0) ? 11'd1024 : {1'b0, rx_hdr[105:96]};
  wire [10:0]  carried = payload ? dws : 11'd0;
  wire [11:0]  units   = ({1'b0, carried} + 12'd3) / 12'd4;
  wire [10:0]  most    = 11'd32 << mps;
  wire         long    = (carried > most);
  wire         short   = rx_eop != (carried <= 11'd2);         // as far as the first beat tells
  wire         be_ok   = (dws == 11'd1) ? (rx_hdr[71:68] == 4'd0) : (rx_hdr[71:68] != 4'd0) && (rx_hdr[67:64] != 4'd0);
  wire         formed  = (class != NONE) && !long && ((class == CPL) || !short) && (be_ok || !has_be);

  // What the far side has sent, and what is in the queues.
  reg  [7:0]   p_got, np_got;
  reg  [11:0]  pd_got, npd_got;
  reg  [2:0]   p_in, np_in;
  reg  [11:0]  pd_in, npd_in;
  wire         posted = (class == P) || (class == MSG);
  wire [7:0]   p_left   = fc_alloc[7:0]   - p_got  - 8'd1;
  wire [11:0]  pd_left  = fc_alloc[19:8]  - pd_got - units;
  wire [7:0]   np_left  = fc_alloc[27:20] - np_got - 8'd1;
  wire [11:0]  npd_left = fc_alloc[39:28] - npd_got - units;
  wire         beyond  = (posted && (p_left[7] || pd_left[11])) || ((class == NP) && (np_left[7] || npd_left[11]));

  wire         begins  = rx_valid && rx_sop;
  wire         dropped = begins && fc_check && beyond;
  wire         taken   = begins && rx_ready && !dropped;
  wire         push_p  = taken && formed && (class == P);
  wire         push_np = taken && formed && (class == NP);
  wire         pop_p   = p_valid && p_ready;
  wire         pop_np  = np_valid && np_ready;
  wire [8:0]   x_units_p, x_units_np;  // that the TLP which leaves frees

  // ------------------------------------------------------------------ one write and one request

  reg          on_p, on_np;
  reg  [2:0]   before_p, before_np;    // of the same queue
  reg  [2:0]   writes;                 // before the request
  reg  [200:0] kept_p;
  reg  [168:0] kept_np;

  // ------------------------------------------------------------------ a cycle later

  reg          of_cpl;                 // the TLP under way
  reg          was_cpl, was_msg, was_bad, was_over, was_poisoned, was_unknown, was_off;
  reg          l_sop, l_eop, l_pfx_valid;
  reg  [31:0]  l_pfx;
  reg  [127:0] l_hdr;
  reg  [63:0]  l_data;
  reg  [7:0]   l_be;
  wire [7:0]   code  = rx_hdr[71:64];
  wire         ep    = rx_hdr[110] && payload;
  wire         is_on = (code == 8'h01) ? payload : (code == 8'h05) && !payload;
  wire         mute  = (code == 8'h00) || (code == 8'h14) || (code[7:3] == 5'b01000) || (code == 8'h48) || (code == 8'h50) ||
                       (code == 8'h7f);
  wire         msg   = taken && formed && (class == MSG);

  // ------------------------------------------------------------------ the block's own

  wire [2:0]    x_pwr, x_prd, x_npwr, x_nprd, x_released;
  wire [2:0]    x_behind0, x_behind1, x_behind2, x_behind3;
  wire [200:0]  x_p0, x_p1, x_p2, x_p3;
  wire [168:0]  x_np0, x_np1, x_np2, x_np3;
  wire          x_in_cpl;
  wire [59:0]   x_received;
  wire [1:0]    place_p  = x_prd[1:0] + before_p[1:0];
  wire [1:0]    place_np = x_nprd[1:0] + before_np[1:0];
  wire [1:0]    place_w  = x_prd[1:0] + writes[1:0] - 2'd1;   // the last write before the request

  wire [200:0]  there_p  = (place_p == 2'd0) ? x_p0 : (place_p == 2'd1) ? x_p1 : (place_p == 2'd2) ? x_p2 : x_p3;
  wire [168:0]  there_np = (place_np == 2'd0) ? x_np0 : (place_np == 2'd1) ? x_np1 : (place_np == 2'd2) ? x_np2 : x_np3;
  wire [2:0]    behind   = (place_w == 2'd0) ? x_behind0 : (place_w == 2'd1) ? x_behind1 :
                           (place_w == 2'd2) ? x_behind2 : x_behind3;

  // Requests behind the first n writes.
  function [5:0] sum(input [11:0] v, input [1:0] from, input [2:0] n);
    integer   i;
    reg [1:0] at;
    begin
      sum = 6'd0;
      for (i = 0; i < 4; i = i + 1) begin
        at = i[1:0] - from;
        if ({1'b0, at} < n)
          sum = sum + {3'd0, v[i*3 +: 3]};
      end
    end
  endfunction
  wire [5:0]    all   = sum({x_behind3, x_behind2, x_behind1, x_behind0}, x_prd[1:0], p_in) + {3'd0, x_released};
  wire [5:0]    ahead = sum({x_behind3, x_behind2, x_behind1, x_behind0}, x_prd[1:0], writes - 3'd1) + {3'd0, x_released};
  wire [5:0]    upto  = ahead + {3'd0, behind};

  always @(posedge clk) begin
    assume(mps <= 3'd5);
    if (rst) begin
      mid     <= 1'b0;
      p_got   <= 8'd0;
      np_got  <= 8'd0;
      pd_got  <= 12'd0;
      npd_got <= 12'd0;
      p_in    <= 3'd0;
      np_in   <= 3'd0;
      pd_in   <= 12'd0;
      npd_in  <= 12'd0;
      on_p    <= 1'b0;
      on_np   <= 1'b0;
      of_cpl  <= 1'b0;
      {was_cpl, was_msg, was_bad, was_over, was_poisoned, was_unknown, was_off} <= 7'd0;
    end else begin
      if (rx_valid && rx_ready) begin
        mid    <= !rx_eop;
        of_cpl <= !rx_eop && (rx_sop ? formed && (class == CPL) : of_cpl);
      end
      if (taken && posted) begin
        p_got  <= p_got + 8'd1;
        pd_got <= pd_got + units;
      end
      if (taken && (class == NP)) begin
        np_got  <= np_got + 8'd1;
        npd_got <= npd_got + units;
      end
      p_in   <= p_in + {2'd0, push_p} - {2'd0, pop_p};
      np_in  <= np_in + {2'd0, push_np} - {2'd0, pop_np};
      pd_in  <= pd_in + (push_p ? units : 12'd0) - (pop_p ? {3'd0, x_units_p} : 12'd0);
      npd_in <= npd_in + (push_np ? units : 12'd0) - (pop_np ? {3'd0, x_units_np} : 12'd0);

      if (push_p && watch && !on_p) begin
        on_p     <= 1'b1;
        before_p <= p_in - {2'd0, pop_p};
        kept_p   <= {units[8:0], rx_hdr, rx_data};
      end else if (on_p && pop_p) begin
        on_p     <= (before_p != 3'd0);
        before_p <= before_p - 3'd1;
      end
      if (push_np && watch && !on_np) begin
        on_np     <= 1'b1;
        before_np <= np_in - {2'd0, pop_np};
        writes    <= p_in - {2'd0, pop_p};
        kept_np   <= {units[8:0], rx_hdr, rx_data[31:0]};
      end else if (on_np) begin
        if (pop_np) begin
          on_np     <= (before_np != 3'd0);
          before_np <= before_np - 3'd1;
        end
        if (pop_p && (writes != 3'd0))
          writes <= writes - 3'd1;
      end

      was_cpl      <= rx_valid && rx_ready && (rx_sop ? formed && (class == CPL) : of_cpl);
      was_msg      <= msg && is_on && !ep;
      was_poisoned <= msg && ep;
      was_unknown  <= msg && !rx_hdr[110] && !is_on && !mute && (code != 8'h19);
      was_off      <= msg && (code == 8'h19);
      was_bad      <= taken && !formed;
      was_over     <= dropped;
    end
    l_sop       <= rx_sop;
    l_eop       <= rx_eop;
    l_pfx_valid <= rx_pfx_valid;
    l_pfx       <= rx_pfx;
    l_hdr       <= rx_hdr;
    l_data      <= rx_data;
    l_be        <= rx_be;

    if (!rst) begin
      // once
      assert(p_valid == (p_in != 3'd0));
      if (on_p && (before_p == 3'd0))
        assert({p_hdr, p_data} == kept_p[191:0]);
      if (on_np && (before_np == 3'd0) && np_valid)
        assert({np_hdr, np_data} == kept_np[159:0]);
      if (np_in == 3'd0)
        assert(!np_valid);
      // order
      if (on_np && (before_np == 3'd0))
        assert(np_valid == (writes == 3'd0));
      // no waiting
      assert(cpl_valid == was_cpl);
      if (cpl_valid)
        assert((cpl_sop == l_sop) && (cpl_eop == l_eop) && (cpl_hdr == l_hdr) && (cpl_data == l_data) && (cpl_be == l_be));
      assert(msg_valid == was_msg);
      if (msg_valid)
        assert((msg_pfx_valid == l_pfx_valid) && (msg_pfx == l_pfx) && (msg_hdr == l_hdr) && (msg_data == l_data));
      if (rx_valid && !(begins && formed && ((class == P) ? (p_in == 3'd4) : (class == NP) && (np_in == 3'd4))))
        assert(rx_ready);
      if (begins && !beyond)
        assert(rx_ready);
      // credits
      assert(fc_alloc[7:0] == p_got + 8'd4 - {5'd0, p_in});
      assert(fc_alloc[19:8] == pd_got + 12'd512 - pd_in);
      assert(fc_alloc[27:20] == np_got + 8'd4 - {5'd0, np_in});
      assert(fc_alloc[39:28] == npd_got + 12'd16 - npd_in);
      if (on_p && (before_p == 3'd0))
        assert(x_units_p == kept_p[200:192]);
      if (on_np && (before_np == 3'd0))
        assert(x_units_np == kept_np[168:160]);
      // told
      assert((bad_malformed == was_bad) && (bad_overflow == was_over));
      assert((bad_poisoned == was_poisoned) && (bad_unsupported == was_unknown) && (pme_turn_off == was_off));
      if (bad_malformed || bad_overflow || bad_poisoned || bad_unsupported)
        assert(bad_hdr == l_hdr);
      if (idle)
        assert((p_in == 3'd0) && (np_in == 3'd0) && !was_cpl && !was_msg);

      // What makes it inductive: requests stand behind the write they wait for, in order.
      assert(x_in_cpl == of_cpl);
      assert(!of_cpl || mid);
      assert(x_received[39:0] == {npd_got, np_got, pd_got, p_got});
      assert((x_pwr - x_prd == p_in) && (p_in <= 3'd4));
      assert((x_npwr - x_nprd == np_in) && (np_in <= 3'd4));
      assert(all == {3'd0, np_in});
      if (on_p) begin
        assert(before_p < p_in);
        assert(there_p == kept_p);
      end
      if (on_np) begin
        assert(before_np < np_in);
        assert(writes <= p_in);
        assert(there_np == kept_np);
        if (writes == 3'd0)
          assert(before_np < x_released);
        else
          assert(({3'd0, before_np} >= ahead) && ({3'd0, before_np} < upto));
      end
    end
  end

endmodule

`default_nettype wire
