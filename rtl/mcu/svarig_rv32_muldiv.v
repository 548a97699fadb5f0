// SPDX-License-Identifier: BSD-2-Clause
//
// svarig_rv32_muldiv: control and the second register of serial multiplication and division (Unprivileged ISA
// 20191213, chapter 7). The first register is execute's operand A, the adder is the ALU's: this block says in
// every cycle what A becomes, and sees the adder's sum of A and B.
//
//   A, q     MUL: partial product and multiplier, most significant bit first, shifted left. MULH*: the same, least
//            significant first (q is loaded in reverse), A shifted right. DIV, REM: remainder and dividend, which turns
//            into the quotient; then DIV shifts the quotient into A.
//   pick     A or the sum: what is shifted, and at the end the result
//
// Negative dividends go in as their ones' complement, one less than the magnitude m: with m - 1 = q |b| + r the remainder
// is -(r + 1) = ~r, unless r + 1 is |b|: then it is 0, and the quotient one more. Negative divisors are added instead of
// subtracted. A quotient with bit 31 set comes of a signed division only if the divisor is 0: it stays -1.
// start: pulse, operands are in A and B. done: level in the cycle of the result. Cycles from start to done: MUL 32,
// MULH* 33, REM* 35, DIV* 67.

`default_nettype none

module svarig_rv32_muldiv (
  input  wire        clk,
  input  wire        rst,
  input  wire        start,
  input  wire [2:0]  funct3,
  input  wire [31:0] a_in,          // A, reversed for MULH*: goes to q at start
  input  wire [31:0] a,
  input  wire        b_sign,
  input  wire [32:0] add,           // A plus or minus B, carry in 32
  output wire        sub,           // the adder subtracts
  output wire        ones,          // B is to be all ones instead

  output reg         busy,
  output wire        done,
  output wire [31:0] a_next,        // for every cycle with start or busy
  output wire [31:0] result
);

  localparam P_MUL = 2'd0, P_DIV = 2'd1, P_ALIGN = 2'd2, P_END = 2'd3;

  reg  [1:0]  phase;
  reg  [5:0]  left;                 // steps
  reg  [31:0] q;
  reg         top;                  // bit 32 of A; in P_END: the divisor is 0
  reg         a_neg, more;

  wire        divides  = funct3[2];
  wire        high     = !divides && (funct3[1:0] != 2'd0);
  wire        b_signed = divides ? !funct3[0] : (funct3[1:0] == 2'd1);
  wire        q_signed = divides ? !funct3[0] : (funct3[1:0] != 2'd3);
  wire        neg      = divides && q_signed && a[31];         // at start
  wire        last     = (left == 6'd0);
  wire        b_neg    = b_signed && b_sign;

  // The sum counts where the multiplier has a one, where the divisor fits, and at the end where one more is due.
  // The first step of a division has no remainder yet.
  wire        take = (phase == P_MUL) ? q[31] :
                     (phase == P_DIV) ? (top || add[32]) && !left[5] :
                     (phase == P_END) && last && more;
  assign ones = (phase == P_END) && last;
  assign sub  = (phase == P_MUL) ? high && last && q_signed : (ones || !b_neg);

  wire [31:0] pick = !busy ? 32'd0 : take ? add[31:0] : a;

  // Bit 32 of pick, for MULH*.
  wire        carry = b_signed ? a[31] ^ b_sign ^ sub ^ add[32] : sub ^ add[32];
  wire        above = take ? carry : b_signed && a[31];
  wire        right = (phase == P_MUL) ? high : (phase == P_ALIGN);
  wire        neg_q = q_signed && (a_neg ^ b_neg) && !top;
  wire        in    = (phase == P_END) ? q[31] ^ neg_q : (phase == P_DIV) && q[31];
  wire        in_top = busy && ((phase == P_ALIGN) ? top : above);

  assign a_next = right ? {in_top, pick[31:1]} : {pick[30:0], busy && in};

  // r + 1 is |b|: A minus |b| is -1.
  wire        exact   = a_neg && (&add[31:0]);
  wire        rem_end = (phase == P_END) && divides && funct3[1];
  assign done   = busy && (rem_end || (last && ((phase == P_END) || ((phase == P_MUL) && !high))));
  assign result = (pick ^ {32{rem_end && a_neg}}) & ~{32{rem_end && exact}};

  always @(posedge clk)
    if (rst)
      busy <= 1'b0;
    else
      busy <= (busy || start) && !done;

  always @(posedge clk)
    if (start) begin
      phase <= divides ? P_DIV : P_MUL;
      left  <= divides ? 6'd32 : 6'd31;
      a_neg <= neg;
      top   <= 1'b0;
      q     <= a_in ^ {32{neg}};
    end else if (busy) begin
      left <= left - 6'd1;
      if (phase == P_DIV)
        top <= pick[31];
      if (phase != P_ALIGN)
        q <= {q[30:0], take};
      if (left == 6'd32)
        more <= neg_q ^ exact;
      if ((phase == P_MUL) && last) begin
        phase <= P_END;
        left  <= 6'd0;
        more  <= 1'b0;
      end
      if ((phase == P_DIV) && last)
        phase <= P_ALIGN;
      if (phase == P_ALIGN) begin
        phase <= P_END;
        left  <= 6'd32;
        top   <= q[31];
      end
    end

endmodule

`default_nettype wire
