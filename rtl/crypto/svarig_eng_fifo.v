// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_eng_fifo: what a port of the engines has to say, in order: output beats and, behind those of a job, its
// end. A unit reserves a place (reserve) before it begins what will need one, and later pushes into it or gives
// it back (unreserve): so a port that is not emptied never blocks the pipes that all ports share.
//
// Three units can push, one at a time: push[u] takes entry[u] = {end, last, kind[2:0], bytes[5:0], data[EW-1:0]};
// an end has the status in data[7:0] and the byte count in data[39:8]. flush forgets everything and wins.

`default_nettype none

module svarig_eng_fifo #(
  parameter EW    = 128,
  parameter LOG2  = 5            // log2 of the places
) (
  input  wire             clk,
  input  wire             flush,

  input  wire             reserve,
  input  wire             unreserve,
  output wire             room,          // a place can be reserved
  input  wire [2:0]       push,
  input  wire [EW+10:0]   entry0,
  input  wire [EW+10:0]   entry1,
  input  wire [EW+10:0]   entry2,

  output wire             m_valid,
  input  wire             m_ready,
  output wire [EW-1:0]    m_data,
  output wire [5:0]       m_bytes,
  output wire [2:0]       m_kind,
  output wire             m_last,
  output wire             end_valid,
  input  wire             end_ready,
  output wire [7:0]       end_status,
  output wire [31:0]      end_done
);

  reg  [EW+10:0] mem [0:(1<<LOG2)-1];
  reg  [LOG2:0]  used;                   // places reserved or full
  reg  [LOG2:0]  wr, rd;
  wire [EW+10:0] head  = mem[rd[LOG2-1:0]];
  wire           some  = wr != rd;
  wire           pop   = (m_valid && m_ready) || (end_valid && end_ready);

  assign room       = !used[LOG2];
  assign m_valid    = some && !head[EW+10];
  assign end_valid  = some && head[EW+10];
  assign m_data     = head[EW-1:0];
  assign m_bytes    = head[EW+5:EW];
  assign m_kind     = head[EW+8:EW+6];
  assign m_last     = head[EW+9];
  assign end_status = head[7:0];
  assign end_done   = head[39:8];

  localparam [LOG2:0] ONE = 1;

  always @(posedge clk)
    if (flush) begin
      used <= {LOG2+1{1'b0}};
      wr   <= {LOG2+1{1'b0}};
      rd   <= {LOG2+1{1'b0}};
    end else begin
      if (reserve || unreserve || pop)
        used <= used + (reserve ? ONE : {LOG2+1{1'b0}}) - (unreserve ? ONE : {LOG2+1{1'b0}})
                     - (pop ? ONE : {LOG2+1{1'b0}});
      if (|push)
        wr <= wr + ONE;
      if (pop)
        rd <= rd + ONE;
    end

  always @(posedge clk)
    if (push[0])
      mem[wr[LOG2-1:0]] <= entry0;
    else if (push[1])
      mem[wr[LOG2-1:0]] <= entry1;
    else if (push[2])
      mem[wr[LOG2-1:0]] <= entry2;

endmodule

`default_nettype wire
