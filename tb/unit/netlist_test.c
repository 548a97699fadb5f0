/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The simulator of netlists (netlist/): every kind of flip-flop against the tables that Yosys's
 * documentation gives it, LUTs, memories, hierarchy, and files that are wrong.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "sim.h"
#include "unit.h"

static struct design *load(const char *text, char **error)
{
	char *path;
	int fd = g_file_open_tmp("netlist_XXXXXX.blif", &path, NULL);
	struct design *d;

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		g_error("no temporary file");
	close(fd);
	d = design_load(path, "clk", error);
	unlink(path);
	g_free(path);
	return d;
}

static uint32_t net(const struct design *d, const char *name)
{
	return GPOINTER_TO_UINT(g_hash_table_lookup(d->ports, name));
}

static void put(struct sim *s, const struct design *d, const char *name, unsigned bits,
		uint32_t value)
{
	for (unsigned i = 0; i < bits; i++) {
		char bit[32];

		snprintf(bit, sizeof(bit), bits > 1 ? "%s[%u]" : "%s", name, i);
		sim_set(s, net(d, bit), value >> i & 1);
	}
}

static uint32_t get(struct sim *s, const struct design *d, const char *name, unsigned bits)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < bits; i++) {
		char bit[32];

		snprintf(bit, sizeof(bit), bits > 1 ? "%s[%u]" : "%s", name, i);
		value |= (uint32_t)sim_get(s, net(d, bit)) << i;
	}
	return value;
}

static void edge(struct sim *s)
{
	sim_settle(s);
	sim_clock(s);
	sim_settle(s);
}

static struct design *must_load(const char *text)
{
	char *error = NULL;
	struct design *d = load(text, &error);

	ok(d, "a netlist is read%s%s", error ? ": " : "", error ? error : "");
	g_free(error);
	return d;
}

/* next: the state after the edge, by D + 2 E + 4 R + 8 * the state before. */
static const struct {
	const char *kind, *ports, *next;
} flops[] = {
	{"$_DFF_P_", "", "0101010101010101"},
	{"$_DFFE_PP_", "E=e", "0001000111011101"},
	{"$_DFFE_PN_", "E=e", "0100010001110111"},
	{"$_SDFF_PP0_", "R=r", "0101000001010000"},
	{"$_SDFF_PP1_", "R=r", "0101111101011111"},
	{"$_SDFF_PN0_", "R=r", "0000010100000101"},
	{"$_SDFFE_PP0P_", "E=e R=r", "0001000011010000"},
	{"$_SDFFE_PP1P_", "E=e R=r", "0001111111011111"},
	{"$_SDFFE_PP0N_", "E=e R=r", "0100000001110000"},
	{"$_SDFFCE_PP0P_", "E=e R=r", "0001000011011100"},
	{"$_SDFFCE_PN1P_", "E=e R=r", "0011000111111101"},
	{"$_SDFFCE_PN0N_", "E=e R=r", "0000010000110111"},
};

static void flop(const char *kind, const char *ports, const char *next)
{
	char *text = g_strdup_printf(".model top\n.inputs clk d e r\n.outputs q\n"
				     ".subckt %s C=clk D=d Q=q %s\n.end\n",
				     kind, ports);
	struct design *d = must_load(text);
	struct sim *s = sim_open(d, 1);
	bool good = true;

	for (unsigned i = 0; i < 16; i++) {
		/* Whatever leads to the state before. */
		for (unsigned k = 0; sim_get(s, net(d, "q")) != i / 8; k = (k + 1) % 8) {
			put(s, d, "d", 1, k & 1);
			put(s, d, "e", 1, k >> 1 & 1);
			put(s, d, "r", 1, k >> 2);
			edge(s);
		}
		put(s, d, "d", 1, i & 1);
		put(s, d, "e", 1, i >> 1 & 1);
		put(s, d, "r", 1, i >> 2 & 1);
		sim_settle(s);
		good &= sim_get(s, net(d, "q")) == i / 8;
		edge(s);
		good &= sim_get(s, net(d, "q")) == (next[i] == '1');
	}
	ok(good, "%s", kind);
	sim_close(s);
	design_free(d);
	g_free(text);
}

