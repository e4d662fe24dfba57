#!/usr/bin/python3
"""Hostile expressions, generated: JSONata aimed at one part at a time, JSONPath and intrinsic functions.

    expressions.py [--part NAME] [--seconds N] [--seed N]

Runs on the server that PG* names (test/server run), as a role without rights. An expression may give any answer or any
error of the language; it may not end the process, hide from a cancel, raise an internal error, or make a text that is no
UTF-8. The last line is "N expressions, N faults"; the exit status is that of the faults.
"""
import argparse
import json
import random
import sys
import time

import psycopg2

BATCH = 200
INPUT = json.dumps({"a": [{"a": 1, "b": "x"}, {"a": [1, 2, {"a": None}], "b": "é"}], "b": {"a": {"a": {"a": "deep"}}},
                    "c": 1.50, "d": [[1], [2, [3]]], "e": "text", "n": -0.0, "long": "é😀a" * 50})
TRY = """
CREATE OR REPLACE FUNCTION pg_temp.tried(language text, expressions text[], input jsonb) RETURNS TABLE (at int, state text, message text)
LANGUAGE plpgsql AS $$
BEGIN
  FOR at IN 1 .. cardinality(expressions) LOOP
    BEGIN
      IF language = 'path' THEN
        PERFORM length(asl.jsonpath(expressions[at], input, input, input)::text);
      ELSE
        PERFORM length(asl.jsonata(expressions[at], input, '{}', language)::text);
      END IF;
    EXCEPTION WHEN OTHERS THEN
      state := SQLSTATE; message := left(SQLERRM, 200);
      RETURN NEXT;
    END;
  END LOOP;
END $$"""
# What no expression may cause: internal errors, broken texts, and what would mean that nothing was tried at all.
ODD = ("XX", "22021", "22P05", "3F", "42")

WORDS = ["", "a", "0", "#", "é", "😀", "ab", " ", "٠", "\ud7ff", "x" * 40, "\u0001", "%", "‰", "[", "]", "(", ")", "\\", "/", "$"]
NUMBERS = ["0", "1", "-1", "0.5", "1e308", "-1e308", "1e-308", "5e-324", "9007199254740993", "1e21", "-0", "1/0", "0/0", "-1/0",
           "2147483648", "-2147483649", "4294967296", "1e15", "0.1", "5", "36", "37", "400", "1e6"]
KINDS = ["null", "true", "[]", "{}", "nothing", "$", "a", "b", "**", "d", "long", "[1..5]", "function($x){$x}", "$sum", "/a/"]


