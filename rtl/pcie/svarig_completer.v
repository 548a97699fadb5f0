// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_completer: executes requests addressed to the endpoint and answers them
// (PCIe Base Specification 5.0, 2.3.1 request handling, 2.3.1.1 data return, 2.2.9 completions).
//
// Takes memory writes (p_*) and non-posted requests (np_*) in turn, one at a time:
//   Configuration Type 0, function in fn_on  one 32-bit access on c_* (single cycle, read data combinational)
//   memory of 1 or 2 DW in a BAR       32-bit accesses on h_*, lower address first; a DW without
//                                      enabled bytes is skipped and reads zero
//   memory longer than 2 DW in a BAR   Completer Abort, nothing done
//   all else, and poisoned writes      Unsupported Request, nothing done
//   a memory request across 4 KiB      malformed: dropped without completion
// A configuration write captures bus and device number (2.2.6.2): rid.
// A BAR is BAR0 or BAR2 of the PF or of a VF: VF n has the n-th aperture of the VF BAR (9.2.1.1.1). c_fn, h_fn:
// whose registers are meant; the completer ID is that function's.
// err_*: pulses for AER; err_hdr is the request, err_posted says that no completion tells of it, err_fn whose
// error it is (the PF's when the request is nobody's).
// One completion waits on tx_*; writes never wait for it, further non-posted requests do.

