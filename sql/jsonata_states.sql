-- The dialect of Step Functions.
\i sql/include/jsonata_try.sql

-- six more functions
SELECT expression, pg_temp.try(expression, NULL, 'states') FROM unnest(ARRAY[
	'$partition([1, 2, 3, 4, 5], 2)', '$partition([1..4], 2.9)', '$partition([1, 2])', '$partition([], 2)',
	'$partition([1], 0)', '$partition([1], -1)', '$partition(''x'', 1)', '$partition(nothing, 1)',
	'$partition([1, 2], 5)', '$range(1, 10, 3)', '$range(3, 1, -1)', '$range(5, 5, 1)', '$range(1, 3, -1)',
	'$range(1, 3, 0)', '$range(1, 3)', '$range(1)', '$range(''a'', 2, 1)', '$hash(''abc'', ''SHA-256'')',
	'$hash(''abc'', ''MD5'')', '$hash(''abc'', ''SHA-1'')', '$hash(''abc'', ''SHA-384'')', '$hash('''', ''SHA-512'')',
	'$hash(''abc'', ''sha-1'')', '$hash(''abc'')', '$hash(nothing, ''MD5'')', '$hash(1, ''MD5'')', '$random(7)',
	'$random(7) = $random(7)', '$random() < 1', '$random(''x'')', '$length($uuid())',
	'$match($uuid(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/).index', '$uuid(1)',
	'$parse(''{"a": [1, 1.50, null]}'')', '$parse(''[1'')', '$parse('''')', '$parse(''1 2'')',
	'$parse(''{"a": 1, "a": 2}'')', '$parse(''1e999'')', '$parse(nothing)', '$parse(1)', '$map([''1'', ''[2]''], $parse)']) AS expression;

-- what is missing
SELECT expression, pg_temp.try(expression, NULL, 'states') FROM unnest(ARRAY[
	'$eval(''1'')', 'nothing ?? 1', 'nothing ?: 1', 'true ? 1 : 2']) AS expression;

-- numbers that are not finite have names
SELECT expression, pg_temp.try(expression, NULL, 'states') FROM unnest(ARRAY[
	'1/0', '-1/0', '0/0', '[1/0]', '{''a'': {''b'': 0/0}}', '1/0 + 1', '$parseInteger(''x'', ''0'')', '$string(1/0)']) AS expression;

-- base64 has to be base64
SELECT expression, pg_temp.try(expression, NULL, 'states') FROM unnest(ARRAY[
	'$base64decode("aGVsbG8=")', '$base64decode("aGVsbG8")', '$base64decode("aA")', '$base64decode("")', '$base64decode(nothing)',
	'$base64decode("!!!")', '$base64decode("a")', '$base64decode("aA=")', '$base64decode("aA==aA==")', '$base64decode("aaaa=")',
	'$base64decode("a-_b")', '$base64decode("aGVs\nbG8=")']) AS expression;
SELECT expression, pg_temp.try(expression, NULL) FROM unnest(ARRAY[
	'$base64decode("!!!")', '$base64decode("a")', '$base64decode("a-_b")', '$base64decode("aGVs\nbG8=")']) AS expression;

-- limits
SELECT expression, pg_temp.try(expression, NULL, 'states') FROM unnest(ARRAY[
	'($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(10))',
	'($f := function($n) { $n = 0 ? 0 : 1 + $f($n - 1) }; $f(100))', '$count([1..873782])', '$count([1..873783])',
	'$count($range(1, 360145, 1))', '$count($range(1, 360146, 1))', '$length($pad('''', 4194304))',
	'$length($pad('''', 8388608))', '$count($append([1..873782], 1))',
	'$count([1..1000].([1..1000]))']) AS expression;
-- which are settings
SET asl.jsonata_sequence = 900000;
SET asl.jsonata_memory = '300MB';
SELECT expression, pg_temp.try(expression, NULL, 'states') FROM unnest(ARRAY[
	'$count([1..900000])', '$count([1..900001])', '$count($range(1, 900000, 1))', '$count($range(1, 900001, 1))',
	'$length($pad('''', 8388608))']) AS expression;
RESET asl.jsonata_sequence;
RESET asl.jsonata_memory;

-- a value that is nested too deeply, or contains itself
SELECT expression, pg_temp.try(expression, NULL, 'states') FROM unnest(ARRAY[
	'{"a": 1} ~> |$|{"z": $}|', '$string({"a": 1} ~> |$|{"z": $}|)',
	'($f := function($n, $a) { $n = 0 ? $a : $f($n - 1, [[$a]]) }; $f(100000, 1))']) AS expression;
