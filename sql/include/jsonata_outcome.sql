-- The value as text, "undefined", or the error's code and message.
CREATE FUNCTION pg_temp.outcome(expression text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    message text;
    detail text;
BEGIN
    RETURN coalesce(asl.jsonata(expression)::text, 'undefined');
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
    RETURN concat_ws(': ', (substring(detail FROM '^{.*}$'))::jsonb ->> 'code', message);
END $$;
