// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_lane_read: the read requests of a lane (PCIe Base Specification 2.2.7, 2.3.1).
//
// Two streams: data (d_*, what the jobs read, in commands) and control (c_*: descriptors and scatter lists,
// which go first and whose rows always find room). A range is cut at multiples of the live MRRS (512 bytes
// at most, so a 4 KiB border is never crossed); a piece gets a slot, then its translation, then it is sent.
// For each piece an entry is put into the order of its stream (o_*, p_*). A piece that cannot be had is an
// error entry, which ends its job (data) or its command (control); xe_*, ce_* tell why.
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
  output wire [51:0]   xl_cur,         // pages that will be asked for
  output wire [51:0]   xl_end,
  output wire          xl_more,

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
  localparam [2:0] S_IDLE = 3'd0, S_XLATE = 3'd1, S_SEND = 3'd2, S_FAIL = 3'd3, S_WAIT = 3'd4;

  reg  [2:0]    state;
  reg           ctl;                   // the piece under way is of the control stream

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

  wire          d_plain = (d_type == 2'd0);                  // a range to be read
  wire          calm    = (state == S_IDLE) || ctl;          // nothing of the data stream is under way
  wire          end_job = kill && in_job && !discard && calm && o_room && !(state == S_SEND);
  wire          take_d  = d_valid && d_ready;
  wire          put_now = take_d && !discard && !d_plain;    // an entry without a slot
  assign d_ready = !d_on && !clear && (discard || (!kill && (d_plain || (calm && (state != S_SEND) && o_room && !xe_busy))));
  assign quit    = discard;

  wire          c_take = !c_on && !clear && (|c_valid);
  assign c_ready = !c_take ? 3'd0 : c_valid[2] ? 3'd4 : c_valid[1] ? 3'd2 : 3'd1;

  // ------------------------------------------------------------------ slots: one in use, one in hand

  reg           s_valid, h_valid;
  reg  [SW-1:0] s_slot, h_slot;
  wire          want  = d_on || c_on;
  assign al_req   = want && !h_valid && !clear;
  assign al_ctl   = c_on;
  assign al_ret   = clear && ((s_valid && (state == S_IDLE)) || (h_valid && !s_valid));
  assign ret_slot = s_valid ? s_slot : h_slot;
  assign ev_no_slot = (state == S_IDLE) && want && !s_valid && !h_valid;

  // ------------------------------------------------------------------ pieces

  wire [63:0]   va    = ctl ? u_va : v_va;
  wire [9:0]    unit  = (cfg_mrrs == 3'd0) ? 10'd128 : (cfg_mrrs == 3'd1) ? 10'd256 : 10'd512;
  wire [9:0]    space = unit - ({1'b0, va[8:0]} & (unit - 10'd1));
  wire [31:0]   left  = ctl ? {22'd0, u_left} : v_left;
  wire          ends  = (left <= {22'd0, space});
  wire [9:0]    piece = ends ? left[9:0] : space;

  wire          may_c = c_on && p_room;
  wire          may_d = d_on && o_room && !kill;
  wire          begins = (state == S_IDLE) && !clear && (may_c || may_d) && (s_valid || h_valid);
  // A host that answers nothing leaves no slot: to wait for one would be for ever.
  wire          stranded = (state == S_IDLE) && !clear && (may_c || may_d) && !s_valid && !h_valid && none_left;

  reg  [63:0]   pa;
  reg  [1:0]    at;
  reg  [7:0]    f_status, f_detail;

  assign xl_req  = (state == S_XLATE) && !clear && (ctl || !kill);
  assign xl_va   = va;
  assign xl_cur  = v_va[63:12];
  wire [63:0] last_va = v_va + {32'd0, v_left} - 64'd1;
  assign xl_end  = last_va[63:12];
  assign xl_more = d_on && !clear && !kill;

  // A grant whose enable is gone is given back and asked for again.
  wire lost = (state == S_SEND) && (!cfg_bme || (at[1] && !cfg_ats_en) || clear);
  wire sent = tx_valid && tx_ready;
  assign tx_valid   = (state == S_SEND) && !lost;
  assign xl_release = sent || lost;
  assign ev_sent    = sent;
  assign tx_slot    = s_slot;
  assign tx_va      = va;
  assign tx_len     = piece;

  // 2.2.7, 2.2.5: a 3 DW header below 4 GiB; byte enables of the first and last double word.
  wire [7:0]   slot_8 = {{8-SW{1'b0}}, s_slot};
  wire [7:0]   tag   = (slot_8 < 8'd24) ? slot_8 : (slot_8 + 8'd16);
  wire         wide  = (pa[63:32] != 32'd0);
  wire [9:0]   last_byte = {8'd0, pa[1:0]} + piece - 10'd1;           // counted from the first double word
  wire [9:0]   dwords = {2'd0, last_byte[9:2]} + 10'd1;
  wire [3:0]   be_first = 4'hf << pa[1:0];
  wire [3:0]   be_last  = 4'hf >> (2'd3 - last_byte[1:0]);
  wire         one   = (dwords == 10'd1);
  wire [31:0]  low   = {pa[31:2], 2'b00};
  assign tx_hdr = {wide ? 8'h20 : 8'h00, 8'h00, 4'd0, at, dwords, cfg_rid, tag,
                   one ? 4'h0 : be_last, one ? (be_first & be_last) : be_first,
                   wide ? pa[63:32] : low, wide ? low : 32'd0};
  assign tx_pfx_valid = pasid[20] && !at[1];
  assign tx_pfx       = {8'h91, 4'd0, pasid[19:0]};

  // ------------------------------------------------------------------ entries of the orders

  wire fail_d = (state == S_FAIL) && !ctl && !clear && !xe_busy && o_room;
  wire fail_c = (state == S_FAIL) && ctl && !clear && !ce_busy && p_room;
  assign o_put   = (sent && !ctl) || put_now || end_job || fail_d;
  assign o_type  = end_job ? 2'd3 : fail_d ? 2'd2 : put_now ? d_type : 2'd0;
  assign o_slot  = s_slot;
  assign o_at    = va[8:0];
  assign o_len   = piece;
  assign o_kind  = put_now ? d_kind : v_kind;
  assign o_flush = put_now ? d_flush : (v_flush && ends);
  assign o_last  = put_now ? d_last : (v_last && ends);
  assign o_fin   = (end_job || fail_d) ? 1'b1 : put_now ? d_fin : (v_fin && ends);
  assign o_plain = !at[1];
  assign p_put   = (sent && ctl) || fail_c;
  assign p_error = fail_c;
  assign p_dest  = u_dest;
  assign p_end   = fail_c || ends;

  always @(posedge clk)
    if (rst) begin
      state   <= S_IDLE;
      d_on    <= 1'b0;
      c_on    <= 1'b0;
      in_job  <= 1'b0;
      discard <= 1'b0;
      s_valid <= 1'b0;
      h_valid <= 1'b0;
      ctl     <= 1'b0;
    end else begin
      case (state)
        S_IDLE:
          if (begins) begin
            ctl   <= may_c;
            state <= S_XLATE;
          end else if (stranded) begin
            ctl   <= may_c;
            state <= S_FAIL;
          end
        S_XLATE:
          if (xl_gnt && xl_req)
            state <= S_SEND;
          else if (xl_fail && xl_req)
            state <= S_FAIL;
          else if (!xl_req)
            state <= S_WAIT;
        S_SEND:
          if (sent || lost)
            state <= S_IDLE;
        S_FAIL:
          if (clear || fail_d || fail_c || (!ctl && kill))
            state <= S_WAIT;
        default:
          if (xl_idle)
            state <= S_IDLE;
      endcase

      // slots
      if (al_gnt)
        h_valid <= 1'b1;
      if (begins && !s_valid) begin
        s_valid <= 1'b1;
        h_valid <= 1'b0;
      end
      if (sent)
        s_valid <= 1'b0;
      if (al_ret) begin
        s_valid <= 1'b0;
        if (!s_valid)
          h_valid <= 1'b0;
      end

      // the data stream
      if (d_valid && !d_on && !discard)
        in_job <= 1'b1;                // also while killed: what is shown belongs to that job
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
      if (sent && !ctl) begin
        if (ends) begin
          d_on <= 1'b0;
          if (v_fin)
            in_job <= 1'b0;
        end
      end
      if (end_job || fail_d) begin
        d_on <= 1'b0;
        if (d_on && v_fin)
          in_job <= 1'b0;
        else
          discard <= 1'b1;
      end

      // the control stream
      if (c_take)
        c_on <= 1'b1;
      else if (((sent && ctl) && ends) || fail_c)
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
    if (begins && !s_valid)
      s_slot <= h_slot;
    if (take_d) begin
      v_va    <= d_va;
      v_left  <= d_len;
      v_kind  <= d_kind;
      v_flush <= d_flush;
      v_last  <= d_last;
      v_fin   <= d_fin;
    end else if (sent && !ctl) begin
      v_va   <= v_va + {54'd0, piece};
      v_left <= v_left - {22'd0, piece};
    end
    if (c_take) begin
      u_va   <= c_valid[2] ? c_va[191:128] : c_valid[1] ? c_va[127:64] : c_va[63:0];
      u_left <= c_valid[2] ? c_len[29:20] : c_valid[1] ? c_len[19:10] : c_len[9:0];
      u_dest <= c_valid[2] ? 2'd2 : c_valid[1] ? 2'd1 : 2'd0;
    end else if (sent && ctl) begin
      u_va   <= u_va + {54'd0, piece};
      u_left <= u_left - piece;
    end
    if (xl_gnt && (state == S_XLATE)) begin
      pa <= xl_pa;
      at <= xl_at;
    end
    if (xl_fail || stranded) begin
      f_status <= stranded ? ST_TIMEOUT[7:0] : xl_status;
      f_detail <= stranded ? 8'd0 : xl_detail;
    end
    if (fail_d) begin
      xe_status <= f_status;
      xe_detail <= f_detail;
      xe_addr   <= va;
    end else if (put_now && (d_type == 2'd2)) begin
      xe_status <= d_status;
      xe_detail <= d_detail;
      xe_addr   <= d_addr;
    end
    if (fail_c) begin
      ce_status <= f_status;
      ce_detail <= f_detail;
      ce_addr   <= va;
    end
  end

  assign idle = (state == S_IDLE) && !s_valid && !h_valid && !d_on && !c_on;

  wire unused = &{1'b0, ST_TIMEOUT, last_va[11:0], left[31:10]};

endmodule

`default_nettype wire
