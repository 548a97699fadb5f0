/*
 * rtl-endpoint: frames in and out, requests and their completions
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Frames are served by whoever comes first: the main loop when the peer's wake-up arrives, or a
 * CPU that waits for a completion. Both hold the big lock. A CPU that has waited for a while lets
 * go of it, so that a slow simulator does not stop the machine; the main loop serves then.
 */

#include "qemu/osdep.h"
#include "qemu/error-report.h"
#include "qemu/main-loop.h"
#include "qapi/error.h"
#include "hw/core/cpu.h"
#include "qemu/timer.h"
#include "rtl-endpoint.h"
#include "trace.h"

/* Frames served in one go before the main loop looks after others */
#define SERVE_BUDGET    128
/* A CPU's posted writes wait while so many TLPs stand in line */
#define TXQ_LIMIT       64
/* So long a CPU waits with the big lock held: most answers come within */
#define HOLD_LOCK_US    3000
#define LOCK_SLICE_MS   10

/*
 * Endpoints being served, further up the stack of the one thread that holds the lock. While there
 * is any the lock is not let go of: others would find a half-handled frame.
 */
static unsigned serving_depth;

static void trace_tlp(RtlEndpoint *ep, bool down, const struct tlp *t)
{
    char text[256];

    if (!trace_event_get_state_backends(TRACE_RTL_ENDPOINT_DOWN) &&
        !trace_event_get_state_backends(TRACE_RTL_ENDPOINT_UP)) {
        return;
    }
    tlp_format(t, text, sizeof(text));
    if (down) {
        trace_rtl_endpoint_down(rtl_ep_name(ep), text);
    } else {
        trace_rtl_endpoint_up(rtl_ep_name(ep), text);
    }
}

/* ---- sending ---- */

/* Simulated time of our side in picoseconds */
static uint64_t frame_time(void)
{
    return qemu_clock_get_ns(QEMU_CLOCK_VIRTUAL) * 1000;
}

static void drop_txq(RtlEndpoint *ep)
{
    RtlEpPacket *p;

    while ((p = QSIMPLEQ_FIRST(&ep->txq))) {
        QSIMPLEQ_REMOVE_HEAD(&ep->txq, next);
        g_free(p);
    }
    ep->txq_len = 0;
}

static void flush_txq(RtlEndpoint *ep)
{
    RtlEpPacket *p;

    while (!ep->dead && (p = QSIMPLEQ_FIRST(&ep->txq))) {
        int ret = svlink_send(ep->link, SVLINK_TLP, frame_time(), p->bytes, p->len);

        if (ret == -EAGAIN) {
            return;
        }
        if (ret < 0) {
            rtl_ep_die(ep, svlink_error(ep->link));
            return;
        }
        QSIMPLEQ_REMOVE_HEAD(&ep->txq, next);
        ep->txq_len--;
        g_free(p);
    }
}

/* After this the main loop will hear of the next frame, or of room for what stands in line */
static void rearm(RtlEndpoint *ep)
{
    int what = SVLINK_WAIT_RX | (ep->txq_len ? SVLINK_WAIT_TX : 0);

    if (!ep->dead && !svlink_arm(ep->link, what)) {
        qemu_bh_schedule(ep->bh);
    }
}

void rtl_ep_send(RtlEndpoint *ep, const struct tlp *t)
{
    uint8_t bytes[TLP_MAX_BYTES];
    const char *why = NULL;
    RtlEpPacket *p;
    size_t len;

    if (ep->dead) {
        return;
    }
    len = tlp_encode(t, bytes, sizeof(bytes), &why);
    if (!len) {
        error_report("%s: cannot send a TLP: %s", rtl_ep_name(ep), why);
        return;
    }
    trace_tlp(ep, true, t);
    p = g_malloc(sizeof(*p) + len);
    p->len = len;
    memcpy(p->bytes, bytes, len);
    QSIMPLEQ_INSERT_TAIL(&ep->txq, p, next);
    ep->txq_len++;
    flush_txq(ep);
    if (ep->txq_len && !ep->serving) {
        rearm(ep);
    }
}

/* ---- receiving ---- */

static void completion(RtlEndpoint *ep, const struct tlp *t)
{
    RtlEpRequest *r = t->tag < RTL_EP_TAGS ? &ep->req[t->tag] : NULL;
    unsigned skip, n = 0;

    if (!r || !r->active || r->done || t->requester != RTL_EP_HOST_RID) {
        trace_rtl_endpoint_unexpected(rtl_ep_name(ep), t->tag);
        return;
    }
    if (t->status == TLP_SC && t->kind == TLP_CPLD) {
        /* Byte Count is what remains including this completion (2.3.1.1) */
        skip = t->lower_addr & 3;
        n = MIN(t->payload_len - MIN(skip, t->payload_len), r->want - r->got);
        memcpy(r->data + r->got, t->payload + skip, n);
        r->got += n;
    }
    r->poisoned |= t->ep;
    r->status = t->status;
    if (t->kind == TLP_CPLD && t->status == TLP_SC && r->got < r->want && n) {
        return;
    }
    r->done = true;
    if (r->abandoned) {
        r->active = false;
    }
}

