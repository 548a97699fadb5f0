// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_tlp_rx: sorts received TLPs (PCIe Base Specification 5.0, 2.2 and 2.3).
//
//   cpl_*   completions, every beat, one cycle later; never waits
//   msg_*   Invalidate Request and PRG Response, one cycle later; never waits
//   p_*     memory writes: header and the first 8 payload bytes, through a queue of 1 << LOG2 (16) entries
//   np_*    everything that wants a completion, through a queue of as many, so that
//           posted TLPs and completions pass requests whose completions cannot leave yet
//   bad_*   pulses: TLPs that want no completion and are not ours. bad_hdr is theirs
//   pme_turn_off  pulse: PME_Turn_Off wants PME_TO_Ack
//
// A requester that keeps to fc_alloc (see svarig_fc_rx) never meets rx_ready low; one that keeps at most 1 << LOG2
// non-posted requests outstanding never holds up the rest. fc_check: the far side keeps to it; a TLP beyond is dropped
// and reported (bad_overflow).
// A non-posted request is shown on np_* only after every write before it was taken on p_*: it never passes a
// write (2.4.1).
// Payload beyond the first beat of a request is sunk: no register takes more than 8 bytes.
// Malformed (2.2.2, 2.2.3, 2.2.5): undefined types, payload above mps, Length that is not what came (told for
// the first beat of a request, which is then dropped), byte enables that contradict Length.

