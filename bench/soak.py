"""A long run at half the maximum rate: latency, memory and table size over time, as an SVG.

    bench/run soak [--minutes N] [--retention SECONDS] [--svg FILE]

Ended executions are kept for RETENTION seconds only and looked for every half minute, so the tables must soon have stopped
growing.
"""
import argparse
import statistics
import threading
import time

from bench import BATCH, ONE_TASK, THREE_STEPS, Database, asl_processes, change_setting, private_memory, set_workers

WIDTH, HEIGHT, MARGIN = 900, 150, 60
SIZE = """SELECT sum(pg_total_relation_size(c.oid)) / 1048576.0 FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
          WHERE nspname = 'asl' AND relkind = 'r'"""


def keep_busy(db, rate, over):
    """Starts that many executions a second until it is over."""
    connection = db.connect()
    batch = max(1, min(BATCH, int(rate / 10)))
    with connection.cursor() as cursor:
        due, first = time.monotonic(), 0
        while not over.is_set():
            cursor.execute("SELECT count(asl.start_execution('steps', jsonb_build_object('n', %s + n))) FROM generate_series(1, %s) n",
                           (first, batch))
            first += batch
            due += batch / rate
            time.sleep(max(0, due - time.monotonic()))
    connection.close()


def sample(db, minutes):
    """Rows (minute, latency p50 in ms, largest worker in MB, tables in MB), one about every ten seconds."""
    rows, began = [], time.monotonic()
    while time.monotonic() - began < minutes * 60:
        latency = statistics.median(db.latencies("one", 30))
        rows.append(((time.monotonic() - began) / 60, latency, private_memory(asl_processes()), float(db.one(SIZE))))
        print("minute {:.1f}  latency {:.1f} ms  worker {:.1f} MB  tables {:.0f} MB".format(*rows[-1]), flush=True)
        time.sleep(8)
    return rows


def curve(rows, column, title, top):
    """One panel of the picture: a line over time, from zero."""
    highest = max(row[column] for row in rows) * 1.1 or 1
    last = rows[-1][0]
    points = " ".join(f"{MARGIN + row[0] / last * (WIDTH - 2 * MARGIN):.1f},{top + HEIGHT - row[column] / highest * HEIGHT:.1f}" for row in rows)
    return (f'<text x="{MARGIN}" y="{top - 8}" font-weight="bold">{title}</text>'
            f'<text x="{MARGIN - 6}" y="{top + 10}" text-anchor="end">{highest:.1f}</text>'
            f'<text x="{MARGIN - 6}" y="{top + HEIGHT}" text-anchor="end">0</text>'
            f'<text x="{WIDTH - MARGIN}" y="{top + HEIGHT + 16}" text-anchor="end">{last:.0f} min</text>'
            f'<rect x="{MARGIN}" y="{top}" width="{WIDTH - 2 * MARGIN}" height="{HEIGHT}" fill="none" stroke="#bbb"/>'
            f'<polyline points="{points}" fill="none" stroke="#336791" stroke-width="1.5"/>')


def picture(rows, path, rate):
    panels = [(1, f"latency of one task, p50 in ms, beside {rate:.0f} executions/s of three steps"),
              (2, "private memory of the largest worker, MB"), (3, "tables and indexes of the extension, MB")]
    height = len(panels) * (HEIGHT + 55) + 20
    with open(path, "w", encoding="utf-8") as file:
        file.write(f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" font-family="sans-serif" font-size="12">'
                   f'<rect width="100%" height="100%" fill="white"/>')
        for number, (column, title) in enumerate(panels):
            file.write(curve(rows, column, title, 35 + number * (HEIGHT + 55)))
        file.write("</svg>\n")


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--retention", type=int, default=120, help="seconds that ended executions are kept")
    parser.add_argument("--svg", default="bench/soak.svg")
    options = parser.parse_args(arguments)
    set_workers(8)
    change_setting("asl.sweep_interval", 30)
    with Database("soak") as db:
        db.create("steps", THREE_STEPS, retention=f"{options.retention} s")
        db.create("one", ONE_TASK, notify="bench", retention=f"{options.retention} s")
        rate = db.throughput("steps", 8) / 2
        over = threading.Event()
        load = threading.Thread(target=keep_busy, args=(db, rate, over))
        load.start()
        try:
            rows = sample(db, options.minutes)
        finally:
            over.set()
            load.join()
    change_setting("asl.sweep_interval", "DEFAULT")
    picture(rows, options.svg, rate)
    print(options.svg)
    return 0
