/*
 * result_writer.c - ResultWriter with a Resource: the results of a Map Run as files, each written by a call.
 *
 *   PREFIX/RUN/SUCCEEDED_0.json   the children that succeeded: described, or what Transformation makes of their outputs
 *   PREFIX/RUN/FAILED_0.json      those that failed, described
 *   PREFIX/RUN/PENDING_0.json     the inputs of those that had not ended when the run failed
 *   PREFIX/RUN/manifest.json      which files there are; written last
 *
 * A file without rows is not written.  JSONL has a row a line, JSON an array of them.
 */
#include "postgres.h"

#include "map/result_writer.h"

#include "engine/arn.h"
#include "engine/data_flow.h"
#include "engine/iteration.h"
#include "integration/integration.h"
#include "map/map_run.h"
#include "miscadmin.h"

typedef struct Writer
{
	AslBranch  *map;
	AslCall		call;
	AslValue	arguments;		/* Parameters without Prefix */
	char	   *folder;
	bool		lines;
	AslFault   *fault;
} Writer;

bool
asl_results_exported(const AslState *map)
{
	return asl_defined(asl_member(map->result_writer, "Resource"));
}

static void
set_value(AslValue *object, const char *name, AslValue value)
{
	asl_object_set(object, name, strlen(name), value);
}

/* Fills in whom to call, and with what. */
static void
writer_prepare(Writer *w)
{
	const AslState *state = w->map->state;
	AslValue	prefix;
	AslBranchScope scope;

	w->call.resource = asl_resource_resolve(asl_resource_parse(asl_to_cstring(asl_member(state->result_writer, "Resource"))),
											w->map->run->owner);
	w->arguments = asl_object_new(0);
	asl_scope_init(&scope, w->map, asl_flow_input(w->map));
	if (asl_expr_present(&state->result_writer_arguments))
		w->arguments = asl_expr_evaluate(&state->result_writer_arguments, &scope.base);
	if (w->arguments.kind != ASL_OBJECT)
		asl_raise_runtime("The Arguments of the ResultWriter must be an object but were: %s", asl_to_json(w->arguments));
	prefix = asl_member(w->arguments, "Prefix");
	w->folder = asl_map_run_uuid(w->map);
	if (prefix.kind == ASL_STRING && prefix.length > 0)
		w->folder = psprintf("%s/%s", asl_to_cstring(prefix), w->folder);
	w->arguments = asl_object_copy(w->arguments);
	asl_object_remove(&w->arguments, "Prefix", strlen("Prefix"));
	w->lines = asl_string_is(asl_member(asl_member(state->result_writer, "WriterConfig"), "OutputType"), "JSONL");
}

/* Writes a file; false and the writer's fault where the call failed. */
static bool
write_file(Writer *w, const char *key, const char *body)
{
	AslFault   *fault = w->fault;

	w->call.arguments = asl_object_copy(w->arguments);
	set_value(&w->call.arguments, "Key", asl_cstring(key));
	set_value(&w->call.arguments, "Body", asl_cstring(body));
	if (asl_attempt_sql(w->map, asl_call_run, &w->call, 0, fault))
		return true;
	if (!fault->again)
		*fault = (AslFault) {.error = {"States.ResultWriterFailed", fault->error.cause ? fault->error.cause : fault->error.name}};
	return false;
}

/* The text of a file with these rows. */
static char *
file_text(const Writer *w, AslValue rows)
{
	StringInfoData text;
	AslIterator it = asl_iterate(rows);
	AslValue	key,
				row;

	if (!w->lines)
		return asl_to_json(rows);
	initStringInfo(&text);
	while (asl_next(&it, &key, &row))
	{
		asl_append_json(&text, row);
		appendStringInfoChar(&text, '\n');
	}
	return text.data;
}

/* Writes the rows of a kind and notes the file. */
static bool
write_rows(Writer *w, const char *kind, AslValue rows, AslValue *files)
{
	AslValue	list = asl_array_new(1);
	AslValue	file = asl_object_new(2);
	char	   *key = psprintf("%s/%s_0.%s", w->folder, kind, w->lines ? "jsonl" : "json");
	char	   *body;

	if (asl_array_count(rows) > 0)
	{
		body = file_text(w, rows);
		if (!write_file(w, key, body))
			return false;
		set_value(&file, "Key", asl_cstring(key));
		set_value(&file, "Size", asl_number(strlen(body)));
		asl_array_push(&list, file);
	}
	set_value(files, kind, list);
	return true;
}

