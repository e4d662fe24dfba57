-- JSONata: $fromMillis and $toMillis, with and without pictures.
\pset format unaligned
\pset tuples_only on
\i sql/include/jsonata_outcome.sql

-- ISO 8601
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$fromMillis(1521801216617)$e$,
    $e$$fromMillis(0)$e$,
    $e$$fromMillis(-1)$e$,
    $e$$fromMillis(1521801216617, $undef, "+0530")$e$,
    $e$$fromMillis(1521801216617, $undef, "-0500")$e$,
    $e$$fromMillis(1521801216617, $undef, "0000")$e$,
    $e$$fromMillis(253402300800000)$e$,
    $e$$fromMillis(-62198755200000)$e$,
    $e$$fromMillis(8640010000000000)$e$,
    $e$$fromMillis(0, $undef, "Z")$e$,
    $e$$fromMillis(0, $undef, "+05:30")$e$,
    $e$$fromMillis(nothing)$e$
]) AS e;

-- numbers
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$fromMillis(1521801216617, "[Y] [Y0001] [Y,2-2] [Y##01,2-2] [Y9,999,*] [Yi] [YW]")$e$,
    $e$$fromMillis(1521801216617, "[M] [M01] [MI] [MA] [D#1,2] [Da] [D1o] [Dwo] [d] [d001]")$e$,
    $e$$fromMillis(1521801216617, "[H]:[m]:[s].[f001] [h] [P] [PN]")$e$,
    $e$$fromMillis(1521759600000, "[H#1] [h] [m] [m1] [PN]")$e$,
    $e$$fromMillis(1521763200000, "[h][P]")$e$,
    $e$$fromMillis(5, "[f] [f001]")$e$,
    $e$$fromMillis(-1e14, "[Y] [Y0001]")$e$
]) AS e;

-- names
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$fromMillis(1521801216617, "[FNn], the [Dwo] of [MNn] [Y] [E] [C]")$e$,
    $e$$fromMillis(1521801216617, "[F] [FN] [FN,*-3] [Fn,3-3] [F1] [MN] [Mn] [MNn,3-3] [xNn]")$e$
]) AS e;

-- weeks: of the year, of the month, and the year and month that they are in
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$[1104537600000, 1136073600000, 1167609600000, 1230422400000, 1230681600000, 1262217600000, 1262390400000].$fromMillis("[Y]-[M01]-[D01] = [X0001]-W[W01]-[F1]")$e$,
    $e$[1359720000000, 1514808000000, 1533038400000, 1356998400000].$fromMillis("[Y]-[M01]-[D01]: week [w] of [xNn] ([x])")$e$
]) AS e;

-- zones
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$fromMillis(0, "[Z] [z] [Z01:01t] [Z0101t] [z0]")$e$,
    $e$$fromMillis(0, "[Z] [z] [Z01:01t] [Z0101] [z0] [Z00]", "+0530")$e$,
    $e$$fromMillis(0, "[H]:[m] [Z] [Z0]", "-0500")$e$,
    $e$$fromMillis(1521801216617, "[Y]-[M01]-[D01] [H01]:[m01] [Z] [z0]", "-0530")$e$,
    $e$$fromMillis(0, "[Z010101t]")$e$,
    $e$$fromMillis(0, "[ZN]")$e$,
    $e$$fromMillis(0, "[zI]")$e$,
    $e$$fromMillis(0, "[Y,3] [YI,3] [Yw,3] [YI,*-2]")$e$,
    $e$$fromMillis(0, "[Z]", "-0560")$e$
]) AS e;

-- literal text, brackets, blanks in markers
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$fromMillis(0, "Hello")$e$,
    $e$$fromMillis(0, "[[Year]]: [[[Y0001]]] a]]b]")$e$,
    $e$$fromMillis(0, "[ Y 00\n01 ]-[M 01]")$e$,
    $e$$fromMillis(0, "")$e$
]) AS e;

-- pictures that are none
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$fromMillis(0, "[Y")$e$,
    $e$$fromMillis(0, "[q]")$e$,
    $e$$fromMillis(0, "[é]")$e$,
    $e$$fromMillis(0, "[]")$e$,
    $e$$fromMillis(0, "[YN]")$e$,
    $e$$fromMillis(0, "[YN]-[M")$e$,
    $e$$fromMillis(0, "[Y#]")$e$,
    $e$$fromMillis(0, "[Y0٠]")$e$
]) AS e;

-- reading ISO 8601
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$toMillis("2018")$e$,
    $e$$toMillis("2018-03")$e$,
    $e$$toMillis("2018-03-23")$e$,
    $e$$toMillis("2018Z")$e$,
    $e$$toMillis("2018-03-23T10:33:36")$e$,
    $e$$toMillis("2018-03-23T10:33:36.6179Z")$e$,
    $e$$toMillis("2018-03-23T10:33:36.5+01:00")$e$,
    $e$$toMillis("2018-03-23T10:33:36-0530")$e$,
    $e$$toMillis("2018T10:20:30")$e$,
    $e$$toMillis("2018-02-30T00:00:00Z")$e$,
    $e$$toMillis("2018-03-23T24:00:00Z")$e$,
    $e$$toMillis("1970-01-01T00:00:00.001Z")$e$,
    $e$$toMillis("0018-05-07T10:00:00+0100")$e$,
    $e$$toMillis(nothing)$e$
]) AS e;