class Maker:
    """Expressions out of a random source."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, *choices):
        choice = self.random.choice(choices)
        return choice(self) if callable(choice) else choice

    def some(self, make, least, most, separator=""):
        return separator.join(make() for _ in range(self.random.randint(least, most)))

    def quoted(self, text):
        return json.dumps(text, ensure_ascii=self.random.random() < 0.5)

    def word(self):
        return self.quoted(self.some(lambda: self.random.choice(WORDS), 0, 3))

    def number(self):
        return self.random.choice(NUMBERS)

    def value(self):
        return self.random.choice([self.word, self.number, lambda: self.random.choice(KINDS)])()

    def picture(self, characters, most=8):
        text = self.some(lambda: self.random.choice(characters), 0, most)
        if self.random.random() < 0.1:
            return "$pad(%s, %s, %s)" % (self.quoted(text), self.pick("40", "-40", "3000"), self.quoted(self.pick(*characters)))
        return self.quoted(text)

    # ---- one method a part ----

    def signature(self):
        kind = lambda: self.pick("s", "n", "b", "l", "o", "a", "f", "x", "j", "u", "(sn)", "(sa)", "(", "a<s>", "a<n>", "a<(sn)>", "f<n:n>", "<", ">", ":")
        one = lambda: kind() + self.pick("", "", "?", "-", "+", "?-", "+?", "-+")
        text = "<" + self.some(one, 0, 8) * self.pick(1, 1, 1, 5) + self.pick("", ":s", ":n", ":") + ">"
        names = ["$p%d" % i for i in range(self.random.randint(0, 8))]
        body = "[" + ",".join("$type(%s)" % n for n in names) + "]"
        return "(%s; %s.(function(%s)%s{%s}(%s)))" % (self.word(), self.value(), ",".join(names), text, body, self.some(self.value, 0, 9, ","))

    def number_picture(self):
        pictures = ["#", "0", ",", ".", "e", "%", "‰", ";", "x", "é", "0,0", "#,##0", ".00", "e0"]
        options = self.some(lambda: "%s:%s" % (self.pick('"zero-digit"', '"decimal-separator"', '"grouping-separator"', '"digit"', '"percent"', '"minus-sign"',
                                                         '"exponent-separator"', '"pattern-separator"', '"per-mille"'), self.word()), 0, 3, ",")
        return "$formatNumber(%s, %s%s)" % (self.number(), self.picture(pictures), ", {%s}" % options if options else "")

    def integer_picture(self):
        pictures = ["#", "0", ",", ";o", "W", "w", "Ww", "I", "i", "A", "a", "٠", "0,0", "-", "😀"]
        if self.random.random() < 0.5:
            return "$formatInteger(%s, %s)" % (self.number(), self.picture(pictures))
        return "$parseInteger(%s, %s)" % (self.pick(lambda m: m.word(), '"one hundred and one"', '"MCMXCIX"', '"1,234"', '"zzz"', '"second"'), self.picture(pictures))

    def date(self):
        pictures = ["[Y]", "[Y0001]", "[M01]", "[MNn]", "[D1o]", "[FNn,3-3]", "[H]", "[h]", "[P]", "[m01]", "[s]", "[f001]", "[Z01:01t]", "[z]", "[X]", "[x]", "[W]", "[w]",
                    "[d]", "[DWwo]", "[Y,2-*]", "[[", "]]", "[", "T", "-", "[YI]", "[f,1-9]", "[E]", "[C]", "[MA]"]
        if self.random.random() < 0.5:
            return "$fromMillis(%s, %s, %s)" % (self.number(), self.picture(pictures), self.pick('"+0530"', '"-1200"', '"Z"', lambda m: m.word(), '"+99:99"'))
        return "$toMillis(%s%s)" % (self.pick('"2020-02-29T12:00:00.123Z"', '"1st of May 2020"', '"2020"', '"-1"', lambda m: m.word()), ", " + self.picture(pictures))

    def base(self):
        return self.pick(lambda m: "$formatBase(%s, %s)" % (m.number(), m.number()), lambda m: "$round(%s, %s)" % (m.number(), m.number()),
                         lambda m: "$string(%s)" % m.number(), lambda m: "$power(%s, %s)" % (m.number(), m.number()),
                         lambda m: "$base64%s(%s)" % (m.pick("encode", "decode"), m.word()), lambda m: "$%scodeUrl%s(%s)" % (m.pick("en", "de"), m.pick("", "Component"), m.word()),
                         lambda m: "$decodeUrlComponent(%s)" % m.pick('"%E9"', '"%C3%A9"', '"%"', '"%F4%90%80%80"', '"%ED%A0%80"'))

    def regex(self):
        atom = lambda: self.pick("a", "é", "😀", ".", "\\\\d".replace("\\\\", "\\"), "\\w", "\\s", "\\b", "[^a]", "[a-z\\d]", "[]", "[^]", "(a|b)", "(?:x)", "(?<n>a)", "\\k<n>", "\\1", "(?=a)", "(?!b)",
                                 "(?<=a)", "\\u00e9", "\\ud800", "\\cA", "\\0", "^", "$", "|")
        expression = "/" + self.some(lambda: atom() + self.pick("", "", "*", "+", "?", "{2}", "{0,3}", "*?", "{1,"), 1, 6) + "/" + self.pick("", "i", "m", "im")
        text = self.pick("long", "e", lambda m: m.word(), "$pad(\"\", 200, \"ab\")")
        matcher = 'function($s){{"match":%s,"start":%s,"end":%s,"groups":[%s],"next":function(){%s}}}' % (self.word(), self.number(), self.number(), self.word(), self.pick("nothing", "null", "$s"))
        by = self.pick(expression, expression, expression, matcher)
        return self.pick(lambda m: "$match(%s, %s, %s)" % (text, by, m.pick("1", "5", m.number())), lambda m: "$contains(%s, %s)" % (text, by),
                         lambda m: "$split(%s, %s, %s)" % (text, by, m.number()), lambda m: "$replace(%s, %s, %s, %s)" % (text, by, m.pick('"$1-$0$$"', '"$12"', "$uppercase", "function($m){$m.match}", m.word()), m.number()))

    def partial(self):
        name = self.pick("$append", "$substring", "$pad", "$replace", "$map", "$reduce", "$sift", "$formatNumber", "$zip", "$lookup", "function($a,$b,$c){[$a,$b,$c]}", "$single", "$sort")
        hole = lambda: self.pick("?", "?", lambda m: m.value())
        first = "%s(%s)" % (name, self.some(hole, 1, 4, ","))
        return self.pick(lambda m: "(%s)(%s)" % (first, m.some(m.value, 0, 4, ",")), lambda m: "%s ~> %s" % (m.value(), first), lambda m: "(%s ~> %s)(%s)" % (first, m.pick("$string", "$count", "$sum"), m.value()))

    def transform(self):
        return "%s ~> |%s|%s%s|" % (self.pick("$", "a", "b", lambda m: m.value()), self.pick("$", "**", "a", "a[0]", "%", "*", "d"),
                                    self.pick('{"a": %s}' % self.value(), '{"x": $, "y": a}', "{}", "a", '{%s: %s}' % (self.word(), self.value())), self.pick("", ', "a"', ', ["a", "b"]', ", 5", ", null"))

    def sort(self):
        items = "[%s]" % self.some(self.value, 0, 12, ",")
        return self.pick(lambda m: "%s^(%s$)" % (items, m.pick("<", ">", "")), lambda m: "a^(%sa, %sb)" % (m.pick("<", ">", ""), m.pick("<", ">")),
                         lambda m: "$sort(%s, function($l, $r){%s})" % (items, m.pick("$l > $r", "true", "$l", "$l.a < $r.a", m.value())), lambda m: "$distinct(%s)" % items, lambda m: "$shuffle(%s)" % items)

    def array(self):
        items = lambda: self.pick("[]", "[[]]", "[1..3]", "$append(1, 2)", '$append([1,2], "x")', "$append([1..4], [])", "[$append(a, d), []]", "$reverse(d)", lambda m: m.value())
        bind = "($x := %s; $y := [$x, %s]; $z := $append($x, %s); [$x, $y, $z, %s])" % (items(), items(), items(), items())
        return self.pick(bind, bind, lambda m: "[%s]" % m.some(items, 0, 5, ","), lambda m: "$reduce([1..%s], function($i,$j){$append($i, %s)}, [])" % (m.pick("3", "20"), m.pick("$j", "[$j]", "[[]]")),
                         lambda m: "$zip(%s, %s)" % (items(), items()), lambda m: "$partition(%s, %s)" % (items(), m.number()), lambda m: "$range(%s, %s, %s)" % (m.number(), m.number(), m.number()))

    def path(self):
        step = lambda: self.pick(".a", ".b", "..a", "[0]", "[-1]", "[*]", ".*", "[0:2]", "[::-1]", "[1,2]", "['a','b']", "['é']", "[99999999999]", "[?(@.a)]", "[?(@.a == 1)]", "[?(@.b =~ /x|(a+)+/i)]",
                                 "[?(@.a==home)]", "[(@.length-1)]", "[?(!(@.a > 1 && @.b == 'x'))]", ".length()", ".max()", "[-9223372036854775808:]", "[:9223372036854775807:2]", "[?(@.a in ['x', 1])]", "[?(@.b size 2)]")
        return self.pick("$", "$$", "$a", "$.a", "@") + self.some(step, 0, 4)

    def intrinsic(self):
        argument = lambda: self.pick("$.a", "$.d", "$.e", "$.long", "$", "1", "-1", "1e9", "9223372036854775807", "0.5", "null", "true", "'a{}b'", "'{}'", "'\\\\{'", "'é'", "''", "'QUJD'", "'{\"a\":1}'", lambda m: m.intrinsic() if m.random.random() < 0.5 else "'x'")
        name = self.pick("Format", "StringToJson", "JsonToString", "Array", "ArrayPartition", "ArrayContains", "ArrayRange", "ArrayGetItem", "ArrayLength", "ArrayUnique", "Base64Encode", "Base64Decode",
                         "Hash", "JsonMerge", "MathRandom", "MathAdd", "StringSplit", "UUID")
        return "States.%s(%s)" % (name, self.some(argument, 0, 4, ", "))


PARTS = {"signature": "standard", "number_picture": "standard", "integer_picture": "standard", "date": "standard", "base": "standard", "regex": "standard", "partial": "standard",
         "transform": "standard", "sort": "standard", "array": "states", "path": "path", "intrinsic": "path"}


class Runner:
    """Expressions on the server, in batches; a batch that ends the process is tried again one by one."""

    def __init__(self):
        self.connection = None
        self.faults = 0

    def cursor(self):
        if self.connection is None or self.connection.closed:
            self.connection = self.connect()
        return self.connection.cursor()

    @staticmethod
    def connect():
        for _ in range(300):
            try:
                connection = psycopg2.connect("options='-c statement_timeout=60s'")
                break
            except psycopg2.OperationalError:
                time.sleep(0.2)
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_asl")
        cursor.execute("SET asl.jsonata_timeout = '300ms'")
        cursor.execute(TRY)
        cursor.execute("DO $$ BEGIN CREATE ROLE asl_fuzz; EXCEPTION WHEN duplicate_object THEN NULL; END $$; SET ROLE asl_fuzz")
        return connection

    def fault(self, what, expression):
        self.faults += 1
        print("FAULT", what, "|", expression, flush=True)

    def run(self, language, expressions):
        try:
            cursor = self.cursor()
            cursor.execute("SELECT * FROM pg_temp.tried(%s, %s, %s::jsonb)", (language, expressions, INPUT))
            for at, state, message in cursor.fetchall():
                if state.startswith(ODD):
                    self.fault(f"{state} {message}", expressions[at - 1])
        except psycopg2.Error as e:
            if len(expressions) == 1:
                self.fault(f"ended by {str(e).strip()[:120]}", expressions[0])
            else:
                for expression in expressions:
                    self.run(language, [expression])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--part", choices=sorted(PARTS))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    parts = [options.part] if options.part else list(PARTS)
    maker, runner, count = Maker(options.seed), Runner(), 0
    end = time.monotonic() + options.seconds
    while time.monotonic() < end:
        for part in parts:
            batch = [t for t in (getattr(maker, part)() for _ in range(BATCH)) if "\x00" not in t and all(not 0xD800 <= ord(c) < 0xE000 for c in t)]
            runner.run(PARTS[part], batch)
            count += len(batch)
    print(f"{count} expressions, {runner.faults} faults")
    sys.exit(runner.faults > 0)


if __name__ == "__main__":
    main()
