#!/usr/bin/python3
"""Each built-in function of JSONata, and each intrinsic function, on arguments of a megabyte: a cancel is heard.

    large.py [--share N] [NAME…]

--share N makes every Nth call only. The names and signatures are read from the source, so that a new function is tried, too. Each call runs with
statement_timeout; the language's own limits are off. Whatever is still deaf long after that is a fault: the last line is
"N calls, N faults".
"""
import argparse
import glob
import itertools
import os
import re
import sys
import time

import psycopg2

SOURCE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../src")
TIMEOUT, DEAF = 1.0, 8.0        # seconds; a machine that is busy with other tests gets some more
TEXTS = ["a", "ab", "0", "#", "#,", "0,", "[Y]", "[M01]", "%41", "é", "=", "(", "one hundred ", "1", "M", "-", "{}", "$1"]
NUMBERS = ["1000000", "1", "36"]
ARRAYS = ["[1..1000000]", "$split($pad(\"\", 1000000, \"ab\"), \"a\")", "[1..300].{\"a\": $, \"b\": [1..300]}"]
FUNCTIONS = ["function($x, $y) {$x}", "/(a|b)*c/", "/(?:a?){30}b/"]
INTRINSICS = {"Format": "'{}', $.t", "StringToJson": "$.t", "JsonToString": "$.a", "Array": "$.a, $.t", "ArrayPartition": "$.a, 1", "ArrayContains": "$.a, $.t", "ArrayRange": "1, 1000, 1",
              "ArrayGetItem": "$.a, 5", "ArrayLength": "$.a", "ArrayUnique": "$.a", "Base64Encode": "$.t", "Base64Decode": "$.t", "Hash": "$.t, 'SHA-512'", "JsonMerge": "$.o, $.o, false", "StringSplit": "$.t, 'ab'"}


def text(of):
    return '$pad("", 1000000, "%s")' % of


def fillings(signature):
    """Arguments for a signature like <s-(sf)n?:s>: each way to fill it, all of a kind alike."""
    letters = re.findall(r"\([a-z]+\)|[a-z](?:<[^>]*>)?", signature[1:].split(":")[0])
    if not letters:
        return
    for choice in range(len(TEXTS)):
        by_letter = {"s": text(TEXTS[choice]), "n": NUMBERS[choice % 3], "a": ARRAYS[choice % 3], "o": "$merge([1..100000].{$string($): $})", "f": FUNCTIONS[choice % 3],
                     "x": ARRAYS[choice % 3] if choice % 2 else text(TEXTS[choice]), "j": ARRAYS[choice % 3], "b": "true", "l": "null"}
        plain = [by_letter[re.sub(r"[()]", "", x)[0]] for x in letters]
        other = [by_letter[re.sub(r"[()]", "", x)[-1 if x.startswith("(") else 0]] for x in letters]
        yield plain
        if other != plain:
            yield other
        # A short text beside long ones: what is looked for, or put in place of it.
        if letters[0][0] == "s" and len(letters) > 1:
            yield ['"%s"' % ("ab" * 500)] + plain[1:]


def builtins():
    for file in sorted(glob.glob(os.path.join(SOURCE, "jsonata/builtin_*.c"))):
        with open(file, encoding="utf-8") as f:
            for name, signature, where in re.findall(r'^\t\{"(\w+)", "(<[^"]*>)", \d+, \w+, (BUILTIN_\w+)', f.read(), re.M):
                yield name, signature, "states" if where == "BUILTIN_STATES" else "standard"


def calls(names):
    for name, signature, dialect in builtins():
        if names and name not in names:
            continue
        for arguments in fillings(signature):
            yield name, "SELECT length(asl.jsonata(%s, NULL, '{}', %s)::text)", ("$%s(%s)" % (name, ", ".join(arguments)), dialect)
    for name, arguments in INTRINSICS.items():
        for of in () if names and name not in names else TEXTS[:8]:
            yield name, ("SELECT length(asl.jsonpath(%s, jsonb_build_object('t', repeat(%s, 500000), 'a', (SELECT jsonb_agg(x) FROM generate_series(1, 200000) x), "
                         "'o', (SELECT jsonb_object_agg(x, x) FROM generate_series(1, 100000) x)))::text)"), ("States.%s(%s)" % (name, arguments), of)


def connect():
    connection = psycopg2.connect(f"options='-c statement_timeout={int(TIMEOUT * 1000)}'")
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_asl")
    for limit in ("timeout", "sequence", "memory", "depth"):
        cursor.execute(f"SET asl.jsonata_{limit} = {1048576 if limit == 'memory' else 0}")
    return connection


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--share", type=int, default=1)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    cursor, count, faults = connect().cursor(), 0, 0
    for name, statement, arguments in itertools.islice(calls(options.names), 0, None, options.share):
        began = time.monotonic()
        try:
            cursor.execute(statement, arguments)
        except psycopg2.OperationalError as e:
            if cursor.connection.closed:
                print("FAULT the process ended |", arguments[0], "|", e)
                sys.exit(1)
        except psycopg2.Error as e:
            if not (e.pgcode or "").startswith(("SL", "54", "22")):
                faults += 1
                print(f"FAULT {name} {e.pgcode} {str(e)[:200]} | {arguments[0][:200]}", flush=True)
        took = time.monotonic() - began
        count += 1
        if took > DEAF:
            faults += 1
            print(f"FAULT {name} heard no cancel for {took:.1f} s | {arguments[0]}", flush=True)
    print(f"{count} calls, {faults} faults")
    sys.exit(faults > 0 or count == 0)


if __name__ == "__main__":
    main()
