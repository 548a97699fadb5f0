// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_dma_write: a stream into a range of virtual addresses (PCIe Base Specification 2.2.7, 2.3.1).
//
// start takes va and the PASID while busy is low; s_* then takes beats of 16 bytes (fewer with s_last),
// first byte in 7:0. They are gathered into pieces that end at multiples of the live MPS (512 bytes at
// most, so a 4 KiB border is never crossed). A piece is translated and sent when all of it is here: a
// translation is never held while data are awaited. The next piece is translated while one is sent. After
// an error or with cancel no beat is taken. finish (level) ends the stream without s_last: what is here is
// written. cancel (level) drops what is not on its way. busy falls when all is accepted by the arbiter,
// dropped, or has failed. end_* stand then until the next start; end_bytes were written, in order; after an
// error end_addr is the first byte that was not. got counts the bytes taken from s_*.

`default_nettype none

module svarig_dma_write #(
  parameter DATA_WIDTH = 128,          // 64, 128 or 256
  parameter ROWS = 128                 // 16-byte rows of buffer: a power of two, twice the largest piece or more
) (
  input  wire         clk,
  input  wire         rst,
  input  wire         cfg_bme,
  input  wire         cfg_ats_en,
  input  wire [2:0]   cfg_mps,
  input  wire [15:0]  cfg_rid,

  input  wire         start,
  input  wire [63:0]  va,
  input  wire [20:0]  pasid,           // bit 20: valid
  input  wire         finish,
  input  wire         cancel,
  output reg          busy,
  output reg          end_error,
  output reg  [7:0]   end_status,
  output reg  [7:0]   end_detail,
  output wire [63:0]  end_addr,
  output reg  [31:0]  end_bytes,
  output reg  [31:0]  got,

  input  wire         s_valid,
  output wire         s_ready,
  input  wire [127:0] s_data,
  input  wire [4:0]   s_bytes,
  input  wire         s_last,

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
  output wire         tx_sop,
  output wire         tx_eop,
  output wire         tx_pfx_valid,
  output wire [31:0]  tx_pfx,
  output wire [127:0] tx_hdr,
  output wire [DATA_WIDTH-1:0]   tx_data,
  output reg  [DATA_WIDTH/8-1:0] tx_be,

  output wire         ev_sent,
  output wire [9:0]   ev_bytes         // with ev_sent
);

  localparam RW    = $clog2(ROWS);
  localparam LANES = DATA_WIDTH / 32;
  localparam BEAT  = DATA_WIDTH / 8;   // bytes
  localparam BANKS = (LANES > 4) ? LANES : 4;
  localparam BW    = $clog2(BANKS);

  wire quit = cancel || end_error;

  // ------------------------------------------------------------------ rows: the stream at the alignment of memory

  reg  [3:0]   off;
  reg          open;                   // beats are taken
  reg          closing;                // the stream has ended, the rest of it is not a piece yet
  reg  [4:0]   fill;                   // where the next byte of the row under construction goes
  reg  [3:0]   from;                   // its first byte that is ours
  reg  [127:0] carry;                  // its bytes so far
  reg  [4:0]   row_at;                 // its address bits 8:4
  reg  [RW:0]  w_row, r_row;           // rows written, rows given back

  wire [RW:0]  used  = w_row - r_row;
  wire         q_room;
  wire         room  = !used[RW] && q_room;
  wire         take  = s_valid && s_ready;
  wire [255:0] shifted = {128'd0, s_data} << {off, 3'b000};
  wire [5:0]   sum   = {1'b0, fill} + {1'b0, s_bytes};
  wire         rest  = (fill != {1'b0, from});
  assign s_ready = busy && open && !finish && !quit && room;

  wire         put_in  = take && (sum >= 6'd16);
  wire         put_end = closing && rest && room && !quit;
  wire         put     = put_in || put_end;
  wire [127:0] row     = carry | (put_end ? 128'd0 : shifted[127:0]);
  wire [4:0]   row_len = (put_end ? fill : 5'd16) - {1'b0, from};

  // ------------------------------------------------------------------ pieces

  reg  [63:0]  p_va;                   // of the piece under construction
  reg  [9:0]   p_len;                  // bytes in its rows
  wire [8:0]   unit   = (cfg_mps == 3'd0) ? 9'h070 : (cfg_mps == 3'd1) ? 9'h0f0 : 9'h1f0;
  wire         border = (({row_at, 4'd0} & unit) == unit);
  wire [9:0]   q_len  = p_len + (put ? {5'd0, row_len} : 10'd0);
  wire         closed = closing && !quit && (rest ? put_end : q_room);
  wire         push   = (put_in && border) || (closed && (q_len != 10'd0));

  reg  [73:0]  queue [0:7];
  reg  [3:0]   q_wr, q_rd, q_done;     // made, taken to be translated, sent
  wire [3:0]   q_used = q_wr - q_done;
  wire         q_any  = (q_wr != q_rd);
  assign q_room = !q_used[3];

  always @(posedge clk)
    if (push)
      queue[q_wr[2:0]] <= {q_len, p_va};

  always @(posedge clk)
    if (rst) begin
      open    <= 1'b0;
      closing <= 1'b0;
      w_row   <= {RW+1{1'b0}};
      q_wr    <= 4'd0;
    end else if (start) begin
      off     <= va[3:0];
      open    <= 1'b1;
      closing <= 1'b0;
      fill    <= {1'b0, va[3:0]};
      from    <= va[3:0];
      carry   <= 128'd0;
      row_at  <= va[8:4];
      p_va    <= va;
      p_len   <= 10'd0;
      got     <= 32'd0;
    end else begin
      if (take) begin
        fill  <= put_in ? (sum[4:0] - 5'd16) : sum[4:0];
        carry <= put_in ? shifted[255:128] : (carry | shifted[127:0]);
        got   <= got + {27'd0, s_bytes};
      end
      if (put) begin
        w_row  <= w_row + 1'b1;
        row_at <= row_at + 5'd1;
        from   <= 4'd0;
      end
      if (push) begin
        q_wr  <= q_wr + 4'd1;
        p_va  <= p_va + {54'd0, q_len};
        p_len <= 10'd0;
      end else if (put)
        p_len <= q_len;
      if (quit) begin
        open    <= 1'b0;
        closing <= 1'b0;
      end else if ((take && s_last) || (finish && open)) begin
        open    <= 1'b0;
        closing <= 1'b1;
      end else if (closed)
        closing <= 1'b0;
    end

  // ------------------------------------------------------------------ translate

  // While a piece is sent (t_*) the next one is translated (n_*).
  localparam [1:0] N_IDLE = 2'd0, N_XLATE = 2'd1, N_HAVE = 2'd2, N_DROP = 2'd3;

  reg  [1:0]   next;
  reg  [63:0]  n_va, n_pa;
  reg  [9:0]   n_len;
  reg  [1:0]   n_at;
  reg  [20:0]  t_pasid;
  reg  [RW:0]  n_row;                  // row behind the pieces taken
  reg  [RW-1:0] n_base;                // first row of this one
  wire [73:0]  q_head = queue[q_rd[2:0]];
  wire [10:0]  q_rows = {1'b0, q_head[73:64]} + {7'd0, q_head[3:0]} + 11'd15;
  wire         lost;                   // see below
  wire         q_pop  = (next == N_IDLE) && q_any && !quit && busy && !lost && xl_idle;

  assign xl_req   = (next == N_XLATE) && !quit && !lost;
  assign xl_pasid = t_pasid;
  assign xl_va    = n_va;

  // ------------------------------------------------------------------ send

  reg          sending;
  reg  [63:0]  t_va, t_pa;
  reg  [9:0]   t_len;
  reg  [1:0]   t_at;
  reg          t_first;                // the first beat is not accepted yet
  reg  [10:0]  t_left;                 // bytes from the beginning of this beat to the end of the TLP
  reg  [RW+1:0] t_dw;                  // double word of the buffer where the next beat to be fetched begins
  wire [10:0]  t_span = {1'b0, t_len} + {9'd0, t_va[1:0]};     // from the first double word
  wire [10:0]  t_rows = {1'b0, t_len} + {7'd0, t_va[3:0]} + 11'd15;

  // A grant whose enable is gone before the first beat is given back; both pieces are translated anew.
  assign lost = sending && t_first && (!cfg_bme || (t_at[1] && !cfg_ats_en) || cancel);
  wire sent = tx_valid && tx_ready;
  wire last = sent && tx_eop;
  wire load = (next == N_HAVE) && !lost && (!sending || last);
  wire fetch = load || (sent && !tx_eop);
  wire [RW+1:0] f_dw = load ? {n_base, n_va[3:2]} : t_dw;
  assign tx_valid   = sending && !lost;
  assign tx_sop     = t_first;
  assign tx_eop     = (t_left <= BEAT[10:0]);
  assign xl_release = last || lost || (next == N_DROP);
  assign ev_sent    = last;
  assign ev_bytes   = t_len;
  assign end_addr   = n_va;

  // 2.2.7, 2.2.5
  wire         wide  = (t_pa[63:32] != 32'd0);
  wire [10:0]  last_byte = t_span - 11'd1;
  wire [9:0]   dwords = {1'b0, last_byte[10:2]} + 10'd1;
  wire [3:0]   be_first = 4'hf << t_va[1:0];
  wire [3:0]   be_last  = 4'hf >> (2'd3 - last_byte[1:0]);
  wire         one   = (dwords == 10'd1);
  wire [31:0]  low   = {t_pa[31:2], 2'b00};
  assign tx_hdr = {wide ? 8'h60 : 8'h40, 8'h00, 4'd0, t_at, dwords, cfg_rid, 8'h00,
                   one ? 4'h0 : be_last, one ? (be_first & be_last) : be_first,
                   wide ? t_pa[63:32] : low, wide ? low : 32'd0};
  assign tx_pfx_valid = t_pasid[20] && !t_at[1];
  assign tx_pfx       = {8'h91, 4'd0, t_pasid[19:0]};

  always @* begin
    tx_be = t_first ? ({BEAT{1'b1}} << t_va[1:0]) : {BEAT{1'b1}};
    if (t_left < BEAT[10:0])
      tx_be = tx_be & ~({BEAT{1'b1}} << t_left[5:0]);
  end

  always @(posedge clk)
    if (rst) begin
      next      <= N_IDLE;
      sending   <= 1'b0;
      busy      <= 1'b0;
      q_rd      <= 4'd0;
      q_done    <= 4'd0;
      r_row     <= {RW+1{1'b0}};
      n_row     <= {RW+1{1'b0}};
      end_error <= 1'b0;
      t_first   <= 1'b0;
    end else begin
      case (next)
        N_IDLE:
          if (q_pop) begin
            q_rd  <= q_rd + 4'd1;
            n_row <= n_row + {{RW-6{1'b0}}, q_rows[10:4]};
            next  <= N_XLATE;
          end
        N_XLATE:
          if (quit || lost)
            next <= N_IDLE;
          else if (xl_gnt)
            next <= N_HAVE;
          else if (xl_fail) begin
            next      <= N_IDLE;
            end_error <= 1'b1;
          end
        N_HAVE:
          if (lost)
            next <= N_DROP;
          else if (load)
            next <= N_IDLE;
        default:
          next <= N_IDLE;
      endcase
      if (sent)
        t_first <= 1'b0;
      if (last) begin
        sending <= 1'b0;
        q_done  <= q_done + 4'd1;
        r_row   <= r_row + {{RW-6{1'b0}}, t_rows[10:4]};
      end
      if (load) begin
        sending <= 1'b1;
        t_first <= 1'b1;
      end
      if (lost) begin
        sending <= 1'b0;
        q_rd    <= q_done;
        n_row   <= r_row;
      end
      if (start) begin
        busy      <= 1'b1;
        end_error <= 1'b0;
        r_row     <= w_row;
        n_row     <= w_row;
        q_rd      <= q_wr;
        q_done    <= q_wr;
      end else if (busy && (next == N_IDLE) && !sending && xl_idle && (quit || (!open && !closing && !q_any)))
        busy <= 1'b0;
    end

  always @(posedge clk) begin
    if (start) begin
      t_pasid    <= pasid;
      end_bytes  <= 32'd0;
      end_status <= 8'd0;
      end_detail <= 8'd0;
    end
    if (q_pop) begin
      {n_len, n_va} <= q_head;
      n_base        <= n_row[RW-1:0];
    end
    if (xl_gnt) begin
      n_pa <= xl_pa;
      n_at <= xl_at;
    end
    if (load) begin
      t_va   <= n_va;
      t_pa   <= n_pa;
      t_len  <= n_len;
      t_at   <= n_at;
      t_left <= {1'b0, n_len} + {9'd0, n_va[1:0]};
    end else if (sent)
      t_left <= t_left - BEAT[10:0];
    if (fetch)
      t_dw <= f_dw + LANES[RW+1:0];
    if (xl_fail) begin
      end_status <= xl_status;
      end_detail <= xl_detail;
    end
    if (last)
      end_bytes <= end_bytes + {22'd0, t_len};
  end

  // ------------------------------------------------------------------ buffer

  // Banks of double words, each with its own row, so that a beat may begin at any of them.
  wire [BANKS*32-1:0] q;
  reg  [BW-1:0]       turn;            // bank of the first double word of the beat in q
  always @(posedge clk)
    if (fetch)
      turn <= f_dw[BW-1:0];

  genvar b;
  generate
    for (b = 0; b < BANKS; b = b + 1) begin : bank
      reg  [31:0]   mem [0:ROWS*4/BANKS-1];
      reg  [31:0]   q_b;
      wire [BW-1:0] lane = b[BW-1:0] - f_dw[BW-1:0];
      wire [RW+1:0] at   = f_dw + {{RW+2-BW{1'b0}}, lane};
      wire [RW+1:0] w_dw = {w_row[RW-1:0], 2'b00};
      wire          mine = (BANKS == 4) || (w_row[0] == (b >= 4));
      always @(posedge clk) begin
        if (put && mine)
          mem[w_dw[RW+1:BW]] <= row[(b % 4)*32 +: 32];
        if (fetch)
          q_b <= mem[at[RW+1:BW]];
      end
      assign q[b*32 +: 32] = q_b;
      wire unused = &{1'b0, at, w_dw};
    end
  endgenerate

  wire [2*BANKS*32-1:0] twice = {q, q} >> {turn, 5'd0};
  assign tx_data = twice[DATA_WIDTH-1:0];

  wire unused = &{1'b0, q_used, t_va, t_pa[1:0], twice, t_rows, q_rows};

endmodule

`default_nettype wire
