// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_queue_ctx: the state of every queue (host/include/svarig_hw.toml, "Per-queue block" and "doorbell
// page").
//
// Four sources change it or look at it, one a cycle, in this order: a lane's report, the scheduler that gives
// a queue to a lane, the register bus, the doorbells. A doorbell that says what the rings cannot hold changes
// nothing but the sticky status bit and a counter.
//   runnable   per queue: enabled, not stopped, not halted, a descriptor waits, a completion record has room,
//              and its function may be a bus master
//   at_*       x_* is the context of at_queue in the cycle of at_ack
//   u_*        per lane: a report of its queue; u_ack takes it. l_stop: that queue must not go on
//   b_*        a doorbell changed these counts of a queue
//   msix_*     one request per armed queue whose completion count left the armed value, or that was halted

`default_nettype none
`include "svarig_hw.vh"

module svarig_queue_ctx #(
  parameter QUEUES = 64,
  parameter LANES  = 4,
  parameter NF     = 5,
  parameter NC     = 11
) (
  input  wire              clk,
  input  wire              rst,
  input  wire [NF-1:0]     cfg_bme,
  input  wire [NF-1:0]     fn_reset,       // level: its queues are forgotten

  input  wire              qreg_valid,
  input  wire              qreg_write,
  input  wire [13:0]       qreg_addr,
  input  wire [31:0]       qreg_wdata,
  output wire              qreg_ready,
  output reg  [31:0]       qreg_rdata,
  input  wire              db_valid,
  input  wire              db_write,
  input  wire [5:0]        db_queue,
  input  wire [11:0]       db_addr,
  input  wire [31:0]       db_wdata,
  output wire              db_ready,
  output reg  [31:0]       db_rdata,

  output wire [QUEUES-1:0] runnable,
  output wire              fresh,          // fresh_queue is created
  output wire [5:0]        fresh_queue,
  input  wire [QUEUES-1:0] owned,          // by a lane
  input  wire              at_req,
  input  wire [5:0]        at_queue,
  output wire              at_ack,
  output wire [20:0]       x_pasid,
  output wire [63:0]       x_sq_base,
  output wire [63:0]       x_cq_base,
  output wire [3:0]        x_sq_log2,
  output wire [3:0]        x_cq_log2,
  output wire [127:0]      x_counts,       // submitted, fetched, completed, consumed
  input  wire [5:0]        w_queue,        // asks for:
  output wire [7:0]        w_weight,
  output wire              b_valid,
  output wire [5:0]        b_queue,
  output wire [31:0]       b_sq_tail,
  output wire [31:0]       b_cq_head,

  input  wire [LANES-1:0]    u_req,
  output wire [LANES-1:0]    u_ack,
  input  wire [LANES*6-1:0]  u_queue,
  input  wire [LANES*32-1:0] u_sq_head,
  input  wire [LANES-1:0]    u_done,       // a record was written: with the next three
  input  wire [LANES-1:0]    u_ok,
  input  wire [LANES*32-1:0] u_bytes,
  input  wire [LANES*32-1:0] u_cycles,
  input  wire [LANES-1:0]    u_halt,       // a ring could not be reached: with the next two
  input  wire [LANES*8-1:0]  u_code,
  input  wire [LANES*64-1:0] u_addr,
  input  wire [LANES*NC*32-1:0] u_counts,
  output wire [LANES-1:0]    l_stop,

  output wire              msix_valid,
  input  wire              msix_ready,
  output wire [7:0]        msix_vector,
  output wire [2:0]        msix_fn,
  output wire              msix_pending,
  output wire              ev_doorbell,
  output wire              ev_bad_doorbell
);

  localparam QW = $clog2(QUEUES);

  integer i;

  // Functions: the PF has the first PF_QUEUES, each VF VF_QUEUES behind them.
  function [2:0] owner(input [5:0] q);
    owner = ({26'd0, q} < `SVARIG_PF_QUEUES) ? 3'd0 : ({1'b0, q[4:3]} + 3'd1);
  endfunction
  reg  [QUEUES-1:0] live, dead;        // functions that may be bus master; that are in reset
  // The queues of a function.
  function [QUEUES-1:0] queues(input integer f);
    integer k;
    for (k = 0; k < QUEUES; k = k + 1)
      queues[k] = (f == ((k < `SVARIG_PF_QUEUES) ? 0 : (1 + (k - `SVARIG_PF_QUEUES) / `SVARIG_VF_QUEUES)));
  endfunction
  wire [NF*QUEUES-1:0] live_of, dead_of;
  genvar g;
  generate
    for (g = 0; g < NF; g = g + 1) begin : of_function
      localparam [QUEUES-1:0] MINE = queues(g);
      assign live_of[g*QUEUES +: QUEUES] = cfg_bme[g] ? MINE : {QUEUES{1'b0}};
      assign dead_of[g*QUEUES +: QUEUES] = fn_reset[g] ? MINE : {QUEUES{1'b0}};
    end
  endgenerate
  always @* begin
    live = {QUEUES{1'b0}};
    dead = {QUEUES{1'b0}};
    for (i = 0; i < NF; i = i + 1) begin
      live = live | live_of[i*QUEUES +: QUEUES];
      dead = dead | dead_of[i*QUEUES +: QUEUES];
    end
  end

  // ------------------------------------------------------------------ whose cycle

  reg  [LANES-1:0] u_last;             // taken last: its request is gone the cycle after
  wire [LANES-1:0] u_want = u_req & ~u_last;
  assign u_ack = u_want & (~u_want + 1'b1);
  always @(posedge clk)
    u_last <= rst ? {LANES{1'b0}} : u_ack;

  wire          j_any = |u_ack;
  assign at_ack = at_req && !j_any;
  wire          r_any = qreg_valid && !j_any && !at_req;
  wire          d_any = db_valid && !j_any && !at_req && !qreg_valid;
  assign qreg_ready = r_any;
  assign db_ready   = d_any;

  // The report that is taken.
  reg  [5:0]        j_queue;
  reg  [31:0]       j_sq_head, j_bytes, j_cycles;
  reg               j_done, j_ok, j_halt;
  reg  [7:0]        j_code;
  reg  [63:0]       j_addr;
  reg  [NC*32-1:0]  j_counts;
  always @* begin
    j_queue   = 6'd0;
    j_sq_head = 32'd0;
    j_bytes   = 32'd0;
    j_cycles  = 32'd0;
    j_done    = 1'b0;
    j_ok      = 1'b0;
    j_halt    = 1'b0;
    j_code    = 8'd0;
    j_addr    = 64'd0;
    j_counts  = {NC*32{1'b0}};
    if (j_any)
      for (i = 0; i < LANES; i = i + 1)
        if (u_ack[i]) begin
          j_queue   = u_queue[i*6 +: 6];
          j_sq_head = u_sq_head[i*32 +: 32];
          j_bytes   = u_bytes[i*32 +: 32];
          j_cycles  = u_cycles[i*32 +: 32];
          j_done    = u_done[i];
          j_ok      = u_ok[i];
          j_halt    = u_halt[i];
          j_code    = u_code[i*8 +: 8];
          j_addr    = u_addr[i*64 +: 64];
          j_counts  = u_counts[i*NC*32 +: NC*32];
        end
  end

  wire [5:0]    r_queue = qreg_addr[13:8];
  wire [5:0]    a_queue = j_any ? j_queue : at_req ? at_queue : qreg_valid ? r_queue : db_queue;
  wire [QW-1:0] a  = a_queue[QW-1:0];

  // ------------------------------------------------------------------ state

  reg  [QUEUES-1:0] enabled, stopped, halted, bad_seen, armed, ready_q, raise;
  reg  [20:0]  pasid   [0:QUEUES-1];
  reg  [31:0]  sq_lo   [0:QUEUES-1];
  reg  [31:0]  sq_hi   [0:QUEUES-1];
  reg  [31:0]  cq_lo   [0:QUEUES-1];
  reg  [31:0]  cq_hi   [0:QUEUES-1];
  reg  [7:0]   sizes   [0:QUEUES-1];     // completion ring, submission ring
  reg  [8:0]   vector  [0:QUEUES-1];     // 8: valid
  reg  [7:0]   weight  [0:QUEUES-1];
  reg  [127:0] counts  [0:QUEUES-1];     // submitted, fetched, completed, consumed
  reg  [31:0]  arm_at  [0:QUEUES-1];
  reg  [71:0]  fault   [0:QUEUES-1];     // code, address
  reg  [63:0]  bells   [0:QUEUES-1];     // all, bad

  wire [127:0] a_counts = counts[a];
  wire [31:0]  sq_tail = a_counts[127:96];
  wire [31:0]  sq_head = a_counts[95:64];
  wire [31:0]  cq_tail = a_counts[63:32];
  wire [31:0]  cq_head = a_counts[31:0];
  wire [7:0]   a_sizes = sizes[a];
  wire [31:0]  sq_size = 32'd1 << a_sizes[3:0];
  wire [31:0]  cq_size = 32'd1 << a_sizes[7:4];
  wire [71:0]  a_fault = fault[a];
  wire [63:0]  a_bells = bells[a];

  assign x_pasid   = pasid[a];
  assign x_sq_base = {sq_hi[a], sq_lo[a]};
  assign x_cq_base = {cq_hi[a], cq_lo[a]};
  assign x_sq_log2 = a_sizes[3:0];
  assign x_cq_log2 = a_sizes[7:4];
  assign x_counts  = a_counts;
  assign w_weight  = weight[w_queue[QW-1:0]];
  generate
    for (g = 0; g < LANES; g = g + 1) begin : lane
      wire [QW-1:0] q = u_queue[g*6 +: QW];
      assign l_stop[g] = !enabled[q] || stopped[q] || dead[q];
    end
  endgenerate

  // ------------------------------------------------------------------ register writes

  wire [31:0] r_off  = {24'd0, qreg_addr[7:0]};
  wire        r_put  = r_any && qreg_write;
  wire        ctrl   = r_put && (r_off == `SVARIG_QC_CTRL);
  wire        create = ctrl && ((qreg_wdata & `SVARIG_QC_CTRL_ENABLE) != 32'd0) && !enabled[a] && !dead[a];

  always @(posedge clk) begin
    if (r_put && (r_off == `SVARIG_QC_PASID))
      pasid[a] <= {((qreg_wdata & `SVARIG_QC_PASID_VALID) != 32'd0), qreg_wdata[19:0]};
    if (r_put && (r_off == `SVARIG_QC_SQ_LO))
      sq_lo[a] <= qreg_wdata;
    if (r_put && (r_off == `SVARIG_QC_SQ_HI))
      sq_hi[a] <= qreg_wdata;
    if (r_put && (r_off == `SVARIG_QC_CQ_LO))
      cq_lo[a] <= qreg_wdata;
    if (r_put && (r_off == `SVARIG_QC_CQ_HI))
      cq_hi[a] <= qreg_wdata;
    if (r_put && (r_off == `SVARIG_QC_SIZE))
      sizes[a] <= {qreg_wdata[11:8], qreg_wdata[3:0]};
    if (r_put && (r_off == `SVARIG_QC_VECTOR))
      vector[a] <= {((qreg_wdata & `SVARIG_QC_VECTOR_VALID) != 32'd0), qreg_wdata[7:0]};
    if (r_put && (r_off == `SVARIG_QC_WEIGHT))
      weight[a] <= qreg_wdata[7:0];
  end

  assign fresh       = create;
  assign fresh_queue = {{6-QW{1'b0}}, a};

  // ------------------------------------------------------------------ doorbells

  wire [31:0] d_off  = {20'd0, db_addr};
  wire        d_tail = d_any && db_write && (d_off == `SVARIG_DB_SQ_TAIL);
  wire        d_head = d_any && db_write && (d_off == `SVARIG_DB_CQ_HEAD);
  wire        d_arm  = d_any && db_write && (d_off == `SVARIG_DB_ARM);
  wire        d_on   = enabled[a] && !dead[a];
  // More submitted than the ring holds beyond what was fetched; more consumed than completed.
  wire        bad_tail = d_tail && ((db_wdata - sq_head) > sq_size);
  wire        bad_head = d_head && ((db_wdata - cq_head) > (cq_tail - cq_head));
  wire        d_bad    = d_on && (bad_tail || bad_head);
  assign ev_doorbell     = d_tail || d_head || d_arm;
  assign ev_bad_doorbell = d_bad;

  // ------------------------------------------------------------------ the next state of queue a

  wire [31:0] n_sq_tail = (d_tail && !d_bad) ? db_wdata : sq_tail;
  wire [31:0] n_sq_head = j_any ? j_sq_head : sq_head;
  wire [31:0] n_cq_tail = j_done ? (cq_tail + 32'd1) : cq_tail;
  wire [31:0] n_cq_head = (d_head && !d_bad) ? db_wdata : cq_head;
  wire        write     = create || j_any || (d_on && ev_doorbell);

  // The armed value: of the doorbell in this cycle, or of one before.
  wire        n_armed = (d_arm && d_on) || armed[a];
  wire [31:0] n_at    = d_arm ? db_wdata : arm_at[a];
  wire        fires   = write && n_armed && !create && ((n_cq_tail != n_at) || j_halt || halted[a]);

  always @(posedge clk) begin
    if (write) begin
      counts[a] <= create ? 128'd0 : {n_sq_tail, n_sq_head, n_cq_tail, n_cq_head};
      bells[a]  <= create ? 64'd0 : {a_bells[63:32] + {31'd0, ev_doorbell}, a_bells[31:0] + {31'd0, d_bad}};
    end
    if (create || j_halt)
      fault[a] <= create ? 72'd0 : {j_code, j_addr};
    if (d_arm && d_on)
      arm_at[a] <= db_wdata;
  end

  assign b_valid   = d_any && d_on && (d_tail || d_head) && !d_bad;
  assign b_queue   = db_queue;
  assign b_sq_tail = n_sq_tail;
  assign b_cq_head = n_cq_head;

  wire [31:0] s_rdata;
  svarig_queue_stats #(.QUEUES(QUEUES), .NC(NC)) u_stats (
    .clk(clk), .a(a), .zero(create), .add(j_any), .done(j_done), .ok(j_ok), .bytes(j_bytes), .cycles(j_cycles),
    .counts(j_counts), .off(qreg_addr[7:0]), .rdata(s_rdata)
  );

  // ------------------------------------------------------------------ MSI-X requests, in turn

  reg  [QW-1:0] m_queue;
  wire [8:0]    m_vector = vector[m_queue];
  wire          m_next   = !raise[m_queue] || !m_vector[8] || msix_ready;
  assign msix_valid   = raise[m_queue] && m_vector[8];
  assign msix_vector  = m_vector[7:0];
  assign msix_fn      = owner({{6-QW{1'b0}}, m_queue});
  assign msix_pending = |raise;

  always @(posedge clk)
    if (rst) begin
      enabled  <= {QUEUES{1'b0}};
      stopped  <= {QUEUES{1'b0}};
      halted   <= {QUEUES{1'b0}};
      bad_seen <= {QUEUES{1'b0}};
      armed    <= {QUEUES{1'b0}};
      ready_q  <= {QUEUES{1'b0}};
      raise    <= {QUEUES{1'b0}};
      m_queue  <= {QW{1'b0}};
    end else begin
      if (|fn_reset) begin
        enabled <= enabled & ~dead;
        armed   <= armed & ~dead;
        raise   <= raise & ~dead;
      end
      if (m_next && msix_pending) begin
        raise[m_queue] <= 1'b0;
        m_queue        <= m_queue + 1'b1;
      end
      if (ctrl) begin
        enabled[a] <= ((qreg_wdata & `SVARIG_QC_CTRL_ENABLE) != 32'd0) && !dead[a];
        stopped[a] <= ((qreg_wdata & `SVARIG_QC_CTRL_STOP) != 32'd0);
        if ((qreg_wdata & `SVARIG_QC_CTRL_ENABLE) == 32'd0) begin
          armed[a] <= 1'b0;
          raise[a] <= 1'b0;
        end
      end
      if (create) begin
        halted[a]   <= 1'b0;
        bad_seen[a] <= 1'b0;
        armed[a]    <= 1'b0;
        ready_q[a]  <= 1'b0;
        raise[a]    <= 1'b0;
      end else if (write) begin
        ready_q[a] <= (n_sq_tail != n_sq_head) && ((n_cq_tail - n_cq_head) < cq_size);
        armed[a]   <= n_armed && !fires;
        if (fires)
          raise[a] <= 1'b1;
        if (j_halt)
          halted[a] <= 1'b1;
        if (d_bad)
          bad_seen[a] <= 1'b1;
      end
    end

  assign runnable = ready_q & enabled & ~stopped & ~halted & live & ~dead;

  // ------------------------------------------------------------------ reads

  wire        a_busy = owned[a];
  wire [31:0] state  = (halted[a] ? ({24'd0, a_fault[71:64]} & `SVARIG_QSTAT_CODE_MASK) : 32'd0) |
                       (enabled[a] ? `SVARIG_QSTAT_ENABLED : 32'd0) |
                       (halted[a] ? `SVARIG_QSTAT_HALTED : 32'd0) |
                       (bad_seen[a] ? `SVARIG_QSTAT_BAD_DOORBELL : 32'd0) |
                       (a_busy ? `SVARIG_QSTAT_BUSY : 32'd0);
  wire [20:0] a_pasid  = pasid[a];
  wire [8:0]  a_vector = vector[a];

  always @* begin
    qreg_rdata = 32'd0;
    if (qreg_valid)
      case (r_off)
        `SVARIG_QC_CTRL:      qreg_rdata = (enabled[a] ? `SVARIG_QC_CTRL_ENABLE : 32'd0) |
                                           (stopped[a] ? `SVARIG_QC_CTRL_STOP : 32'd0);
        `SVARIG_QC_PASID:     qreg_rdata = {a_pasid[20], 11'd0, a_pasid[19:0]};
        `SVARIG_QC_SQ_LO:     qreg_rdata = sq_lo[a];
        `SVARIG_QC_SQ_HI:     qreg_rdata = sq_hi[a];
        `SVARIG_QC_CQ_LO:     qreg_rdata = cq_lo[a];
        `SVARIG_QC_CQ_HI:     qreg_rdata = cq_hi[a];
        `SVARIG_QC_SIZE:      qreg_rdata = {20'd0, a_sizes[7:4], 4'd0, a_sizes[3:0]};
        `SVARIG_QC_VECTOR:    qreg_rdata = {a_vector[8], 23'd0, a_vector[7:0]};
        `SVARIG_QC_SQ_TAIL:   qreg_rdata = sq_tail;
        `SVARIG_QC_SQ_HEAD:   qreg_rdata = sq_head;
        `SVARIG_QC_CQ_TAIL:   qreg_rdata = cq_tail;
        `SVARIG_QC_CQ_HEAD:   qreg_rdata = cq_head;
        `SVARIG_QC_STATUS:    qreg_rdata = state;
        `SVARIG_QC_FAULT_LO:  qreg_rdata = a_fault[31:0];
        `SVARIG_QC_FAULT_HI:  qreg_rdata = a_fault[63:32];
        `SVARIG_QC_DOORBELLS: qreg_rdata = a_bells[63:32];
        `SVARIG_QC_BAD_DOORBELLS: qreg_rdata = a_bells[31:0];
        `SVARIG_QC_WEIGHT:    qreg_rdata = {24'd0, weight[a]};
        default:              qreg_rdata = s_rdata;
      endcase
  end

  // A queue that does not exist says nothing of what was there before.
  always @* begin
    db_rdata = 32'd0;
    if (d_any && d_on)
      case (d_off)
        `SVARIG_DB_SQ_TAIL:  db_rdata = sq_tail;
        `SVARIG_DB_CQ_HEAD:  db_rdata = cq_head;
        `SVARIG_DB_STATUS:   db_rdata = state;
        `SVARIG_DB_FAULT_LO: db_rdata = a_fault[31:0];
        `SVARIG_DB_FAULT_HI: db_rdata = a_fault[63:32];
        `SVARIG_DB_SQ_HEAD:  db_rdata = sq_head;
        `SVARIG_DB_CQ_TAIL:  db_rdata = cq_tail;
        default:             db_rdata = 32'd0;
      endcase
  end

endmodule

`default_nettype wire
