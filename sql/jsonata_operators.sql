-- Operators: arithmetic, comparison, logic, strings, ranges, conditions.
\i sql/include/jsonata_try.sql

-- arithmetic in doubles; nothing if a side is nothing
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'a + b', 'a - b', 'a * b', 'a / b', 'a % b', '-a % b', '-a', '- -a', '-(a)', '0.1 + 0.2', 'a + nothing',
	'nothing * 2', '2 + 3 * 4', '(2 + 3) * 4', '1e3', '10 / 4 / 5', '2 - -3', 'a.(b)', '1.0', '1e21 * 1', '5 % 0 = 1']) AS expression;

-- what is no number
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'a + s', 's + a', 'a - t', 'o * 1', '-s', '-t', 'list + 1', '[1][0] + 1', 'n + 1']) AS expression;

-- equality is deep and never coerces
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'a = 7', 'a = ''7''', 's = "text"', 'list = [3, 1, 2]', 'list = [1, 2, 3]', 'o = {"k": 1}',
	'{"x": 1, "y": 2} = {"y": 2, "x": 1}', 'nothing = nothing', 'a != 7', 'a != nothing', 'n = null', 't = true',
	'7.0 = a', '[] = []', '{} = []']) AS expression;

-- order, of numbers or strings
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'a > b', 'a < b', 'a >= 7', 'a <= 7', 's > ''tex''', '''a'' < ''B''', '''Z'' < ''a''', 'a < nothing',
	'nothing < nothing', 'a < s', 't < 1', 'nothing < t', 'list < 1', '''10'' < ''9''', '''\ud83d\ude00'' < ''\uffff''']) AS expression;

-- in, and, or
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'1 in list', '4 in list', 'a in 7', '''te'' in s', 'nothing in list', '1 in nothing', '[1] in [[1]]', 'a and b',
	'a and 0', 'a or nothing', 'nothing or ''''', 'false and (1 + ''x'')', 'true or (1 + ''x'')', 'not', 'and',
	'$not(a and s)', 'list and 1', '[0, 0] or false', '{} or []', '[0, 1] and true']) AS expression;

-- joining text
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'a & s', 's & nothing', 'nothing & nothing', 's & list & o & t & n', '1.50 & ''''', ''''' & 1e21 & '' '' & 1e-7',
	'[1, ''x''] & {''a'': [null]}', '1/3 & ''''']) AS expression;

-- ranges
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'[1..3]', '[b..a]', '[3..1]', '[1..1]', '[-1..1]', '[1..3, 7]', '[a..nothing]', '[1.5..2]', '[''a''..2]',
	'[1..''b'']', '[0..10000000]', '$count([1..10000000])', '$sum([1..1000])', '[5..9][2]', '[1..3].($ * $)']) AS expression;

-- conditions
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'a > b ? ''yes'' : ''no''', 'a < b ? ''yes''', 'nothing ? 1 : 2', 'list ? 1 : 2', '1 ? 2 : 3 ? 4 : 5',
	'a = 1 ? ''one'' : a = 7 ? ''seven'' : ''other''', 'nothing ?: ''default''', ''''' ?: ''default''',
	's ?: ''default''', 'nothing ?? ''default''', 'n ?? ''default''', '0 ?? 1', '0 ?: 1', 'nothing ?? 1 + 1']) AS expression;

-- variables and blocks
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'($x := a; $x * $x)', '($x := 1; ($x := 2; $y := 3); $x)', '($x := 1; ($x := $x + 1))', '($a := $b := 4; $a + $b)',
	'$undefined', '()', '(1; 2; 3)', '($x := 5; $f := function() { $x }; $x := 6; $f())', '($x := 1; $x := $x + 1; $x)',
	'[1, 2].($y := $; $y)']) AS expression;

-- constructors
SELECT expression, pg_temp.try(expression, '{"a": 7, "b": 2, "s": "text", "list": [3, 1, 2], "o": {"k": 1}, "t": true, "n": null}') FROM unnest(ARRAY[
	'[]', '[a, nothing, b]', '[list, 4]', '[[list], 4]', '[list.($ + 1)]', '{}', '{''a'': a, ''gone'': nothing}',
	'{s: a}', '{a: 1}', '{''x'': 1, ''x'': 2}', '{nothing: 1}', '{''l'': list[]}', '[[]]', '[{}]']) AS expression;

-- an error in the second operand of "and" and "or" is the operator's
SELECT expression, pg_temp.try(expression, '{"a": 7, "s": "text"}') FROM unnest(ARRAY[
	'true and s < a', 'false or a + s = 1', 'a = 7 and $sum(s)', 'false or {1: 2}', 'true and $nothing()',
	'true and (false or -s)', '$not(true and s < a)', 's < a and true', '(true and a) + s']) AS expression;
