"""Tenants as enemies: faults that one role can make for another, and what an honest one notices of them.

The load's role is torture. Mallory has no rights but to log in, and does what she can: tasks that are slow, deaf or wait
for locks, loops, floods, transactions that stay open. Her executions may end as they like.
"""
import contextlib
import json
import os
import random
import statistics
import threading
import time

import psycopg2

from load import machine

ROLE = "mallory"
HONEST = "honest"
PREPARED = "torture_"


def statement(text, **more):
    return {"Type": "Task", "Resource": "pg:sql", "ResultPath": None, "Parameters": {"Statement": text}, **more}


# A loop without an end but max_history_events.
LOOP = {"StartAt": "A", "States": {
    "A": {"Type": "Pass", "Next": "B"},
    "B": {"Type": "Choice", "Choices": [{"Variable": "$.never", "IsPresent": True, "Next": "C"}], "Default": "A"},
    "C": {"Type": "Succeed"}}}

MACHINES = {
    "mallory_slow": machine(("S", statement("SELECT pg_sleep(5)"))),
    "mallory_deaf": machine(("S", statement("SELECT deaf()", TimeoutSeconds=1))),
    "mallory_stuck": machine(("S", statement("LOCK TABLE mine", TimeoutSeconds=5))),
    "mallory_loop": LOOP,
    "mallory_fails": machine(("S", statement("SELECT 1 / 0"))),
    "mallory_rests": {**machine(("R", {"Type": "Task", "Resource": "pg:activity:mallory"})), "TimeoutSeconds": 2},
}

SCHEMA = """
    CREATE TABLE mine ();
    CREATE FUNCTION deaf() RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        FOR i IN 1 .. 20 LOOP
            BEGIN
                PERFORM pg_sleep(1);
            EXCEPTION WHEN query_canceled THEN NULL;
            END;
        END LOOP;
    END $$;
"""


