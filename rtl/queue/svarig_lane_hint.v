// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_lane_hint: which pages a lane will read next, for svarig_xlate_ahead: so that a job does not begin with round
// trips for the translations of its key, its IV and its source.
//
// Shown (cur to last while more is high) are, in this order: what the read side is at (now_*, while now is high),
// then what the next descriptor (f_*, svarig_lane_fetch) will read: key, IV or state, source or its list. ready says
// that all of the range that is shown is cared for: then the next is shown. begins: the read side is at something
// new; f_take: at the next job. Both begin anew. A descriptor that will be refused is not followed.

`default_nettype none
`include "svarig_hw.vh"

module svarig_lane_hint (
  input  wire          clk,
  input  wire          rst,
  input  wire          clear,
  input  wire          now,
  input  wire [51:0]   now_cur,        // pages
  input  wire [51:0]   now_last,
  input  wire          begins,
  input  wire          f_valid,
  input  wire [511:0]  f_desc,
  input  wire          f_take,
  output wire [51:0]   cur,
  output wire [51:0]   last,
  output wire          more,
  input  wire          ready
);

  localparam [31:0] ST_OK = `SVARIG_ST_OK;
  localparam [2:0] S_NOW = 3'd0, S_JUDGE = 3'd1, S_KEY = 3'd2, S_IV = 3'd3, S_SRC = 3'd4, S_DONE = 3'd5;

  reg  [2:0]   step;
  reg  [31:0]  len;                    // of the range that is shown, bytes; 0: none
  reg  [4:0]   q_iv_len;
  reg  [31:0]  q_src_len;
  reg          q_state_in;

  wire [7:0]   status, key_len;
  wire [4:0]   iv_len;
  wire [31:0]  src_len, dst_len;
  wire [63:0]  addr;
  wire         is_nop, is_compare, has_src, has_text, decrypt, state_in, state_out, chain;
  svarig_desc_check u_check (
    .en(step == S_JUDGE), .desc(f_desc), .status(status), .addr(addr), .is_nop(is_nop), .is_compare(is_compare),
    .has_src(has_src), .has_text(has_text), .decrypt(decrypt), .state_in(state_in), .state_out(state_out),
    .chain(chain), .key_len(key_len), .iv_len(iv_len), .src_len(src_len), .dst_len(dst_len)
  );

  wire [63:0]  src    = f_desc[`SVARIG_DESC_SRC_LSB +: `SVARIG_DESC_SRC_W];
  wire [15:0]  src_sg = f_desc[`SVARIG_DESC_SRC_SG_LSB +: `SVARIG_DESC_SRC_SG_W];
  wire [63:0]  from   = (step == S_KEY) ? f_desc[`SVARIG_DESC_KEY_LSB +: `SVARIG_DESC_KEY_W] :
                        (step == S_SRC) ? src :
                        q_state_in ? f_desc[`SVARIG_DESC_STATE_LSB +: `SVARIG_DESC_STATE_W] :
                                     f_desc[`SVARIG_DESC_IV_LSB +: `SVARIG_DESC_IV_W];
  wire [63:0]  to     = from + {32'd0, len} - 64'd1;
  assign cur  = (step == S_NOW) ? now_cur : from[63:12];
  assign last = (step == S_NOW) ? now_last : to[63:12];
  wire   shown = (step == S_KEY) || (step == S_IV) || (step == S_SRC);
  assign more = !clear && ((step == S_NOW) ? now : (shown && f_valid && (len != 32'd0)));
  wire   pass = ready || !more;

  always @(posedge clk)
    if (rst || clear || begins || f_take)
      step <= S_NOW;
    else
      case (step)
        S_NOW:
          if (pass && f_valid)
            step <= S_JUDGE;
        S_JUDGE: begin
          step       <= (status == ST_OK[7:0]) ? S_KEY : S_DONE;
          len        <= {24'd0, key_len};
          q_iv_len   <= iv_len;
          q_state_in <= state_in;
          q_src_len  <= !has_src ? 32'd0 : ((src_sg != 16'd0) && (src_len != 32'd0)) ? {12'd0, src_sg, 4'd0} : src_len;
        end
        S_KEY:
          if (pass) begin
            step <= S_IV;
            len  <= q_state_in ? `SVARIG_STATE_SIZE : {27'd0, q_iv_len};
          end
        S_IV:
          if (pass) begin
            step <= S_SRC;
            len  <= q_src_len;
          end
        S_SRC:
          if (pass)
            step <= S_DONE;
        default: begin end
      endcase

  wire unused = &{1'b0, ST_OK, addr, is_nop, is_compare, has_text, decrypt, state_out, chain, dst_len, from[11:0],
                  to[11:0]};

endmodule

`default_nettype wire
