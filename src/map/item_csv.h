/*
 * item_csv.h - a distributed Map's items from CSV text.
 */
#ifndef ASL_ITEM_CSV_H
#define ASL_ITEM_CSV_H

#include "value/value.h"

/*
 * Rows of CSV text as objects of strings.  headers: an array of names, undefined: the first row has them.  Short rows
 * are filled up with "", long ones are cut.  NULL, or what is wrong with the headers.
 */
extern const char *asl_csv_items(AslValue text, char delimiter, AslValue headers, AslValue *items);

#endif
