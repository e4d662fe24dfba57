-- the value, nothing where it is undefined, or the error's code, position, token and message
CREATE FUNCTION pg_temp.try(expression text, input jsonb, dialect text DEFAULT 'standard')
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
	detail text;
BEGIN
	RETURN asl.jsonata(expression, input, dialect => dialect);
EXCEPTION WHEN SQLSTATE 'SLE13' THEN
	GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL;
	RETURN concat_ws(' ', detail::jsonb->>'code', '@' || (detail::jsonb->>'position'), quote_literal(detail::jsonb->>'token')) || ': ' || SQLERRM;
END $$;
