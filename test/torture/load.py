"""The load: workflows of many kinds, started, answered and stopped by clients that live through every fault.

Whatever a client does to a workflow it notes in a table in the same transaction, so the database alone tells what
must have happened: started (what was started), effect (what tasks did), answered (what activity workers sent).
"""
import json
import random
import threading
import time

import psycopg2

CROWD = 150                 # executions under way at most
# Classes of errors that the faults themselves lead to: stopped, lost, full, no file; and what SERIALIZABLE, a setting's
# value, may answer to any transaction.
EXPECTED = ("57", "08", "53", "58", "40001")


# A full disk or a server out of something fails a task like any error of its SQL: whoever can wait says Retry.
RETRY = [{"ErrorEquals": ["disk_full", "insufficient_resources", "out_of_memory", "too_many_connections"],
          "IntervalSeconds": 1, "BackoffRate": 1, "MaxAttempts": 50}]


def sql_step(step):
    return {"Type": "Task", "Resource": "pg:sql", "ResultPath": None, "Retry": RETRY, "Parameters": {
        "Statement": "INSERT INTO effect VALUES ($1, $2)", "Parameters.$": f"States.Array($.name, '{step}')"}}


def machine(*states):
    """A definition of (name, state) pairs, each going to the next one."""
    linked = {}
    for (name, state), following in zip(states, states[1:] + (None,)):
        linked[name] = {**state, **({"Next": following[0]} if following else {"End": True})}
    return {"StartAt": states[0][0], "States": linked}


MAP_ITEMS = 12

MACHINES = {
    "steps": machine(("A", sql_step("a")), ("B", sql_step("b")), ("C", sql_step("c"))),
    "wait": machine(("A", sql_step("a")), ("Rest", {"Type": "Wait", "Seconds": 1}), ("B", sql_step("b"))),
    "retry": machine(
        ("A", sql_step("a")),
        ("Flaky", {"Type": "Task", "Resource": "pg:function:flaky", "Parameters": {"name.$": "$.name"}, "ResultPath": None,
                   "Retry": RETRY + [{"ErrorEquals": ["connection_failure"], "IntervalSeconds": 1, "BackoffRate": 1, "MaxAttempts": 50}]}),
        ("B", sql_step("b"))),
    "map": machine(
        ("Each", {"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 4, "ResultPath": None,
                  "ItemSelector": {"name.$": "$.name", "item.$": "$$.Map.Item.Value"},
                  "ItemProcessor": machine(("Call", {"Type": "Task", "Resource": "pg:function:note", "Retry": RETRY}))}),
        ("B", sql_step("b"))),
    "activity": machine(
        ("A", sql_step("a")), ("Ask", {"Type": "Task", "Resource": "pg:activity:torture", "ResultPath": None}), ("B", sql_step("b"))),
    "nested": machine(
        ("A", sql_step("a")),
        ("Call", {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "ResultPath": None, "Retry": RETRY,
                  "Parameters": {"StateMachineArn": "steps", "Name.$": "$.child", "Input": {"name.$": "$.child"}}}),
        ("B", sql_step("b"))),
    "stopped": machine(("A", sql_step("a")), ("Rest", {"Type": "Wait", "Seconds": 99999999}), ("B", sql_step("b"))),
}

# What each kind must have done, once each, when it has ended.
EFFECTS = {
    "steps": ["a", "b", "c"],
    "wait": ["a", "b"],
    "retry": ["a", "flaky", "b"],
    "map": [f"item {n}" for n in range(MAP_ITEMS)] + ["b"],
    "activity": ["a", "answer", "b"],
    "nested": ["a", "b"],
    "stopped": ["a"],
}

SCHEMA = """
    CREATE TABLE started (name text, kind text);
    CREATE TABLE effect (name text, step text);
    CREATE FUNCTION note(name text, item int) RETURNS void LANGUAGE sql AS $$INSERT INTO effect VALUES (name, 'item ' || item)$$;
    CREATE FUNCTION flaky(name text) RETURNS void LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO effect VALUES (name, 'flaky');
        IF random() < 0.3 THEN
            RAISE EXCEPTION 'not now' USING ERRCODE = 'connection_failure';
        END IF;
    END $$;
"""


