"""The faults. Each method strike_… is one; it leaves the server running."""
import collections
import contextlib
import os
import random
import shutil
import signal
import tempfile
import time

import psycopg2

from tenants import Tenants

SMALL_DISK = 4 << 30        # bytes: a file system made for this test, which may be filled
SECOND = "asl_torture_second"

# Settings with values that make sense under load; each is reset by the next strike.
SETTINGS = {
    "asl.workers": ["0", "1", "2", "8"],
    "asl.max_payload": ["0", "262144", "1000000"],
    "asl.max_history_events": ["0", "25000"],
    "synchronous_commit": ["off", "local", "on"],
    "deadlock_timeout": ["10ms", "1s"],
    "log_min_duration_statement": ["0", "-1"],
    "enable_indexscan": ["off", "on"],
    "plan_cache_mode": ["force_custom_plan", "force_generic_plan", "auto"],
    "default_transaction_isolation": ["repeatable read", "serializable", "read committed"],
    "work_mem": ["64kB", "4MB"],
}


class Faults(Tenants):
    def __init__(self, server):
        self.server = server
        self.counts = collections.Counter()

    def names(self):
        """The faults that are possible here."""
        names = [name[len("strike_"):] for name in dir(self) if name.startswith("strike_")]
        disk = os.statvfs(self.server.data)
        if disk.f_blocks * disk.f_frsize > SMALL_DISK:
            names.remove("disk_full")
        return names

    def prepare(self):
        self.server.admin(f"DROP DATABASE IF EXISTS {SECOND} (FORCE)", f"CREATE DATABASE {SECOND}")
        self.server.rows("CREATE TABLE IF NOT EXISTS slots AS SELECT n FROM generate_series(1, 10000) n")
        self.server.rows("ALTER TABLE slots SET (parallel_workers = 16)")
        self.prepare_tenants()

    def strike(self, name):
        with contextlib.suppress(psycopg2.Error, ProcessLookupError):
            getattr(self, "strike_" + name)()
        self.counts[name] += 1

    def end(self):
        """Takes back what lasts."""
        self.end_tenants()
        for name in SETTINGS:
            self.server.admin(f"ALTER SYSTEM RESET {name}")
        self.server.admin("ALTER SYSTEM SET asl.workers = 4", "SELECT pg_reload_conf()", f"DROP DATABASE IF EXISTS {SECOND} (FORCE)")

    # ---- processes

    def kill_one(self, backend_type, number):
        pids = self.server.pids(backend_type)
        if pids:
            os.kill(random.choice(pids), number)

    def strike_kill_worker(self):
        self.kill_one("pg_asl worker", signal.SIGKILL)

    def strike_kill_launcher(self):
        self.kill_one("pg_asl launcher", signal.SIGKILL)

    def strike_kill_client(self):
        self.kill_one("client backend", signal.SIGKILL)

    def strike_cancel_backend(self):
        # Anybody but the checkpointer: since PostgreSQL 18 it takes that for the postmaster's order to shut down.
        self.kill_one("^(?!checkpointer)", signal.SIGINT)

    def strike_cancel_worker(self):
        self.kill_one("pg_asl worker", signal.SIGINT)

    def strike_terminate_worker(self):
        self.kill_one("pg_asl worker", signal.SIGTERM)

    def strike_terminate_launcher(self):
        self.kill_one("pg_asl launcher", signal.SIGTERM)

    def strike_terminate_client(self):
        self.kill_one("client backend", signal.SIGTERM)

    # ---- the whole server

    def strike_kill_postmaster(self):
        self.server.kill_postmaster()

    def strike_immediate_restart(self):
        self.server.restart("immediate")

    def strike_fast_restart(self):
        self.server.restart("fast")

    def strike_promote_standby(self):
        """A streaming standby takes over from the primary, which is stopped immediately: its last commits may be lost."""
        data, standby = self.server.data, self.server.data + ".standby"
        run = self.server.as_server_user
        run("rm", "-rf", standby)
        backup = run("pg_basebackup", "-h", os.environ["PGHOST"], "-p", os.environ["PGPORT"], "-U", "postgres", "-D", standby, "-R", "-c", "fast",
                     check=False)
        if backup.returncode != 0:      # the disk has no room for two, or a fault struck it
            run("rm", "-rf", standby)
            return
        run("pg_ctl", "-D", standby, "-l", self.server.log, "-o", "-p 5441", "-w", "-t", "120", "start")
        time.sleep(1)
        self.server.stop("immediate")
        run("pg_ctl", "-D", standby, "-w", "promote")
        run("pg_ctl", "-D", standby, "-m", "fast", "-w", "stop")
        shutil.rmtree(data)
        os.rename(standby, data)
        self.server.start()

    def fill(self, file):
        """Takes all the space that is left, in pieces: others write at the same time."""
        offset, piece = 0, SMALL_DISK
        while piece >= 4096:
            try:
                os.posix_fallocate(file, offset, piece)
                offset += piece
            except OSError:
                piece //= 2

    def strike_disk_full(self):
        """Nothing can be written for a second or two; the server may not survive that by itself."""
        with tempfile.TemporaryFile(dir=os.path.dirname(self.server.data)) as file:
            self.fill(file.fileno())
            time.sleep(random.uniform(1, 2))
        if not self.server.running():
            self.server.start()

    def strike_clock_jump(self):
        """The clock goes a minute forward or some seconds back, and stays there: what is timed comes early or late."""
        self.server.set_clock(self.server.clock_offset + random.choice([60, 10, -2, -5]))

    # ---- other sessions

    def strike_extension(self):
        """The extension goes and comes in a second database, with work for its workers in between."""
        connection = self.server.connect(SECOND)
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("DROP EXTENSION IF EXISTS pg_asl CASCADE")
            cursor.execute("CREATE EXTENSION pg_asl")
            cursor.execute("""SELECT asl.create_state_machine('rest', '{"StartAt": "R", "States": {"R": {"Type": "Wait", "Seconds": 1, "End": true}}}')""")
            cursor.execute("SELECT asl.start_execution('rest') FROM generate_series(1, 20)")
        time.sleep(random.uniform(0, 1.5))

    def strike_drop_database(self):
        """A database goes while workers are at work in it."""
        self.strike_extension()
        self.server.admin(f"DROP DATABASE {SECOND} (FORCE)", f"CREATE DATABASE {SECOND}")

    def strike_setting(self):
        name = random.choice(list(SETTINGS))
        self.server.admin(f"ALTER SYSTEM SET {name} = '{random.choice(SETTINGS[name])}'", "SELECT pg_reload_conf()")
        time.sleep(1)
        self.server.admin(f"ALTER SYSTEM RESET {name}", "ALTER SYSTEM SET asl.workers = 4", "SELECT pg_reload_conf()")

    def strike_no_connections(self):
        """All connections are taken for a second."""
        held = []
        with contextlib.ExitStack() as stack:
            with contextlib.suppress(psycopg2.OperationalError):
                for _ in range(100):
                    held.append(stack.enter_context(contextlib.closing(psycopg2.connect(dbname="postgres"))))
            time.sleep(1)

    def strike_no_worker_slots(self):
        """A parallel query takes the background worker slots for about a second."""
        connection = self.server.connect()
        with contextlib.closing(connection), connection.cursor() as cursor:
            cursor.execute("SET max_parallel_workers_per_gather = 16; SET max_parallel_workers = 16; SET parallel_setup_cost = 0;"
                           "SET parallel_tuple_cost = 0; SET min_parallel_table_scan_size = 0")
            cursor.execute("SELECT count(pg_sleep(0.001)) FROM slots")
