// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_xlate_miss: what happens to one client's request that the ATC could not serve.
//
//   look      the request should be looked up (again, after a miss: retry is set then)
//   miss      pulse: the lookup found nothing usable -> translation request, perhaps page request, then
//             look again
//   refuse    pulse: the lookup found that the request cannot be made at all: fail with r_status, r_detail
//   fail      one cycle, status and detail beside it; req must be low in the next
//   idle      nothing of this client is under way; parked: what is under way waits for the host's response
//             to a page request; stalled: the same, or the page request waits to be sent
//   covered   level: the page is in the care of svarig_xlate_ahead: it will be translated, or not, without
//             us. When that is over the request is looked up again and goes its own way if it must.
//   gone      the function is in reset: the request fails, what was sent for it is forgotten
// A client that lets req go is cancelled: a translation request in flight is awaited (idle stays low), a
// page request is left behind as an orphan.
//
// After a response of success the translation is asked for at once: the host may take the page away again
// soon. Success without a mapping happens (the IOMMU's queue overflowed and it answered by itself): the
// page is asked for again, TRIES times at most, from the third time on after a pause that doubles.

`default_nettype none
`include "svarig_hw.vh"

module svarig_xlate_miss #(
  parameter TRIES   = 8,               // page requests for one page, 1..15
  parameter BACKOFF = 1024             // cycles of the first pause
) (
  input  wire        clk,
  input  wire        rst,
  input  wire        req,
  input  wire        write,
  output wire        look,
  output reg         retry,
  input  wire        miss,
  input  wire        refuse,
  input  wire [7:0]  r_status,
  input  wire [7:0]  r_detail,
  output wire        fail,
  output reg  [7:0]  status,
  output reg  [7:0]  detail,
  output wire        idle,
  output wire        parked,           // a page request is out: nothing happens before its response
  output wire        stalled,

  input  wire        live,             // bus mastering of the function
  input  wire        gone,
  input  wire        cfg_ats_en,       // of the function
  input  wire        covered,
  input  wire        covered_parked,   // and what covers it waits for a response
  input  wire        covered_stalled,  // or has its page requests to send
  input  wire        covered_failed,   // pulse: and the response was a response failure
  input  wire        covered_refused,  // pulse: the host said that this page is not the process's
  output wire        t_req,
  input  wire        t_sent,
  input  wire        t_dead,
  input  wire        t_done,
  input  wire [2:0]  t_result,         // of svarig_ats_treq
  input  wire        pri_usable,
  output wire        p_req,
  input  wire        p_sent,
  input  wire        p_done,
  input  wire [1:0]  p_result,         // of svarig_pri
  output wire        p_drop
);

  localparam [31:0] ST_READ  = `SVARIG_ST_FAULT_READ;
  localparam [31:0] ST_WRITE = `SVARIG_ST_FAULT_WRITE;
  localparam [31:0] ST_XLAT  = `SVARIG_ST_XLAT_ERROR;
  localparam [31:0] ST_TIME  = `SVARIG_ST_TIMEOUT;
  localparam [31:0] ST_PRI   = `SVARIG_ST_PRI_FAILURE;
  localparam [31:0] ST_GONE  = `SVARIG_ST_ABORTED;
  localparam [31:0] SD_ASKED = `SVARIG_SD_PAGE_REQUESTED;
  localparam [31:0] SD_NONE  = `SVARIG_SD_NO_PRI;

  localparam [3:0] S_LOOK = 4'd0, S_TREQ = 4'd1, S_TWAIT = 4'd2, S_PREQ = 4'd3, S_PWAIT = 4'd4, S_PAUSE = 4'd5,
                   S_FAIL = 4'd6, S_JOIN = 4'd7, S_ASK = 4'd8;

  reg  [3:0]  state;
  reg  [3:0]  tries;                   // page requests answered with success
  reg  [31:0] pause, step;
  wire [7:0]  st_fault = write ? ST_WRITE[7:0] : ST_READ[7:0];

  assign look    = (state == S_LOOK) && req;
  assign idle    = (state == S_LOOK) && !retry && !req;
  assign t_req   = (state == S_ASK) && req && !gone;
  assign p_req   = (state == S_PREQ) && req && !gone;
  assign p_drop  = (state == S_PWAIT) && !req;
  assign fail    = (state == S_FAIL) && req;
  assign parked  = ((state == S_PWAIT) || ((state == S_JOIN) && covered_parked)) && req;
  assign stalled = ((state == S_PWAIT) || (state == S_PREQ) || (state == S_PAUSE) ||
                    ((state == S_JOIN) && covered_stalled)) && req;

  always @(posedge clk)
    if (rst) begin
      state  <= S_LOOK;
      retry  <= 1'b0;
      tries  <= 4'd0;
      pause  <= 32'd0;
      step   <= 32'd0;
      status <= 8'd0;
      detail <= 8'd0;
    end else if (gone && (state != S_LOOK)) begin
      status <= ST_GONE[7:0];
      detail <= 8'd0;
      state  <= (req && (state != S_FAIL)) ? S_FAIL : S_LOOK;
    end else
      case (state)
        S_LOOK: begin
          if (!req) begin
            retry <= 1'b0;
            tries <= 4'd0;
            step  <= 32'd0;
            pause <= 32'd0;
          end else if (refuse) begin
            state  <= S_FAIL;
            status <= r_status;
            detail <= r_detail;
          end else if (miss)
            state <= S_TREQ;
        end
        S_TREQ:                        // covered is a cycle late
          state <= covered ? S_JOIN : S_ASK;
        S_JOIN: begin
          retry <= 1'b1;
          if (req && covered_failed) begin
            status <= ST_PRI[7:0];
            detail <= SD_ASKED[7:0];
            state  <= S_FAIL;
          end else if (req && covered_refused) begin
            status <= st_fault;
            detail <= SD_ASKED[7:0];
            state  <= S_FAIL;
          end else if (!covered || !req)
            state <= S_LOOK;
        end
        S_ASK:
          if (t_sent)
            state <= S_TWAIT;
          else if (!req || !cfg_ats_en || !live)
            state <= S_LOOK;
          else if (t_dead) begin
            status <= ST_TIME[7:0];
            detail <= 8'd0;
            state  <= S_FAIL;
          end
        S_TWAIT:
          if (t_done) begin
            retry <= 1'b1;
            state <= S_FAIL;
            case (t_result)
              3'd0, 3'd1:              // filled; or discarded
                state <= S_LOOK;
              3'd2: begin              // no permission
                status <= st_fault;
                detail <= (tries != 4'd0) ? SD_ASKED[7:0] : SD_NONE[7:0];
                if ((tries != TRIES[3:0]) && pri_usable)
                  state <= S_PAUSE;
              end
              3'd4: begin
                status <= ST_TIME[7:0];
                detail <= 8'd0;
              end
              default: begin
                status <= ST_XLAT[7:0];
                detail <= 8'd0;
                // UR has turned ATS off. A read goes on untranslated: should that be refused, the answer
                // says so. A write would be lost without a word.
                if ((t_result == 3'd5) && !write)
                  state <= S_LOOK;
              end
            endcase
            if (!req)
              state <= S_LOOK;
          end
        S_PREQ:
          if (p_sent)
            state <= S_PWAIT;
          else if (!req || !cfg_ats_en)
            state <= S_LOOK;
          else if (!pri_usable)        // status and detail are set
            state <= S_FAIL;
        S_PWAIT:
          if (!req)
            state <= S_LOOK;
          else if (p_done)
            case (p_result)
              2'd0: begin
                tries <= tries + 4'd1;
                pause <= step;
                step  <= (step == 32'd0) ? BACKOFF : {step[30:0], 1'b0};
                state <= S_ASK;
              end
              2'd1: begin
                status <= st_fault;
                detail <= SD_ASKED[7:0];
                state  <= S_FAIL;
              end
              default: begin
                status <= ST_PRI[7:0];
                detail <= SD_ASKED[7:0];
                state  <= S_FAIL;
              end
            endcase
        S_PAUSE: begin
          pause <= pause - 32'd1;
          if (!req)
            state <= S_LOOK;
          else if (pause == 32'd0)
            state <= S_PREQ;
        end
        default:                       // S_FAIL
          state <= S_LOOK;
      endcase

  wire unused = &{1'b0, ST_READ, ST_WRITE, ST_XLAT, ST_TIME, ST_PRI, ST_GONE, SD_ASKED, SD_NONE};

endmodule

`default_nettype wire
