-- What one expression once did to the server: each ends with a value, or with an error of its own, and can be cancelled.
\i sql/include/jsonata_outcome.sql

-- arrays that share their items stay apart when they grow
SELECT pg_temp.outcome('[$append(1, $pad("", 4660, "x")), []] ~> $count()');
SELECT pg_temp.outcome('($a := $append([1, 2], 3); $b := [$a, []]; $c := [$a, [], []]; $d := $append($a, 4); [[$a], [$b], [$c], [$d]])');

-- arguments that a signature moves or skips
SELECT pg_temp.outcome('(function($a,$b){1}(1,"planted string"); function($a,$b)<s?n:n>{$b}(5))');
SELECT pg_temp.outcome('function(' || (SELECT string_agg('$p' || i, ',') FROM generate_series(0, 16) i) || ')<' || repeat('s?', 16)
    || 'n:x>{$type($p16)}(5)');
SELECT pg_temp.outcome('function($a,$b,$c,$d,$e,$f,$g,$h,$i,$j,$k,$l,$m,$n,$o)<s?s?s?s?s?s?nnnnnnnnn>{[$type($j),$type($k),$type($l),$type($m),$type($n),$type($o)]}(1,2,3,4,5,6,7,8,9)');
SELECT pg_temp.outcome('function($a)<s?' || repeat('x?', 1000000) || '>{1}(5)');

-- no signature takes exponential time: these are done before anybody could cancel them
SELECT pg_temp.outcome('function($a)<' || repeat('x+', 20) || 's>{1}(' || (SELECT string_agg(g::text, ',') FROM generate_series(1, 60) g) || ')');
SELECT pg_temp.outcome('function($a)<' || repeat('x?', 900) || 's>{1}(1,2,3)');
SELECT pg_temp.outcome('function($a)<' || repeat('x+', 12) || 's>{1}(' || (SELECT string_agg(g::text, ',') FROM generate_series(1, 35) g) || ')');

-- what is no base
SELECT pg_temp.outcome('$formatBase(1e15, 0/0)');
SELECT pg_temp.outcome('$formatBase(400, 1/0)');
SELECT pg_temp.outcome('$formatBase(400, 37)');

-- numbers that leave their range when a picture scales them
SELECT pg_temp.outcome('$formatNumber(1.7e308, "#." & $pad("", 3000, "0") & "%")');
SELECT pg_temp.outcome('$formatNumber(1e307, "#0.00%")');
SELECT pg_temp.outcome('$formatNumber(1e306, "#0.00\u2030")');

-- pictures and names by the hundred thousand take time that grows with their length alone
SELECT length(pg_temp.outcome('$formatNumber(1, $pad("", 150000, "0"))'));
SELECT length(pg_temp.outcome('$formatNumber(1, "0." & $pad("", 60000, "0") & $pad("", 60000, "#"))'));
SELECT length(pg_temp.outcome('$formatNumber(12345678, $pad("", 10000, "#,##") & "0")'));
SELECT pg_temp.outcome('$formatNumber(1234567, "#,##,#0,00")'), pg_temp.outcome('$formatNumber(1234567, "#,###,###.00,0")');
SELECT pg_temp.outcome('$formatInteger(1234567, "#,##-0,00")'), pg_temp.outcome('$formatInteger(12, "#,##-0,00")');
SELECT length(pg_temp.outcome('$formatInteger(1, $pad("", 100000, "0,00-"))'));
SELECT pg_temp.outcome('(' || (SELECT string_agg('$a' || i || ':=1', ';') FROM generate_series(1, 60000) i) || ')');
SELECT pg_temp.outcome('[' || (SELECT string_agg('$f' || i, ',') FROM generate_series(1, 40000) i) || '] ~> $count()');
SELECT pg_temp.outcome('/' || (SELECT string_agg('(?<n' || i || '>a)', '') FROM generate_series(1, 60000) i) || '/') ~ '^.{0,40}' AS ended;

-- texts are always UTF-8
SELECT pg_temp.outcome('$formatNumber(5, "\uD7FF", {"zero-digit": "\uD7FF"})');
SELECT pg_temp.outcome('$formatNumber(5, "\uDBFF\uDFFF", {"zero-digit": "\uDBFF\uDFFF"})');
SELECT pg_temp.outcome('$replace("éa", function($s){ {"match":"x","start":0,"end":1,"groups":[],"next":function(){ nothing } } }, "")');
SELECT pg_temp.outcome('$replace("aéb", function($s){ {"match":"é","start":1,"end":2,"groups":[],"next":function(){ nothing } } }, "-")');

-- ranges
SET asl.jsonata_sequence = 0;
SELECT pg_temp.outcome('$count([1..10] ~> $map(function($x) {$x}))');
\set VERBOSITY sqlstate
SELECT asl.jsonata('$count($range(1, 2000000000, 1))', NULL, '{}', 'states');
SELECT asl.jsonata('$count($range(1, 1e300, 1))', NULL, '{}', 'states');
\set VERBOSITY default
SELECT asl.jsonata('$count($partition([1..10], 3e9))', NULL, '{}', 'states');
RESET asl.jsonata_sequence;

-- only a superuser moves the limits
CREATE ROLE regress_asl_attacker;
SET ROLE regress_asl_attacker;
SET asl.jsonata_memory = 0;
SET asl.jsonata_timeout = 0;
SET asl.jsonata_depth = 0;
SET asl.jsonata_sequence = 0;
RESET ROLE;
DROP ROLE regress_asl_attacker;

-- a path's regular expression that takes too many steps
SELECT asl.jsonpath('$[?(@.a =~ /(a|a)*b/)]', (SELECT jsonb_agg(jsonb_build_object('a', repeat('a', 30))) FROM generate_series(1, 2000)));