/* Two instances of a model with a LUT of two inputs and a constant, one behind the other. */
static void hierarchy(void)
{
	static const char text[] =
		".model top\n.inputs clk a b c\n.outputs y one same\n"
		".subckt half x=m z=c one=one y=y\n"
		".subckt half x=a z=b y=m\n"
		".names a same\n1 1\n.end\n"
		".model half\n.inputs x z\n.outputs y one\n"
		".names $false\n.names $true\n1\n.names $undef\n"
		".names $true one\n1 1\n.names inner y\n1 1\n"
		".subckt $lut A[0]=x A[1]=z Y=inner\n"
		".param LUT 0010\n.param WIDTH 00000000000000000000000000000010\n.end\n";
	struct design *d = must_load(text);
	struct sim *s = sim_open(d, 1);
	bool good = true;

	for (unsigned i = 0; i < 8; i++) {
		bool a = i & 1, b = i >> 1 & 1, c = i >> 2;

		put(s, d, "a", 1, a);
		put(s, d, "b", 1, b);
		put(s, d, "c", 1, c);
		sim_settle(s);
		good &= get(s, d, "y", 1) == (a && !b && !c) && get(s, d, "one", 1) &&
			get(s, d, "same", 1) == a;
	}
	ok(good, "models inside of models, connections, constants");
	sim_close(s);
	design_free(d);
}

static void lut(void)
{
	static const char text[] = ".model top\n.inputs clk a[0] a[1] a[2] a[3]\n.outputs y n\n"
				   ".subckt $lut A[0]=a[0] A[1]=a[1] A[2]=a[2] A[3]=a[3] Y=y\n"
				   ".param LUT 1001010111000011\n.param WIDTH 100\n"
				   ".subckt $lut A=a[2] Y=n\n.param LUT 01\n.param WIDTH 1\n.end\n";
	static const char table[] = "1001010111000011"; /* the first: all inputs are 1 */
	struct design *d = must_load(text);
	struct sim *s = sim_open(d, 1);
	bool good = true;

	for (unsigned round = 0; round < 40; round++) {
		unsigned a = round * 7 % 16;

		put(s, d, "a", 4, a);
		sim_settle(s);
		good &= get(s, d, "y", 1) == (table[15 - a] == '1') &&
			get(s, d, "n", 1) == !(a >> 2 & 1);
	}
	ok(good, "LUTs of four inputs and of one");
	sim_close(s);
	design_free(d);
}

/* Ports of a memory of six words of two bits: asynchronous; old, new, and anything where a write
 * meets the read. */
static const char memory_text[] =
	".model top\n.inputs clk wa[0] wa[1] wa[2] wd[0] wd[1] we[0] we[1] ra[0] ra[1] ra[2] re\n"
	".outputs now[0] now[1] old[0] old[1] new[0] new[1] any[0] any[1]\n"
	".subckt $mem_v2 RD_CLK[0]=$undef RD_CLK[1]=clk RD_CLK[2]=clk RD_CLK[3]=clk RD_EN[0]=$true "
	"RD_EN[1]=re "
	"RD_EN[2]=re RD_EN[3]=re RD_SRST[0]=$false RD_SRST[1]=$false RD_SRST[2]=$false "
	"RD_SRST[3]=$false "
	"RD_ADDR[0]=ra[0] RD_ADDR[1]=ra[1] RD_ADDR[2]=ra[2] RD_ADDR[3]=ra[0] RD_ADDR[4]=ra[1] "
	"RD_ADDR[5]=ra[2] "
	"RD_ADDR[6]=ra[0] RD_ADDR[7]=ra[1] RD_ADDR[8]=ra[2] RD_ADDR[9]=ra[0] RD_ADDR[10]=ra[1] "
	"RD_ADDR[11]=ra[2] "
	"RD_DATA[0]=now[0] RD_DATA[1]=now[1] RD_DATA[2]=old[0] RD_DATA[3]=old[1] RD_DATA[4]=new[0] "
	"RD_DATA[5]=new[1] "
	"RD_DATA[6]=any[0] RD_DATA[7]=any[1] WR_CLK=clk WR_EN[0]=we[0] WR_EN[1]=we[1] "
	"WR_ADDR[0]=wa[0] WR_ADDR[1]=wa[1] "
	"WR_ADDR[2]=wa[2] WR_DATA[0]=wd[0] WR_DATA[1]=wd[1]\n"
	".param MEMID \"m\"\n.param WIDTH 10\n.param SIZE 110\n.param OFFSET 0\n.param ABITS 11\n"
	".param INIT xxxxxxxx0110\n.param RD_PORTS 100\n.param WR_PORTS 1\n.param RD_CLK_ENABLE "
	"1110\n"
	".param RD_CLK_POLARITY 1110\n.param RD_TRANSPARENCY_MASK 0100\n.param RD_COLLISION_X_MASK "
	"1000\n"
	".param WR_CLK_ENABLE 1\n.param WR_CLK_POLARITY 1\n.end\n";

