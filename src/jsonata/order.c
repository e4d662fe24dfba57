/*
 * order.c - sorting: the operator ^(..), and the merge sort that $sort shares with it.
 *
 * The sort is stable and compares in the order in which the reference does, as a comparator can fail.
 */
#include "postgres.h"

#include "jsonata/evaluate.h"
#include "jsonata/text.h"

/* An item with the values of its terms, each of which is evaluated when it is first needed. */
typedef struct OrderItem
{
	AslValue	item;
	AslValue	keys[FLEXIBLE_ARRAY_MEMBER];
} OrderItem;

typedef struct Order
{
	const JsonataNode *node;
	bool		rows;
	Frame	   *frame;
} Order;

/* Merges two sorted neighbours. */
static void
order_merge_halves(Evaluation *ev, const void **items, uint32 middle, uint32 count, const void **spare,
				   OrderAfter after, void *arg)
{
	uint32		left = 0;
	uint32		right = middle;
	uint32		n = 0;

	memcpy(spare, items, middle * sizeof(void *));
	while (left < middle && right < count)
	{
		evaluation_tick(ev);
		if (after(ev, spare[left], items[right], arg))
			items[n++] = items[right++];
		else
			items[n++] = spare[left++];
	}
	memcpy(items + n, spare + left, (middle - left) * sizeof(void *));
}

static void
order_merge_sort(Evaluation *ev, const void **items, uint32 count, const void **spare, OrderAfter after, void *arg)
{
	uint32		middle = count / 2;

	if (count <= 1)
		return;
	order_merge_sort(ev, items, middle, spare, after, arg);
	order_merge_sort(ev, items + middle, count - middle, spare, after, arg);
	order_merge_halves(ev, items, middle, count, spare, after, arg);
}

/* Sorts pointers to whatever after can compare. */
void
asl_order_merge(Evaluation *ev, const void **items, uint32 count, OrderAfter after, void *arg)
{
	const void **spare = palloc_extended(Max(count, 1) * sizeof(void *), MCXT_ALLOC_HUGE);

	order_merge_sort(ev, items, count, spare, after, arg);
	pfree(spare);
}

/* The value of a term for an item. */
static AslValue
order_key(Evaluation *ev, const Order *order, OrderItem *item, int term)
{
	AslValue   *key = &item->keys[term];

	if (key->flags & VALUE_UNBOUND)
	{
		Frame	   *frame = order->rows ? tuple_frame(item->item) : order->frame;

		*key = asl_evaluate(ev, order->node->list.items[term], order->rows ? frame->slots[0] : item->item, frame);
		if (key->kind == ASL_NUMBER)
			*key = asl_number(asl_cast_double(*key));
	}
	return *key;
}

/* How the values of a term compare: undefined comes last, whatever the direction. */
static int
order_compare(Evaluation *ev, const Order *order, AslValue a, AslValue b, bool descending)
{
	bool		a_good = a.kind == ASL_NUMBER || a.kind == ASL_STRING;
	bool		b_good = b.kind == ASL_NUMBER || b.kind == ASL_STRING;
	int			result;

	if (!asl_defined(a) || !asl_defined(b))
		return asl_defined(b) ? 1 : asl_defined(a) ? -1 : 0;
	if (!a_good || !b_good)
		RAISE(&ev->escape, .code = "T2008", .position = order->node->position, .value = a_good ? b : a);
	if (a.kind != b.kind)
		RAISE(&ev->escape, .code = "T2007", .position = order->node->position, .value = a, .value2 = b);
	if (a.kind == ASL_NUMBER)
	{
		double		x = asl_cast_double(a);
		double		y = asl_cast_double(b);

		result = x == y ? 0 : x < y ? -1 : 1;
	}
	else
		result = asl_text_compare(a, b);
	return descending ? -result : result;
}

/* Whether right has to come before left. */
static bool
order_after(Evaluation *ev, const void *left, const void *right, void *arg)
{
	const Order *order = arg;

	for (int i = 0; i < order->node->list.count; i++)
	{
		int			result = order_compare(ev, order, order_key(ev, order, unconstify(void *, left), i),
										   order_key(ev, order, unconstify(void *, right), i),
										   order->node->descending[i]);

		if (result != 0)
			return result > 0;
	}
	return false;
}

/* Sorts items, or rows, by the terms of an order-by step. */
void
asl_order_items(Evaluation *ev, const JsonataNode *node, AslValue *items, uint32 count, bool rows, Frame *frame)
{
	Order		order = {.node = node, .rows = rows, .frame = frame};
	Size		size = offsetof(OrderItem, keys) + node->list.count * sizeof(AslValue);
	char	   *room;
	const void **pointers;

	if (count <= 1)
		return;
	room = palloc_extended(count * size, MCXT_ALLOC_HUGE);
	pointers = palloc_extended(count * sizeof(void *), MCXT_ALLOC_HUGE);
	for (uint32 i = 0; i < count; i++)
	{
		OrderItem  *item = (OrderItem *) (room + i * size);

		item->item = items[i];
		for (int term = 0; term < node->list.count; term++)
			item->keys[term] = (AslValue) {.flags = VALUE_UNBOUND};
		pointers[i] = item;
	}
	asl_order_merge(ev, pointers, count, order_after, &order);
	for (uint32 i = 0; i < count; i++)
		items[i] = ((const OrderItem *) pointers[i])->item;
	pfree(pointers);
	pfree(room);
}