`default_nettype none

module svarig_completer #(
  parameter DATA_WIDTH = 128,
  parameter NF         = 5,
  parameter EXT_CFG    = 0,               // 1: configuration requests are not ours
  parameter [63:0] BAR0_MASK = 64'd0,     // address bits that select the BAR
  parameter [63:0] BAR2_MASK = 64'd0
) (
  input  wire                    clk,
  input  wire                    rst,

  input  wire                    p_valid,
  output wire                    p_ready,
  input  wire [127:0]            p_hdr,
  input  wire [63:0]             p_data,
  input  wire                    np_valid,
  output wire                    np_ready,
  input  wire [127:0]            np_hdr,
  input  wire [31:0]             np_data,

  input  wire                    mem_en,  // memory space enable, and in D0
  input  wire [63:0]             bar0,
  input  wire [63:0]             bar2,
  input  wire [NF-1:0]           fn_on,   // functions that exist
  input  wire                    vf_mem_en,
  input  wire [63:0]             vf_bar0,
  input  wire [63:0]             vf_bar2,
  input  wire [5:0]              vf_bar0_log2,   // bytes of an aperture
  input  wire [5:0]              vf_bar2_log2,
  input  wire [NF*16-1:0]        rid,     // completer IDs
  output reg                     rid_set, // pulse: rid_new is in the configuration write at work
  output wire [15:0]             rid_new,

  output reg                     c_valid,
  output wire                    c_write,
  output wire [2:0]              c_fn,
  output wire [11:0]             c_addr,
  output wire [31:0]             c_wdata,
  output wire [3:0]              c_be,
  input  wire [31:0]             c_rdata,

  output reg                     h_valid,
  output wire                    h_write,
  output wire                    h_bar2,
  output wire [2:0]              h_fn,
  output wire [31:0]             h_addr,
  output wire [31:0]             h_wdata,
  output wire [3:0]              h_be,
  input  wire                    h_ready,
  input  wire [31:0]             h_rdata,

  output reg                     err_unsupported,
  output reg                     err_abort,
  output reg                     err_malformed,
  output reg                     err_poisoned,
  output wire                    err_posted,
  output wire [2:0]              err_fn,
  output wire [127:0]            err_hdr,

  output reg                     tx_valid,
  input  wire                    tx_ready,
  output reg  [127:0]            tx_hdr,
  output wire [DATA_WIDTH-1:0]   tx_data,
  output wire [DATA_WIDTH/8-1:0] tx_be,
  output wire                    idle
);

  localparam S_IDLE = 3'd0, S_DECODE = 3'd1, S_CFG = 3'd2, S_DW0 = 3'd3, S_DW1 = 3'd4, S_SEND = 3'd5;
  localparam [2:0] SC = 3'b000, UR = 3'b001, CA = 3'b100;   // 2.2.9: completion status

  reg  [2:0]   state;
  reg          last_p;                    // the request served last was posted
  reg  [127:0] hdr;
  reg  [63:0]  data;
  reg  [2:0]   status;
  reg          with_data;

  wire np_able = np_valid && !tx_valid;
  wire take_p  = (state == S_IDLE) && p_valid && !(np_able && last_p);
  wire take_np = (state == S_IDLE) && np_able && !take_p;
  assign p_ready  = take_p;
  assign np_ready = take_np;
  assign idle     = (state == S_IDLE) && !tx_valid;

  // The request at work.
  wire [4:0]  kind    = hdr[124:120];
  wire        payload = hdr[126];
  wire        is_mem  = (kind == 5'b00000);
  wire        is_cfg0 = (kind == 5'b00100);
  wire        posted  = is_mem && payload;
  wire [3:0]  first_be = hdr[67:64];
  wire [3:0]  last_be  = hdr[71:68];
  wire [9:0]  length   = hdr[105:96];
  wire        two      = (length == 10'd2);
  wire        fits     = (length == 10'd1) || two;
  wire [63:0] addr = hdr[125] ? {hdr[63:2], 2'b00} : {32'd0, hdr[63:34], 2'b00};
  wire [7:0]  fn_there = {{8-NF{1'b0}}, fn_on};
  wire        pf_hit0 = mem_en && (((addr ^ bar0) & BAR0_MASK) == 64'd0);
  wire        pf_hit2 = mem_en && (((addr ^ bar2) & BAR2_MASK) == 64'd0);

  // VF apertures: vf*_at is the offset in the VF BAR, its quotient by the aperture the VF's number less one.
  wire [63:0] vf0_at = addr - vf_bar0;
  wire [63:0] vf2_at = addr - vf_bar2;
  wire [63:0] vf0_n  = vf0_at >> vf_bar0_log2;
  wire [63:0] vf2_n  = vf2_at >> vf_bar2_log2;
  wire [2:0]  vf0_fn = vf0_n[2:0] + 3'd1;
  wire [2:0]  vf2_fn = vf2_n[2:0] + 3'd1;
  wire        vf_hit0 = vf_mem_en && (vf0_n < NF - 1) && fn_there[vf0_fn];
  wire        vf_hit2 = vf_mem_en && (vf2_n < NF - 1) && fn_there[vf2_fn];

  // Two windows may lie on each other only by a mistake of the host: the first of this order answers.
  wire        hit0 = pf_hit0 || (!pf_hit2 && vf_hit0);
  wire        hit2 = !hit0 && (pf_hit2 || vf_hit2);
  wire        hit  = hit0 || hit2;
  wire [2:0]  mem_fn = (pf_hit0 || pf_hit2) ? 3'd0 : hit0 ? vf0_fn : hit2 ? vf2_fn : 3'd0;
  wire [10:0] dws  = {length == 10'd0, length};
  wire        crosses = is_mem && ({1'b0, addr[11:2]} + dws > 11'd1024);
  wire        poison  = hdr[110] && payload;
  wire        cfg_ours = is_cfg0 && (EXT_CFG == 0) && fn_there[hdr[50:48]];

  assign err_hdr    = hdr;
  assign err_posted = posted;
  assign rid_new    = {hdr[63:51], 3'd0};

  assign c_write = payload;
  assign c_fn    = fn;
  assign c_addr  = {hdr[43:34], 2'b00};
  assign c_wdata = data[31:0];
  assign c_be    = first_be;

  wire second = (state == S_DW1);
  reg         in_bar2;
  reg  [31:0] offset;
  reg  [2:0]  fn;
  wire [31:0] vf0_off = vf0_at[31:0] & ~({32{1'b1}} << vf_bar0_log2);
  wire [31:0] vf2_off = vf2_at[31:0] & ~({32{1'b1}} << vf_bar2_log2);
  assign h_fn    = fn;
  assign err_fn  = fn;
  assign h_write = payload;
  assign h_bar2  = in_bar2;
  assign h_addr  = second ? offset + 32'd4 : offset;
  assign h_wdata = second ? data[63:32] : data[31:0];
  assign h_be    = second ? last_be : first_be;

  always @(posedge clk)
    if (rst) begin
      state           <= S_IDLE;
      last_p          <= 1'b0;
      c_valid         <= 1'b0;
      rid_set         <= 1'b0;
      h_valid         <= 1'b0;
      tx_valid        <= 1'b0;
      err_unsupported <= 1'b0;
      err_abort       <= 1'b0;
      err_malformed   <= 1'b0;
      err_poisoned    <= 1'b0;
    end else begin
      c_valid         <= 1'b0;
      rid_set         <= 1'b0;
      err_unsupported <= 1'b0;
      err_abort       <= 1'b0;
      err_malformed   <= 1'b0;
      err_poisoned    <= 1'b0;
      if (tx_ready)
        tx_valid <= 1'b0;

      case (state)
        S_IDLE:
          if (take_p || take_np) begin
            state  <= S_DECODE;
            last_p <= take_p;
          end

        S_DECODE: begin
          state <= posted ? S_IDLE : S_SEND;
          if (crosses) begin
            err_malformed <= 1'b1;
            state         <= S_IDLE;
          end else if (poison) begin
            err_poisoned <= 1'b1;
          end else if (cfg_ours) begin
            c_valid <= 1'b1;
            rid_set <= payload;
            state   <= S_CFG;
          end else if (is_mem && hit && fits) begin
            h_valid <= (first_be != 4'd0);
            state   <= S_DW0;
          end else if (is_mem && hit) begin
            err_abort <= 1'b1;
          end else begin
            err_unsupported <= 1'b1;
          end
        end

        S_CFG:
          state <= S_SEND;

        S_DW0:
          if (!h_valid || h_ready) begin
            h_valid <= two && (last_be != 4'd0);
            state   <= two ? S_DW1 : posted ? S_IDLE : S_SEND;
          end

        S_DW1:
          if (!h_valid || h_ready) begin
            h_valid <= 1'b0;
            state   <= posted ? S_IDLE : S_SEND;
          end

        S_SEND: begin
          tx_valid <= 1'b1;
          state    <= S_IDLE;
        end

        default:
          state <= S_IDLE;
      endcase
    end

  always @(posedge clk)
    case (state)
      S_IDLE: begin
        hdr  <= take_p ? p_hdr : np_hdr;
        data <= take_p ? p_data : {32'd0, np_data};
      end
      S_DECODE: begin
        in_bar2   <= hit2;
        fn        <= cfg_ours ? hdr[50:48] : (is_mem && !crosses) ? mem_fn : 3'd0;
        offset    <= pf_hit0 ? addr[31:0] & ~BAR0_MASK[31:0] : pf_hit2 ? addr[31:0] & ~BAR2_MASK[31:0] :
                     hit0 ? vf0_off : vf2_off;
        with_data <= !payload && !poison && (cfg_ours || (is_mem && hit && fits));
        status    <= poison ? UR :
                     (cfg_ours || (is_mem && hit && fits)) ? SC :
                     (is_mem && hit) ? CA : UR;
        if (!payload)
          data <= 64'd0;
      end
      S_CFG:
        if (!payload)
          data[31:0] <= c_rdata;
      S_DW0:
        if (!payload && h_valid)
          data[31:0] <= h_rdata;
      S_DW1:
        if (!payload && h_valid)
          data[63:32] <= h_rdata;
      default: ;
    endcase

  // Table 2-38: bytes from the first to the last enabled one; 1 for a zero-length read.
  reg  [11:0] byte_count;
  reg  [1:0]  skip_front;
  reg  [1:0]  skip_back;
  wire [3:1]  end_be = (length == 10'd1) ? first_be[3:1] : last_be[3:1];

  always @* begin
    skip_front = first_be[0] ? 2'd0 : first_be[1] ? 2'd1 : first_be[2] ? 2'd2 : first_be[3] ? 2'd3 : 2'd0;
    skip_back  = end_be[3] ? 2'd0 : end_be[2] ? 2'd1 : end_be[1] ? 2'd2 : 2'd3;
    if (!is_mem)
      byte_count = 12'd4;
    else if ((length == 10'd1) && (first_be == 4'd0))
      byte_count = 12'd1;
    else                                  // 4096 bytes are written as 0
      byte_count = {length, 2'b00} - {10'd0, skip_front} - {10'd0, skip_back};
  end

  // 2.2.9: Type 01010, for a locked read 01011. Traffic class, attributes, all ten tag bits go back.
  wire is_lock = (kind == 5'b00001);
  wire [127:0] cpl_hdr = {1'b0, with_data, 1'b0, 4'b0101, is_lock,
                   hdr[119:115], hdr[114], 2'b00,
                   2'b00, hdr[109:108], 2'b00, with_data ? length : 10'd0,
                   rid[{3'd0, fn}*16 +: 16], status, 1'b0, byte_count,
                   hdr[95:80], hdr[79:72], 1'b0, is_mem ? {addr[6:2], skip_front} : 7'd0,
                   32'd0};

  reg [63:0] out_data;
  reg [1:0]  out_dws;
  assign tx_be   = {{DATA_WIDTH/8-8{1'b0}}, {4{out_dws[1]}}, {4{out_dws[0]}}};
  assign tx_data = {{DATA_WIDTH-64{1'b0}}, out_data};

  always @(posedge clk)
    if (state == S_SEND) begin
      tx_hdr   <= cpl_hdr;
      out_data <= data;
      out_dws  <= {with_data && two && is_mem, with_data};
    end

endmodule

`default_nettype wire
