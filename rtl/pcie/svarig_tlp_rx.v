// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_tlp_rx: sorts received TLPs (PCIe Base Specification 5.0, 2.2 and 2.3).
//
//   cpl_*   completions, every beat, one cycle later; never waits
//   msg_*   Invalidate Request and PRG Response, one cycle later; never waits
//   p_*     memory writes: header and the first 8 payload bytes; p_valid stays until p_ready
//   np_*    everything that wants a completion, through a queue of NP_DEPTH entries, so that
//           posted TLPs and completions pass requests whose completions cannot leave yet
//   bad_*   pulses: TLPs that want no completion and are not ours. bad_hdr is theirs
//   pme_turn_off  pulse: PME_Turn_Off wants PME_TO_Ack
//
// A requester that keeps at most NP_DEPTH non-posted requests outstanding never holds up the rest.
// A non-posted request enters the queue only after the write before it was taken on p_*: it never
// passes a write (2.4.1).
// Payload beyond the first beat of a request is sunk: no register takes more than 8 bytes.

`default_nettype none

module svarig_tlp_rx #(
  parameter DATA_WIDTH    = 128,
  parameter NP_DEPTH_LOG2 = 4
) (
  input  wire                    clk,
  input  wire                    rst,

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

  output reg                     p_valid,
  input  wire                    p_ready,
  output reg  [127:0]            p_hdr,
  output reg  [63:0]             p_data,

  output wire                    np_valid,
  input  wire                    np_ready,
  output wire [127:0]            np_hdr,
  output wire [31:0]             np_data,

  output reg                     bad_unsupported,
  output reg                     bad_malformed,
  output reg                     bad_poisoned,
  output reg  [127:0]            bad_hdr,
  output reg                     pme_turn_off,
  output wire                    idle
);

  localparam NP_DEPTH = 1 << NP_DEPTH_LOG2;

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

  reg  in_cpl;               // the beats until eop belong to a completion
  wire np_full;
  wire np_take = !np_full && (!p_valid || p_ready);
  wire start = rx_valid && rx_sop;
  wire take  = rx_valid && rx_ready;

  assign rx_ready = !rx_sop ? 1'b1 :
                    is_p    ? (!p_valid || p_ready) :
                    is_np   ? np_take : 1'b1;

  always @(posedge clk)
    if (rst) begin
      in_cpl          <= 1'b0;
      cpl_valid       <= 1'b0;
      msg_valid       <= 1'b0;
      p_valid         <= 1'b0;
      bad_unsupported <= 1'b0;
      bad_malformed   <= 1'b0;
      bad_poisoned    <= 1'b0;
      pme_turn_off    <= 1'b0;
    end else begin
      if (take)
        in_cpl <= (rx_sop ? is_cpl : in_cpl) && !rx_eop;
      cpl_valid       <= take && (rx_sop ? is_cpl : in_cpl);
      msg_valid       <= start && is_msg && (msg_inval || msg_prg) && !(payload && ep);
      bad_poisoned    <= start && is_msg && payload && ep;
      bad_unsupported <= start && is_msg && !ep &&
                         !(msg_inval || msg_prg || msg_off || msg_ignore);
      bad_malformed   <= start && !(is_p || is_np || is_cpl || is_msg);
      pme_turn_off    <= start && is_msg && msg_off;
      if (start && rx_ready && is_p)
        p_valid <= 1'b1;
      else if (p_ready)
        p_valid <= 1'b0;
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
    if (start && rx_ready && is_p) begin
      p_hdr  <= rx_hdr;
      p_data <= rx_data[63:0];
    end
  end

  // The queue of non-posted requests.
  reg [159:0]             np_mem [0:NP_DEPTH-1];
  reg [NP_DEPTH_LOG2:0]   np_wr, np_rd;
  wire [NP_DEPTH_LOG2:0]  np_used = np_wr - np_rd;

  assign np_full  = np_used[NP_DEPTH_LOG2];
  assign np_valid = (np_wr != np_rd);
  assign {np_hdr, np_data} = np_mem[np_rd[NP_DEPTH_LOG2-1:0]];
  assign idle = !p_valid && !np_valid && !cpl_valid && !msg_valid && !bad_unsupported &&
                !bad_malformed && !bad_poisoned && !pme_turn_off && !rx_valid;

  always @(posedge clk)
    if (rst) begin
      np_wr <= {NP_DEPTH_LOG2+1{1'b0}};
      np_rd <= {NP_DEPTH_LOG2+1{1'b0}};
    end else begin
      if (start && is_np && np_take)
        np_wr <= np_wr + 1'b1;
      if (np_valid && np_ready)
        np_rd <= np_rd + 1'b1;
    end

  always @(posedge clk)
    if (start && is_np && np_take)
      np_mem[np_wr[NP_DEPTH_LOG2-1:0]] <= {rx_hdr, rx_data[31:0]};

endmodule

`default_nettype wire
