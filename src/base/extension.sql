\echo Use "CREATE EXTENSION pg_asl" to load this file. \quit

DO $$
BEGIN
  IF current_setting('server_encoding') <> 'UTF8' THEN
    RAISE EXCEPTION 'pg_asl needs a database with encoding UTF8' USING ERRCODE = 'feature_not_supported';
  END IF;
END $$;

-- Made here, never found: whoever had made it before would own what is in it.
CREATE SCHEMA asl;
