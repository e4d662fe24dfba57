-- JSONata: $formatNumber, $formatInteger, $parseInteger, $formatBase, $round and numbers as text.
\pset format unaligned
\pset tuples_only on
\i sql/include/jsonata_outcome.sql

-- $formatNumber: digits, grouping, rounding
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$formatNumber(12345.678, "#,##0.00")$e$,
    $e$$formatNumber(7, "000")$e$,
    $e$$formatNumber(-7, "000")$e$,
    $e$$formatNumber(0, "#")$e$,
    $e$$formatNumber(0, "#.#")$e$,
    $e$$formatNumber(0.5, "0")$e$,
    $e$$formatNumber(1.5, "0")$e$,
    $e$$formatNumber(2.5, "0")$e$,
    $e$$formatNumber(1.005, "0.00")$e$,
    $e$$formatNumber(123.456, "0.0#")$e$,
    $e$$formatNumber(123.4, "0.0#")$e$,
    $e$$formatNumber(0.5, ".00")$e$,
    $e$$formatNumber(5, "0.")$e$,
    $e$$formatNumber(1234567, "#,######")$e$,
    $e$$formatNumber(123456789, "9,99,9")$e$,
    $e$$formatNumber(1234567.891, "0,0.0,0")$e$,
    $e$$formatNumber(0.123456, "0.000,000")$e$,
    $e$$formatNumber(1e21, "#,##0")$e$,
    $e$$formatNumber(12, "zzz")$e$,
    $e$$formatNumber(nothing, "0")$e$
]) AS e;

-- $formatNumber: prefix, suffix, percent, per mille, a sub-picture for negative numbers
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$formatNumber(123, "0 EUR")$e$,
    $e$$formatNumber(-1234.5, "$#,##0.00")$e$,
    $e$$formatNumber(0.14, "01%")$e$,
    $e$$formatNumber(0.14, "0.0‰")$e$,
    $e$$formatNumber(-3, "0;(0)")$e$,
    $e$$formatNumber(3, "0;(0)")$e$,
    $e$$formatNumber(-0.14, "0;-0%")$e$
]) AS e;

-- $formatNumber: exponents
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$formatNumber(1234.5678, "00.000e0")$e$,
    $e$$formatNumber(0.00012, "0.0e00")$e$,
    $e$$formatNumber(-42, "0e0")$e$,
    $e$$formatNumber(462.75, "0.000e0")$e$,
    $e$$formatNumber(1e300, "0.00e0")$e$,
    $e$$formatNumber(0, "0.00e0")$e$,
    $e$$formatNumber(0.234, "#.00e0")$e$,
    $e$$formatNumber(0.123, "#.e9")$e$,
    $e$$formatNumber(1000, "0e0")$e$,
    $e$$formatNumber(-1200, "$#0e0")$e$,
    $e$$formatNumber(5, "#e0")$e$
]) AS e;

-- $formatNumber: other signs
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$formatNumber(1234.5, "#.##0,00", {"decimal-separator": ",", "grouping-separator": "."})$e$,
    $e$$formatNumber(2, "AAA.AAA", {"zero-digit": "A"})$e$,
    $e$$formatNumber(1234.5, "#٬٠٠٠.٠", {"zero-digit": "٠", "grouping-separator": "٬"})$e$,
    $e$$formatNumber(0.14, "###pm", {"per-mille": "pm"})$e$,
    $e$$formatNumber(-1200, "0E0", {"exponent-separator": "E", "minus-sign": "−"})$e$,
    $e$$formatNumber(-5, "?0|(0)", {"digit": "?", "pattern-separator": "|", "unknown": 1})$e$
]) AS e;

