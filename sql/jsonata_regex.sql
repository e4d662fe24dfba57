-- JSONata: regular expressions are JavaScript's.
\pset format unaligned
\pset tuples_only on
\i sql/include/jsonata_outcome.sql

-- leftmost first, greedy and lazy
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$match("abc", /ab|a|abc/).match$e$,
    $e$$match("aXbX", /.*X/).match$e$,
    $e$$match("aXbX", /.*?X/).match$e$,
    $e$$match("aaa", /a{1,2}?/).match$e$,
    $e$$match("aaa", /a{2,}/).match$e$,
    $e$$match("foo bar", /o*/, 0)$e$
]) AS e;

-- groups, references, lookaround
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$match("aab", /(a)\1/)$e$,
    $e$$match("ab", /(x)?b/)$e$,
    $e$$match("ab", /(x)|(b)/).groups$e$,
    $e$$match("foo bar", /(?<w>o+)/).groups$e$,
    $e$$match("abab", /(?<x>ab)\k<x>/).match$e$,
    $e$$match("price: 42 EUR", /\d+(?= EUR)/).match$e$,
    $e$$match("a1b2", /(?<=b)\d/).match$e$,
    $e$$match("a1b2", /(?<!b)\d/).match$e$,
    $e$$match("ab", /(?!a)./).match$e$,
    $e$$match("xa", /\1(x)/).match$e$,
    $e$$match("ab", /(?=a)[^ ]?a/).match$e$
]) AS e;

-- classes and escapes mean what they mean in JavaScript
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$match("é_1", /\w+/).match$e$,
    $e$$match("x\u00a0y", /\s/).index$e$,
    $e$$match("a\u2028b", /a.b/)$e$,
    $e$$match("a\u0085b", /a.b/).index$e$,
    $e$$match("a]b-c", /[\]\-]/).match$e$,
    $e$$match("a_b", /[[:alpha:]]/)$e$,
    $e$$match("x", /[]/)$e$,
    $e$$match("x", /[^]/).match$e$,
    $e$$match("A", /\x41/).match$e$,
    $e$$match("A", /\u0041/).match$e$,
    $e$$match("😀", /\ud83d\ude00/).index$e$,
    $e$$match("a\u000bb", /\v/).index$e$,
    $e$$match("QE", /\QE/).match$e$,
    $e$$match("Az", /\Az/).match$e$,
    $e$$match("a{2", /a\{2/).match$e$,
    $e$$match("p{L}", /\p{L}/).match$e$,
    $e$$match("a-1", /[\d-x]+/).match$e$,
    $e$$match("\u0001", /\1/).index$e$,
    $e$$match("x.y", /x\.y/).match$e$,
    $e$$match("٣", /\d/)$e$
]) AS e;

-- flags i and m; ^ and $
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$match("AbC", /b/i).match$e$,
    $e$$match("É", /é/i).match$e$,
    $e$$match("l1\nl2", /^l\d$/m).match$e$,
    $e$$match("l1\nl2", /^l\d$/)$e$,
    $e$$match("l1\n", /1$/)$e$,
    $e$$match("a\rb", /^b/m).index$e$,
    $e$$match("a\r\nb", /a$/m).index$e$
]) AS e;

-- the index counts UTF-16 units
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$match("éa", /a/).index$e$,
    $e$$match("😀a", /a/).index$e$,
    $e$$match("😀😀", /./).index$e$
]) AS e;

-- in functions
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$contains("abracadabra", /a.*c/)$e$,
    $e$$contains("abc", /x/)$e$,
    $e$$split("a1b22c", /\d+/)$e$,
    $e$$split("a1b22c", /\d+/, 2)$e$,
    $e$$replace("John Smith", /(\w+)\s(\w+)/, "$2, $1")$e$,
    $e$$replace("265USD", /([0-9]+)USD/, "$$$1")$e$,
    $e$$replace("abc", /b/, function($m) { $uppercase($m.match) })$e$,
    $e$$replace("aaa", /a/, "b", 2)$e$,
    $e$$replace("ab", /x*/, "b", 1)$e$,
    $e$$replace("ab", "a", nothing)$e$,
    $e$$replace("ab", "x", nothing)$e$,
    $e$$replace("ab", /x/, nothing)$e$,
    $e$$replace("ab", /a/, nothing)$e$,
    $e$$match("ab", /^/, 1)$e$,
    $e$$split("ab", /x*/, 1)$e$,
    $e$$split("a,b,c", /,/, 2)$e$,
    $e$$contains("a", /A/ii)$e$,
    $e$/b/("abab").next().start$e$,
    $e$["ab", "ba"][$ ~> /^a/]$e$
]) AS e;

-- patterns that are none
SELECT e || ' → ' || pg_temp.outcome(e) FROM unnest(ARRAY[
    $e$$match("a", /a++/)$e$,
    $e$$match("a", /*a/)$e$,
    $e$$match("a", /a{2,1}/)$e$,
    $e$$match("a", /(?i)a/)$e$,
    $e$$match("a", /(?<1>a)/)$e$,
    $e$$match("a", /(?<n>a)(?<n>b)/)$e$,
    $e$$match("a", /(?<n>a)\k<m>/)$e$,
    $e$$match("a", /[b-a]/)$e$,
    $e$$match("ab", /x*/)$e$
]) AS e;
-- in the words of the installed PCRE
SELECT split_part(pg_temp.outcome('$match("aa", /(?<=a+)a/)'), ':', 1);

-- A pattern that takes exponential time ends, and obeys a cancel.
SELECT pg_temp.outcome('$match("' || repeat('a', 40) || 'b", /(a+)+$/)');
SET statement_timeout = 30;
SELECT asl.jsonata('$contains(text, /(a*)[bc]/)', jsonb_build_object('text', repeat('a', 10000000)));
RESET statement_timeout;
