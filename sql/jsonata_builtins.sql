-- The built-in functions, one by one.
\i sql/include/jsonata_try.sql

-- aggregates
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'$sum(list)', '$sum([])', '$sum(5)', '$max(list)', '$min(list)', '$average(list)', '$max([])', '$average([])',
	'$count(list)', '$count(''x'')', '$count(nothing)', '$count(null)', '$sum(nothing)', '$sum([0.1, 0.2, 0.3])',
	'$max([1, 2, ''3''])']) AS expression;

-- $string
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'$string(5)', '$string(1.0)', '$string(0.1 + 0.2)', '$string(1e21)', '$string(0.000001)', '$string(1e-7)',
	'$string(-0.0)', '$string(123456789012345678)', '$string(100000000000000000000)', '$string(o)',
	'$string([1, ''a'', null, true])', '$string({''a'': [1, {''b'': 2}], ''e'': [], ''f'': {}}, true)', '$string(null)',
	'$string($sum)', '$string([$sum])', '$string(''\n"\u0007'')', '$string(nothing)', 'o.$string()', '$string(1/3)',
	'[1, 2].$string()']) AS expression;

-- parts of strings
SELECT expression, pg_temp.try(expression, '{"s": "Hello, Wörld 😀!"}') FROM unnest(ARRAY[
	'$length(s)', '$substring(s, 7)', '$substring(s, 7, 5)', '$substring(s, -3)', '$substring(s, -3, 2)',
	'$substring(s, -99, 3)', '$substring(s, 3, 0)', '$substring(s, 3, -1)', '$substring(s, 1.9, 2.2)',
	'$substring(s, 99)', '$substring(s, nothing)', '$substring(s, nothing, 2)', '$substringBefore(s, '','')', '$substringBefore(s, ''#'')', '$substringAfter(s, '', '')',
	'$substringAfter(s, ''#'')', '$substringBefore(s, '''')', '$substringAfter(s, '''')', '$uppercase(s)',
	'$lowercase(s)', '$uppercase(''straße'')', '$lowercase(''ΟΔΟΣ'')', '$trim(''  a \t\n b  '')', '$trim(''   '')',
	'$pad(''ab'', 5) & ''|''', '$pad(''ab'', -5)', '$pad(''ab'', 7, ''-+'')', '$pad(''ab'', -7, ''-+'')',
	'$pad(''ab'', 1)', '$pad(''ab'', 4.9, '''')  & ''|''', '$pad(''😀'', 3, ''😀é'')', '$length('''')',
	'$split(''a b  c'', '' '')', '$split(''abc'', '''')', '$split(''a,b,c'', '','', 2)',
	'$split(''a,b,c'', '','', 1.9)', '$split(''a,b'', '','', 0)', '$split('''', '','')', '$split(''a'', ''a'', -1)',
	'$split(''😀b'', '''')', '$join([''a'', ''b''], ''-'')', '$join([''a'', ''b''])', '$join(''a'', ''-'')',
	'$join([], ''-'')', '$contains(s, ''lo'')', '$contains(s, ''LO'')', '$contains(s, nothing)',
	'$replace(''aaa'', ''a'', ''b'')', '$replace(''aaa'', ''a'', ''b'', 2)', '$replace(''a.b'', ''.'', ''$0'')',
	'$replace(''aaa'', '''', ''b'')', '$replace(''aaa'', ''a'', ''b'', -1)']) AS expression;

-- encodings
SELECT expression, pg_temp.try(expression, NULL) FROM unnest(ARRAY[
	'$base64encode(''Hello'')', '$base64decode(''SGVsbG8='')', '$base64encode(''é'')', '$base64encode('''')',
	'$encodeUrlComponent(''a b&c=ä/'')', '$encodeUrl(''https://x.org/a b?q=ä&r=1'')',
	'$decodeUrlComponent(''a%20b%26'')', '$decodeUrl(''%C3%A4%2F'')', '$decodeUrl(''%zz'')',
	'$decodeUrlComponent(''%ff'')']) AS expression;

