/*
 * configuration.h - what a request says of logging, tracing and encryption: nothing here has a counterpart of theirs, so
 * that they are checked for form, kept and told.
 */
#ifndef ASL_CONFIGURATION_H
#define ASL_CONFIGURATION_H

#include "value/value.h"

/* loggingConfiguration, tracingConfiguration and encryptionConfiguration of a revision; NULL: AWS's defaults. */
extern AslValue asl_configuration(Jsonb *kept);
/* What is to be kept after a request that may give some of them; NULL: nothing but the defaults. */
extern Jsonb *asl_configuration_given(AslValue request, Jsonb *kept);
/* The encryption that a request gives, with its defaults. */
extern AslValue asl_encryption_given(AslValue request);

#endif
