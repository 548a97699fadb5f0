// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_dma_read: a range of virtual addresses as a stream (PCIe Base Specification 2.2.7, 2.3.1).
//
// start takes va, len (bytes, 0 gives one beat of 0 bytes) and the PASID while busy is low. The range is
// cut at multiples of the live MRRS (512 bytes at most, so a 4 KiB border is never crossed), every piece is
// translated and read; m_* gives the bytes in order, 16 to a beat, first byte in 7:0, fewer only with
// m_last. end_* stand when busy falls, until the next start. After an error the stream has stopped at the
// first byte that did not come (end_addr): end_bytes went out, of which a last odd part as a beat with
// m_last. cancel (level): no new request, nothing more goes out; busy falls when what was outstanding has
// come back.

`default_nettype none
`include "svarig_hw.vh"

module svarig_dma_read #(
  parameter DATA_WIDTH = 128,
  parameter NS      = 32,              // reads outstanding at most
  parameter TIMEOUT = 10000000
) (
  input  wire         clk,
  input  wire         rst,
  input  wire [31:0]  now,
  input  wire         cfg_bme,
  input  wire         cfg_ats_en,
  input  wire [2:0]   cfg_mrrs,
  input  wire         cfg_ext_tag,
  input  wire         cfg_cto_dis,
  input  wire [15:0]  cfg_rid,

  input  wire         start,
  input  wire [63:0]  va,
  input  wire [31:0]  len,
  input  wire [20:0]  pasid,           // bit 20: valid
  input  wire         cancel,
  output reg          busy,
  output wire         end_error,
  output reg  [7:0]   end_status,
  output reg  [7:0]   end_detail,
  output reg  [63:0]  end_addr,
  output wire [31:0]  end_bytes,

  output wire         m_valid,
  input  wire         m_ready,
  output wire [127:0] m_data,
  output wire [4:0]   m_bytes,
  output wire         m_last,

  output wire         xl_req,          // see svarig_xlate
  output wire [20:0]  xl_pasid,
  output wire [63:0]  xl_va,
  output wire         xl_release,
  input  wire         xl_gnt,
  input  wire [63:0]  xl_pa,
  input  wire [1:0]   xl_at,
  input  wire         xl_fail,
  input  wire [7:0]   xl_status,
  input  wire [7:0]   xl_detail,
  input  wire         xl_idle,

  output wire         tx_valid,
  input  wire         tx_ready,
  output wire         tx_pfx_valid,
  output wire [31:0]  tx_pfx,
  output wire [127:0] tx_hdr,

  input  wire         cpl_valid,
  input  wire         cpl_sop,
  input  wire         cpl_eop,
  input  wire [127:0] cpl_hdr,
  input  wire [DATA_WIDTH-1:0] cpl_data,
  output wire         cpl_mine,
  output wire         cpl_unexp,
  output wire         cpl_poisoned,
  output wire         cpl_ur,
  output wire         cpl_ca,
  output wire [10:0]  cpl_bytes,

  output wire [NS-1:0] waiting,        // reads outstanding
  output wire         ev_sent,
  output wire         ev_timeout
);

  localparam SW = $clog2(NS);
  localparam [31:0] SD_PLAIN   = `SVARIG_SD_UNTRANSLATED;
  localparam [31:0] ST_TIMEOUT = `SVARIG_ST_TIMEOUT;

  // ------------------------------------------------------------------ cut, translate, send

  localparam [1:0] S_OFF = 2'd0, S_XLATE = 2'd1, S_SEND = 2'd2;

  reg  [1:0]    state;
  reg  [63:0]   s_va;                  // next byte to ask for
  reg  [31:0]   s_left;
  reg  [20:0]   s_pasid;
  reg  [63:0]   s_pa;
  reg  [1:0]    s_at;
  reg           s_failed;              // s_va is the first byte that could not be asked for
  reg  [7:0]    s_status, s_detail;
  reg           failed;                // the stream was cut short
  wire          quit = cancel || failed;

  wire [9:0]    unit  = (cfg_mrrs == 3'd0) ? 10'd128 : (cfg_mrrs == 3'd1) ? 10'd256 : 10'd512;
  wire [9:0]    space = unit - ({1'b0, s_va[8:0]} & (unit - 10'd1));
  wire [9:0]    piece = (s_left < {22'd0, space}) ? s_left[9:0] : space;
  wire          any_free, none_left;
  wire [SW-1:0] free_slot;
  wire [7:0]    free_tag;
  reg           s_ask;

  // A host that answers nothing leaves no slot: to wait for one would be for ever.
  wire stranded = (state == S_XLATE) && !s_ask && none_left;

  // A slot is there before the translation is asked for: the time it is held is only that of the arbiter.
  assign xl_req   = s_ask && (state == S_XLATE) && !quit;
  assign xl_pasid = s_pasid;
  assign xl_va    = s_va;

  // A grant whose enable is gone is given back and asked for again.
  wire lost = (state == S_SEND) && (!cfg_bme || (s_at[1] && !cfg_ats_en) || quit);
  wire sent = tx_valid && tx_ready;
  assign tx_valid   = (state == S_SEND) && !lost;
  assign xl_release = sent || lost;
  assign ev_sent    = sent;

  // 2.2.7, 2.2.5: a 3 DW header below 4 GiB; byte enables of the first and last double word.
  wire         wide  = (s_pa[63:32] != 32'd0);
  wire [9:0]   last_byte = {8'd0, s_pa[1:0]} + piece - 10'd1;         // counted from the first double word
  wire [9:0]   dwords = {2'd0, last_byte[9:2]} + 10'd1;
  wire [3:0]   be_first = 4'hf << s_pa[1:0];
  wire [3:0]   be_last  = 4'hf >> (2'd3 - last_byte[1:0]);
  wire         one   = (dwords == 10'd1);
  wire [31:0]  low   = {s_pa[31:2], 2'b00};
  assign tx_hdr = {wide ? 8'h20 : 8'h00, 8'h00, 4'd0, s_at, dwords, cfg_rid, free_tag,
                   one ? 4'h0 : be_last, one ? (be_first & be_last) : be_first,
                   wide ? s_pa[63:32] : low, wide ? low : 32'd0};
  assign tx_pfx_valid = s_pasid[20] && !s_at[1];
  assign tx_pfx       = {8'h91, 4'd0, s_pasid[19:0]};

  always @(posedge clk)
    if (rst) begin
      state    <= S_OFF;
      s_ask    <= 1'b0;
      s_left   <= 32'd0;
      s_failed <= 1'b0;
    end else
      case (state)
        S_OFF:
          if (start) begin
            s_left   <= len;
            s_failed <= 1'b0;
            s_ask    <= 1'b0;
            state    <= (len != 32'd0) ? S_XLATE : S_OFF;
          end
        S_XLATE: begin
          s_ask <= any_free;
          if (quit)
            state <= S_OFF;
          else if (xl_gnt) begin
            s_ask <= 1'b0;
            state <= S_SEND;
          end else if (xl_fail || stranded) begin
            s_ask    <= 1'b0;
            s_failed <= 1'b1;
            state    <= S_OFF;
          end
        end
        default: begin
          if (sent) begin
            s_left <= s_left - {22'd0, piece};
            state  <= (s_left == {22'd0, piece}) ? S_OFF : S_XLATE;
          end else if (lost)
            state <= S_XLATE;
          s_ask <= 1'b0;
        end
      endcase

  always @(posedge clk) begin
    if (start) begin
      s_va    <= va;
      s_pasid <= pasid;
    end else if (sent)
      s_va <= s_va + {54'd0, piece};
    if (xl_gnt && (state == S_XLATE)) begin
      s_pa <= xl_pa;
      s_at <= xl_at;
    end
    if (xl_fail || stranded) begin
      s_status <= xl_fail ? xl_status : ST_TIMEOUT[7:0];
      s_detail <= xl_fail ? xl_detail : 8'd0;
    end
  end

  // ------------------------------------------------------------------ slots in the order they were sent

  reg  [SW+5:0] order [0:NS-1];        // sent untranslated, last row, slot
  reg  [SW:0]   o_wr, o_rd;
  wire          o_any  = (o_wr != o_rd);
  wire [SW+5:0] o_head = order[o_rd[SW-1:0]];
  wire [SW-1:0] o_slot = o_head[SW-1:0];
  wire [8:0]    s_end  = s_va[8:0] + piece[8:0] - 9'd1;

  always @(posedge clk)
    if (sent)
      order[o_wr[SW-1:0]] <= {!s_at[1], s_end[8:4], free_slot};

  wire [NS-1:0] t_done, t_bad;
  wire [8:0]    t_bad_at;
  wire [7:0]    t_status;
  wire          drop, r_go;
  wire [127:0]  r_data;
  reg  [59:0]   r_row;                 // address bits 63:4 of the row to be fetched next

  svarig_rd_tags #(.DATA_WIDTH(DATA_WIDTH), .NS(NS), .TIMEOUT(TIMEOUT)) u_tags (
    .clk(clk), .rst(rst), .now(now), .cfg_ext_tag(cfg_ext_tag), .cfg_cto_dis(cfg_cto_dis), .cfg_rid(cfg_rid),
    .any_free(any_free), .none_left(none_left), .free_slot(free_slot), .free_tag(free_tag),
    .send(sent), .send_addr(s_va[8:0]), .send_len(piece),
    .done(t_done), .bad(t_bad), .q_slot(o_slot), .q_bad_at(t_bad_at), .q_status(t_status),
    .drop(drop), .drop_slot(o_slot), .rd_en(r_go), .rd_slot(o_slot), .rd_row(r_row[4:0]), .rd_data(r_data),
    .waiting(waiting), .cpl_valid(cpl_valid), .cpl_sop(cpl_sop), .cpl_eop(cpl_eop), .cpl_hdr(cpl_hdr),
    .cpl_data(cpl_data), .cpl_mine(cpl_mine), .cpl_unexp(cpl_unexp), .cpl_poisoned(cpl_poisoned),
    .cpl_ur(cpl_ur), .cpl_ca(cpl_ca), .cpl_bytes(cpl_bytes), .timeout(ev_timeout)
  );

  // ------------------------------------------------------------------ rows, in order

  reg           live;                  // neither aborted nor failed
  reg           z_valid;               // a row stands in r_data
  wire          z_take;
  wire          h_done  = o_any && t_done[o_slot];
  wire          h_stop  = h_done && t_bad[o_slot] && (r_row[4:0] == t_bad_at[8:4]);
  wire          z_free  = !z_valid || z_take;
  assign r_go = live && !cancel && h_done && !h_stop && z_free;
  assign drop = (r_go && (r_row[4:0] == o_head[SW+4:SW])) || (!live && h_done);

  // The stream ends early where the rows before the bad one are with the aligner.
  wire          bad_slot  = live && h_stop && !z_valid;
  wire          bad_xlate = live && s_failed && !o_any && !z_valid;
  wire          a_busy;

  always @(posedge clk)
    if (rst) begin
      busy    <= 1'b0;
      live    <= 1'b0;
      z_valid <= 1'b0;
      failed  <= 1'b0;
      o_wr    <= {SW+1{1'b0}};
      o_rd    <= {SW+1{1'b0}};
    end else begin
      if (sent)
        o_wr <= o_wr + 1'b1;
      if (drop)
        o_rd <= o_rd + 1'b1;
      if (start) begin
        busy    <= 1'b1;
        live    <= 1'b1;
        z_valid <= 1'b0;
        failed  <= 1'b0;
      end else begin
        z_valid <= r_go || (z_valid && !z_take);
        if (cancel) begin
          live    <= 1'b0;
          z_valid <= 1'b0;
        end else if (bad_slot || bad_xlate) begin
          live    <= 1'b0;
          failed  <= 1'b1;
        end
        if ((state == S_OFF) && !o_any && xl_idle && (cancel || !a_busy))
          busy <= 1'b0;
      end
    end

  always @(posedge clk) begin
    if (start)
      r_row <= va[63:4];
    else if (r_go)
      r_row <= r_row + 60'd1;
    if (start) begin
      end_status <= 8'd0;
      end_detail <= 8'd0;
      end_addr   <= 64'd0;
    end else if (bad_slot && !cancel) begin
      end_status <= t_status;
      end_detail <= o_head[SW+5] ? SD_PLAIN[7:0] : 8'd0;
      end_addr   <= {r_row[59:5], t_bad_at};
    end else if (bad_xlate && !cancel) begin
      end_status <= s_status;
      end_detail <= s_detail;
      end_addr   <= s_va;
    end
  end

  svarig_rd_align u_align (
    .clk(clk), .rst(rst), .start(start), .offset(va[3:0]), .len(len), .clear(cancel), .cut(failed),
    .row_valid(z_valid), .row_take(z_take), .row(r_data), .busy(a_busy), .sent(end_bytes),
    .m_valid(m_valid), .m_ready(m_ready), .m_data(m_data), .m_bytes(m_bytes), .m_last(m_last)
  );

  assign end_error = failed;

  wire unused = &{1'b0, SD_PLAIN, ST_TIMEOUT, s_end};

endmodule

`default_nettype wire
