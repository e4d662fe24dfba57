/*
 * iteration.h - a Map's iterations as expressions see them: their items, their inputs, a Map Run's names.
 *
 * A lane is a child branch of a Map: it works through items one after the other, and its row's position is the item
 * of the iteration under way.  Neither an iteration's input nor a child execution's name is stored: both follow from
 * the Map's row and the position, whenever they are asked for.
 */
#ifndef ASL_ITERATION_H
#define ASL_ITERATION_H

#include "engine/scope.h"

/* What a Map maps over, whatever kind of value it is: ItemsPath's or Items' value, or the effective input. */
extern AslValue asl_map_source(AslBranch *b, AslValue effective);
/* The items of a Map that is open; those that are stored until another Map's are asked for. */
extern AslValue asl_run_items(AslBranch *map);
/* The item of a lane's iteration under way. */
extern AslValue asl_map_item(AslBranch *lane);
/* The lane's item, or what ItemSelector makes of it. */
extern AslValue asl_map_select(AslBranch *container, AslBranch *lane);
/* What the lane's iteration gets: that, or a batch of them. */
extern AslValue asl_map_iteration_input(AslBranch *container, AslBranch *lane);

/* The lane whose child execution of a Map Run a branch belongs to, NULL where it belongs to none. */
extern AslBranch *asl_map_run_lane(AslBranch *b);
/* Adds to a lane's Map.Item in the context object what it holds: Value, Source, of an object's member Key. */
extern void asl_map_run_item(AslBranch *container, AslBranch *lane, AslValue *object);
/* A word that stands for this Map Run and no other, as long as its state is not entered or tried again. */
extern char *asl_map_run_uuid(const AslBranch *container);
/* "MACHINE/LABEL", which stands for the children's machine in ARNs, and a child's own name. */
extern char *asl_map_run_machine(const AslBranch *container);
extern char *asl_map_run_child_name(const AslBranch *container, const AslBranch *lane);

#endif
