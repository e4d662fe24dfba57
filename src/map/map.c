/*
 * map.c - Map, inline or distributed.
 */
#include "postgres.h"

#include "map/map.h"

#include "engine/data_flow.h"
#include "map/lane.h"
#include "map/map_field.h"
#include "map/map_run.h"

/* AWS runs about so many inline iterations at once, whatever MaxConcurrency allows. */
#define MOST_LANES 40

void
asl_state_map(AslBranch *b)
{
	AslValue	effective = asl_flow_input(b);
	int64		limit = asl_map_concurrency(b, effective);
	AslValue	items;

	if (b->state->distributed)
	{
		asl_map_run_start(b, effective, limit);
		return;
	}
	items = asl_map_items(b, effective);
	asl_map_add_started(b, asl_array_count(items));
	asl_map_open(b, items, limit > 0 ? Min(limit, MOST_LANES) : MOST_LANES);
}