-- timestamps that are none
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$toMillis("foo")$e$,
    $e$$toMillis("")$e$,
    $e$$toMillis("20180323")$e$,
    $e$$toMillis("2018-03-23 10:33:36")$e$,
    $e$$toMillis("2018-03-23T10:33")$e$,
    $e$$toMillis("2018-13-01")$e$,
    $e$$toMillis("2018-03-23T25:00:00Z")$e$,
    $e$$toMillis("2018-03-23T10:33:36+24:00")$e$
]) AS e;

-- reading with a picture
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$toMillis("2018", "[Y1]")$e$,
    $e$$toMillis("201802", "[Y,*-4][M01]")$e$,
    $e$$toMillis("20180323103336", "[Y0001][M01][D01][H01][m01][s01]")$e$,
    $e$$toMillis("27th 3 1976", "[D1o] [M#1] [Y0001]")$e$,
    $e$$toMillis("MCMLXXXIV", "[YI]")$e$,
    $e$$toMillis("ae C mmxviii", "[Da] [MA] [Yi]")$e$,
    $e$$toMillis("27th April 2008", "[D1o] [MNn] [Y0001]")$e$,
    $e$$toMillis("2 FEB 2012", "[D1] [MNn,3-3] [Y0001]")$e$,
    $e$$toMillis("twenty-first August two thousand and seventeen", "[Dwo] [MNn] [Yw]")$e$,
    $e$$toMillis("Twentieth of August, two thousand and seventeen", "[DW] of [MNn], [Yw]")$e$,
    $e$$toMillis("Wednesday, 14th November 2018", "[FNn], [D1o] [MNn] [Y]")$e$,
    $e$$toMillis("2018-094", "[Y0001]-[d001]")$e$,
    $e$$toMillis("three hundred and sixty-fifth day of 2018", "[dwo] day of [Y]")$e$,
    $e$$toMillis("2018-094 10:30", "[Y0001]-[d001] [H]:[m]")$e$,
    $e$$toMillis("4/4/2018 12:06 am", "[D1]/[M1]/[Y0001] [h]:[m] [P]")$e$,
    $e$$toMillis("4/4/2018 1:06 PM", "[D1]/[M1]/[Y0001] [h]:[m] [P]")$e$,
    $e$$toMillis("2026-04-08T19:05:04.01987", "[Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f1]")$e$,
    $e$$toMillis("18-1-1", "[Y]-[M]-[D]")$e$,
    $e$$toMillis("2018-13-45", "[Y]-[M]-[D]")$e$,
    $e$$toMillis("(2018) [x]", "([Y]) [[x]]")$e$
]) AS e;

-- zones in a picture
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$toMillis("2020-09-09 08:00:00 +02:00", "[Y0001]-[M01]-[D01] [H01]:[m01]:[s01] [Z]")$e$,
    $e$$toMillis("2020-09-09 12:00:00 GMT-5", "[Y0001]-[M01]-[D01] [H01]:[m01]:[s01] [z01]")$e$,
    $e$$toMillis("2018-03-23T10:33:36+0530", "[Y]-[M]-[D]T[H]:[m]:[s][Z0001]")$e$,
    $e$$toMillis("2018-03-23T10:33:36-0530", "[Y]-[M]-[D]T[H]:[m]:[s][Z0001]")$e$
]) AS e;

-- what is missing on the left is now
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$fromMillis($toMillis("13:45", "[H]:[m]"), "[H01]:[m01]:[s01].[f001]")$e$,
    $e$$fromMillis($toMillis("13:45", "[H]:[m]"), "[Y][M][D]") = $now("[Y][M][D]")$e$,
    $e$$fromMillis($toMillis("5", "[M]"), "[Y]") = $now("[Y]")$e$,
    $e$$fromMillis($toMillis("5", "[M]"), "[M]-[D] [H]:[m]")$e$,
    $e$$fromMillis($toMillis("10:33 pm", "[h]:[m] [P]"), "[H]:[m]")$e$
]) AS e;

-- text that does not fit, and pictures that give no time
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$toMillis("irrelevant", "[Y]-[M]-[D]")$e$,
    $e$$toMillis("2018", "[Y]-[M]")$e$,
    $e$$toMillis("2018-1-1", "[Y0001]-[M01][D01]")$e$,
    $e$$toMillis("2018-05 10", "[Y]-[M] [m]")$e$,
    $e$$toMillis("2018 Foo 3", "[Y] [MNn] [D]")$e$,
    $e$$toMillis("2018-W12-5", "[X0001]-W[W01]-[F1]")$e$,
    $e$$toMillis("Hello", "Hello")$e$,
    $e$$toMillis("ISO", "[C]")$e$,
    $e$$toMillis("2018", "[YN]")$e$,
    $e$$toMillis("2018", "[Y")$e$,
    $e$$toMillis($pad("", 20000, "5"), "[Y]")$e$
]) AS e;
