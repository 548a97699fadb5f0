// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_xlate: the only way from a virtual address to a TLP address (rtl/README.md, "Address translation").
//
// A client holds req with its key until gnt or fail, then takes req away and waits for idle before it asks
// again. With gnt come gnt_pa and gnt_at (10: translated; 00: the address itself, the PASID prefix goes
// with the TLP). From gnt until release the translation is held; a client may hold two. Clients are served
// in turn, one lookup at a time; while one waits for a miss the others are served. A client that takes req
// away without gnt or fail is done when its bit of idle is set. With block nothing is granted; any_held
// says that a grant is not released yet.

`default_nettype none
`include "svarig_hw.vh"

module svarig_xlate #(
  parameter NC = 2
) (
  input  wire             clk,
  input  wire             rst,
  input  wire             cfg_bme,
  input  wire             cfg_ats_en,
  input  wire             cfg_pasid_en,
  input  wire             block,
  output wire             any_held,

  input  wire [NC-1:0]    req,
  input  wire [NC*21-1:0] req_pasid,   // bit 20: valid
  input  wire [NC*64-1:0] req_va,
  input  wire [NC-1:0]    req_write,
  input  wire [NC-1:0]    release_i,
  output reg  [NC-1:0]    gnt,
  output wire [63:0]      gnt_pa,
  output wire [1:0]       gnt_at,

  input  wire [NC-1:0]    look,        // svarig_xlate_miss
  input  wire [NC-1:0]    retry,
  output reg  [NC-1:0]    miss,
  output reg  [NC-1:0]    refuse,
  output reg  [7:0]       r_status,
  output reg  [7:0]       r_detail,

  output wire             lk_en,       // svarig_atc
  output wire [20:0]      lk_pasid,
  output wire [51:0]      lk_page,
  output wire             lk_write,
  input  wire             res_hit,
  input  wire             res_u,
  input  wire [51:0]      res_page,

  output wire             ev_hit,
  output wire             ev_miss
);

  localparam [31:0] ST_READ    = `SVARIG_ST_FAULT_READ;
  localparam [31:0] ST_WRITE   = `SVARIG_ST_FAULT_WRITE;
  localparam [31:0] ST_ABORTED = `SVARIG_ST_ABORTED;

  localparam [1:0] S_IDLE = 2'd0, S_CMP = 2'd1, S_RES = 2'd2;

  integer i;

  reg  [1:0]    state;
  reg  [NC-1:0] who, after;            // one-hot; clients above the one served last
  reg           plain;                 // ATS was off when the lookup began
  reg           k_write;
  reg           k_tagged;              // has a PASID
  reg  [63:0]   k_va;

  // Grants not released yet, per client: one in use and one in hand at most.
  wire [NC-1:0] held;
  genvar c;
  generate
    for (c = 0; c < NC; c = c + 1) begin : hold
      reg [1:0] count;
      always @(posedge clk)
        count <= rst ? 2'd0 : (count + {1'b0, gnt[c]} - {1'b0, release_i[c]});
      assign held[c] = (count != 2'd0);
    end
  endgenerate
  assign any_held = |held;

  // ------------------------------------------------------------------ whose turn

  wire [NC-1:0] want = look;
  wire [NC-1:0] pool = (|(want & after)) ? (want & after) : want;
  wire [NC-1:0] pick = pool & (~pool + 1'b1);
  wire          go   = (state == S_IDLE) && (|want) && !block;

  reg  [20:0]   p_pasid;
  reg  [63:0]   p_va;
  always @* begin
    p_pasid = 21'd0;
    p_va    = 64'd0;
    for (i = 0; i < NC; i = i + 1)
      if (pick[i]) begin
        p_pasid = p_pasid | req_pasid[i*21 +: 21];
        p_va    = p_va | req_va[i*64 +: 64];
      end
  end

  assign lk_en    = go && cfg_ats_en;
  assign lk_pasid = p_pasid;
  assign lk_page  = p_va[63:12];
  assign lk_write = |(pick & req_write);

  always @(posedge clk)
    if (rst) begin
      state <= S_IDLE;
      who   <= {NC{1'b0}};
      after <= {NC{1'b0}};
    end else begin
      case (state)
        S_IDLE:
          if (go) begin
            who   <= pick;
            after <= ~(pick | (pick - 1'b1));
            state <= cfg_ats_en ? S_CMP : S_RES;
          end
        S_CMP:
          state <= S_RES;
        default:
          state <= S_IDLE;
      endcase
    end

  always @(posedge clk)
    if (go) begin
      plain   <= !cfg_ats_en;
      k_write <= lk_write;
      k_tagged <= p_pasid[20];
      k_va    <= p_va;
    end

  // ------------------------------------------------------------------ the verdict

  // While block or the enables changed under the lookup nothing is said and the client's turn comes again.
  wire settled = (state == S_RES) && (|(who & req)) && !block && (plain != cfg_ats_en);
  wire no_pasid = k_tagged && !cfg_pasid_en;   // a prefix must not be sent

  always @* begin
    gnt      = {NC{1'b0}};
    miss     = {NC{1'b0}};
    refuse   = {NC{1'b0}};
    r_status = 8'd0;
    r_detail = 8'd0;
    if (settled) begin
      if (!cfg_bme) begin
        refuse   = who;
        r_status = ST_ABORTED[7:0];
      end else if (no_pasid) begin
        refuse   = who;
        r_status = k_write ? ST_WRITE[7:0] : ST_READ[7:0];
      end else if (plain || res_hit)
        gnt = who;
      else
        miss = who;
    end
  end

  wire through = !plain && !res_u;
  assign gnt_at = through ? 2'b10 : 2'b00;
  assign gnt_pa = {through ? res_page : k_va[63:12], k_va[11:0]};

  // A request counts once, by its first lookup.
  wire fresh = settled && !plain && cfg_bme && !no_pasid && !(|(who & retry));
  assign ev_hit  = fresh && res_hit;
  assign ev_miss = fresh && !res_hit;

  wire unused = &{1'b0, ST_READ, ST_WRITE, ST_ABORTED};

endmodule

`default_nettype wire
