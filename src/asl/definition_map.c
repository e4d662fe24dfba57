/*
 * definition_map.c - reading what only Map states have: the processor's mode, the label, and a distributed Map's
 * reader, batcher and writer.
 */
#include "postgres.h"

#include <math.h>

#include "asl/definition_reader.h"
#include "mb/pg_wchar.h"

#define BOTH		ASL_IN_BOTH
#define PATHS		ASL_IN_JSONPATH
#define JSONATA		ASL_IN_JSONATA

#define AT(member)	.offset = offsetof(AslState, member)
#define RANGE(low, high)	.min = (low), .max = (high)

#define LABEL_LENGTH	40
#define MAX_ITEMS		100000000
#define MAX_BATCH_BYTES	262144

static void read_item_resource(AslReader *reader, const AslField *field, AslValue value, void *target);

static const char *const mode_words[] = {"INLINE", "DISTRIBUTED", NULL};
static const char *const execution_type_words[] = {"STANDARD", "EXPRESS", NULL};
static const char *const input_type_words[] = {"CSV", "JSON", "JSONL", "PARQUET", "MANIFEST", NULL};
static const char *const manifest_type_words[] = {"ATHENA_DATA", "S3_INVENTORY", NULL};
static const char *const reading_words[] = {"NONE", "LOAD_AND_FLATTEN", NULL};
static const char *const header_location_words[] = {"FIRST_ROW", "GIVEN", NULL};
static const char *const delimiter_words[] = {"COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB", NULL};
static const char *const writing_words[] = {"NONE", "COMPACT", "FLATTEN", NULL};
static const char *const output_type_words[] = {"JSON", "JSONL", NULL};

/* What can read and write items: the actions of S3 that Step Functions knows, or a resource of ours. */
static const char *const reader_words[] = {"arn:aws:states:::s3:getObject", "arn:aws:states:::s3:listObjectsV2", NULL};
static const char *const writer_words[] = {"arn:aws:states:::s3:putObject", NULL};

static const AslField processor_config_fields[] = {
	{"Mode", ASL_ON_ANY, BOTH, .read = asl_read_flag_word, AT(distributed), .words = mode_words},
	{"ExecutionType", ASL_ON_ANY, BOTH, .read = asl_read_flag_word, AT(express_children), .words = execution_type_words},
};

static const AslField reader_config_fields[] = {
	{"InputType", ASL_ON_ANY, BOTH, .read = asl_check_word, .words = input_type_words},
	{"Transformation", ASL_ON_ANY, BOTH, .read = asl_check_word, .words = reading_words},
	{"ManifestType", ASL_ON_ANY, BOTH, .read = asl_check_word, .words = manifest_type_words},
	{"CSVHeaderLocation", ASL_ON_ANY, BOTH, .read = asl_check_word, .words = header_location_words},
	{"CSVHeaders", ASL_ON_ANY, BOTH, .read = asl_check_texts},
	{"CSVDelimiter", ASL_ON_ANY, BOTH, .read = asl_check_word, .words = delimiter_words},
	{"ItemsPointer", ASL_ON_ANY, BOTH, .read = asl_check_text},
	{"MaxItems", ASL_ON_ANY, BOTH, 0, ASL_GROUP_MAX_ITEMS, asl_read_computed_int, AT(max_items), RANGE(0, MAX_ITEMS)},
	{"MaxItemsPath", ASL_ON_ANY, PATHS, ASL_CONTEXT_REFUSED, ASL_GROUP_MAX_ITEMS, asl_read_reference_path,
	AT(max_items)},
};

static const AslField writer_config_fields[] = {
	{"Transformation", ASL_ON_ANY, BOTH, .read = asl_check_word, .words = writing_words},
	{"OutputType", ASL_ON_ANY, BOTH, .read = asl_check_word, .words = output_type_words},
};

static const AslObject reader_config_object = {lengthof(reader_config_fields), reader_config_fields};
static const AslObject writer_config_object = {lengthof(writer_config_fields), writer_config_fields};

static const AslField item_reader_fields[] = {
	{"Resource", ASL_ON_ANY, BOTH, ASL_REQUIRED, .read = read_item_resource, .words = reader_words},
	{"Parameters", ASL_ON_ANY, PATHS, .read = asl_read_template, AT(item_reader_arguments)},
	{"Arguments", ASL_ON_ANY, JSONATA, .read = asl_read_template, AT(item_reader_arguments)},
	{"ReaderConfig", ASL_ON_ANY, BOTH, .read = asl_read_nested, .object = &reader_config_object},
};

