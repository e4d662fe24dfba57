#!/usr/bin/python3
"""Torture: a mixed load runs while faults strike; afterwards everything must have happened exactly once.

    test/server run /usr/bin/python3 test/torture [--minutes N] [--seed N] [FAULT…]

Runs on a private server (PGDATA and PGHOST as test/server sets them) in a database of its own, prints TAP and, as
comments, how often each fault struck. A fault strikes every two to three seconds. See load.py, faults.py, tenants.py, verify.py.
Before that an honest tenant is measured alone and beside a hostile one.
"""
import argparse
import random
import sys
import time

from faults import Faults
from load import Load
from server import Server
from verify import verify

PAUSE = (0.1, 1.2)          # seconds between two faults, evenly spread


def strike(faults, names, seconds):
    """Faults in random order until the time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        time.sleep(random.uniform(*PAUSE))
        faults.strike(random.choice(names))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("faults", nargs="*", metavar="FAULT", help="only these faults; default: all that can be here")
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 1000000)
    options = parser.parse_args()
    random.seed(options.seed)
    print(f"# seed {options.seed}", flush=True)
    server = Server()
    server.prepare()
    faults = Faults(server)
    load = Load(server)
    try:
        load.prepare()
        faults.prepare()
        honest = faults.measure_honest(20)
        print("# honest tenant beside a hostile one / alone: median %.2f, ninth decile %.2f" % honest, flush=True)
        load.begin()
        strike(faults, options.faults or faults.names(), options.minutes * 60)
        faults.end()
        load.end()
        return verify(server, load, faults, honest)
    finally:
        load.abandon()
        faults.end()
        server.restore()


if __name__ == "__main__":
    sys.exit(main())
