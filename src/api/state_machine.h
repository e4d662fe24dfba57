/*
 * state_machine.h - state machines, as the typed functions and asl.api handle them.
 */
#ifndef ASL_STATE_MACHINE_H
#define ASL_STATE_MACHINE_H

#include "base/compat_noreturn.h"
#include "engine/access.h"
#include "fmgr.h"
#include "storage/lock.h"
#include "store/version.h"

/*
 * The first argument, which has this name: a machine by name or ARN with which the current user may do that, locked in
 * that mode (engine/start.h).
 */
extern void asl_find_machine(FunctionCallInfo fcinfo, const char *argument, LOCKMODE mode, AslPrivilege privilege,
							 StoreMachine *machine);

/*
 * Makes a machine, checked as all must be; its owner is whom the roleArn names, else the current user.  False: there is one
 * of that name, whosever it is; the struct tells of it.
 */
extern bool asl_machine_create(const char *name, bool express, const StoreContent *content, StoreMachine *machine);
/*
 * Makes another content that of a machine that is locked in ShareUpdateExclusiveLock; another roleArn may make another owner.
 * The current revision's number, a new one where the content differs from what it is.
 */
extern int64 asl_machine_change(StoreMachine *machine, const StoreRevision *current, const StoreContent *content);
/* Deletes the machine of that name if there is one that the current user may see. */
extern void asl_machine_delete(const char *name);
/* The same definition, options and configuration?  The role does not count. */
extern bool asl_same_content(const StoreContent *a, const StoreContent *b);
pg_noreturn extern void asl_refuse_machine_exists(const char *name);

/*
 * Publishes the current revision of a machine that is locked in ShareUpdateExclusiveLock; one that has a version is not
 * published again.
 */
extern void asl_machine_publish(const StoreMachine *machine, const char *description, StoreVersion *version);
/* How clients know a revision; the first one is "INITIAL". */
extern const char *asl_revision_id(const StoreRevision *revision);

#endif
