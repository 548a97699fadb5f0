// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_xlate: the only way from a virtual address to a TLP address (rtl/README.md, "Address translation").
//
// A client holds req with its key until gnt or fail, then takes req away for a cycle; after a fail, or when it
// takes req away without gnt or fail, it waits for idle before it asks again. With gnt come gnt_pa and gnt_at
// (10: translated; 00: the address itself, the PASID prefix goes with the TLP), three cycles after req when no
// other client is before it. From gnt until release the translation is held; a client may hold three. Lookups
// are pipelined, one a cycle, clients in turn; while one waits for a miss the others are served. With block
// nothing is granted; any_held says that a grant is not released yet.
// A page of the client's last ones (svarig_xlate_near) is granted in the cycle of req, when no lookup grants in it.
//
// sc_*: lookups that grant nothing, for those that ask ahead (svarig_xlate_ahead), when no client wants the port.

`default_nettype none
`include "svarig_hw.vh"

module svarig_xlate #(
  parameter NC = 8,
  parameter NF = 5
) (
  input  wire             clk,
  input  wire             rst,
  input  wire [NF-1:0]    live,        // the function may send requests
  input  wire [NF-1:0]    cfg_ats_en,
  input  wire             cfg_pasid_en,
  input  wire             block,
  output wire             any_held,

  input  wire [NC-1:0]    req,
  input  wire [NC*3-1:0]  req_fn,
  input  wire [NC*21-1:0] req_pasid,   // bit 20: valid
  input  wire [NC*64-1:0] req_va,
  input  wire [NC-1:0]    req_write,
  input  wire [NC-1:0]    release_i,
  output wire [NC-1:0]    gnt,
  output wire [63:0]      gnt_pa,
  output wire [1:0]       gnt_at,

  input  wire [NC-1:0]    look,        // svarig_xlate_miss
  input  wire [NC-1:0]    retry,
  output reg  [NC-1:0]    miss,
  output reg  [NC-1:0]    refuse,
  output reg  [7:0]       r_status,
  output reg  [7:0]       r_detail,

  input  wire [NC-1:0]    sc_req,      // key: sc_page and the client's own
  input  wire [NC*52-1:0] sc_page,
  output wire [NC-1:0]    sc_take,
  output wire [NC-1:0]    sc_res,      // in the order of sc_take
  output wire             sc_hit,

  output reg              lk_en,       // svarig_atc
  output reg  [2:0]       lk_fn,
  output reg  [20:0]      lk_pasid,
  output wire [51:0]      lk_page,
  output reg              lk_write,
  input  wire             res_hit,
  input  wire             res_u,
  input  wire [51:0]      res_page,

  output wire [NC-1:0]    ev_hit,
  output wire [NC-1:0]    ev_miss
);

  localparam [31:0] ST_READ    = `SVARIG_ST_FAULT_READ;
  localparam [31:0] ST_WRITE   = `SVARIG_ST_FAULT_WRITE;
  localparam [31:0] ST_ABORTED = `SVARIG_ST_ABORTED;

  integer i;

  // Grants not released yet, per client: one in use and two in hand at most.
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

  reg  [NC-1:0] k1_who, k2_who, k3_who;  // one-hot: in the pipeline
  reg  [NC-1:0] after, sc_after;         // clients above the one served last
  reg           k1_scan, k2_scan, k3_scan;
  reg           k1_plain, k2_plain, k3_plain;    // ATS was off when the lookup began
  reg           k2_write, k3_write, k2_tagged, k3_tagged;
  reg  [2:0]    k2_fn, k3_fn;
  reg  [63:0]   k1_va, k2_va, k3_va;

  wire [NC-1:0] near;                    // needs no lookup
  wire [NC-1:0] looked = (k1_scan ? {NC{1'b0}} : k1_who) | (k2_scan ? {NC{1'b0}} : k2_who) |
                         (k3_scan ? {NC{1'b0}} : k3_who);
  wire [NC-1:0] want = look & ~near & ~looked;
  wire [NC-1:0] pool = (|(want & after)) ? (want & after) : want;
  wire [NC-1:0] spool = (|(sc_req & sc_after)) ? (sc_req & sc_after) : sc_req;
  wire          scan = !(|want);
  wire [NC-1:0] pick = scan ? (spool & (~spool + 1'b1)) : (pool & (~pool + 1'b1));
  wire          go   = (|pick) && !block;

  assign sc_take = (go && scan) ? pick : {NC{1'b0}};

  reg  [2:0]    p_fn;
  reg  [20:0]   p_pasid;
  reg  [63:0]   p_va;
  always @* begin
    p_fn    = 3'd0;
    p_pasid = 21'd0;
    p_va    = 64'd0;
    if (go)
      for (i = 0; i < NC; i = i + 1)
        if (pick[i]) begin
          p_fn    = p_fn | req_fn[i*3 +: 3];
          p_pasid = p_pasid | req_pasid[i*21 +: 21];
          p_va    = p_va | (scan ? {sc_page[i*52 +: 52], 12'd0} : req_va[i*64 +: 64]);
        end
  end

  assign lk_page = k1_va[63:12];

  always @(posedge clk)
    if (rst) begin
      lk_en    <= 1'b0;
      k1_who   <= {NC{1'b0}};
      k2_who   <= {NC{1'b0}};
      k3_who   <= {NC{1'b0}};
      k1_scan  <= 1'b0;
      k2_scan  <= 1'b0;
      k3_scan  <= 1'b0;
      after    <= {NC{1'b0}};
      sc_after <= {NC{1'b0}};
    end else begin
      lk_en  <= go;
      k1_who <= go ? pick : {NC{1'b0}};
      // A lookup of a client that let go is void: its next request may be for another page.
      k2_who <= k1_who & (k1_scan ? {NC{1'b1}} : req);
      k3_who <= k2_who & (k2_scan ? {NC{1'b1}} : req);
      if (go) begin
        k1_scan <= scan;
        if (scan)
          sc_after <= ~(pick | (pick - 1'b1));
        else
          after <= ~(pick | (pick - 1'b1));
      end
      k2_scan <= k1_scan;
      k3_scan <= k2_scan;
    end

  always @(posedge clk) begin
    if (go) begin
      lk_fn    <= p_fn;
      lk_pasid <= p_pasid;
      lk_write <= |(pick & req_write);
      k1_va    <= p_va;
      k1_plain <= !cfg_ats_en[p_fn];
    end
    if (|k1_who) begin
      k2_plain  <= k1_plain;
      k2_write  <= lk_write;
      k2_tagged <= lk_pasid[20];
      k2_fn     <= lk_fn;
      k2_va     <= k1_va;
    end
    if (|k2_who) begin
      k3_plain  <= k2_plain;
      k3_write  <= k2_write;
      k3_tagged <= k2_tagged;
      k3_fn     <= k2_fn;
      k3_va     <= k2_va;
    end
  end

  assign sc_res = k3_scan ? k3_who : {NC{1'b0}};
  assign sc_hit = res_hit;

  // ------------------------------------------------------------------ the verdict

  reg  [NC-1:0] found;                   // granted by a lookup
  wire through = !k3_plain && !res_u;

  // While block or the enables changed under the lookup nothing is said and the client's turn comes again.
  wire settled = !k3_scan && (|(k3_who & req)) && !block && (k3_plain != cfg_ats_en[k3_fn]);
  wire no_pasid = k3_tagged && !cfg_pasid_en;   // a prefix must not be sent

  always @* begin
    found    = {NC{1'b0}};
    miss     = {NC{1'b0}};
    refuse   = {NC{1'b0}};
    r_status = 8'd0;
    r_detail = 8'd0;
    if (settled) begin
      if (!live[k3_fn]) begin
        refuse   = k3_who;
        r_status = ST_ABORTED[7:0];
      end else if (no_pasid) begin
        refuse   = k3_who;
        r_status = k3_write ? ST_WRITE[7:0] : ST_READ[7:0];
      end else if (k3_plain || res_hit)
        found = k3_who;
      else
        miss = k3_who;
    end
  end

  // ------------------------------------------------------------------ without a lookup

  // What the host may have taken back is forgotten with block.
  wire [NC*52-1:0] n_target;
  generate
    for (c = 0; c < NC; c = c + 1) begin : recent
      wire [2:0]  fn    = req_fn[c*3 +: 3];
      wire [20:0] pasid = req_pasid[c*21 +: 21];
      wire        hit;
      svarig_xlate_near u_near (
        .clk(clk), .drop(rst || block), .fn(fn), .pasid(pasid), .page(req_va[c*64 + 12 +: 52]), .hit(hit),
        .target(n_target[c*52 +: 52]), .put(found[c] && through), .put_target(res_page)
      );
      assign near[c] = hit && req[c] && look[c] && !looked[c] && !block && live[fn] && cfg_ats_en[fn] && (cfg_pasid_en || !pasid[20]);
    end
  endgenerate

  reg  [NC-1:0] n_after;               // clients above the one served last
  wire [NC-1:0] n_pool = (|(near & n_after)) ? (near & n_after) : near;
  wire [NC-1:0] n_pick = (|found) ? {NC{1'b0}} : (n_pool & (~n_pool + 1'b1));
  always @(posedge clk)
    if (rst)
      n_after <= {NC{1'b0}};
    else if (|n_pick)
      n_after <= ~(n_pick | (n_pick - 1'b1));

  reg  [63:0]   n_pa;
  always @* begin
    n_pa = 64'd0;
    if (|n_pick)
      for (i = 0; i < NC; i = i + 1)
        if (n_pick[i])
          n_pa = n_pa | {n_target[i*52 +: 52], req_va[i*64 +: 12]};
  end

  assign gnt    = found | n_pick;
  assign gnt_at = ((|n_pick) || through) ? 2'b10 : 2'b00;
  assign gnt_pa = (|n_pick) ? n_pa : {through ? res_page : k3_va[63:12], k3_va[11:0]};

  // A request counts once, by its first lookup.
  wire fresh = settled && !k3_plain && live[k3_fn] && !no_pasid && !(|(k3_who & retry));
  assign ev_hit  = ((fresh && res_hit) ? k3_who : {NC{1'b0}}) | n_pick;
  assign ev_miss = (fresh && !res_hit) ? k3_who : {NC{1'b0}};

  wire unused = &{1'b0, ST_READ, ST_WRITE, ST_ABORTED};

endmodule

`default_nettype wire
