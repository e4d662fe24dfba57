/*
 * retention.c - deleting executions that have ended long enough ago.
 *
 * Executions are walked in the order of their ids, which is nearly that of their starts, up to the first that is too
 * young for any retention: the walk needs no index of its own, and reads nothing that is to be kept but executions
 * that run, or are kept, longer than others.
 */
#include "postgres.h"

#include "store/retention.h"

#include "base/settings.h"
#include "catalog/pg_type.h"
#include "store/query.h"

#define PURGE_BATCH 500			/* executions; about so many rows of each table are locked for a moment */

/* The option as a length of time that leads back to a time that exists, in every time zone: one tenant's must not stop what
 * is done for all. */
#define RETENTION "CASE WHEN options ? 'retention' THEN " \
	"least(greatest(extract(epoch FROM (options ->> 'retention')::interval), 0), 31557600000) * interval '1 s' END"

void
store_purge_batch(StorePurge *purge, Oid role)
{
	static StoreQuery delete = {
		"WITH young AS ("
		"  SELECT clock_timestamp() - least($3 * interval '1 min', min(" RETENTION ")) AS since "
		"  FROM asl.revision WHERE options ? 'retention'), "
		"batch AS ("
		"  SELECT execution, revision, stop_date FROM asl.execution, young "
		"  WHERE execution > $1 AND start_date < since AND ($2 = 0 OR owner = $2) ORDER BY execution LIMIT $4), "
		"expired AS ("
		"  SELECT b.execution FROM batch b JOIN asl.revision r ON r.revision = b.revision "
		"  WHERE b.stop_date < clock_timestamp() "
		"        - coalesce(" RETENTION ", $3 * interval '1 min')), "
		"history AS (DELETE FROM asl.history h USING expired e WHERE h.execution = e.execution), "
		"gone AS (DELETE FROM asl.execution x USING expired e WHERE x.execution = e.execution) "
		"SELECT coalesce(max(execution), 0), count(*) FROM batch",
		4, {INT8OID, OIDOID, INT4OID, INT4OID}};
	StoreCall	call;

	store_begin(&call);
	store_add_int64(&call, purge->last);
	store_add_oid(&call, role);
	store_add_int32_or_null(&call, asl_retention, asl_retention >= 0);
	store_add_int32(&call, PURGE_BATCH);
	store_run(&call, &delete);
	purge->last = store_get_int64(0, 1);
	purge->finished = store_get_int64(0, 2) < PURGE_BATCH;
	store_end(&call);
}
