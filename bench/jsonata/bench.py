#!/usr/bin/python3
"""JSONata here and in the reference: see README.md of the folder above. bench/jsonata/run starts it.

    bench.py FOLDER [--seconds N] [--only EXPRESSION,…] [--documents small,medium,large]

FOLDER holds evaluate_only.so and, where node is there, node_modules/jsonata; documents and results are written there.
"""
import argparse
import json
import math
import os
import random
import statistics
import subprocess
import sys

import psycopg2

HERE = os.path.dirname(os.path.abspath(__file__))
SIZES = {"small": 6, "medium": 520, "large": 13300}     # orders: 2.6 kB, 200 kB, 5 MB
CITIES = ["Berlin", "Lisboa", "Genève", "Oslo", "Wien", "Porto", "Kraków", "Zürich"]
FIRST = ["Ada", "Ben", "Chloé", "Dana", "Émile", "Finn", "Greta", "Hugo", "Ines", "Jan"]
LAST = ["Abel", "Brandt", "Costa", "Dupont", "Eriksen", "Fischer", "Garcia", "Horvat"]
WORDS = "fast slow red green left right big small early late".split()


def document(orders):
    """The same document every time: orders with items, and the customers to join them with."""
    r = random.Random(orders)
    customers = [{"id": n, "city": r.choice(CITIES)} for n in range(1, min(orders // 10 + 3, 50))]
    return {"customers": customers, "orders": [order(r, n, customers) for n in range(1, orders + 1)]}


def order(r, n, customers):
    first, last = r.choice(FIRST), r.choice(LAST)
    items = [{"sku": f"S{r.randrange(40):03}", "price": r.randrange(100, 10000) / 100, "quantity": r.randrange(1, 9),
              "tags": r.sample(WORDS, 2)} for _ in range(r.randrange(1, 5))]
    return {"id": n, "status": r.choice(["new", "shipped", "paid"]), "note": " ".join(r.sample(WORDS, 4)),
            "date": f"20{r.randrange(10, 30)}-{r.randrange(1, 13):02}-{r.randrange(1, 29):02}T{r.randrange(24):02}:30:00.000Z",
            "total": round(sum(i["price"] * i["quantity"] for i in items), 2), "items": items,
            "customer": {"id": r.choice(customers)["id"], "name": f"{first} {last}",
                         "email": f"{r.choice('abxyz')}{last.lower()}.{n}@example.{r.choice(['org', 'com', 'net'])}"}}


def reference(folder, seconds, expressions, documents):
    """The reference's figures by (document, expression); none without node."""
    if not os.path.isdir(f"{folder}/node_modules/jsonata"):
        return {}
    out = subprocess.run(["node", f"{HERE}/reference.js", str(seconds), expressions, *documents],
                         env={**os.environ, "NODE_PATH": f"{folder}/node_modules", "TZ": "UTC"},
                         check=True, capture_output=True, text=True).stdout
    figures = map(json.loads, out.splitlines())
    return {(f["document"], f["expression"]): f for f in figures}


def evaluate_only(cursor, expression, name, seconds):
    """Microseconds of an evaluation."""
    cursor.execute("SELECT asl_bench_jsonata(%s, document, %s) FROM document WHERE name = %s", (expression, seconds, name))
    return statistics.median(cursor.fetchone()[0])


def full(cursor, expression, name, seconds):
    """Microseconds from a document in memory to the result's text, through SQL; a median of ten batches."""
    cursor.execute("SELECT pg_temp.full(%s, document, 1) FROM document WHERE name = %s", (expression, name))
    count = max(1, int(seconds * 1e5 / cursor.fetchone()[0]))
    cursor.execute("SELECT pg_temp.full(%s, document, %s) FROM document, generate_series(1, 10) WHERE name = %s",
                   (expression, count, name))
    return statistics.median(row[0] for row in cursor)


FULL = """
CREATE FUNCTION pg_temp.full(expression text, document jsonb, count int) RETURNS float8 LANGUAGE plpgsql AS $$
DECLARE
    loaded jsonb := document || '{}';
    start float8 := asl_bench_cpu();
    result text;
BEGIN
    FOR i IN 1 .. count LOOP
        result := asl.jsonata(expression, loaded)::text;
    END LOOP;
    RETURN (asl_bench_cpu() - start) / count;
END $$
"""


def same(a, b):
    """The same JSON value, but for the last digits of numbers."""
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(same(a[k], b[k]) for k in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return math.isclose(a, b, rel_tol=1e-12)
    return a == b


def check(cursor, expression, figure, name):
    """Complains where the result is not the reference's."""
    if "result" in figure:
        cursor.execute("SELECT asl.jsonata(%s, document) FROM document WHERE name = %s", (expression, name))
        if not same(cursor.fetchone()[0], figure["result"]):
            sys.exit(f"{figure['expression']}: another result than the reference's")


def mean(values):
    return math.exp(statistics.fmean(map(math.log, values)))


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("folder")
    p.add_argument("--seconds", type=float, default=0.3, help="for each figure")
    p.add_argument("--only", default="")
    p.add_argument("--documents", default="small,medium,large")
    o = p.parse_args()

    with open(f"{HERE}/expressions.json", encoding="utf-8") as f:
        expressions = {n: e for n, e in json.load(f).items() if not o.only or n in o.only.split(",")}
    names = o.documents.split(",")
    for name in names:
        with open(f"{o.folder}/{name}.json", "w", encoding="utf-8") as f:
            json.dump(document(SIZES[name]), f, ensure_ascii=False, separators=(",", ":"))
    with open(f"{o.folder}/expressions.json", "w", encoding="utf-8") as f:
        json.dump(expressions, f)

    connection = psycopg2.connect("")
    connection.autocommit = True
    cursor = connection.cursor()
    cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_asl")
    for function in ("asl_bench_jsonata(text, jsonb, float8) RETURNS float8[]", "asl_bench_cpu() RETURNS float8"):
        cursor.execute(f"CREATE OR REPLACE FUNCTION {function} LANGUAGE c STRICT AS %s", (f"{o.folder}/evaluate_only",))
    cursor.execute("CREATE TEMP TABLE document (name text, document jsonb)")
    cursor.execute(FULL)
    for name in names:
        with open(f"{o.folder}/{name}.json", encoding="utf-8") as f:
            cursor.execute("INSERT INTO document VALUES (%s, %s)", (name, f.read()))

    reported = reference(o.folder, o.seconds, f"{o.folder}/expressions.json", [f"{o.folder}/{n}.json" for n in names])
    report(cursor, o, expressions, names, reported)


def report(cursor, o, expressions, names, reported):
    ratios = {"eval": [], "full": []}
    head = "".join(f"{f'{n} {kind}':>12}{'ours':>11}{'ratio':>8}" for n in names for kind in ratios)
    print(f"{'microseconds':<15}{head}")
    for label, expression in expressions.items():
        line = f"{label:<15}"
        for name in names:
            figure = reported.get((name, label), {})
            check(cursor, expression, figure, name)
            for kind, measure in (("eval", evaluate_only), ("full", full)):
                ours = measure(cursor, expression, name, o.seconds)
                ratio = figure.get(kind, math.nan) / ours
                if figure:
                    ratios[kind].append(ratio)
                line += f"{figure.get(kind, math.nan):>12.4g}{ours:>11.4g}{ratio:>8.1f}"
        print(line, flush=True)
    for kind, values in ratios.items():
        if values:
            print(f"geometric mean, {kind}: {mean(values):.1f} times the reference's speed ({len(values)} figures)")


if __name__ == "__main__":
    main()