-- regular expressions
SELECT expression, pg_temp.try(expression, NULL) FROM unnest(ARRAY[
	'$match(''ababbab'', /ab+/)', '$match(''ababbab'', /a(b+)/, 2)', '$match(''x1y22'', /([a-z])([0-9]+)/)',
	'$match(''abc'', /z/)', '$match(''(a)(b)'', /b|(c)/)', '$match(''ab'', /a/, -1)', '$contains(''Hello'', /hello/i)',
	'$contains(''Hello'', /hello/)', '$contains(''a\nb'', /^b$/m)', '$contains(''a\nb'', /^b$/)',
	'$replace(''John Smith'', /(\w+)\s(\w+)/, ''$2, $1'')', '$replace(''abc'', /[ac]/, ''<$0>$$'')',
	'$replace(''abc'', /(b)/, ''[$1$2]'')', '$replace(''265USD'', /([0-9]+)USD/, ''$$$1'')',
	'$replace(''temperature = 68F'', /(-?\d+(?:\.\d*)?)F\b/, function($m) { ($number($m.groups[0]) - 32) * 5/9 & ''C'' })',
	'$replace(''abc'', /b/, function($m) { 1 })', '$replace(''aXbXc'', /x/i, ''-'', 1)', '$split(''a1b22c'', /[0-9]+/)',
	'$split(''a1b22c'', /[0-9]+/, 2)', '$split(''abc'', /x/)', '$match(''abc'', /x*/)', '$contains(''abc'', /x*/)',
	'$replace(''abc'', /a|ab/, ''-'')', '/(b+)/(''abbc'').match', '/b/(''abc'').[start, end]',
	'/b/(''abcb'').next().start', '$match(''😀b'', /b/).index',
	'($m := function($s) { $s = ''x'' ? {''match'': ''x'', ''start'': 0, ''end'': 1, ''groups'': [], ''next'': function() { nothing }} }; $replace(''x'', $m, ''y''))',
	'$contains(''x'', function($s) { {''a'': 1} })', '$filter([''a1'', ''b'', ''c3''], /[0-9]/)']) AS expression;

-- numbers
SELECT expression, pg_temp.try(expression, NULL) FROM unnest(ARRAY[
	'$number(''12'')', '$number(''-1.5e2'')', '$number(''0x1F'')', '$number(''0o17'')', '$number(''0b101'')',
	'$number(true)', '$number(false)', '$number('''')', '$number(''1.'')', '$number(''+1'')', '$number(null)',
	'$number(''1e999'')', '$abs(-5)', '$floor(-1.5)', '$ceil(1.2)', '$round(2.5)', '$round(3.5)', '$round(-2.5)',
	'$round(2.345, 2)', '$round(1234.5, -2)', '$round(0.5)', '$sqrt(16)', '$sqrt(-1)', '$sqrt(-1978.9068553333182)', '$power(2, 10)',
	'$power(2, 0.5)', '$power(0, -1)', '$power(10, 999)', '$formatBase(255, 16)', '$formatBase(-5, 2)',
	'$formatBase(10, 37)', '$formatBase(99.5)', '$formatNumber(1234.5, ''#,##0.00'')', '$formatNumber(0.14, ''01%'')',
	'$formatNumber(1, ''x'')', '$formatInteger(1999, ''I'')', '$formatInteger(21, ''w;o'')',
	'$parseInteger(''MCMXCIX'', ''I'')', '$parseInteger(''1,234'', ''#,##0'')']) AS expression;

-- truth
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'$boolean('''')', '$boolean(''x'')', '$boolean(0)', '$boolean([])', '$boolean([0])', '$boolean([0, 1])',
	'$boolean([[], 0])', '$boolean({})', '$boolean(o)', '$boolean(null)', '$boolean($sum)', '$boolean(nothing)',
	'$not(0)', '$not(nothing)', '$exists(null)', '$exists(nothing)', '$exists($sum)']) AS expression;

