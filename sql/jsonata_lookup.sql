-- JSONata: equalities that the same array is asked again and again, for which it gets an index.
\pset format unaligned
\pset tuples_only on
CREATE TEMP TABLE document AS
SELECT jsonb_build_object('list', jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
    'n', n, 'o', jsonb_build_object('next', n * 7 % 30, 'p', CASE WHEN n % 6 = 0 THEN 'q' END))) ||
    CASE WHEN n % 10 < 9 THEN jsonb_build_object('k', '[0, "0", null, true, false, {"x": [1]}, 1.50, "", [1, 2]]'::jsonb -> n % 10) ELSE '{}' END
    ORDER BY n)) AS document
FROM generate_series(0, 29) AS n;

-- the same array, made by the expression
SELECT e || ' → ' || coalesce(asl.jsonata(e, document)::text, 'undefined') FROM document, unnest(ARRAY[
    $e$($a := [1..40].{'k': $ % 7, 'n': $}; [0..8].($k := $; $sum($a[k = $k].n)))$e$,
    $e$($a := [1..40].{'k': $ % 7, 'n': $}; [0..8].($k := $; $count($a[$k = k and n > 20])))$e$,
    $e$($a := [1..40].{'k': $ % 7, 'n': $}; $count([1..3].($a[k = 3])))$e$,
    $e$($a := [1..40].{'k': $ % 7, 'n': $}; $map([1..3], function($x) { $a[k = $x][0].n }))$e$,
    $e$($a := [1..40].{'k': $ % 7, 'n': $}; $map([1..4], function($x) { $a[n = $x and (k = 2 or $x = 4)].n }))$e$,
    $e$($a := [1..40].{'k': $ % 7, 'n': $}; $map([2..4], function($x) { $a[k = $x and n + $x = 6].(n) }))$e$
]) AS e;

-- values of every kind: only equal ones are found, and nothing that is missing
SELECT e || ' → ' || coalesce(asl.jsonata(e, document)::text, 'undefined') FROM document, unnest(ARRAY[
    $e$$map([0, '0', null, true, false, 1.5, '', 'none', -0], function($v) { $count(list[k = $v]) })$e$,
    $e$$map([1..3], function($v) { $count(list[k = [1, 2]]) })$e$,
    $e$$map([1..3], function($v) { $count(list[k = $nothing]) })$e$,
    $e$$map([1..3], function($v) { $count(list[o.p = 'q']) })$e$,
    $e$$map([1..3], function($v) { $count(list[k = $$.list[3].k]) })$e$,
    $e$$map([{'x': [1]}, {'x': [2]}, {'x': [1]}], function($v) { $count(list[k = $v]) })$e$
]) AS e;

-- joins
SELECT e || ' → ' || coalesce(asl.jsonata(e, document)::text, 'undefined') FROM document, unnest(ARRAY[
    $e$$count(list@$l.list@$r[$l.k = $r.k].($l.n & '-' & $r.n))$e$,
    $e$list@$l.list@$r[$r.n = $l.o.next].($l.n & '-' & $r.n)$e$,
    $e$list@$l.list@$r[$r.n = $l.o.next and $l.n > 5]#$i.($i & ':' & $l.n & '-' & $r.n)$e$,
    $e$list@$l.list@$r#$i[$r.n = $l.o.next].($i & ':' & $l.n & '-' & $r.n)$e$,
    $e$list@$l.$$.list[n = $l.o.next].n$e$,
    $e$list.($n := o.next; $$.list[n = $n]).n$e$,
    $e$list@$l.list@$l[$l.n = $l.o.next].n$e$
]) AS e;

-- what a transform changes is not looked up where it was
SELECT e || ' → ' || coalesce(asl.jsonata(e, document)::text, 'undefined') FROM document, unnest(ARRAY[
    $e$[list ~> |$|{'n': 1}|][n = 1] ~> $count$e$,
    $e$$ ~> |[$, list[0], $, $, list[1], $]|{'c': $count(list[k = 'z']), 'k': 'z'}| ~> $lookup('c')$e$
]) AS e;

-- the operator in
SELECT e || ' → ' || coalesce(asl.jsonata(e, document)::text, 'undefined') FROM document, unnest(ARRAY[
    $e$($l := [1..30].($ % 2 = 1 ? $ : $string($)); [1..6][$ in $l])$e$,
    $e$($k := list.k; [$map([0, '0', null, true, false, 1.5, '', 'none', {'x': [1]}], function($v) { $v in $k }), $map([0..9], function($i) { $k[$i] in $k })])$e$,
    $e$[0, 1, 30, 31, 1.5].[$ in [1..30], $string($) in [1..30]]$e$
]) AS e;

-- arrays that grow do not disturb each other
SELECT e || ' → ' || coalesce(asl.jsonata(e, document)::text, 'undefined') FROM document, unnest(ARRAY[
    $e$($a := [[1..3], 4]; $b := [$a, 5]; $c := [$a, 6]; $d := [$b, $b, 7]; $e := [$c, [8]]; $a := [$e, 9]; [[$a], [$b], [$c], [$d], [$e]].$string())$e$,
    $e$$sum($reduce([1..3000], function($a, $i) { [$a, $i] }, []))$e$
]) AS e;