-- $formatNumber: pictures that are none
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$formatNumber(5, "0;0;0")$e$,
    $e$$formatNumber(5, "0.0.0")$e$,
    $e$$formatNumber(5, "0%%")$e$,
    $e$$formatNumber(5, "0‰‰")$e$,
    $e$$formatNumber(5, "0%‰")$e$,
    $e$$formatNumber(5, ".e0")$e$,
    $e$$formatNumber(5, "0x0")$e$,
    $e$$formatNumber(5, "x")$e$,
    $e$$formatNumber(5, "0,.0")$e$,
    $e$$formatNumber(5, "0,")$e$,
    $e$$formatNumber(5, "0,,0")$e$,
    $e$$formatNumber(5, "0#")$e$,
    $e$$formatNumber(5, "0.#0")$e$,
    $e$$formatNumber(5, "0e0%")$e$,
    $e$$formatNumber(5, "0e")$e$,
    $e$$formatNumber(5, "0e#")$e$,
    $e$$formatNumber(1/0, "0")$e$
]) AS e;

-- $formatInteger: digits
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$formatInteger(123, "0000")$e$,
    $e$$formatInteger(-3, "0000")$e$,
    $e$$formatInteger(12.6, "0")$e$,
    $e$$formatInteger(-12.6, "0")$e$,
    $e$$formatInteger(1234567, "#,##0")$e$,
    $e$$formatInteger(12345, "#:##:0")$e$,
    $e$$formatInteger(7, "#:##:0")$e$,
    $e$$formatInteger(17, "0%")$e$,
    $e$$formatInteger(1700, "#,##0 items")$e$,
    $e$$formatInteger(1700, "0--0")$e$,
    $e$$formatInteger(5, "0 (0;o")$e$,
    $e$$formatInteger(1234567, "##,##,##0")$e$,
    $e$$formatInteger(12340, "###١")$e$,
    $e$$formatInteger(1234, "#,##０")$e$,
    $e$$formatInteger(1e21, "0")$e$
]) AS e;

-- $formatInteger: ordinals
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$formatInteger(0, "0;o")$e$,
    $e$$formatInteger(1, "0;o")$e$,
    $e$$formatInteger(2, "0;o")$e$,
    $e$$formatInteger(3, "0;o")$e$,
    $e$$formatInteger(4, "0;o")$e$,
    $e$$formatInteger(11, "0;o")$e$,
    $e$$formatInteger(112, "0;o")$e$,
    $e$$formatInteger(123, "0;o")$e$,
    $e$$formatInteger(1234, "#,##0;o")$e$,
    $e$$formatInteger(5, "0;c")$e$
]) AS e;

-- $formatInteger: letters and Roman numerals
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$formatInteger(0, "A")$e$,
    $e$$formatInteger(1, "A")$e$,
    $e$$formatInteger(26, "a")$e$,
    $e$$formatInteger(27, "A")$e$,
    $e$$formatInteger(703, "a")$e$,
    $e$$formatInteger(-3, "A")$e$,
    $e$$formatInteger(0, "I")$e$,
    $e$$formatInteger(4, "i")$e$,
    $e$$formatInteger(1984, "I")$e$,
    $e$$formatInteger(3999, "i")$e$,
    $e$$formatInteger(-4, "i")$e$,
    $e$$formatInteger(1e9, "I")$e$
]) AS e;

-- $formatInteger: words
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$formatInteger(0, "W")$e$,
    $e$$formatInteger(19, "w")$e$,
    $e$$formatInteger(21, "Ww")$e$,
    $e$$formatInteger(100, "w")$e$,
    $e$$formatInteger(555, "Ww")$e$,
    $e$$formatInteger(1001, "w")$e$,
    $e$$formatInteger(4327730, "w")$e$,
    $e$$formatInteger(1234567890123, "w")$e$,
    $e$$formatInteger(1e15, "w")$e$,
    $e$$formatInteger(1e46, "w")$e$,
    $e$$formatInteger(-12, "w")$e$,
    $e$$formatInteger(12, "w;o")$e$,
    $e$$formatInteger(20, "W;o")$e$,
    $e$$formatInteger(34, "Ww;o")$e$,
    $e$$formatInteger(100, "w;o")$e$,
    $e$$formatInteger(1000, "w;o")$e$,
    $e$$formatInteger(730, "w;o")$e$,
    $e$$formatInteger(1000001, "w;o")$e$
]) AS e;