static void receive(RtlEndpoint *ep, const uint8_t *bytes, uint32_t len)
{
    g_autofree struct tlp *t = g_new(struct tlp, 1);
    const char *why = NULL;

    if (tlp_decode(t, bytes, len, &why) < 0) {
        warn_report("%s: dropped %u bytes that are no TLP: %s", rtl_ep_name(ep), len, why);
        return;
    }
    trace_tlp(ep, false, t);
    if (t->kind == TLP_CPL || t->kind == TLP_CPLD) {
        completion(ep, t);
    } else {
        rtl_ep_upstream(ep, t);
    }
}

static void serve(RtlEndpoint *ep)
{
    struct svlink_frame f;
    int ret = 0, budget;

    if (ep->serving || ep->dead) {
        return;
    }
    ep->serving = true;
    serving_depth++;
    flush_txq(ep);
    for (budget = SERVE_BUDGET; budget && !ep->dead; budget--) {
        ret = svlink_recv(ep->link, &f, ep->rx_bytes);
        if (ret <= 0) {
            break;
        }
        if (f.type == SVLINK_RESET_DONE && ep->resets) {
            ep->resets--;
        } else if (f.type == SVLINK_TLP && !ep->resets) {
            receive(ep, ep->rx_bytes, f.len);
        } else if (f.type == SVLINK_RESET || f.type == SVLINK_RESET_DONE) {
            rtl_ep_die(ep, "the endpoint sent a RESET or RESET_DONE that has no place");
        }
    }
    serving_depth--;
    ep->serving = false;
    if (ret < 0 && !ep->dead) {
        rtl_ep_die(ep, svlink_error(ep->link));
    }
    if (budget < SERVE_BUDGET || ep->dead) {
        qemu_cond_broadcast(&ep->progress);
    }
}

static void serve_and_rearm(RtlEndpoint *ep)
{
    serve(ep);
    rearm(ep);
}

static void on_event(void *opaque)
{
    RtlEndpoint *ep = opaque;

    svlink_disarm(ep->link);
    serve_and_rearm(ep);
}

static void on_socket(void *opaque)
{
    RtlEndpoint *ep = opaque;

    /* What it sent before is served first: svlink_recv() ends with the error */
    if (svlink_check(ep->link) < 0) {
        rtl_ep_die(ep, svlink_error(ep->link));
    } else {
        qemu_bh_schedule(ep->bh);
    }
}

static void on_bh(void *opaque)
{
    serve_and_rearm(opaque);
}

/* ---- waiting ---- */

static bool wait_until(RtlEndpoint *ep, bool (*cond)(RtlEndpoint *, const void *),
                       const void *opaque, bool release)
{
    int64_t start = g_get_monotonic_time();
    int64_t limit = (int64_t)ep->mmio_timeout_ms * 1000;
    bool ret;

    object_ref(OBJECT(ep));
    for (;;) {
        int64_t waited;

        serve(ep);
        ret = cond(ep, opaque);
        waited = g_get_monotonic_time() - start;
        if (ret || ep->dead || waited >= limit) {
            break;
        }
        if (release && waited >= HOLD_LOCK_US && current_cpu && !serving_depth) {
            /* The main loop serves and broadcasts; when it is busy we look ourselves */
            rearm(ep);
            qemu_cond_timedwait_bql(&ep->progress, LOCK_SLICE_MS);
            if (!ep->dead && svlink_check(ep->link) < 0) {
                rtl_ep_die(ep, svlink_error(ep->link));
            }
        } else {
            int64_t slice = release ? HOLD_LOCK_US - waited : limit - waited;
            int what = SVLINK_WAIT_RX | (ep->txq_len ? SVLINK_WAIT_TX : 0);

            if (slice <= 0) {
                slice = limit - waited;
            }
            if (svlink_wait(ep->link, what, DIV_ROUND_UP(slice, 1000)) < 0) {
                rtl_ep_die(ep, svlink_error(ep->link));
            }
        }
    }
    if (!ep->serving) {
        rearm(ep);
    }
    object_unref(OBJECT(ep));
    return ret;
}

static bool request_done(RtlEndpoint *ep, const void *opaque)
{
    return ((const RtlEpRequest *)opaque)->done;
}

static bool line_is_short(RtlEndpoint *ep, const void *opaque)
{
    return ep->txq_len < TXQ_LIMIT;
}

static bool reset_done(RtlEndpoint *ep, const void *opaque)
{
    return ep->resets == 0;
}

void rtl_ep_post(RtlEndpoint *ep, const struct tlp *t)
{
    rtl_ep_send(ep, t);
    if (ep->txq_len >= TXQ_LIMIT && !ep->serving &&
        !wait_until(ep, line_is_short, NULL, true) && !ep->dead) {
        rtl_ep_die(ep, "the endpoint takes no TLPs any more");
    }
}

static RtlEpRequest *new_request(RtlEndpoint *ep, uint8_t *tag)
{
    int i;

    for (i = 0; i < RTL_EP_TAGS; i++) {
        *tag = ep->next_tag++;
        if (!ep->req[*tag].active) {
            return &ep->req[*tag];
        }
    }
    return NULL;
}

