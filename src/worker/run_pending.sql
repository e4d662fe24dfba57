CREATE PROCEDURE asl.run_pending(max_steps bigint DEFAULT NULL)
    LANGUAGE c AS 'MODULE_PATHNAME', 'asl_sql_run_pending';
COMMENT ON PROCEDURE asl.run_pending(bigint) IS
    'steps what is due for the calling role in this session until nothing is, or max_steps times, committing after each step';
