#!/usr/bin/python3
"""The benchmark of pg_asl: see README.md beside this file. bench/run starts it on a private server.

    bench/run [SCENARIO…] [--seconds N] [--waiting N] [--snapshot-seconds N]
    bench/run soak …                                   see soak.py

Every scenario has a database of its own and measures its limit (single-row insert commits/s of pgbench with 8 clients)
just before itself. Prints one JSON line a scenario (also to $ASL_RESULTS) and a table at the end.
"""
import argparse
import contextlib
import json
import os
import re
import select
import statistics
import subprocess
import sys
import tempfile
import time

import psycopg2

BATCH = 500                                      # executions started in one transaction
SNAPSHOT_ACCOUNTS = 1000000
CONTENDED_ACCOUNTS = 8
WARM_UP = 1000                                   # executions before a measurement


# ---------------------------------------------------------------- the workflows

def machine(*states, **fields):
    """A definition of (name, state) pairs, each going to the next one."""
    linked = {}
    for (name, state), following in zip(states, states[1:] + (None,)):
        linked[name] = {**state, **({"Next": following[0]} if following else {"End": True})}
    return {"StartAt": states[0][0], "States": linked, **fields}


def sql_step(statement):
    return {"Type": "Task", "Resource": "pg:sql", "ResultPath": None,
            "Parameters": {"Statement": statement, "Parameters.$": "States.Array($.n)"}}


def choice_pass(count):
    """count pure states: Choice, Pass, Choice, Pass, …"""
    states, names = {}, [f"S{i}" for i in range(count)]
    for i, name in enumerate(names):
        following = names[i + 1] if i + 1 < count else None
        if i % 2 == 0:
            states[name] = {"Type": "Choice", "Default": following,
                            "Choices": [{"Variable": "$.n", "NumericLessThan": 0, "Next": following}]}
        else:
            states[name] = {"Type": "Pass", **({"Next": following} if following else {"End": True})}
    return {"StartAt": names[0], "States": states}


def sql_steps(accounts):
    return machine(
        ("First", sql_step("INSERT INTO effect VALUES ($1::int, 1)")),
        ("Second", sql_step(f"UPDATE account SET steps = steps + 1 WHERE id = $1::int % {accounts}")),
        ("Third", sql_step("INSERT INTO effect VALUES ($1::int, 3)")))


THREE_STEPS = sql_steps(10000)
ONE_TASK = machine(("Only", sql_step("UPDATE account SET steps = steps + 1 WHERE id = $1::int % 10000")))
TEN_PURE = choice_pass(10)
MAP = machine(("Each", {
    "Type": "Map", "ItemsPath": "$.items", "ResultPath": None,
    "ItemProcessor": machine(("Call", {"Type": "Task", "Resource": "pg:function:work"}))}))
ACTIVITY = machine(("Ask", {"Type": "Task", "Resource": "pg:activity:bench"}))
LONG_WAIT = machine(("Rest", {"Type": "Wait", "Seconds": 86400}))
SCHEMA = """
    CREATE TABLE effect (n int, step int);
    CREATE TABLE account (id int PRIMARY KEY, steps bigint) WITH (fillfactor = 70);
    INSERT INTO account SELECT n, 0 FROM generate_series(0, 9999) n;
    CREATE TABLE single (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, value int);
    CREATE FUNCTION work(n int) RETURNS int LANGUAGE sql AS 'SELECT n + 1';
"""


# ---------------------------------------------------------------- a database to measure in

