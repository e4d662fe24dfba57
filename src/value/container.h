/*
 * container.h - what containers look like inside, for this folder and for inner loops that cannot afford a call.
 *
 * A view is a JsonbContainer: a header word, one JEntry a child (in an object all keys, then all values), then the
 * children's data.  Every JB_OFFSET_STRIDEth JEntry holds its end offset, the others their length, so a walk in order
 * adds lengths up and a jump walks back over at most JB_OFFSET_STRIDE - 1 entries.  Keys are sorted by length, then by
 * bytes.
 */
#ifndef ASL_CONTAINER_H
#define ASL_CONTAINER_H

#include "value/value.h"

struct AslArray
{
	uint32		count;
	uint32		capacity;
	bool		borrowed;		/* items are another array's, with room behind them that only this one fills */
	AslValue   *items;			/* beside the struct, or a chunk of its own once it has grown */
};

extern AslValue asl_array_borrow(AslArray *lender);

typedef struct AslMember
{
	const char *key;
	uint32		key_length;
	uint32		hash;			/* valid where the object has a table */
	AslValue	value;
} AslMember;

struct AslObject
{
	uint32		count;
	uint32		capacity;
	AslMember  *members;		/* in order of insertion */
	uint32	   *table;			/* open addressing, member's index + 1; NULL while there are few members */
	uint32		table_mask;
	uint32		mark;			/* for the maker's own use; 0 in a new object */
};

/* Where the data of a container's children begins. */
static inline char *
container_data(JsonbContainer *container)
{
	uint32		count = JsonContainerSize(container);

	return (char *) (container->children + (JsonContainerIsObject(container) ? 2 * count : count));
}

/* The end of a child's data, given where it begins. */
static inline uint32
container_end(JEntry entry, uint32 begin)
{
	return JBE_HAS_OFF(entry) ? JBE_OFFLENFLD(entry) : begin + JBE_OFFLENFLD(entry);
}

/* A view on a container inside a jsonb datum. */
static inline AslValue
container_view(JsonbContainer *container)
{
	return (AslValue) {
		.kind = JsonContainerIsObject(container) ? ASL_OBJECT : ASL_ARRAY,
		.form = ASL_FORM_JSONB,
		.length = JsonContainerSize(container),
		.u.container = container
	};
}

/* The child whose data stands at begin .. end. */
static inline AslValue
container_child(JEntry entry, char *data, uint32 begin, uint32 end)
{
	if (JBE_ISSTRING(entry))
		return asl_string(data + begin, end - begin);
	if (JBE_ISNUMERIC(entry))
		return asl_numeric((Numeric) (data + INTALIGN(begin)));
	if (JBE_ISCONTAINER(entry))
		return container_view((JsonbContainer *) (data + INTALIGN(begin)));
	if (JBE_ISNULL(entry))
		return asl_null();
	return asl_bool(JBE_ISBOOL_TRUE(entry));
}

/* The size of a container in bytes. */
extern uint32 asl_container_size(JsonbContainer *container);

/* The member's value in a view on an object. */
extern AslValue asl_container_get(JsonbContainer *container, const char *key, int length);

#endif
