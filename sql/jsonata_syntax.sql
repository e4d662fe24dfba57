-- What is no expression, and where it ends to be one.
\i sql/include/jsonata_try.sql

-- the lexer
SELECT expression, pg_temp.try(expression, NULL) FROM unnest(ARRAY[
	'''open', '"\x"', '''\u12''', '''\ud800''', '1e999', '`name', '/* never closed', 'a ! b', 'a ~ b',
	'''tab\tquote\"slash\/''', '''\u00e9\ud83d\ude00''', '$f(//)', '$f(/a/']) AS expression;

-- the parser
SELECT expression, pg_temp.try(expression, NULL) FROM unnest(ARRAY[
	'', '1 +', '(1', '[1, 2', '1 2', '+ 1', ')', 'a.', 'a[1', '{''a'' 1}', '{''a'': }', '{1', '1 := 2', 'a := 1',
	'function(a) { 1 }', 'function($a) 1', 'a.1', 'a.true', 'a@b', 'a#1', '[1,]', 'f(1,)', '? 1', 'a ? : 2',
	'a{b: 1}[0]', 'a{b: 1}{c: 2}', 'a[0]@$x', 'a^(b)@$x', '%', 'a.%.%', '$.%', '(/re/)', '-/re/',
	'function($a)<a<n:n>{$a}', 'function($a)<n<n>>{$a}', 'function($a)<(sa<n>)>{$a}', '|a|b', 'a ~> 1']) AS expression;

-- names that are words
SELECT expression, pg_temp.try(expression, '{"and": 1, "or": 2, "in": 3, "function": 4}') FROM unnest(ARRAY[
	'and', 'or', 'in', 'and and or', 'in in [3]', 'function']) AS expression;