/* What becomes of a child that succeeded: its description, or its output. */
static AslValue
succeeded_row(const AslState *map, AslValue description)
{
	AslValue	output = asl_member(description, "Output");
	char	   *message;

	if (asl_map_run_describes(map) || output.kind != ASL_STRING ||
		!asl_parse_json(output.u.string, output.length, false, &output, &message))
		return description;
	return output;
}

/* An item whose child has not ended. */
static AslValue
pending_row(AslBranch *map, AslBranch *lane, const char *name)
{
	AslValue	row = asl_object_new(4);
	AslValue	details = asl_object_new(1);

	set_value(&details, "Included", asl_bool(true));
	set_value(&row, "Input", asl_cstring(asl_to_json(asl_map_iteration_input(map, lane))));
	set_value(&row, "InputDetails", details);
	set_value(&row, "Name", asl_cstring(name));
	set_value(&row, "Status", asl_cstring("PENDING"));
	return row;
}

/* Sorts the items by what became of their children; those that have ended come in the items' order. */
static void
sort_rows(AslBranch *map, AslValue kept, AslValue *succeeded, AslValue *failed, AslValue *pending)
{
	uint32		next = 0;

	*succeeded = asl_array_new(16);
	*failed = asl_array_new(0);
	*pending = asl_array_new(0);
	for (int i = 0; i < map->row.item_count; i++)
	{
		AslBranch	lane = {.run = map->run};
		AslValue	row = asl_array_get(kept, next);
		char	   *name;

		CHECK_FOR_INTERRUPTS();
		lane.row.parent = map->row.branch;
		lane.row.position = i;
		name = asl_map_run_child_name(map, &lane);
		if (!asl_string_is(asl_member(row, "Name"), name))
			asl_array_push(pending, pending_row(map, &lane, name));
		else
		{
			next++;
			if (asl_string_is(asl_member(row, "Status"), "SUCCEEDED"))
				asl_array_push(succeeded, succeeded_row(map->state, row));
			else
				asl_array_push(failed, row);
		}
	}
}

/* {MapRunArn, ResultWriterDetails} */
static AslValue
state_result(const char *arn, AslValue bucket, const char *manifest)
{
	AslValue	result = asl_object_new(2);
	AslValue	details = asl_object_new(2);

	if (asl_defined(bucket))
		set_value(&details, "Bucket", bucket);
	set_value(&details, "Key", asl_cstring(manifest));
	set_value(&result, "MapRunArn", asl_cstring(arn));
	set_value(&result, "ResultWriterDetails", details);
	return result;
}

bool
asl_results_write(AslBranch *map, AslValue kept, AslValue *result, AslFault *fault)
{
	Writer		w = {.map = map, .fault = fault};
	const char *arn = asl_arn_map_run(asl_map_run_machine(map), asl_map_run_uuid(map));
	AslValue	files = asl_object_new(3);
	AslValue	manifest = asl_object_new(3);
	AslValue	succeeded,
				failed,
				pending;
	char	   *key;

	writer_prepare(&w);
	key = psprintf("%s/manifest.json", w.folder);
	map->run->ran_sql = true;
	sort_rows(map, kept, &succeeded, &failed, &pending);
	succeeded = asl_map_run_output(map->state, succeeded);
	if (!write_rows(&w, "FAILED", failed, &files) || !write_rows(&w, "PENDING", pending, &files) ||
		!write_rows(&w, "SUCCEEDED", succeeded, &files))
		return false;
	if (asl_defined(asl_member(w.arguments, "Bucket")))
		set_value(&manifest, "DestinationBucket", asl_member(w.arguments, "Bucket"));
	set_value(&manifest, "MapRunArn", asl_cstring(arn));
	set_value(&manifest, "ResultFiles", files);
	*result = state_result(arn, asl_member(w.arguments, "Bucket"), key);
	return write_file(&w, key, asl_to_json(manifest));
}