class Load:
    def __init__(self, server):
        self.server = server
        self.over = threading.Event()           # no new work
        self.abandoned = threading.Event()      # nothing at all any more
        self.number = 0
        self.problems = []
        self.threads = []

    def prepare(self):
        self.server.admin("DO $$ BEGIN CREATE ROLE torture LOGIN; EXCEPTION WHEN duplicate_object THEN END $$")
        self.server.rows("CREATE EXTENSION pg_asl")
        self.server.rows("GRANT CREATE ON SCHEMA public TO torture")
        connection = self.server.connect(user="torture")
        with connection.cursor() as cursor:
            cursor.execute(SCHEMA)
            cursor.execute("SELECT asl.create_activity('torture')")
            for name, definition in MACHINES.items():
                cursor.execute("SELECT asl.create_state_machine(%s, %s)", (name, json.dumps(definition)))
        connection.close()

    def begin(self):
        for client in (self.start_some, self.answer_one, self.answer_one, self.stop_one):
            thread = threading.Thread(target=self.live, args=(client,), daemon=True)
            thread.start()
            self.threads.append(thread)

    def live(self, client):
        """Repeats a client's transaction on a connection that is made again whenever a fault took it."""
        connection = None
        while not self.abandoned.is_set():
            try:
                if connection is None or connection.closed:
                    connection = self.server.connect(user="torture")
                    connection.autocommit = False
                with connection, connection.cursor() as cursor:
                    busy = client(cursor)
                if not busy:
                    time.sleep(0.05)
            except psycopg2.Error as error:
                # No SQLSTATE: the connection is lost.  Class 57: a cancel or a shutdown.
                if not (error.pgcode or "57").startswith(EXPECTED):
                    self.problems.append(f"{client.__name__}: {error.pgcode} {error}".strip())
                time.sleep(0.05)

    def start_some(self, cursor):
        """Starts up to ten executions in one transaction; rolls back one transaction in ten."""
        if self.over.is_set():
            return False
        cursor.execute("SELECT count(*) FROM asl.executions WHERE status = 'RUNNING'")
        if cursor.fetchone()[0] > CROWD:
            return False
        for _ in range(random.randint(1, 10)):
            kind = random.choice(list(MACHINES))
            self.number += 1
            name = f"{kind}-{self.number}"
            document = {"name": name, "child": name + "-child", "items": list(range(MAP_ITEMS))}
            cursor.execute("INSERT INTO started VALUES (%s, %s)", (name, kind))
            if kind == "nested":
                cursor.execute("INSERT INTO started VALUES (%s, 'steps')", (name + "-child",))
            cursor.execute("SELECT asl.start_execution(%s, %s, %s)", (kind, json.dumps(document), name))
        if random.random() < 0.1:
            cursor.connection.rollback()
        return True

    def answer_one(self, cursor):
        cursor.execute("SELECT task_token, input FROM asl.get_activity_task('torture', 'client')")
        task = cursor.fetchone()
        if task is None:
            return False
        cursor.execute("INSERT INTO effect VALUES (%s, 'answer')", (task[1]["name"],))
        cursor.execute("SELECT asl.send_task_success(%s, '{}')", (task[0],))
        if random.random() < 0.1:
            cursor.connection.rollback()
        return True

    def stop_one(self, cursor):
        """Stops an execution of the machine stopped once its first step is done."""
        cursor.execute("""SELECT execution FROM asl.executions e WHERE state_machine = 'stopped' AND status = 'RUNNING'
                          AND EXISTS (SELECT FROM effect f WHERE f.name = e.name) LIMIT 1""")
        row = cursor.fetchone()
        if row is None:
            return False
        cursor.execute("SELECT asl.stop_execution(%s, 'Stopped', 'enough')", row)
        return True

    def end(self, limit=180):
        """No new work; waits until everything under way has ended."""
        self.over.set()
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline and self.server.one("SELECT count(*) FROM asl.executions WHERE status = 'RUNNING'"):
            time.sleep(0.5)
        self.abandon()

    def abandon(self):
        self.over.set()
        self.abandoned.set()
        for thread in self.threads:
            thread.join(30)
