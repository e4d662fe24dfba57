-- Intrinsic functions on texts and JSON.
-- the value, or the error's SQLSTATE and message
CREATE FUNCTION pg_temp.try(call text, input jsonb, context jsonb DEFAULT '{}', variables jsonb DEFAULT '{}')
RETURNS text LANGUAGE plpgsql AS $$
BEGIN
	RETURN asl.jsonpath(call, input, context, variables);
EXCEPTION WHEN OTHERS THEN
	RETURN SQLSTATE || ': ' || SQLERRM;
END $$;

SELECT call, pg_temp.try(call, '{"t": "a \\{\\} {} b", "u": "{}\\{}", "one": "1", "o": {"Arg1": 1, "Arg2": []}, "l": [1.50, null, "x", {"k": true}], "e": ""}') FROM unnest(ARRAY[
	'States.Format(''no values'')', 'States.Format('''')', 'States.Format(''Hello {}, {}!'', ''you'', $.one)', 'States.Format(''{}{}{}{}'', null, true, -1.50, '''')', 'States.Format(''{}'', $.o)', 'States.Format(''{}'', $.l)', 'States.Format(''<{}>'', $.e)',
	'States.Format(''\{\} {} \\ \'' {x} { } {'', 1)', 'States.Format($.t, 1)', 'States.Format($.u, 1)', 'States.Format($.one)', 'States.Format(''{}'', ''{}'')', 'States.Format(States.Format(''\{\}''), 5)', 'States.Format(''é{}é'', ''ü'')']) AS call;
SELECT call, pg_temp.try(call, '{"j": "{\"a\": [1, 2.50, \"x\"]}", "blank": " \t\n", "n": null}') FROM unnest(ARRAY[
	'States.StringToJson($.j)', 'States.StringToJson(''"x"'')', 'States.StringToJson(''-0'')', 'States.StringToJson(''1.10'')', 'States.StringToJson('''')', 'States.StringToJson('' '')', 'States.StringToJson($.blank)', 'States.StringToJson(null)', 'States.StringToJson('' true '')',
	'States.StringToJson(''{"a": "{\''}"}'')', 'States.JsonToString($)', 'States.JsonToString(null)', 'States.JsonToString(1.50)', 'States.JsonToString(''a"b'')', 'States.JsonToString(States.Array(1, States.Array()))', 'States.StringToJson(States.JsonToString($.j))']) AS call;
SELECT call, pg_temp.try(call, '{"x": {"a": {"x": 1}, "b": 2}, "y": {"a": {"y": 1}, "c": 3}}') FROM unnest(ARRAY[
	'States.JsonMerge($.x, $.y, false)', 'States.JsonMerge($.y, $.x, false)', 'States.JsonMerge($.x, States.StringToJson(''{}''), false)']) AS call;
SELECT call, pg_temp.try(call, '{"lines": "split on T and \nnew line", "d": "T\n"}') FROM unnest(ARRAY[
	'States.StringSplit(''1,2,3'', '','')', 'States.StringSplit('', , ,'', '','')', 'States.StringSplit('',,,,'', '','')', 'States.StringSplit(''This.is+a,test=string'', ''.+,='')', 'States.StringSplit('''', '','')', 'States.StringSplit(''a,b'', '''')', 'States.StringSplit(''abc'', ''x'')',
	'States.StringSplit($.lines, $.d)', 'States.StringSplit(''aéböc'', ''öé'')', 'States.StringSplit(''äöü'', ''é'')']) AS call;
SELECT call, pg_temp.try(call, '{"u": "äöü €"}') FROM unnest(ARRAY[
	'States.Base64Encode(''Data to encode'')', 'States.Base64Encode('''')', 'States.Base64Encode($.u)', 'States.Base64Decode(''RGF0YSB0byBlbmNvZGU='')', 'States.Base64Decode('''')', 'States.Base64Decode(''aGVsbG8'')', 'States.Base64Decode(''eyJzdWIiOiI0MjEifQ'')', 'States.Base64Decode(States.Base64Encode($.u))',
	'States.Hash(''input data'', ''MD5'')', 'States.Hash(''input data'', ''SHA-1'')', 'States.Hash(''input data'', ''SHA-256'')', 'States.Hash(''input data'', ''SHA-384'')', 'States.Hash(''input data'', ''SHA-512'')', 'States.Hash('''', ''MD5'')', 'States.Hash($, ''MD5'')']) AS call;
-- MIME's Base64: in lines, perhaps without padding
SELECT call, pg_temp.try(call, '{"lines": "aGVs\r\nbG8=", "end": "aGVsbG8=\n", "spaced": " aGVs\tbG8", "one": "aGVsb"}') FROM unnest(ARRAY[
	'States.Base64Decode($.lines)', 'States.Base64Decode($.end)', 'States.Base64Decode($.spaced)', 'States.Base64Decode($.one)', 'States.Base64Decode(''aGVsbG8=='')', 'States.Base64Decode(''aG=sbG8'')']) AS call;
SELECT encode(sha256('{"u":"äöü €"}'), 'hex') = asl.jsonpath('States.Hash($, ''SHA-256'')', '{"u": "äöü €"}') #>> '{}' AS hashed_as_json;
-- encoded on one line
SELECT length(asl.jsonpath('States.Base64Encode($)', to_jsonb(repeat('x', 300))) #>> '{}');
-- 10,000 characters, not bytes
SELECT length(asl.jsonpath('States.Base64Encode($)', to_jsonb(repeat('é', 10000))) #>> '{}'), length(asl.jsonpath('States.Hash($, ''MD5'')', to_jsonb(repeat('é', 10000))) #>> '{}');

-- what fails
SELECT call, pg_temp.try(call, '{"o": {}, "s": "text"}') FROM unnest(ARRAY[
	'States.Format(1)', 'States.Format(''{}'')', 'States.Format(''{}'', 1, 2)', 'States.Format(''x'', 1)', 'States.Format($.o, 1)', 'States.StringToJson(''{'')', 'States.StringToJson(''1 2'')', 'States.StringToJson(1)', 'States.StringToJson($.o)',
	'States.JsonMerge($.o, $.o, true)', 'States.JsonMerge($.o, $.o, null)', 'States.JsonMerge($.o, $.s, false)', 'States.JsonMerge(1, $.o, false)', 'States.StringSplit(1, '','')', 'States.StringSplit($.s, null)',
	'States.Base64Encode(1)', 'States.Base64Decode($.o)', 'States.Base64Decode(''?'')', 'States.Base64Decode(''YQ'')', 'States.Base64Decode(''/w=='')', 'States.Base64Decode(''AA=='')', 'States.Hash($.s, ''sha-1'')', 'States.Hash($.s, ''SHA-224'')', 'States.Hash($.s, 1)']) AS call;
SELECT right(pg_temp.try(call, to_jsonb(repeat('x', 10001))), 50) FROM unnest(ARRAY['States.Base64Encode($)', 'States.Base64Decode($)', 'States.Hash($, ''MD5'')']) AS call;
