\echo Use "ALTER EXTENSION pg_asl UPDATE" to load this file. \quit

/* Tables (src/store/schema.sql) */

/* Functions and views */
