-- Calling functions: lambdas, closures, signatures, partial application, chains.
\i sql/include/jsonata_try.sql

-- lambdas
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'function($x) { $x + 1 }(2)', 'λ($x, $y) { $x & $y }(''a'', ''b'')', 'λ($x, $y) { [$x, $y] }(''a'')',
	'λ($x) { $x }(1, 2)', '($add := function($x) { function($y) { $x + $y } }; $add(2)(3))',
	'($f := function($n) { $n < 2 ? 1 : $n * $f($n - 1) }; $f(10))',
	'($even := function($n) { $n = 0 ? true : $odd($n - 1) }; $odd := function($n) { $n = 0 ? false : $even($n - 1) }; $even(10001))',
	'($loop := function($n, $sum) { $n = 0 ? $sum : $loop($n - 1, $sum + $n) }; $loop(20000, 0))',
	'a.(function() { $ })()', '($f := function($x) { ($y := $x; $y * 2) }; $f(3) + $f(4))', 'λ($x, $x) { $x }(1, 2)']) AS expression;

-- closures made in a loop keep their own variables
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'($fs := list.($x := $; {''f'': function() { $x }}); $fs.(f)())',
	'($fs := $map(list, function($v) { function() { $v * 10 } }); [$fs[0](), $fs[1](), $fs[2]()])']) AS expression;

-- what can be called
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'1(2)', 'true()', '%()', '$sum(1, 2)', 'sum(list)', 's(1)', '$nothing(1)', '$sum(?)(list)', '(1)(2)', 'nothing(?)', 'sum(?)',
	'$type($count)', '$string($count)']) AS expression;

-- signatures
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'λ($x)<n:n> { $x }(1)', 'λ($x)<n:n> { $x }(''1'')', 'λ($x, $y)<s-n:s> { $x & $y }(5)',
	's.λ($x, $y)<s-n:s> { $x & $y }(5)', 'λ($x)<a<n>> { $x }(1)', 'λ($x)<a<n>> { $x }(''1'')',
	'λ($x)<a<n>> { $x }([1, ''2''])', 'λ($x)<(ns)> { $x }(''1'')', 'λ($x)<(ns)> { $x }(true)',
	'λ($x, $y)<ns?> { [$x, $y] }(1)', 'λ($x)<f> { $x(1) }(function($y) { $y + 1 })', 'λ($x)<f> { 1 }(2)',
	'λ($x)<j> { 1 }($sum)', 'λ($x)<x> { 1 }($sum)', 'λ($x)<l> { ''null'' }(null)', 'λ($x)<o> { $x.k }(o)',
	'λ($x)<b> { $x }(1)', 'λ()<n> { 1 }()', 'λ($x)<n> { $x }(1, 2)', 'λ($x, $y)<a+> { [$x, $y] }([1], 2)']) AS expression;

-- arguments of built-in functions
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'$length(5)', '$length()', 's.$length()', '$substring(''abc'')', '$sum(''a'')', '$sum([''a''])', '$join([1])',
	'$map(1)', '$append(1)', '$number([1])', '$power(2)', '$uppercase(''a'', ''b'')', '$join(''a'', ''b'', ''c'')',
	'a.$uppercase()']) AS expression;

-- partial application
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'($first := $substring(?, 0, 2); $first(''abcd''))',
	'($f := function($x, $y, $z) { $x & $y & $z }; $f(?, ''b'', ?)(''a'', ''c''))',
	'$map([''abc'', ''xyz''], $substring(?, 1))', '($twice := λ($f, $x) { $f($f($x)) }; $twice($power(?, 2), 3))',
	'list ~> $map($power(?, 2))']) AS expression;

-- chains
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	's ~> $uppercase', 's ~> $uppercase()', 's ~> $substring(1, 2)', 'list ~> $sum',
	'list ~> $map(function($v) { $v * 2 }) ~> $sum()', '($f := $uppercase ~> $length; $f(s))',
	'($trim ~> $uppercase)('' x '')', '($trim ~> $uppercase)(5)', '($length ~> $uppercase)(s)', 's ~> 1', 'nothing ~> $exists', 'nothing ~> $count()']) AS expression;

-- higher-order functions
SELECT expression, pg_temp.try(expression, '{"n": [4, 1, 3, 2], "o": {"a": 1, "b": 2, "c": 3}}') FROM unnest(ARRAY[
	'$map(n, function($v) { $v * 2 })', '$map(n, function($v, $i) { $i & '':'' & $v })',
	'$map(n, function($v, $i, $a) { $count($a) })', '$map(5, function($v) { $v })',
	'$map(n, function($v) { $v > 2 ? $v })', '$map(n, function($v) { $v = 1 ? $v })', '$map([''1'', ''2''], $number)',
	'$filter(n, function($v) { $v > 2 })', '$filter(n, function($v, $i) { $i < 2 })',
	'$filter(n, function($v) { $v = 9 })', '$filter([1], function($v) { true })', '$single(n, function($v) { $v = 3 })',
	'$single(n, function($v) { $v > 1 })', '$single(n, function($v) { $v > 9 })', '$single([7])',
	'$reduce(n, function($a, $b) { $a + $b })', '$reduce(n, function($a, $b) { $a & $b }, '''')',
	'$reduce(n, function($a, $v, $i, $all) { $a + $i * $count($all) }, 0)', '$reduce([], function($a, $b) { $a + $b })',
	'$reduce([], function($a, $b) { $a + $b }, 5)', '$reduce(n, function($a) { $a })',
	'$reduce([1], function($a, $b) { 0 })', '$each(o, function($v, $k) { $k & $v })',
	'$sift(o, function($v) { $v > 1 })', '$sift(o, function($v, $k) { $k = ''z'' })',
	'$map(nothing, function($v) { 1 })', '$map([[1, 2], [3]], $sum)',
	'$map([1, 2], function($v) { $filter([1, 2, 3], function($w) { $w > $v }) })']) AS expression;

-- $eval sees the variables around it
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'$eval(''1 + 2'')', '($x := 5; $eval(''$x * 2''))', '$eval(''a + b'')', '$eval(''k'', o)', '$eval(''$'', list)',
	'$eval(''$count($)'', list)', '$eval(''1 +'')', '$eval(''1 + \''x\'''')', '$eval(nothing)',
	'($f := function($y) { $eval(''$y + 1'') }; $f(2))', '$eval(''function($z) { $z * $$.b }'')(4)']) AS expression;

-- where an error is: at the outermost call, or at the call that a lambda ends with
SELECT expression, pg_temp.try(expression, '{"s": "text"}') FROM unnest(ARRAY[
	'1 + λ($x) { $sum($x) + 1 }(s)', '1 + λ($x) { $sum($x) }(s)', 'λ($x) { $sum($x & s) }(1)', 'λ($x) { $sum(1 + $x) }(s)',
	'($f := λ($x) { $x > 0 ? $f($x - 1) : $sum(s) }; $string($f(3)))', '$map([1], λ($x) { $sum(s) })',
	'λ($x) { ([1] ~> λ($y) { $count($y) }) + $x }(s)']) AS expression;