`default_nettype none

module svarig_tlp_rx #(
  parameter DATA_WIDTH = 128,
  parameter LOG2       = 4               // of the entries of both queues, at most 6
) (
  input  wire                    clk,
  input  wire                    rst,

  input  wire [2:0]              mps,       // 128 << n bytes
  input  wire                    fc_check,
  output wire [59:0]             fc_alloc,

  input  wire                    rx_valid,
  output wire                    rx_ready,
  input  wire                    rx_sop,
  input  wire                    rx_eop,
  input  wire                    rx_pfx_valid,
  input  wire [31:0]             rx_pfx,
  input  wire [127:0]            rx_hdr,
  input  wire [DATA_WIDTH-1:0]   rx_data,
  input  wire [DATA_WIDTH/8-1:0] rx_be,

  output reg                     cpl_valid,
  output reg                     cpl_sop,
  output reg                     cpl_eop,
  output reg  [127:0]            cpl_hdr,
  output reg  [DATA_WIDTH-1:0]   cpl_data,
  output reg  [DATA_WIDTH/8-1:0] cpl_be,

  output reg                     msg_valid,
  output reg                     msg_pfx_valid,
  output reg  [31:0]             msg_pfx,
  output reg  [127:0]            msg_hdr,
  output reg  [63:0]             msg_data,

  output wire                    p_valid,
  input  wire                    p_ready,
  output wire [127:0]            p_hdr,
  output wire [63:0]             p_data,

  output wire                    np_valid,
  input  wire                    np_ready,
  output wire [127:0]            np_hdr,
  output wire [31:0]             np_data,

  output reg                     bad_unsupported,
  output reg                     bad_malformed,
  output reg                     bad_poisoned,
  output reg                     bad_overflow,
  output reg  [127:0]            bad_hdr,
  output reg                     pme_turn_off,
  output wire                    idle
);

  localparam [31:0] BEAT_DW = DATA_WIDTH / 32;

  // 2.2.1: Fmt is byte 0 bits 7:5, Type bits 4:0.
  wire [2:0] fmt  = rx_hdr[127:125];
  wire [4:0] kind = rx_hdr[124:120];
  wire [7:0] code = rx_hdr[71:64];
  wire       ep   = rx_hdr[110];
  wire       payload = fmt[1];
  wire       four_dw = fmt[0];

  // Table 2-3: which combinations exist.
  wire is_mem    = !fmt[2] && (kind == 5'b00000);
  wire is_lock   = !fmt[2] && (kind == 5'b00001) && !payload;
  wire is_io     = !fmt[2] && (kind == 5'b00010) && !four_dw;
  wire is_cfg    = !fmt[2] && (kind[4:1] == 4'b0010) && !four_dw;
  wire is_cpl    = !fmt[2] && (kind[4:1] == 4'b0101) && !four_dw;
  wire is_atomic = !fmt[2] && payload && ((kind == 5'b01100) || (kind == 5'b01101) || (kind == 5'b01110));
  wire is_msg    = !fmt[2] && (kind[4:3] == 2'b10) && four_dw;
  wire is_p      = is_mem && payload;
  wire is_np     = (is_mem && !payload) || is_lock || is_io || is_cfg || is_atomic;

  // Messages (2.2.8). Ignored ones: Unlock, PM_Active_State_Nak, the withdrawn 0x40-0x48,
  // Set_Slot_Power_Limit, Vendor_Defined Type 1.
  wire msg_inval  = (code == 8'h01) && payload;
  wire msg_prg    = (code == 8'h05) && !payload;
  wire msg_off    = (code == 8'h19);
  wire msg_ignore = (code == 8'h00) || (code == 8'h14) || (code == 8'h50) || (code == 8'h7f) ||
                    ((code >= 8'h40) && (code <= 8'h48));

  // 2.2.2: what the length says, in DW.
  wire [9:0]  length = rx_hdr[105:96];
  wire [10:0] dws    = {length == 10'd0, length};
  wire [8:0]  units  = payload ? dws[10:2] + {8'd0, |dws[1:0]} : 9'd0;
  wire [10:0] limit  = 11'd32 << mps;
  wire        one_beat = !payload || ({21'd0, dws} <= BEAT_DW);
  // 2.2.5: a request of one DW has no last byte enables, a longer one has both.
  wire [3:0]  first_be = rx_hdr[67:64];
  wire [3:0]  last_be  = rx_hdr[71:68];
  wire        bad_be  = (dws == 11'd1) ? (last_be != 4'd0) : (first_be == 4'd0) || (last_be == 4'd0);
  wire        bad_len = (payload && (dws > limit)) || (one_beat != rx_eop);
  wire        known   = is_p || is_np || is_cpl || is_msg;
  wire        bad_form = !known || (is_cpl && payload && (dws > limit)) || (is_msg && bad_len) ||
                         ((is_p || is_np) && bad_len) ||
                         ((is_mem || is_io || is_cfg || is_lock) && bad_be);

  reg  in_cpl;               // the beats until eop belong to a completion
  wire start = rx_valid && rx_sop;
  wire take  = rx_valid && rx_ready;

  // Queues: writes, and requests that want a completion. released: how many of the latter have no write before
  // them any more; behind[n]: how many came between write n and the next.
  reg  [200:0]    p_mem  [0:(1<<LOG2)-1];
  reg  [168:0]    np_mem [0:(1<<LOG2)-1];
  reg  [LOG2:0]   behind [0:(1<<LOG2)-1];
  reg  [LOG2:0]   p_wr, p_rd, np_wr, np_rd, released;
  wire [LOG2:0]   p_used  = p_wr - p_rd;
  wire [LOG2:0]   np_used = np_wr - np_rd;
  wire            p_push  = start && is_p && !bad_form && !drop && !p_used[LOG2];
  wire            np_push = start && is_np && !bad_form && !drop && !np_used[LOG2];
  wire            p_pop   = p_valid && p_ready;
  wire            np_pop  = np_valid && np_ready;
  wire [LOG2-1:0] p_last  = p_wr[LOG2-1:0] - 1'b1;
  wire [8:0]      p_units, np_units;

  assign p_valid  = (p_used != 0);
  assign np_valid = (released != 0);
  assign {p_units, p_hdr, p_data}    = p_mem[p_rd[LOG2-1:0]];
  assign {np_units, np_hdr, np_data} = np_mem[np_rd[LOG2-1:0]];

  // A TLP that sits in no queue (message, malformed) frees its credits at once.
  wire       try_p  = start && (is_p || is_msg);
  wire       try_np = start && is_np;
  wire       over;
  wire [59:0] received;
  wire       unused_fc = &{1'b0, received};
  wire       drop = fc_check && over;

  svarig_fc_rx #(.PH(8'd1 << LOG2), .PD(12'd512), .NPH(8'd1 << LOG2), .NPD(12'd16)) u_fc (
    .clk(clk), .rst(rst),
    .try_p(try_p), .try_np(try_np), .units(units), .got(rx_ready && !drop), .sunk(!p_push && !np_push),
    .freed_p(p_pop), .freed_units_p(p_units), .freed_np(np_pop), .freed_units_np(np_units),
    .alloc(fc_alloc), .over(over), .received(received)
  );

  assign rx_ready = !rx_sop || drop || bad_form ? 1'b1 :
                    is_p  ? !p_used[LOG2] :
                    is_np ? !np_used[LOG2] : 1'b1;

  wire good = start && !bad_form && !drop;

  always @(posedge clk)
    if (rst) begin
      in_cpl          <= 1'b0;
      cpl_valid       <= 1'b0;
      msg_valid       <= 1'b0;
      bad_unsupported <= 1'b0;
      bad_malformed   <= 1'b0;
      bad_poisoned    <= 1'b0;
      bad_overflow    <= 1'b0;
      pme_turn_off    <= 1'b0;
    end else begin
      if (take)
        in_cpl <= (rx_sop ? is_cpl && !bad_form : in_cpl) && !rx_eop;
      cpl_valid       <= take && (rx_sop ? is_cpl && !bad_form : in_cpl);
      msg_valid       <= good && is_msg && (msg_inval || msg_prg) && !(payload && ep);
      bad_poisoned    <= good && is_msg && payload && ep;
      bad_unsupported <= good && is_msg && !ep && !(msg_inval || msg_prg || msg_off || msg_ignore);
      bad_malformed   <= start && bad_form && !drop;
      bad_overflow    <= start && drop;
      pme_turn_off    <= good && is_msg && msg_off;
    end

  always @(posedge clk) begin
    cpl_sop       <= rx_sop;
    cpl_eop       <= rx_eop;
    cpl_hdr       <= rx_hdr;
    cpl_data      <= rx_data;
    cpl_be        <= rx_be;
    msg_pfx_valid <= rx_pfx_valid;
    msg_pfx       <= rx_pfx;
    msg_hdr       <= rx_hdr;
    msg_data      <= rx_data[63:0];
    bad_hdr       <= rx_hdr;
  end

  assign idle = !p_valid && !np_valid && !cpl_valid && !msg_valid && !bad_unsupported &&
                !bad_malformed && !bad_poisoned && !bad_overflow && !pme_turn_off && !rx_valid;

  // A request that finds no write waiting (or the last one leaving) is released at once, else with that write.
  wire        alone    = (p_used == 0) || ((p_used == 1) && p_pop);
  wire [LOG2:0] freed  = p_pop ? behind[p_rd[LOG2-1:0]] : {LOG2+1{1'b0}};

  always @(posedge clk)
    if (rst) begin
      p_wr     <= {LOG2+1{1'b0}};
      p_rd     <= {LOG2+1{1'b0}};
      np_wr    <= {LOG2+1{1'b0}};
      np_rd    <= {LOG2+1{1'b0}};
      released <= {LOG2+1{1'b0}};
    end else begin
      if (p_push)
        p_wr <= p_wr + 1'b1;
      if (p_pop)
        p_rd <= p_rd + 1'b1;
      if (np_push)
        np_wr <= np_wr + 1'b1;
      if (np_pop)
        np_rd <= np_rd + 1'b1;
      released <= released + freed + {{LOG2{1'b0}}, np_push && alone} - {{LOG2{1'b0}}, np_pop};
    end

  always @(posedge clk) begin
    if (p_push) begin
      p_mem[p_wr[LOG2-1:0]]  <= {units, rx_hdr, rx_data[63:0]};
      behind[p_wr[LOG2-1:0]] <= {LOG2+1{1'b0}};
    end
    if (np_push)
      np_mem[np_wr[LOG2-1:0]] <= {units, rx_hdr, rx_data[31:0]};
    if (np_push && !alone)
      behind[p_last] <= behind[p_last] + 1'b1;
  end

endmodule

`default_nettype wire
