// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_lane_read: the read requests of a lane (PCIe Base Specification 2.2.7, 2.3.1).
//
// Two streams: data (d_*, what the jobs read, in commands) and control (c_*: descriptors and scatter lists,
// which go first and whose rows always find room). A range is cut at multiples of the live MRRS (512 bytes
// at most, so a 4 KiB border is never crossed); a piece gets a slot, then its translation, then it is sent;
// the next is translated while one waits for the arbiter. With its sending an entry is put into the order of its
// stream (o_*, p_*; *_room: for two). A piece that cannot be had is an error entry, which ends its job (data) or
// its command (control); xe_*, ce_* tell why.
//   kill   the job whose commands come now is cut short: what is left of it is not read; an entry with fin
//          and type NONE ends it. quit asks for its last command then.
//   clear  no new request; idle says that none is under way and no slot is in hand.

`default_nettype none
`include "svarig_hw.vh"

module svarig_lane_read #(
  parameter SW = 6                     // width of a slot number
) (
  input  wire          clk,
  input  wire          rst,
  input  wire          clear,
  output wire          idle,
  input  wire          cfg_bme,
  input  wire          cfg_ats_en,
  input  wire [2:0]    cfg_mrrs,
  input  wire [15:0]   cfg_rid,
  input  wire [20:0]   pasid,          // bit 20: valid

  input  wire          d_valid,        // svarig_lane_issue
  output wire          d_ready,
  input  wire [1:0]    d_type,         // 0 read, 1 nothing, 2 error
  input  wire [63:0]   d_va,
  input  wire [31:0]   d_len,
  input  wire [2:0]    d_kind,
  input  wire          d_flush,        // a beat ends with this command
  input  wire          d_last,         // and it is the last of its kind
  input  wire          d_fin,
  input  wire [7:0]    d_status,       // of an error
  input  wire [7:0]    d_detail,
  input  wire [63:0]   d_addr,
  output wire          quit,
  input  wire          kill,

  input  wire [2:0]    c_valid,        // destinations: 0 descriptors, 1 source list, 2 destination list
  output wire [2:0]    c_ready,
  input  wire [191:0]  c_va,
  input  wire [29:0]   c_len,

  output wire          al_req,         // svarig_rd_slots
  output wire          al_ctl,
  input  wire          al_gnt,
  input  wire [SW-1:0] al_slot,
  output wire          al_ret,
  output wire [SW-1:0] ret_slot,
  input  wire          none_left,
  input  wire          few_left,

  output wire          xl_req,         // svarig_xlate
  output wire [63:0]   xl_va,
  output wire          xl_release,
  input  wire          xl_gnt,
  input  wire [63:0]   xl_pa,
  input  wire [1:0]    xl_at,
  input  wire          xl_fail,
  input  wire [7:0]    xl_status,
  input  wire [7:0]    xl_detail,
  input  wire          xl_idle,
  output wire          now,            // svarig_lane_hint: pages that will be asked for
  output wire [51:0]   now_cur,
  output wire [51:0]   now_last,

  output wire          tx_valid,
  input  wire          tx_ready,
  output wire          tx_pfx_valid,
  output wire [31:0]   tx_pfx,
  output wire [127:0]  tx_hdr,
  output wire [SW-1:0] tx_slot,        // with it, for the slot
  output wire [63:0]   tx_va,
  output wire [9:0]    tx_len,

  output wire          o_put,          // svarig_lane_rows: order of the data stream
  input  wire          o_room,
  output wire [1:0]    o_type,         // 0 slot, 1 nothing, 2 error, 3 none: ends a job that was cut
  output wire [SW-1:0] o_slot,
  output wire [8:0]    o_at,           // first byte in the slot
  output wire [9:0]    o_len,
  output wire [2:0]    o_kind,
  output wire          o_flush,
  output wire          o_last,
  output wire          o_fin,
  output wire          o_plain,        // asked for untranslated
  input  wire          xe_busy,        // the last error is not dealt with
  output reg  [7:0]    xe_status,
  output reg  [7:0]    xe_detail,
  output reg  [63:0]   xe_addr,
  output wire          p_put,          // order of the control stream
  input  wire          p_room,
  output wire          p_error,
  output wire [1:0]    p_dest,
  output wire          p_end,
  input  wire          ce_busy,
  output reg  [7:0]    ce_status,
  output reg  [7:0]    ce_detail,
  output reg  [63:0]   ce_addr,

  output wire          ev_sent,
  output wire          ev_no_slot      // level: a piece waits for a slot
);

  localparam [31:0] ST_TIMEOUT = `SVARIG_ST_TIMEOUT;
  localparam [2:0] S_IDLE = 3'd0, S_XLATE = 3'd1, S_HAVE = 3'd2, S_DROP = 3'd3, S_FAIL = 3'd4, S_WAIT = 3'd5;

  reg  [2:0]    state;                 // of the piece that is translated
  reg           ctl;                   // it is of the control stream
  reg           again;                 // it is the one that is to be sent, once more

  reg           x_on;                  // the piece that is to be sent
  reg           x_ctl;
  reg           x_bad;                 // it cannot be had
  reg           x_redo;                // its translation was given back
  reg  [63:0]   x_va, x_pa;
  reg  [1:0]    x_at;
  reg  [9:0]    x_len;
  reg  [2:0]    x_kind;
  reg           x_flush, x_last, x_fin, x_ends;
  reg  [1:0]    x_dest;
  reg  [7:0]    x_status, x_detail;
  wire          x_data = x_on && !x_ctl;

  // ------------------------------------------------------------------ commands

  reg           d_on, in_job, discard;
  reg  [63:0]   v_va;                  // next byte of the data command
  reg  [31:0]   v_left;
  reg  [2:0]    v_kind;
  reg           v_flush, v_last, v_fin;

  reg           c_on;
  reg  [63:0]   u_va;                  // of the control command
  reg  [9:0]    u_left;
  reg  [1:0]    u_dest;

  // The last piece of the job that is cut is to be sent: what comes now is of the next.
  wire          cut     = kill && !(x_data && (x_fin || x_bad));
  wire          launch, over;                                // a piece is to be sent; the last of its command
  wire          d_plain = (d_type == 2'd0);                  // a range to be read
  wire          calm    = ((state == S_IDLE) || ctl) && !x_data;   // nothing of the data stream is under way
  wire          end_job = cut && in_job && !discard && calm && o_room;
  wire          take_d  = d_valid && d_ready;
  wire          put_now = take_d && !discard && !d_plain;    // an entry without a slot
  wire          d_free  = (!d_on || (over && !ctl)) && !x_redo;
  assign d_ready = !clear && (discard || (!cut && (d_plain ? d_free : (!d_on && calm && o_room && !xe_busy))));
  assign quit    = discard;

  wire          c_take = !c_on && !clear && (|c_valid);
  assign c_ready = !c_take ? 3'd0 : c_valid[2] ? 3'd4 : c_valid[1] ? 3'd2 : 3'd1;

  // ------------------------------------------------------------------ slots: one to be sent, one in hand

  reg           s_valid, h_valid;
  reg  [SW-1:0] s_slot, h_slot;
  wire          want  = d_on || c_on;
  assign al_req   = want && !h_valid && !clear;
  assign al_ctl   = c_on;
  wire   s_ret    = s_valid && (!x_on || x_bad);
  assign al_ret   = s_ret || (clear && h_valid && !s_valid);
  assign ret_slot = s_valid ? s_slot : h_slot;
  assign ev_no_slot = (state == S_IDLE) && want && !h_valid && !al_gnt;

  // ------------------------------------------------------------------ pieces

  wire [63:0]   va    = ctl ? u_va : v_va;
  wire [9:0]    unit  = (cfg_mrrs == 3'd0) ? 10'd128 : (cfg_mrrs == 3'd1) ? 10'd256 : 10'd512;
  wire [9:0]    space = unit - ({1'b0, va[8:0]} & (unit - 10'd1));
  wire [31:0]   left  = ctl ? {22'd0, u_left} : v_left;
  wire          ends  = (left <= {22'd0, space});
  wire [9:0]    piece = ends ? left[9:0] : space;

  // Behind a piece that cannot be had nothing is asked for.
  wire          rests = clear || (x_on && (x_bad || x_redo));
  wire          may_c = c_on && p_room;
  wire          may_d = d_on && o_room && !cut;
  wire          begins = (state == S_IDLE) && !rests && (may_c || may_d) && (h_valid || al_gnt);
  // A host that answers nothing leaves no slot: to wait for one would be for ever.
  wire          stranded = (state == S_IDLE) && !rests && (may_c || may_d) && !h_valid && !al_gnt &&
                          (none_left || (few_left && !al_ctl));
  wire          repeats = (state == S_IDLE) && !clear && x_on && x_redo;
  wire          unwanted = clear || (!ctl && cut);

  reg  [63:0]   pa;
  reg  [1:0]    at;
  reg  [7:0]    f_status, f_detail;

  assign xl_req  = (state == S_XLATE) && (again ? !clear : !unwanted);
  assign xl_va   = again ? x_va : va;
  assign now_cur = v_va[63:12];
  wire [63:0] last_va = v_va + {32'd0, v_left} - 64'd1;
  assign now_last = last_va[63:12];
  assign now     = d_on && !clear && !cut;
  wire   granted = xl_gnt && xl_req;
  wire   refused = xl_fail && xl_req;

  // ------------------------------------------------------------------ sending

  // A grant whose enable is gone is given back and asked for again.
  wire lost = x_on && !x_bad && !x_redo && (!cfg_bme || (x_at[1] && !cfg_ats_en) || clear);
  wire sent = tx_valid && tx_ready;
  assign tx_valid   = x_on && !x_bad && !x_redo && !lost;
  wire   drops      = (state == S_DROP) && !sent && !lost;     // one release a cycle
  assign xl_release = sent || lost || drops;
  assign ev_sent    = sent;
  assign tx_slot    = s_slot;
  assign tx_va      = x_va;
  assign tx_len     = x_len;

  wire fail_d = x_data && x_bad && !clear && !xe_busy && o_room;
  wire fail_c = x_on && x_ctl && x_bad && !clear && !ce_busy && p_room;
  wire x_free = !x_on || sent;
  wire good   = (granted && !again) || ((state == S_HAVE) && !unwanted);
  wire fails  = (state == S_FAIL) && !unwanted && x_free;
  assign launch = good && x_free;
  assign over   = launch && ends;
  wire   spoils = refused && again;    // the piece that is to be sent cannot be had after all

  // 2.2.7, 2.2.5: a 3 DW header below 4 GiB; byte enables of the first and last double word.
  wire [7:0]   slot_8 = {{8-SW{1'b0}}, s_slot};
  wire [7:0]   tag   = (slot_8 < 8'd24) ? slot_8 : (slot_8 + 8'd16);
  wire         wide  = (x_pa[63:32] != 32'd0);
  wire [9:0]   last_byte = {8'd0, x_pa[1:0]} + x_len - 10'd1;         // counted from the first double word
  wire [9:0]   dwords = {2'd0, last_byte[9:2]} + 10'd1;
  wire [3:0]   be_first = 4'hf << x_pa[1:0];
  wire [3:0]   be_last  = 4'hf >> (2'd3 - last_byte[1:0]);
  wire         one   = (dwords == 10'd1);
  wire [31:0]  low   = {x_pa[31:2], 2'b00};
  assign tx_hdr = {wide ? 8'h20 : 8'h00, 8'h00, 4'd0, x_at, dwords, cfg_rid, tag,
                   one ? 4'h0 : be_last, one ? (be_first & be_last) : be_first,
                   wide ? x_pa[63:32] : low, wide ? low : 32'd0};
  assign tx_pfx_valid = pasid[20] && !x_at[1];
  assign tx_pfx       = {8'h91, 4'd0, pasid[19:0]};

  // ------------------------------------------------------------------ entries of the orders

  assign o_put   = (sent && !x_ctl) || put_now || end_job || fail_d;
  assign o_type  = end_job ? 2'd3 : fail_d ? 2'd2 : put_now ? d_type : 2'd0;
  assign o_slot  = s_slot;
  assign o_at    = x_va[8:0];
  assign o_len   = x_len;
  assign o_kind  = put_now ? d_kind : x_kind;
  assign o_flush = put_now ? d_flush : x_flush;
  assign o_last  = put_now ? d_last : x_last;
  assign o_fin   = (end_job || fail_d) ? 1'b1 : put_now ? d_fin : x_fin;
  assign o_plain = !x_at[1];
  assign p_put   = (sent && x_ctl) || fail_c;
  assign p_error = fail_c;
  assign p_dest  = x_dest;
  assign p_end   = fail_c || x_ends;

  always @(posedge clk)
    if (rst) begin
      state   <= S_IDLE;
      again   <= 1'b0;
      x_on    <= 1'b0;
      x_ctl   <= 1'b0;
      x_bad   <= 1'b0;
      x_redo  <= 1'b0;
      d_on    <= 1'b0;
      c_on    <= 1'b0;
      in_job  <= 1'b0;
      discard <= 1'b0;
      s_valid <= 1'b0;
      h_valid <= 1'b0;
      ctl     <= 1'b0;
    end else begin
      case (state)
        S_IDLE: begin
          again <= repeats;
          if (begins || stranded)
            ctl <= may_c;
          if (repeats || begins)
            state <= S_XLATE;
          else if (stranded)
            state <= S_FAIL;
        end
        S_XLATE:
          if (granted)
            state <= (again || launch) ? S_IDLE : S_HAVE;
          else if (refused)
            state <= again ? S_WAIT : S_FAIL;
          else if (!xl_req)
            state <= S_WAIT;
        S_HAVE:
          if (launch)
            state <= S_IDLE;
          else if (unwanted || x_redo)
            state <= S_DROP;
        S_DROP:
          if (drops)
            state <= S_IDLE;
        S_FAIL:                        // after a piece that must be asked for again it is this one's turn again
          if (fails || unwanted || x_redo)
            state <= S_WAIT;
        default:
          if (xl_idle)
            state <= S_IDLE;
      endcase

      // the piece that is to be sent, and the slots
      if (sent || fail_d || fail_c || (x_on && clear)) begin
        x_on   <= 1'b0;
        x_bad  <= 1'b0;
        x_redo <= 1'b0;
      end
      if (al_gnt)
        h_valid <= 1'b1;
      if (sent)
        s_valid <= 1'b0;
      if (al_ret) begin
        s_valid <= 1'b0;
        if (!s_valid)
          h_valid <= 1'b0;
      end
      if (lost && !clear)
        x_redo <= 1'b1;
      if (granted && again)
        x_redo <= 1'b0;
      if (spoils) begin
        x_redo <= 1'b0;
        x_bad  <= 1'b1;
      end
      if (launch || fails) begin
        x_on  <= 1'b1;
        x_bad <= fails;
        x_ctl <= ctl;
      end
      if (launch) begin
        s_valid <= 1'b1;
        h_valid <= 1'b0;
      end

      // the data stream
      if (d_valid && !d_on && !discard)
        in_job <= 1'b1;                // also while killed: what is shown belongs to that job
      if (over && !ctl) begin
        d_on <= 1'b0;
        if (v_fin)
          in_job <= 1'b0;
      end
      if (take_d) begin
        if (discard) begin
          discard <= !d_fin;
          in_job  <= !d_fin;
        end else begin
          d_on   <= d_plain;
          in_job <= d_plain || !d_fin;
        end
        // An error command ends its job by itself.
      end
      if (end_job || (fails && !ctl) || (spoils && x_data && !x_fin)) begin
        d_on <= 1'b0;
        if (d_on && v_fin)
          in_job <= 1'b0;
        else
          discard <= 1'b1;
      end

      // the control stream
      if (c_take)
        c_on <= 1'b1;
      else if ((over && ctl) || (fails && ctl) || (spoils && x_ctl && !x_ends))
        c_on <= 1'b0;
      if (clear) begin
        d_on    <= 1'b0;
        c_on    <= 1'b0;
        in_job  <= 1'b0;
        discard <= 1'b0;
      end
    end

  always @(posedge clk) begin
    if (al_gnt)
      h_slot <= al_slot;
    if (take_d) begin
      v_va    <= d_va;
      v_left  <= d_len;
      v_kind  <= d_kind;
      v_flush <= d_flush;
      v_last  <= d_last;
      v_fin   <= d_fin;
    end else if (launch && !ctl) begin
      v_va   <= v_va + {54'd0, piece};
      v_left <= v_left - {22'd0, piece};
    end
    if (c_take) begin
      u_va   <= c_valid[2] ? c_va[191:128] : c_valid[1] ? c_va[127:64] : c_va[63:0];
      u_left <= c_valid[2] ? c_len[29:20] : c_valid[1] ? c_len[19:10] : c_len[9:0];
      u_dest <= c_valid[2] ? 2'd2 : c_valid[1] ? 2'd1 : 2'd0;
    end else if (launch && ctl) begin
      u_va   <= u_va + {54'd0, piece};
      u_left <= u_left - piece;
    end
    if (granted) begin
      pa <= xl_pa;
      at <= xl_at;
    end
    if (refused || stranded) begin
      f_status <= stranded ? ST_TIMEOUT[7:0] : xl_status;
      f_detail <= stranded ? 8'd0 : xl_detail;
    end
    if (launch)
      s_slot <= h_slot;
    if (launch || fails) begin
      x_va    <= va;
      x_len   <= piece;
      x_kind  <= v_kind;
      x_flush <= v_flush && ends;
      x_last  <= v_last && ends;
      x_fin   <= v_fin && ends;
      x_ends  <= ends;
      x_dest  <= u_dest;
    end
    if (launch || (granted && again)) begin
      x_pa <= granted ? xl_pa : pa;
      x_at <= granted ? xl_at : at;
    end
    if (fails) begin
      x_status <= f_status;
      x_detail <= f_detail;
    end else if (spoils) begin
      x_status <= xl_status;
      x_detail <= xl_detail;
    end
    if (fail_d) begin
      xe_status <= x_status;
      xe_detail <= x_detail;
      xe_addr   <= x_va;
    end else if (put_now && (d_type == 2'd2)) begin
      xe_status <= d_status;
      xe_detail <= d_detail;
      xe_addr   <= d_addr;
    end
    if (fail_c) begin
      ce_status <= x_status;
      ce_detail <= x_detail;
      ce_addr   <= x_va;
    end
  end

  assign idle = (state == S_IDLE) && !x_on && !s_valid && !h_valid && !d_on && !c_on;

  wire unused = &{1'b0, ST_TIMEOUT, last_va[11:0], left[31:10]};

endmodule

`default_nettype wire
