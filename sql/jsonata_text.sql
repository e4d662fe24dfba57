-- JSONata: case, order, URLs and base64 as in JavaScript.
\pset format unaligned
\pset tuples_only on
\i sql/include/jsonata_outcome.sql

-- full case mapping, in any locale
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$uppercase("straße ŉ ﬁ ΐ")$e$,
    $e$$lowercase("ΌΔΟΣ ΑΣ. İ")$e$,
    $e$$uppercase("éàç ǆ я")$e$,
    $e$$lowercase("ÉÀÇ Ǆ Я")$e$,
    $e$$uppercase("plain 1")$e$,
    $e$$length($uppercase("a\u0000b"))$e$
]) AS e;

-- the order of UTF-16 units
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$"\ue000" < "😀"$e$,
    $e$"\ud7ff" < "😀"$e$,
    $e$"a" < "é"$e$,
    $e$$sort(["b", "😀", "\uff5e", "a", ""])$e$
]) AS e;

-- URLs
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$encodeUrl("https://example.com/?a=é b#c&d=%")$e$,
    $e$$encodeUrlComponent("a=é b&c/d?'(x)*~!😀")$e$,
    $e$$decodeUrl("%C3%A9%20%2F%3F%23%41")$e$,
    $e$$decodeUrlComponent("%C3%A9%20%2F%3F%23%41%F0%9F%98%80")$e$,
    $e$$decodeUrl("%")$e$,
    $e$$decodeUrl("%4")$e$,
    $e$$decodeUrlComponent("%zz")$e$,
    $e$$decodeUrlComponent("%E2%82")$e$,
    $e$$decodeUrlComponent("%C0%80")$e$,
    $e$$decodeUrlComponent("%ED%A0%80")$e$
]) AS e;

-- base64: a byte a character
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$base64encode("Hello")$e$,
    $e$$base64encode("é")$e$,
    $e$$base64encode("😀")$e$,
    $e$$base64encode("")$e$,
    $e$$base64decode("SGVsbG8=")$e$,
    $e$$base64decode("6Q")$e$,
    $e$$base64decode("YW-_ YQ\n=ignored")$e$,
    $e$$base64decode("!")$e$
]) AS e;

-- texts that grow bit by bit do not disturb each other
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$reduce([1..5], function($a, $b) { $a & $b & "," }, "")$e$,
    $e$($a := "x" & "y"; $b := $a & "1"; $c := $a & "2"; $d := $c & "3"; $e := $c & "4"; [$a, $b, $c, $d, $e])$e$,
    $e$($a := "ab" & "cd"; $a := $a & $a; $a & $a)$e$,
    $e$$length($reduce([1..20000], function($a, $b) { $a & "line " & $b }))$e$
]) AS e;

-- characters
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$length("a😀é")$e$,
    $e$$substring("a😀é", 1, 1)$e$,
    $e$$pad("é", -3, "😀")$e$,
    $e$$split("a😀é", "")$e$
]) AS e;