class Database:
    """A scratch database with the extension; owned by the ordinary role bench, which runs the workflows."""

    def __init__(self, name):
        self.name = "bench_" + name

    def __enter__(self):
        with admin() as execute:
            execute(f"DROP DATABASE IF EXISTS {self.name} (FORCE)")
            execute("DO $$ BEGIN CREATE ROLE bench LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
            execute(f"CREATE DATABASE {self.name} OWNER bench")
        with admin(self.name) as execute:
            execute("CREATE EXTENSION pg_asl")
            execute("GRANT CREATE ON SCHEMA public TO bench")
        self.connection = self.connect()
        self.sql(SCHEMA)
        return self

    def __exit__(self, *_):
        self.connection.close()
        with admin() as execute:
            execute(f"DROP DATABASE {self.name} (FORCE)")

    def connect(self):
        connection = psycopg2.connect(dbname=self.name, user="bench")
        connection.autocommit = True
        return connection

    def sql(self, text, *arguments):
        with self.connection.cursor() as cursor:
            cursor.execute(text, arguments or None)
            return cursor.fetchall() if cursor.description else None

    def one(self, text, *arguments):
        return self.sql(text, *arguments)[0][0]

    def create(self, name, definition, kind="STANDARD", **options):
        self.sql("SELECT asl.create_state_machine(%s, %s, %s, %s)", name, json.dumps(definition), kind, json.dumps(options))

    def start(self, name, count, document="jsonb_build_object('n', n)"):
        """Starts count executions in batches of BATCH a transaction; the last one's id."""
        for first in range(0, count, BATCH):
            last = self.one(f"SELECT max(asl.start_execution(%s, {document})) FROM generate_series(%s, %s) n",
                            name, first + 1, min(first + BATCH, count))
        return last

    def wait_until_ended(self, execution):
        """Costs next to nothing, unlike the question whether any execution still runs."""
        while self.one("SELECT status FROM asl.executions WHERE execution = %s", execution) == "RUNNING":
            time.sleep(0.005)

    def wait_until_idle(self, limit=600):
        deadline = time.monotonic() + limit
        while self.one("SELECT EXISTS (SELECT FROM asl.executions WHERE status = 'RUNNING')"):
            if time.monotonic() > deadline:
                raise TimeoutError(f"executions still running after {limit} s")
            time.sleep(0.5)      # the question costs a look at every execution

    def insert_commits(self, clients=8, seconds=5):
        """The limit: single-row insert commits/s of pgbench."""
        with self.pgbench("INSERT INTO single (value) VALUES (1);", clients, seconds) as process:
            return float(re.search(r"tps = ([0-9.]+)", process.communicate()[0])[1])

    @contextlib.contextmanager
    def pgbench(self, script, clients, seconds):
        """A pgbench that runs a script for some time; ended at the end of the block."""
        with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
            file.write(script)
            file.flush()
            command = ["pgbench", "-n", "-M", "prepared", "-c", str(clients), "-j", "2", "-T", str(seconds), "-f", file.name,
                       "-U", "bench", self.name]
            with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
                try:
                    yield process
                finally:
                    process.terminate()

    def throughput(self, name, seconds):
        """Executions/s from the first start to the last end, of as many as take about the given time."""
        self.start(name, WARM_UP)
        self.wait_until_idle()
        count = int(max(WARM_UP, self.rate(name) * seconds)) // BATCH * BATCH
        before = self.one("SELECT max(execution) FROM asl.executions")
        self.start(name, count)
        self.wait_until_idle()
        failed = self.one("SELECT count(*) FROM asl.executions WHERE status <> 'SUCCEEDED'")
        if failed:
            raise RuntimeError(f"{failed} executions did not succeed")
        return self.rate(name, before)

    def rate(self, name, after=0):
        return float(self.one("""SELECT count(*) / extract(epoch FROM max(stop_date) - min(start_date))
                                 FROM asl.executions WHERE state_machine = %s AND execution > %s""", name, after))

    def latencies(self, name, count):
        """Milliseconds from before the start to the news of the end, sorted; the machine notifies channel bench."""
        found = []
        self.sql("LISTEN bench")
        for n in range(count + 20):
            began = time.perf_counter()
            self.sql("SELECT asl.start_execution(%s, %s)", name, json.dumps({"n": n}))
            while not self.connection.notifies:
                if select.select([self.connection], [], [], 30) == ([], [], []):
                    raise TimeoutError("an execution did not end within 30 s")
                self.connection.poll()
            if n >= 20:
                found.append((time.perf_counter() - began) * 1000)
            self.connection.notifies.clear()
            time.sleep(0.005)
        self.sql("UNLISTEN bench")
        return sorted(found)


@contextlib.contextmanager
def admin(database="postgres"):
    connection = psycopg2.connect(dbname=database)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            yield cursor.execute
    finally:
        connection.close()


def change_setting(name, value):
    with admin() as execute:
        execute(f"ALTER SYSTEM SET {name} = {value}")
        execute("SELECT pg_reload_conf()")
    time.sleep(0.5)


def set_workers(count):
    change_setting("asl.workers", count)


def percentile(values, share):
    return values[min(len(values) - 1, int(len(values) * share))]


# ---------------------------------------------------------------- the processes of the extension

def asl_processes():
    """Process ids of the launcher and the workers."""
    connection = psycopg2.connect(dbname="postgres")
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE backend_type LIKE 'pg_asl %%'")
        found = [row[0] for row in cursor.fetchall()]
    connection.close()
    return found


def cpu_seconds(pids):
    total = 0
    for pid in pids:
        with contextlib.suppress(FileNotFoundError):
            with open(f"/proc/{pid}/stat", encoding="ascii") as file:
                fields = file.read().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def private_memory(pids):
    """The largest private memory of one of the processes, in MB."""
    largest = 0
    for pid in pids:
        with contextlib.suppress(FileNotFoundError):
            with open(f"/proc/{pid}/status", encoding="ascii") as file:
                largest = max(largest, int(re.search(r"RssAnon:\s+(\d+)", file.read())[1]) / 1024)
    return largest


# ---------------------------------------------------------------- the scenarios

def three_steps(o, durability):
    with Database("steps") as db:
        db.create("steps", THREE_STEPS, durability=durability)
        limit = db.insert_commits()
        rate = db.throughput("steps", o.seconds)
        if db.one("SELECT count(*) FROM effect") != 2 * db.one("SELECT count(*) FROM asl.executions"):
            raise RuntimeError("a step's effect was lost or repeated")
    return {"figure": rate, "unit": "executions/s", "limit": limit, "ratio": rate / limit}


def contention(o):
    """The same row again and again: a lock is held to the end of a transaction, whatever shares it."""
    with Database("contention") as db:
        db.create("contention", sql_steps(CONTENDED_ACCOUNTS))
        limit = db.insert_commits()
        rate = db.throughput("contention", o.seconds)
    return {"figure": rate, "unit": "executions/s", "limit": limit, "ratio": rate / limit}


def ten_pure(o):
    with Database("pure") as db:
        db.create("pure", TEN_PURE)
        limit = db.insert_commits()
        rate = db.throughput("pure", o.seconds)
    return {"figure": rate, "unit": "executions/s", "limit": limit, "ratio": rate / limit}


def map_items(o):
    with Database("map") as db:
        db.create("map", MAP, max_history_events=0)
        limit = db.insert_commits()
        items = "jsonb_build_object('items', (SELECT jsonb_agg(jsonb_build_object('n', i)) FROM generate_series(1, %s) i))"
        db.start("map", 1, items % 100)
        db.wait_until_idle()
        db.start("map", 1, items % 10000)
        db.wait_until_idle()
        seconds, status = db.sql("""SELECT extract(epoch FROM stop_date - start_date)::float8, status FROM asl.executions
                                    ORDER BY execution DESC LIMIT 1""")[0]
        if status != "SUCCEEDED":
            raise RuntimeError(f"the Map ended as {status}")
    return {"figure": 10000 / seconds, "unit": "iterations/s", "limit": limit, "ratio": 10000 / seconds / limit}


ANSWER = """
SELECT count(asl.send_task_success(task_token, '{}')) AS answered FROM asl.get_activity_task('bench') \\gset
\\if :answered = 0
\\sleep 1 ms
\\endif
"""


def activities(o):
    with Database("activity") as db:
        db.sql("SELECT asl.create_activity('bench')")
        db.create("activity", ACTIVITY)
        limit = db.insert_commits()
        with db.pgbench(ANSWER, 4, 600):
            rate = db.throughput("activity", o.seconds)
    return {"figure": rate, "unit": "tasks/s", "limit": limit, "ratio": rate / limit}


def latency(o):
    with Database("latency") as db:
        db.create("one", ONE_TASK, notify="bench")
        values = db.latencies("one", 500)
        limit = 1000 / db.insert_commits(1, 3)
    return {"figure": statistics.median(values), "unit": "ms p50", "p99": percentile(values, 0.99), "limit": limit,
            "limit_unit": "ms a single-row insert commit, 1 client"}


def express(o):
    with Database("express") as db:
        db.create("express", TEN_PURE, "EXPRESS")
        call = "SELECT count(*) FROM generate_series(1, %s) n, asl.start_sync_execution('express', jsonb_build_object('n', n)) e WHERE status = 'SUCCEEDED'"
        db.one(call, 200)
        began = time.perf_counter()
        if db.one(call, 5000) != 5000:
            raise RuntimeError("an execution did not succeed")
        seconds = time.perf_counter() - began
    return {"figure": seconds / 5000 / 10 * 1e6, "unit": "µs a state"}


def waiting(o):
    with Database("waiting") as db:
        db.create("one", ONE_TASK, notify="bench")
        db.create("rest", LONG_WAIT)
        db.create("ask", ACTIVITY)
        db.sql("SELECT asl.create_activity('bench')")
        empty = statistics.median(db.latencies("one", 300))
        db.start("rest", o.waiting)
        db.start("ask", o.waiting // 10)
        while db.one("SELECT count(*) FROM asl.pending_tasks") < o.waiting // 10:
            time.sleep(1)
        time.sleep(5)
        full = statistics.median(db.latencies("one", 300))
        pids, cpu, began = asl_processes(), 0, time.monotonic()
        memory, cpu = private_memory(pids), cpu_seconds(pids)
        time.sleep(10)
        cpu = (cpu_seconds(pids) - cpu) / (time.monotonic() - began)
    return {"figure": full / empty, "unit": "× latency of an empty server", "waiting": o.waiting, "ms_empty": empty,
            "ms_full": full, "idle_core_percent": 100 * cpu, "worker_mb": memory}


def feed(db, seconds):
    """Keeps the workers busy with machine steps for that long; the id of its first execution."""
    deadline = time.monotonic() + seconds
    before = first = last = db.start("steps", BATCH)
    while time.monotonic() < deadline:
        before, last = last, db.start("steps", BATCH, f"jsonb_build_object('n', n + {last})")
        db.wait_until_ended(before)
    db.wait_until_idle()
    return first


def snapshot(o):
    with Database("snapshot") as db:
        # The tasks' own rows get few versions: what the snapshot does to the extension's is the question.
        db.create("steps", sql_steps(SNAPSHOT_ACCOUNTS))
        db.sql("INSERT INTO account SELECT n, 0 FROM generate_series(10000, %s) n", SNAPSHOT_ACCOUNTS - 1)
        # Before it is held, so long that the data have outgrown the server's memory and checkpoints come and go.
        feed(db, o.snapshot_seconds / 5)
        holder = db.connect()
        holder.autocommit = False
        with holder.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT count(*) FROM account")
        first = feed(db, o.snapshot_seconds)
        tenths = [row[0] for row in db.sql("""
            SELECT count(*) FROM (SELECT width_bucket(extract(epoch FROM stop_date), extract(epoch FROM min(stop_date) OVER ()),
                extract(epoch FROM max(stop_date) OVER ()) + 0.001, 10) AS tenth FROM asl.executions WHERE execution > %s) e
            GROUP BY tenth ORDER BY tenth""", first)]
        holder.close()
    return {"figure": tenths[-1] / tenths[0], "unit": "× throughput, last tenth to first", "seconds": o.snapshot_seconds,
            "tenths": tenths}


def bytes_written(o):
    with Database("bytes") as db:
        db.create("steps", THREE_STEPS)
        db.start("steps", WARM_UP)
        db.wait_until_idle()
        size = """SELECT sum(pg_total_relation_size(c.oid))::bigint FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
                  WHERE nspname = 'asl' AND relkind IN ('r', 'm')"""
        with admin() as execute:
            execute("CHECKPOINT")
        disk, lsn = db.one(size), db.one("SELECT pg_current_wal_lsn()")
        db.start("steps", 10 * WARM_UP)
        db.wait_until_idle()
        wal = db.one("SELECT (pg_current_wal_lsn() - %s::pg_lsn)::bigint", lsn)
        disk = db.one(size) - disk
    return {"figure": wal / (10 * WARM_UP), "unit": "bytes of WAL an execution", "disk_bytes": disk / (10 * WARM_UP)}


def workers(o):
    rates = {}
    with Database("workers") as db:
        db.create("steps", THREE_STEPS)
        limit = db.insert_commits()
        for count in (1, 2, 4, 8):
            set_workers(count)
            rates[count] = db.throughput("steps", o.seconds / 2)
    set_workers(8)
    return {"figure": rates[8] / rates[1], "unit": "× executions/s, 8 workers to 1", "limit": limit,
            **{f"workers_{count}": rate for count, rate in rates.items()}}


# name: (function, what it is, the figure compared, "must reach", "aim")
SCENARIOS = {
    "steps": (lambda o: three_steps(o, "step"), "3 SQL steps an execution, durability step", "ratio", 0.30, 0.75),
    "steps-execution": (lambda o: three_steps(o, "execution"), "3 SQL steps an execution, durability execution", "ratio", 0.30, 0.75),
    "contention": (contention, "3 SQL steps, 8 rows that all of them update", "ratio", None, None),
    "pure": (ten_pure, "10 pure states an execution", "ratio", 1.0, 3.0),
    "map": (map_items, "Map of 10,000 items, a function each", "ratio", 0.7, 2.0),
    "activity": (activities, "activity answered by 4 clients", "ratio", 0.25, 0.5),
    "latency": (latency, "start to SUCCEEDED, one task, idle server", "figure", 3, 1),
    "express": (express, "synchronous express, 10 states", "figure", 10, 2),
    "waiting": (waiting, "one task while others wait", "figure", 1.5, 1.05),
    "snapshot": (snapshot, "3 SQL steps while a snapshot is held", "figure", 0.9, 1.0),
    "bytes": (bytes_written, "WAL of 3 SQL steps, history included", "figure", None, None),
    "workers": (workers, "speed-up by workers", "figure", None, None),
}


# ---------------------------------------------------------------- running

def measure(name, options):
    function, title, _, must, aim = SCENARIOS[name]
    try:
        result = {"scenario": name, "title": title, "must": must, "aim": aim, **function(options)}
    except (psycopg2.Error, RuntimeError, TimeoutError) as error:
        result = {"scenario": name, "title": title, "must": must, "aim": aim, "error": str(error).strip()}
    return {key: round(value, 4) if isinstance(value, float) else value for key, value in result.items()}


def rest_of(result):
    shown = {"scenario", "title", "must", "aim", "figure", "unit", "limit", "ratio"}
    return "  ".join(f"{key} {value}" for key, value in result.items() if key not in shown)


def table(results):
    print(f"\n{'scenario':<17}{'figure':>10}  {'unit':<36}{'limit':>8}{'ratio':>8}{'must':>7}{'aim':>7}")
    for r in results:
        if "error" in r:
            print(f"{r['scenario']:<17}{'-':>10}  {r['error'][:100]}")
            continue
        cell = lambda key: "" if r.get(key) is None else f"{r[key]:g}" if key in ("must", "aim") else f"{r[key]:.2f}"
        figure = f"{r['figure']:.0f}" if r["figure"] >= 100 else f"{r['figure']:.2f}"
        print(f"{r['scenario']:<17}{figure:>10}  {r['unit']:<36}{cell('limit'):>8}{cell('ratio'):>8}{cell('must'):>7}{cell('aim'):>7}")
        if rest_of(r):
            print(f"{'':<29}{rest_of(r)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO", help=f"of {', '.join(SCENARIOS)}; default: all")
    parser.add_argument("--seconds", type=float, default=8, help="length of a throughput measurement")
    parser.add_argument("--waiting", type=int, default=50000, help="executions in a Wait; a tenth waits for activities")
    parser.add_argument("--snapshot-seconds", type=float, default=30, help="load while a snapshot is held")
    options = parser.parse_args()
    unknown = set(options.scenarios) - set(SCENARIOS)
    if unknown:
        parser.error(f"no such scenario: {', '.join(unknown)}")
    set_workers(8)
    results = []
    with open(os.environ["ASL_RESULTS"], "w", encoding="utf-8") as file:
        for name in options.scenarios or SCENARIOS:
            results.append(measure(name, options))
            line = json.dumps(results[-1], ensure_ascii=False)
            print(line, flush=True)
            file.write(line + "\n")
            file.flush()
    table(results)
    return 1 if any("error" in r for r in results) else 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["soak"]:
        import soak
        sys.exit(soak.main(sys.argv[2:]))
    sys.exit(main())
