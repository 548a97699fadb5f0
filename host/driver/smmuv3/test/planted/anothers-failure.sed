# sweep.c: an unanswered invalidation is looked into only by whoever's SYNC reports it
/^static void send/,/^}/s/if (ret && ret != -EIO)/if (ret)/
/^static void finish/,/^}/s/if (batch->ats.*/if (batch->ats \&\& batch->err == -EIO)/