int rtl_ep_request(RtlEndpoint *ep, struct tlp *t, uint8_t *data, unsigned want, bool release)
{
    RtlEpRequest *r;
    uint8_t tag;
    int status;

    if (ep->dead || ep->serving) {
        return -1;
    }
    r = new_request(ep, &tag);
    if (!r) {
        rtl_ep_die(ep, "the endpoint has left all 256 requests unanswered");
        return -1;
    }
    *r = (RtlEpRequest) { .active = true, .want = want };
    t->requester = RTL_EP_HOST_RID;
    t->tag = tag;
    rtl_ep_send(ep, t);
    if (!wait_until(ep, request_done, r, release)) {
        char text[256];

        r->abandoned = true;
        if (!ep->dead) {
            tlp_format(t, text, sizeof(text));
            error_report("%s: no completion within %u ms for %s; the guest reads all ones",
                         rtl_ep_name(ep), ep->mmio_timeout_ms, text);
        }
        return -1;
    }
    r->active = false;
    status = r->status;
    if (status == TLP_SC && (r->got < want || r->poisoned)) {
        error_report("%s: %s completion for tag %u", rtl_ep_name(ep),
                     r->poisoned ? "a poisoned" : "too short a", tag);
        return -1;
    }
    memcpy(data, r->data, want);
    return status;
}

/* ---- beginning and end ---- */

void rtl_ep_flush(RtlEndpoint *ep)
{
    int i;

    drop_txq(ep);
    for (i = 0; i < RTL_EP_TAGS; i++) {
        RtlEpRequest *r = &ep->req[i];

        if (r->active && r->abandoned) {
            r->active = false;
        } else if (r->active && !r->done) {
            r->status = TLP_UR;
            r->done = true;
        }
    }
    qemu_cond_broadcast(&ep->progress);
}

void rtl_ep_bus_reset(RtlEndpoint *ep)
{
    int ret;

    if (ep->dead) {
        return;
    }
    rtl_ep_flush(ep);
    while ((ret = svlink_send(ep->link, SVLINK_RESET, frame_time(), NULL, 0)) == -EAGAIN) {
        ret = svlink_wait(ep->link, SVLINK_WAIT_TX, ep->mmio_timeout_ms);
        if (ret <= 0) {
            break;
        }
    }
    if (ret < 0) {
        rtl_ep_die(ep, svlink_error(ep->link));
        return;
    }
    ep->resets++;
    if (!wait_until(ep, reset_done, NULL, false) && !ep->dead) {
        rtl_ep_die(ep, "the endpoint did not finish its reset");
    }
}

void rtl_ep_die(RtlEndpoint *ep, const char *why)
{
    int i;

    if (ep->dead) {
        return;
    }
    ep->dead = true;
    error_report("%s: %s. The device answers all ones from now on; its DMA has stopped.",
                 rtl_ep_name(ep), why);
    trace_rtl_endpoint_dead(rtl_ep_name(ep), why);
    qemu_set_fd_handler(svlink_event_fd(ep->link), NULL, NULL, NULL);
    qemu_set_fd_handler(svlink_socket_fd(ep->link), NULL, NULL, NULL);
    rtl_ep_flush(ep);
    /* Nobody is left to complete the invalidations that are under way */
    rtl_ep_function_reset(&ep->pf);
    for (i = 0; i < pcie_sriov_num_vfs(PCI_DEVICE(ep)); i++) {
        rtl_ep_function_reset(rtl_ep_fn(pcie_sriov_get_vf_at_index(PCI_DEVICE(ep), i)));
    }
}

bool rtl_ep_connect(RtlEndpoint *ep, Error **errp)
{
    char err[SVLINK_ERROR_LEN];

    if (svlink_connect(ep->socket, "QEMU rtl-endpoint", ep->connect_timeout_ms, &ep->link, err)) {
        error_setg(errp, "%s", err);
        return false;
    }
    ep->dead = false;
    ep->resets = 0;
    memset(ep->req, 0, sizeof(ep->req));
    /* Not guarded: it has to run while a CPU waits in an access to our BARs without the lock */
    ep->bh = qemu_bh_new(on_bh, ep);
    qemu_set_fd_handler(svlink_event_fd(ep->link), on_event, NULL, ep);
    qemu_set_fd_handler(svlink_socket_fd(ep->link), on_socket, NULL, ep);
    rearm(ep);
    return true;
}

void rtl_ep_disconnect(RtlEndpoint *ep, const char *reason)
{
    if (!ep->link) {
        return;
    }
    if (!ep->dead) {
        ep->dead = true;
        qemu_set_fd_handler(svlink_event_fd(ep->link), NULL, NULL, NULL);
        qemu_set_fd_handler(svlink_socket_fd(ep->link), NULL, NULL, NULL);
    }
    rtl_ep_flush(ep);
    qemu_bh_delete(ep->bh);
    ep->bh = NULL;
    svlink_close(ep->link, reason);
    ep->link = NULL;
}
