"""The server under torture: connections, its processes, stopping and starting it."""
import contextlib
import glob
import os
import signal
import struct
import subprocess
import time

import psycopg2

DATABASE = "asl_torture"
SETTINGS = {"asl.workers": "4", "restart_after_crash": "on", "max_connections": "50", "max_worker_processes": "16", "max_prepared_transactions": "20",
            "wal_level": "replica", "log_min_messages": "warning"}


class Server:
    database = DATABASE

    def __init__(self):
        self.data = os.environ["PGDATA"]
        self.log = os.path.join(os.path.dirname(self.data), "log")
        self.clock = os.path.join(os.path.dirname(self.data), "clock")
        self.set_clock(0)

    # ---- life

    def prepare(self):
        """Settings for the torture, an empty log, no database of an earlier run."""
        self.admin(*(f"ALTER SYSTEM SET {name} = '{value}'" for name, value in SETTINGS.items()))
        self.restart("fast")
        self.log_start = os.path.getsize(self.log)
        self.admin(f"DROP DATABASE IF EXISTS {DATABASE} (FORCE)", f"CREATE DATABASE {DATABASE}")

    def restore(self):
        if not self.running():
            self.start()
        self.admin(f"DROP DATABASE IF EXISTS {DATABASE} (FORCE)", "ALTER SYSTEM RESET ALL")
        self.restart("fast")

    def as_server_user(self, *command, check=True):
        """Runs a command as the user that the server runs as."""
        prefix = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        return subprocess.run([*prefix, *command], cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=check)

    def start(self):
        """Starts the server under a clock that set_clock can move."""
        self.as_server_user("env", f"LD_PRELOAD={self.clock}.so", f"CLOCK_OFFSET={self.clock}", "pg_ctl", "-D", self.data, "-l", self.log, "-w", "-t", "120", "start")

    def set_clock(self, offset):
        """The server's clock is that many seconds ahead."""
        self.clock_offset = offset
        with open(self.clock, "r+b" if os.path.exists(self.clock) else "wb") as file:
            file.write(struct.pack("=q", offset))

    def stop(self, mode):
        self.as_server_user("pg_ctl", "-D", self.data, "-m", mode, "-w", "-t", "120", "stop")

    def restart(self, mode):
        self.stop(mode)
        self.start()

    def running(self):
        return self.as_server_user("pg_ctl", "-D", self.data, "status", check=False).returncode == 0

    def kill_postmaster(self):
        """kill -9 of the postmaster, then a start once its children have noticed."""
        with open(os.path.join(self.data, "postmaster.pid"), encoding="ascii") as file:
            postmaster = int(file.readline())
        children = self.children(postmaster)
        os.kill(postmaster, signal.SIGKILL)
        while any(os.path.exists(f"/proc/{pid}") for pid in children):
            time.sleep(0.05)
        self.start()

    @staticmethod
    def children(parent):
        found = []
        for status in glob.glob("/proc/[0-9]*/status"):
            with contextlib.suppress(OSError), open(status, encoding="utf-8", errors="replace") as file:
                if f"\nPPid:\t{parent}\n" in file.read():
                    found.append(int(status.split("/")[2]))
        return found

    def log_lines(self):
        with open(self.log, encoding="utf-8", errors="replace") as file:
            file.seek(self.log_start)
            return file.read().splitlines()

    # ---- connections

    def connect(self, database=DATABASE, user=None):
        """A connection in autocommit mode; waits while the server is down or full."""
        deadline = time.monotonic() + 120
        while True:
            try:
                connection = psycopg2.connect(dbname=database, user=user or os.environ["PGUSER"])
                connection.autocommit = True
                return connection
            except psycopg2.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def rows(self, text, arguments=None, database=DATABASE):
        """The rows of one query; tried again when a fault strikes it."""
        while True:
            try:
                with contextlib.closing(self.connect(database)) as connection, connection.cursor() as cursor:
                    cursor.execute(text, arguments)
                    return cursor.fetchall() if cursor.description else []
            except (psycopg2.OperationalError, psycopg2.InterfaceError):
                time.sleep(0.1)

    def one(self, text):
        return self.rows(text)[0][0]

    def admin(self, *statements):
        for statement in statements:
            self.rows(statement, database="postgres")

    def admin_once(self, statement):
        """The same, which may be refused."""
        with contextlib.closing(self.connect("postgres")) as connection, connection.cursor() as cursor:
            cursor.execute(statement)

    def pids(self, backend_type):
        """Processes of a kind (regular expression), without the one that asks."""
        return [row[0] for row in self.rows(
            "SELECT pid FROM pg_stat_activity WHERE backend_type ~ %s AND pid <> pg_backend_pid()", (backend_type,), "postgres")]