static void memory(void)
{
	struct design *d = must_load(memory_text);
	struct sim *s = sim_open(d, 5);
	struct rng rng = {77};
	uint8_t word[6];
	bool good = true, met = false, not_old = false, not_new = false;
	uint32_t old = 0, new = 0;
	unsigned wa = 0, wd = 0, we = 0, ra = 0;
	bool re = false;

	put(s, d, "re", 1, 0);
	put(s, d, "we", 2, 0);
	for (unsigned i = 0; i < 6; i++) {
		put(s, d, "ra", 3, i);
		sim_settle(s);
		word[i] = get(s, d, "now", 2);
	}
	ok(word[0] == 2 && word[1] == 1, "what a memory begins with");
	for (unsigned round = 0; round < 3000; round++) {
		uint8_t after;

		/* Or once more the same: what was written is read now. */
		if (!round || rng_below(&rng, 4)) {
			wa = rng_below(&rng, 8);
			wd = rng_below(&rng, 4);
			we = rng_below(&rng, 4);
			ra = rng_below(&rng, 3) ? rng_below(&rng, 6) : wa % 6;
			re = rng_below(&rng, 2) || !round;
		}

		put(s, d, "wa", 3, wa);
		put(s, d, "wd", 2, wd);
		put(s, d, "we", 2, we);
		put(s, d, "ra", 3, ra);
		put(s, d, "re", 1, re);
		sim_settle(s);
		good &= get(s, d, "now", 2) == word[ra];
		after = wa < 6 ? (word[wa] & ~we) | (wd & we) : 0;
		if (re) {
			old = word[ra];
			new = wa == ra ? after : word[ra];
		}
		met = wa == ra && we && re;
		if (wa < 6)
			word[wa] = after;
		edge(s);
		good &= get(s, d, "old", 2) == old && get(s, d, "new", 2) == new;
		good &= get(s, d, "now", 2) == word[ra];
		if (re && !met)
			good &= get(s, d, "any", 2) == old;
		if (met && we == 3) {
			not_old |= get(s, d, "any", 2) != old;
			not_new |= get(s, d, "any", 2) != new;
		}
	}
	ok(good, "asynchronous and synchronous reads, the latter of the old and of the new word");
	ok(not_old && not_new, "a read that must not matter gives anything");
	sim_close(s);
	design_free(d);
}

