/*
 * token_key.c - the secret of this database that signs the tokens of lists.
 */
#include "postgres.h"

#include "store/token_key.h"

bytea *
store_token_key(void)
{
	static StoreQuery read = {"SELECT key FROM asl.token_key"};
	StoreCall	call;
	bytea	   *key;

	store_begin(&call);
	if (store_run(&call, &read) != 1)
		ereport(ERROR, (errcode(ERRCODE_DATA_CORRUPTED), errmsg("asl.token_key does not have one row")));
	key = DatumGetByteaP(store_get_varlena(&call, 0, 1));
	store_end(&call);
	return key;
}
