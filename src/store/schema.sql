\echo Use "CREATE EXTENSION pg_asl" to load this file. \quit