static const AslField item_batcher_fields[] = {
	{"MaxItemsPerBatch", ASL_ON_ANY, BOTH, 0, ASL_GROUP_BATCH_ITEMS, asl_read_computed_int,
	AT(max_items_per_batch), RANGE(1, INFINITY)},
	{"MaxItemsPerBatchPath", ASL_ON_ANY, PATHS, ASL_CONTEXT_REFUSED, ASL_GROUP_BATCH_ITEMS, asl_read_reference_path,
	AT(max_items_per_batch)},
	{"MaxInputBytesPerBatch", ASL_ON_ANY, BOTH, 0, ASL_GROUP_BATCH_BYTES, asl_read_computed_int,
	AT(max_input_bytes_per_batch), RANGE(1, MAX_BATCH_BYTES)},
	{"MaxInputBytesPerBatchPath", ASL_ON_ANY, PATHS, ASL_CONTEXT_REFUSED, ASL_GROUP_BATCH_BYTES,
	asl_read_reference_path, AT(max_input_bytes_per_batch)},
	{"BatchInput", ASL_ON_ANY, BOTH, .read = asl_read_template, AT(batch_input)},
};

static const AslField result_writer_fields[] = {
	{"Resource", ASL_ON_ANY, BOTH, .read = read_item_resource, .words = writer_words},
	{"Parameters", ASL_ON_ANY, PATHS, .read = asl_read_template, AT(result_writer_arguments)},
	{"Arguments", ASL_ON_ANY, JSONATA, .read = asl_read_template, AT(result_writer_arguments)},
	{"WriterConfig", ASL_ON_ANY, BOTH, .read = asl_read_nested, .object = &writer_config_object},
};

static const AslObject processor_config_object = {lengthof(processor_config_fields), processor_config_fields};
static const AslObject item_reader_object = {lengthof(item_reader_fields), item_reader_fields};
static const AslObject item_batcher_object = {lengthof(item_batcher_fields), item_batcher_fields};
static const AslObject result_writer_object = {lengthof(result_writer_fields), result_writer_fields};

/* Resource of a reader or writer: one of the field's words, or a resource of ours. */
static void
read_item_resource(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslResource *resource;

	if (!asl_expect(reader, value, ASL_STRING))
		return;
	for (int i = 0; field->words[i] != NULL; i++)
	{
		if (asl_string_is(value, field->words[i]))
			return;
	}
	resource = asl_resource_parse(asl_to_cstring(value));
	if (resource == NULL || resource->kind == ASL_RESOURCE_SERVICE)
		asl_complain(reader, ASL_SCHEMA, "The field 'Resource' does not match any of the allowed values");
}

/* ProcessorConfig; target is the processor's States. */
void
asl_read_processor_config(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslState   *map = ((AslStates *) target)->owner;
	bool		type_given = asl_defined(asl_member(value, "ExecutionType"));

	asl_read_object(reader, &processor_config_object, 0, value, map);
	if (map->distributed && !type_given)
		asl_complain(reader, ASL_SCHEMA, "These fields are required: [ExecutionType]");
	else if (!map->distributed && type_given)
		asl_complain(reader, ASL_SCHEMA, "Field 'ExecutionType' is not supported");
}

/* Refuses a distributed Map, which is none of the things that an Express workflow can do. */
static void
refuse_distributed(AslReader *reader)
{
	int			entered = asl_enter_member(reader, asl_cstring("ProcessorConfig"));

	asl_enter_member(reader, asl_cstring("Mode"));
	asl_complain(reader, ASL_SCHEMA,
				 "The field 'Mode' with value 'DISTRIBUTED' is not supported inside 'EXPRESS' state machines");
	asl_leave(reader, entered);
}

/* ItemProcessor, Iterator: States whose executions may be Express workflows. */
void
asl_read_processor(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslState   *state = target;
	AslValue	config = asl_member(value, "ProcessorConfig");
	bool		distributed = asl_string_is(asl_member(config, "Mode"), "DISTRIBUTED");
	bool		outer = reader->express;

	if (state->branch_count > 0)
		return;					/* both spellings: the group's complaint */
	if (distributed && reader->express)
		refuse_distributed(reader);
	reader->express |= distributed && asl_string_is(asl_member(config, "ExecutionType"), "EXPRESS");
	state->branches = palloc0(sizeof(AslStates *));
	asl_read_branch(reader, ASL_PROCESSOR, value, state);
	reader->express = outer;
}