-- $formatInteger: pictures that are none
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$formatInteger(5, "#")$e$,
    $e$$formatInteger(5, "α")$e$,
    $e$$formatInteger(5, "")$e$,
    $e$$formatInteger(5, "0٠")$e$,
    $e$$formatInteger(1/0, "A")$e$
]) AS e;

-- $parseInteger
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$parseInteger("0123", "0000")$e$,
    $e$$parseInteger("-12", "0")$e$,
    $e$$parseInteger("12,345,678", "#,##0")$e$,
    $e$$parseInteger("1.000", "#.##0")$e$,
    $e$$parseInteger("12345,67,890", "##,##,##0")$e$,
    $e$$parseInteger("28th", "0;o")$e$,
    $e$$parseInteger("١٢٣٤٠", "###١")$e$,
    $e$$parseInteger("12 apples", "0")$e$,
    $e$$parseInteger("MCMLXXXIV", "I")$e$,
    $e$$parseInteger("xlii", "i")$e$,
    $e$$parseInteger("", "I")$e$,
    $e$$parseInteger("z", "a")$e$,
    $e$$parseInteger("KN", "A")$e$,
    $e$$parseInteger("twenty", "w")$e$,
    $e$$parseInteger("NINETY-NINE", "W")$e$,
    $e$$parseInteger("three thousand, seven hundred and thirty", "w")$e$,
    $e$$parseInteger("one trillion, two hundred and thirty-four billion", "w")$e$,
    $e$$parseInteger("ten billion trillion", "w")$e$,
    $e$$parseInteger("seven hundred and thirtieth", "w;o")$e$,
    $e$$parseInteger("one hundredth", "w;o")$e$,
    $e$$parseInteger("50", "#")$e$,
    $e$$parseInteger("abc", "0")$e$,
    $e$$parseInteger("one foo", "w")$e$,
    $e$$parseInteger(nothing, "0")$e$
]) AS e;

-- $formatBase
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$formatBase(100, 2)$e$,
    $e$$formatBase(-255, 36)$e$,
    $e$$formatBase(99.5, 2.5)$e$,
    $e$$formatBase(1e21)$e$,
    $e$$formatBase(9007199254740993, 16)$e$,
    $e$$formatBase(1e17, 36)$e$,
    $e$$formatBase(1e21, 36)$e$,
    $e$$formatBase(10, 1)$e$,
    $e$$formatBase(10, 37)$e$
]) AS e;

-- $round: half to even, on the decimal text
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$round(2.5)$e$,
    $e$$round(3.5)$e$,
    $e$$round(-2.5)$e$,
    $e$$round(0.49999999999999994)$e$,
    $e$$round(2.345, 2)$e$,
    $e$$round(1.005, 2)$e$,
    $e$$round(1.015, 2)$e$,
    $e$$round(12345, -2)$e$,
    $e$$round(150, -2)$e$,
    $e$$round(250, -2)$e$,
    $e$$round(4, -1)$e$,
    $e$$round(5, -1)$e$,
    $e$$round(-0.4)$e$,
    $e$$round(1e300, 5)$e$,
    $e$$round(1e-7, 7)$e$,
    $e$$round(9007199254740991, 7)$e$,
    $e$$round(2251799813685249.3)$e$,
    $e$$round(999999999999999.9, 5)$e$,
    $e$$round(1.5, 400)$e$,
    $e$$round(1.5, -400)$e$
]) AS e;

-- numbers as text
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$[1e21, 1e20, 123456789012345680000, 0.000001, 1.5e-7, 5e-324, 1e23, 0.1 + 0.2, 100, 1.0, -0.5].$string()$e$,
    $e$$string(1/3)$e$,
    $e$$string(1e21 / 3)$e$,
    $e$[12345678901234.25, -12345678901234.25, 0.7408655322280855, 0.1710549243647405, 1e-30 / 7, 1e30 / 7, 2 / 3, 1e-300 / 3].$string($ * 1)$e$,
    $e$$string(9007199254740993)$e$,
    $e$$string(1.7976931348623157e308)$e$,
    $e$$string(100000000000000.5)$e$
]) AS e;