-- arrays
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'$append([1], [2, 3])', '$append(1, 2)', '$append(nothing, 1)', '$append([1], nothing)', '$append([], [])',
	'$reverse(list)', '$reverse([1])', '$zip([1, 2, 3], [4, 5])', '$zip([1, 2])', '$zip(1, 2)', '$zip([1], nothing)',
	'$distinct([1, 2, 1, ''1'', 1.0])', '$distinct([{''a'': 1, ''b'': 2}, {''b'': 2, ''a'': 1}, [1], [1]])',
	'$distinct(5)', '$distinct(list)', '$count($shuffle([1..50]))', '$sort($shuffle([1..5]))', '$sort(list)',
	'$sort([''b'', ''a'', ''C''])', '$sort([1, ''a''])', '$sort([{''a'': 1}, {''a'': 0}])',
	'$sort([3, 1, 2], function($l, $r) { $l < $r })',
	'$sort([{''a'': 2}, {''a'': 1}], function($l, $r) { $l.a > $r.a })', '$sort(7)']) AS expression;

-- objects
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'$keys(o)', '$keys([{''a'': 1}, {''b'': 2, ''a'': 3}])', '$keys(5)', '$keys({})', '$lookup(o, ''k'')',
	'$lookup([{''a'': 1}, {''a'': [2, 3]}], ''a'')', '$lookup(o, ''z'')', '$spread({''a'': 1, ''b'': 2})',
	'$spread([{''a'': 1}, {''b'': 2}])', '$spread([{''a'': 1}])', '$spread(5)', '$spread([{}])', '$spread({})',
	'($a := $append([1], [2]); $b := $append($a, 3); $c := $append($a, 4); $d := $append($b, $b); [$a, 0, $b, 0, $c, 0, $d])',
	'$sum($reduce([1..20000], function($a, $b) { $append($a, $b) }))',
	'$merge([{''a'': 1, ''b'': 1}, {''b'': 2}])', '$merge({''a'': 1})', '$merge([])', '$merge([1])',
	'$clone({''a'': 1/3})', '$type(1)', '$type('''')', '$type(null)', '$type([])', '$type({})', '$type(true)',
	'$type($sum)', '$type(nothing)', '$type(1 / 0)']) AS expression;

-- objects that grow do not disturb each other
SELECT pg_temp.try('($a := $reduce([1..20], function($o, $i) { $merge([$o, {''k'' & $i: $i}]) }, {});
	$b := $merge([$a, {''k3'': ''x'', ''k21'': 21}]);
	[$count($keys($a)), $count($keys($b)), $a.k3, $b.k3, $b.k20, $exists($a.k21)])', NULL);
SELECT pg_temp.try('$sum($reduce([1..200], function($o, $i) { $merge([$o, {''k'' & $i: $i}]) }, {}).*)', NULL);

-- errors on request
SELECT expression, pg_temp.try(expression, NULL) FROM unnest(ARRAY[
	'$error()', '$error(''stop'')', '$error(1)', '$assert(true, ''no'')', '$assert(false, ''no'')', '$assert(1 = 2)',
	'$assert(nothing)']) AS expression;

-- time
SELECT expression, pg_temp.try(expression, NULL) FROM unnest(ARRAY[
	'$fromMillis(0)', '$fromMillis(1510067557121, ''[D1o] [MNn] [Y0001]'')',
	'$fromMillis(0, ''[H01]:[m01] [z]'', ''+0100'')', '$toMillis(''1970-01-01T00:00:01Z'')',
	'$toMillis(''2017-11-07'')', '$toMillis(''7 Nov 2017'', ''[D] [MNn,*-3] [Y]'')', '$toMillis(''nonsense'')',
	'$fromMillis(0, ''[Q]'')', '$now() = $now()', '$millis() = $toMillis($now())', '$millis() > 1600000000000']) AS expression;

-- random numbers
SELECT expression, pg_temp.try(expression, NULL) FROM unnest(ARRAY[
	'$random() < 1 and $random() >= 0', '$random() = $random()']) AS expression;