/* What the fields of a ReaderConfig demand of each other. */
static void
check_reader_config(AslReader *reader, AslValue resource, AslValue config)
{
	AslValue	type = asl_member(config, "InputType");
	bool		inventory = asl_string_is(asl_member(config, "ManifestType"), "S3_INVENTORY");
	bool		csv = asl_string_is(type, "CSV");

	if (asl_string_is(resource, "arn:aws:states:::s3:getObject") && !asl_defined(type) && !inventory)
		asl_complain(reader, ASL_SCHEMA, "These fields are required: [InputType]");
	if (asl_defined(type) && inventory)
		asl_complain(reader, ASL_SCHEMA, "Field 'InputType' is not supported");
	if (csv && !asl_defined(asl_member(config, "CSVHeaderLocation")))
		asl_complain(reader, ASL_SCHEMA, "The field 'CSVHeaderLocation' is required");
	if (!csv && asl_defined(type) && asl_defined(asl_member(config, "CSVHeaderLocation")))
		asl_complain(reader, ASL_SCHEMA, "Field 'CSVHeaderLocation' is not supported");
	if (asl_string_is(asl_member(config, "CSVHeaderLocation"), "GIVEN") && !asl_defined(asl_member(config, "CSVHeaders")))
		asl_complain(reader, ASL_SCHEMA, "These fields are required: [CSVHeaders]");
}

/* ItemReader. */
void
asl_read_item_reader(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslState   *state = target;
	int			entered;

	state->item_reader = value;
	asl_read_object(reader, &item_reader_object, 0, value, target);
	if (value.kind != ASL_OBJECT)
		return;
	entered = asl_enter_member(reader, asl_cstring("ReaderConfig"));
	check_reader_config(reader, asl_member(value, "Resource"), asl_member(value, "ReaderConfig"));
	asl_leave(reader, entered);
}

/* ItemBatcher. */
void
asl_read_item_batcher(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslState   *state = target;

	state->has_batcher = true;
	asl_read_object(reader, &item_batcher_object, 0, value, target);
	for (int i = 0; i < lengthof(item_batcher_fields); i++)
	{
		if (item_batcher_fields[i].group != ASL_GROUP_NONE && asl_defined(asl_member(value, item_batcher_fields[i].name)))
			return;
	}
	asl_complain(reader, ASL_SCHEMA,
				 "At least one of these fields is required: [MaxItemsPerBatch, MaxInputBytesPerBatch]");
}

/* ResultWriter. */
void
asl_read_result_writer(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslState   *state = target;

	state->result_writer = value;
	asl_read_object(reader, &result_writer_object, 0, value, target);
	if (value.kind == ASL_OBJECT && asl_object_count(value) == 0)
		asl_complain(reader, ASL_SCHEMA, "Value cannot be empty");
}

/* Has the label a character that an ARN's part cannot have? */
static bool
label_has_invalid(const char *label)
{
	for (const unsigned char *c = (const unsigned char *) label; *c != '\0'; c++)
	{
		if (*c <= ' ' || *c == 0x7F || strchr("?*<>{}[]:;,\\|^~$#%&`\"", *c) != NULL ||
			(c[0] == 0xC2 && c[1] >= 0x80 && c[1] <= 0x9F))
			return true;
	}
	return false;
}

/* Label: unique in the machine. */
void
asl_read_label(AslReader *reader, const AslField *field, AslValue value, void *target)
{
	AslState   *state = target;
	ListCell   *lc;
	char	   *label;

	if (!asl_expect(reader, value, ASL_STRING))
		return;
	label = asl_to_cstring(value);
	if (pg_mbstrlen(label) > LABEL_LENGTH)
		asl_complain(reader, "INVALID_LABEL_NAME", "Label name '%s' exceeds the %d-character limit allowed by the service",
					 label, LABEL_LENGTH);
	if (label[0] == '\0' || label_has_invalid(label))
		asl_complain(reader, "INVALID_LABEL_NAME", "Label name '%s' contains invalid characters", label);
	foreach(lc, reader->labels)
	{
		if (strcmp(lfirst(lc), label) == 0)
			asl_complain(reader, "DUPLICATE_LABEL_NAME", "Duplicate Label name: %s", label);
	}
	reader->labels = lappend(reader->labels, label);
	state->label = label;
}

/* Refuses what only a distributed Map has in one that is not; value is the whole state. */
void
asl_check_map(AslReader *reader, AslState *state, AslValue value)
{
	static const char *const distributed_only[] = {"ItemReader", "ItemBatcher", "ResultWriter"};

	if (state->distributed)
		return;
	for (int i = 0; i < lengthof(distributed_only); i++)
	{
		if (asl_defined(asl_member(value, distributed_only[i])))
			asl_complain(reader, ASL_SCHEMA, "Field '%s' is not supported", distributed_only[i]);
	}
}