class Tenants:
    """Faults, as those of faults.py; it has a server."""

    def prepare_tenants(self):
        for role in (ROLE, HONEST):
            self.server.admin(f"DO $$ BEGIN CREATE ROLE {role} LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
            self.server.rows(f"CREATE SCHEMA {role} AUTHORIZATION {role}")
        self.create(ROLE, MACHINES, SCHEMA + "SELECT asl.create_activity('mallory');")
        step = statement("INSERT INTO done DEFAULT VALUES")
        self.create(HONEST, {"honest": machine(("A", step), ("W", {"Type": "Wait", "Seconds": 1}), ("B", step))}, "CREATE TABLE done ();")

    def create(self, role, machines, schema):
        with contextlib.closing(self.server.connect(user=role)) as connection, connection.cursor() as cursor:
            if schema:
                cursor.execute(schema)
            for name, definition in machines.items():
                cursor.execute("SELECT asl.create_state_machine(%s, %s)", (name, json.dumps(definition)))

    def end_tenants(self):
        """Gives everything back; Mallory's executions are stopped."""
        self.give_back()
        for (gid,) in self.server.rows(f"SELECT gid FROM pg_prepared_xacts WHERE gid LIKE '{PREPARED}%'"):
            self.server.rows(f"ROLLBACK PREPARED '{gid}'")
        while self.server.rows("SELECT 1 FROM asl.executions WHERE status = 'RUNNING' AND state_machine LIKE 'mallory%'"):
            with contextlib.suppress(psycopg2.Error):
                self.server.rows("SELECT asl.stop_execution(execution) FROM asl.executions WHERE status = 'RUNNING' AND state_machine LIKE 'mallory%'")

    # ---- rights

    def give_back(self):
        self.server.admin("ALTER ROLE torture LOGIN CONNECTION LIMIT -1", f"GRANT CONNECT ON DATABASE {self.server.database} TO PUBLIC",
                          f"ALTER DATABASE {self.server.database} ALLOW_CONNECTIONS true CONNECTION LIMIT -1")

    def take_away(self, command):
        """A right of the load's role is gone for some seconds, its workers too."""
        try:
            self.server.admin(command)
            for pid in self.server.pids("pg_asl worker"):
                self.server.admin(f"SELECT pg_terminate_backend({pid})")
            time.sleep(random.uniform(0.5, 2))
        finally:
            self.give_back()

    def strike_nologin(self):
        self.take_away("ALTER ROLE torture NOLOGIN")

    def strike_role_limit(self):
        self.take_away("ALTER ROLE torture CONNECTION LIMIT 0")

    def strike_revoke_connect(self):
        self.take_away(f"REVOKE CONNECT ON DATABASE {self.server.database} FROM PUBLIC")

    def strike_database_limit(self):
        self.take_away(f"ALTER DATABASE {self.server.database} CONNECTION LIMIT 0")

    def strike_database_closed(self):
        self.take_away(f"ALTER DATABASE {self.server.database} ALLOW_CONNECTIONS false")

    def strike_drop_role(self):
        """A role that has something due is dropped, where that is not refused."""
        name = f"gone_{random.randrange(10 ** 9)}"
        self.server.admin(f"CREATE ROLE {name} LOGIN")
        self.create(name, {name: machine(("W", {"Type": "Wait", "Seconds": 1}), ("S", {"Type": "Pass"}))}, "")
        with contextlib.closing(self.server.connect(user=name)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT asl.start_execution(%s)", (name,))
        with contextlib.suppress(psycopg2.Error):
            self.server.admin_once(f"DROP ROLE {name}")
        time.sleep(0.5)
        for table in ("branch", "history", "execution"):
            self.server.rows(f"""DELETE FROM asl.{table} WHERE execution IN (SELECT execution FROM asl.execution JOIN asl.state_machine m
                                 USING (state_machine) WHERE m.name = %s)""", (name,))
        self.server.rows("SELECT asl.delete_state_machine(%s)", (name,))

    # ---- transactions that stay open

    def open_transaction(self, user, *statements, ends=("commit", "rollback")):
        """Says these in a transaction that then does nothing for a while; what it could not do does not matter."""
        with contextlib.closing(self.server.connect(user=user)) as connection, connection.cursor() as cursor:
            connection.autocommit = False
            with contextlib.suppress(psycopg2.Error):
                for text in statements:
                    cursor.execute(text)
                time.sleep(random.uniform(0.5, 2))
                getattr(connection, random.choice(ends))()

    def strike_idle_taker(self):
        """A client holds the load's tasks, and in the end gives them back."""
        self.open_transaction("torture", *["SELECT FROM asl.get_activity_task('torture', 'idle')"] * 5, ends=["rollback"])

    def strike_idle_answerer(self):
        """A client answers the load's tasks, and in the end does not."""
        self.open_transaction("torture", """SELECT asl.send_task_success(task_token, '{}') FROM asl.pending_tasks
                                            WHERE activity = 'torture' LIMIT 5""", ends=["rollback"])

    def strike_idle_mallory(self):
        """Mallory holds what she can get hold of."""
        self.start("mallory_rests", 10)
        self.open_transaction(
            ROLE, "SELECT asl.delete_state_machine('xeTinyd')", "SELECT count(t.*) FROM generate_series(1, 10), LATERAL asl.get_activity_task('mallory') t",
            "SELECT count(asl.stop_execution(execution)) FROM asl.executions WHERE state_machine = 'mallory_loop' AND status = 'RUNNING'",
            "SELECT asl.delete_activity('mallory')")
        with contextlib.suppress(psycopg2.Error):
            self.create(ROLE, {}, "SELECT asl.create_activity('mallory')")

    def strike_prepared(self):
        """Two transactions are prepared; one is ended now, the other by a later strike or at the end."""
        left = [gid for (gid,) in self.server.rows(f"SELECT gid FROM pg_prepared_xacts WHERE gid LIKE '{PREPARED}%'")]
        for gid in left:
            self.server.rows(random.choice(["COMMIT", "ROLLBACK"]) + f" PREPARED '{gid}'")
        for end in ("COMMIT", None):
            number = random.randrange(10 ** 12)
            name, gid = f"steps-p{number}", PREPARED + str(number)
            with contextlib.closing(self.server.connect(user="torture")) as connection, connection.cursor() as cursor:
                cursor.execute(f"""BEGIN; INSERT INTO started VALUES ('{name}', 'steps');
                    SELECT asl.start_execution('steps', '{json.dumps({"name": name})}', '{name}'); PREPARE TRANSACTION '{gid}'""")
                if end:
                    cursor.execute(f"{end} PREPARED '{gid}'")

    # ---- what Mallory starts

    def start(self, name, count):
        with contextlib.closing(self.server.connect(user=ROLE)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(asl.start_execution(%s)) FROM generate_series(1, %s)", (name, count))

    def strike_slow_tasks(self):
        self.start("mallory_slow", random.randint(4, 12))

    def strike_deaf_tasks(self):
        self.start("mallory_deaf", random.randint(1, 4))

    def strike_stuck_tasks(self):
        self.start("mallory_stuck", random.randint(2, 8))
        self.open_transaction(ROLE, "LOCK TABLE mine")

    def strike_loops(self):
        self.start("mallory_loop", random.randint(1, 4))

    def strike_failures(self):
        self.start("mallory_fails", random.randint(10, 100))

    # ---- what the honest tenant notices

    def honest_times(self, seconds):
        """How long its executions take, one every tenth of a second."""
        with contextlib.closing(self.server.connect(user=HONEST)) as connection, connection.cursor() as cursor:
            since = time.monotonic()
            started = []
            while time.monotonic() < since + seconds:
                cursor.execute("SELECT asl.start_execution('honest')")
                started.append(cursor.fetchone()[0])
                time.sleep(0.1)
            cursor.execute("SELECT max(asl.wait_for_execution(execution, '60 s')) FROM unnest(%s) execution", (started,))
            cursor.execute("""SELECT extract(epoch FROM coalesce(stop_date, clock_timestamp()) - start_date)::float FROM asl.executions
                              WHERE execution = ANY (%s)""", (started,))
            return [row[0] for row in cursor.fetchall()]

    def measure_honest(self, seconds):
        """The honest tenant alone, then beside Mallory, who does what only a role can do; the ratio of the medians and of
        the ninth deciles."""
        alone = self.honest_times(seconds)
        hostile = [self.strike_idle_mallory, self.strike_slow_tasks, self.strike_deaf_tasks, self.strike_stuck_tasks, self.strike_loops, self.strike_failures]
        over = threading.Event()

        def be_hostile():
            while not over.is_set():
                with contextlib.suppress(psycopg2.Error):
                    random.choice(hostile)()
                    time.sleep(0.3)
        enemies = [threading.Thread(target=be_hostile, daemon=True) for _ in range(3)]
        for enemy in enemies:
            enemy.start()
        time.sleep(2)
        beside = self.honest_times(seconds)
        over.set()
        for enemy in enemies:
            enemy.join(30)
        self.end_tenants()
        decile = lambda times: statistics.quantiles(times, n=10)[8]
        return statistics.median(beside) / statistics.median(alone), decile(beside) / decile(alone)


# ---- rest ----

def usage(pid):
    """Seconds of processor and kilobytes of memory of a process's own."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rpartition(")")[2].split()
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        memory = next(int(line.split()[1]) for line in file if line.startswith("RssAnon"))
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), memory


def unrest(server, seconds=10):
    """The extension's processes that use a processor or grow although there is nothing to do."""
    time.sleep(2)
    before = {pid: usage(pid) for pid in server.pids("pg_asl")}
    time.sleep(seconds)
    found = []
    for pid, (processor, memory) in before.items():
        with contextlib.suppress(OSError):
            now = usage(pid)
            if now[0] - processor > 0.02 * seconds or now[1] - memory > 1024:
                found.append((pid, f"{now[0] - processor:.2f} s of processor, {now[1] - memory} kB more"))
    return found