#define TOP ".model top\n.inputs clk a\n.outputs y\n"
#define LUT "\n.param LUT 10\n.param WIDTH 1\n"
static const struct {
	const char *text, *error;
} wrong[] = {
	{"", "no .model"},
	{TOP, "the file ends inside of .model top"},
	{".inputs a\n", ":1: .inputs outside of a .model"},
	{TOP ".model b\n", ":4: .model b inside of top"},
	{TOP ".end\n" TOP ".end\n", ":5: a second .model top"},
	{TOP ".latch a y re clk 2\n.end\n", ":4: .latch is not known here"},
	{TOP ".names a b y\n11 1\n.end\n", ":4: .names is for constants and connections"},
	{TOP ".names a y\n.end\n", "has 0 rows instead of one"},
	{TOP ".names a y\n0 1\n.end\n", ":5: \"0\" instead of the row of a connection"},
	{TOP ".subckt\n.end\n", ":4: .subckt of nothing"},
	{TOP ".subckt $lut A\n.end\n", ":4: \"A\" is no PORT=NET"},
	{TOP ".param WIDTH 1\n.end\n", ":4: .param without a cell"},
	{TOP ".subckt nobody A=a\n.end\n", ":4: nobody in top: this kind of cell is not known"},
	{TOP ".subckt $_DLATCH_P_ E=a D=a Q=y\n.end\n", "this kind of cell is not known"},
	{TOP ".subckt $_DFF_N_ C=clk D=a Q=y\n.end\n", "only a rising clock"},
	{TOP ".subckt $_DFF_PP0_ C=clk D=a R=a Q=y\n.end\n", "only a rising clock"},
	{TOP ".subckt $_DFF_P_ C=a D=a Q=y\n.end\n", "net a of top is a clock of something"},
	{TOP ".subckt $_DFF_P_ C=clk Q=y\n.end\n", "port D is not connected"},
	{TOP ".subckt $lut A=a Y=y\n.param WIDTH 1\n.end\n", "parameter LUT is missing"},
	{TOP ".subckt $lut A=a Y=y\n.param LUT 101\n.param WIDTH 1\n.end\n",
	 "1 inputs and 3 values"},
	{TOP ".subckt $lut A=b Y=y" LUT ".end\n", "net b of top has no driver"},
	{TOP ".end\n", "output y of top has no driver"},
	{TOP ".subckt $lut A=a Y=y" LUT ".names a y\n1 1\n.end\n", "net y of top has two drivers"},
	{TOP ".subckt $lut A=a Y=y" LUT ".subckt $lut A=a Y=y" LUT ".end\n",
	 "net y of top has two drivers"},
	{TOP ".subckt $lut A=a Y=a" LUT ".end\n", "net a of top has two drivers"},
	{TOP ".subckt $lut A=y Y=y" LUT ".end\n", "net y of top depends on itself"},
	{TOP ".names y b\n1 1\n.names b y\n1 1\n.end\n", "is connected to itself alone"},
	{".model top\n.inputs a\n.end\n", "top has no input clk"},
	{TOP ".subckt top clk=clk a=a y=y\n.end\n", "more than 64 models inside of each other"},
	{TOP ".subckt b x=y\n.end\n.model b\n.inputs z\n.outputs x\n.end\n",
	 "port z is not connected"},
	{TOP ".subckt b w=y\n.end\n.model b\n.outputs x\n.end\n", "it has no port w"},
	{TOP ".subckt $mem_v2 A=a\n.param MEMID m\n.param WIDTH 0\n.param SIZE 1\n.param OFFSET "
	     "0\n.param ABITS 1\n"
	     ".param INIT x\n.param RD_PORTS 0\n.param WR_PORTS 0\n.end\n",
	 "1 words of 0 bits"},
};

void test_netlist(void)
{
	char *error = NULL;

	for (unsigned i = 0; i < G_N_ELEMENTS(flops); i++)
		flop(flops[i].kind, flops[i].ports, flops[i].next);
	lut();
	hierarchy();
	memory();
	for (unsigned i = 0; i < G_N_ELEMENTS(wrong); i++) {
		struct design *d = load(wrong[i].text, &error);

		bool good = !d && strstr(error, wrong[i].error);

		ok(good, "refused: %s%s%s", wrong[i].error, good ? "" : ", not: ",
		   good	   ? ""
		   : error ? error
			   : "");
		design_free(d);
		g_free(error);
		error = NULL;
	}
	ok(!design_load("/nowhere/netlist.blif", "clk", &error) && strstr(error, "No such file"),
	   "a file that is not there");
	g_free(error);
}
