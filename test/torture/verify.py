"""What must be true when the torture is over; prints TAP, returns the exit code."""
import json
import re

from load import EFFECTS
from tenants import unrest

# name, query: rows of it are what is wrong
QUERIES = {
    "every execution has ended":
        "SELECT name, status FROM asl.executions WHERE status = 'RUNNING'",
    "what was started exists, and nothing else":
        """SELECT coalesce(s.name, e.name), s.kind, e.status FROM started s FULL JOIN asl.executions e ON e.name = s.name
           WHERE s.name IS NULL OR e.name IS NULL""",
    "every execution ended as its kind must":
        """SELECT name, status, error, left(cause, 200), start_date::text, stop_date::text FROM asl.executions
           WHERE status <> CASE state_machine WHEN 'stopped' THEN 'ABORTED' ELSE 'SUCCEEDED' END""",
    "every effect happened exactly once":
        """SELECT name, step, count(e.name) FROM (SELECT name, jsonb_array_elements_text(%(effects)s::jsonb->kind) FROM started) w(name, step)
           LEFT JOIN effect e USING (name, step) GROUP BY name, step HAVING count(e.name) <> 1""",
    "nothing else happened":
        """SELECT e.name, e.step FROM effect e LEFT JOIN started s USING (name)
           WHERE s.name IS NULL OR NOT %(effects)s::jsonb->kind ? e.step""",
    "histories count from 1 without holes":
        """SELECT e.name, count(*), max(h.id) FROM asl.executions e, asl.get_execution_history(execution) h
           GROUP BY e.name HAVING min(h.id) <> 1 OR max(h.id) <> count(*) OR count(DISTINCT h.id) <> count(*)""",
    "previous ids point backwards in every history":
        "SELECT e.name, h.id FROM asl.executions e, asl.get_execution_history(execution) h WHERE h.previous_event_id >= h.id",
    "every history begins and ends once, at its ends":
        """SELECT e.name, array_agg(h.type) FROM asl.executions e, LATERAL (
               SELECT type, id, count(*) OVER () AS n FROM asl.get_execution_history(execution)) h
           WHERE h.type IN ('ExecutionStarted', 'ExecutionSucceeded', 'ExecutionFailed', 'ExecutionAborted', 'ExecutionTimedOut')
           GROUP BY e.name, h.n HAVING array_agg(h.id ORDER BY h.id) <> ARRAY[1, h.n]""",
    "no branch is left over": "SELECT execution, branch FROM asl.branch",
    "no task is left over": "SELECT execution, branch FROM asl.task",
    "no result is left over": "SELECT execution, branch FROM asl.result",
}


def unexpected_log_lines(server):
    """Failed assertions, panics, and crashes other than by our own kill -9 or for want of disk space."""
    lines = server.log_lines()
    full = any("PANIC" in line and "No space left on device" in line for line in lines)
    expected = r"No space left on device" + (r"|terminated by signal 6\b" if full else "")
    return [line for line in lines if re.search(r"TRAP:|PANIC|terminated by signal (?!9\b)|cache lookup failed|invalid memory alloc", line)
            and not re.search(expected, line)]


def print_history(server, name):
    """The history of an execution that went wrong, for whoever looks into it."""
    for row in server.rows("""SELECT h.id, previous_event_id, h.timestamp::text, type, left(details::text, 100) FROM asl.executions e,
                              asl.get_execution_history(e.execution) h WHERE e.name = %s ORDER BY id""", (name,)):
        print("#      ", *row)


def verify(server, load, faults, honest):
    results = []
    lost = server.rows("SELECT name, status, error, cause FROM asl.executions WHERE state_machine = 'honest' AND status <> 'SUCCEEDED'")
    done = server.rows("SELECT (SELECT count(*) FROM asl.executions WHERE state_machine = 'honest'), count(*) FROM honest.done")
    lost += [row for row in done if row[0] * 2 != row[1]]
    results.append(("the honest tenant has lost nothing", lost))
    results.append(("it waited no longer than twice what it does alone", [honest] if honest[0] > 2 else []))
    # What the others did is judged: it leaves no rows but these.
    server.rows("DELETE FROM asl.history h USING asl.executions e WHERE e.execution = h.execution AND (state_machine LIKE 'mallory%' OR state_machine = 'honest')")
    server.rows("DELETE FROM asl.execution e USING asl.state_machine m WHERE m.state_machine = e.state_machine AND (m.name LIKE 'mallory%' OR m.name = 'honest')")
    for name, query in QUERIES.items():
        results.append((name, server.rows(query, {"effects": json.dumps(EFFECTS)})))
    results.append(("clients met no error but lost connections", sorted(set(load.problems))))
    results.append(("the server's log shows no crash but ours", unexpected_log_lines(server)))
    results.append(("nobody uses a processor or grows at rest", unrest(server)))
    executions = server.rows("SELECT state_machine, count(*) FROM asl.executions GROUP BY 1 ORDER BY 1")
    print("# executions:", ", ".join(f"{kind} {count}" for kind, count in executions))
    print("# faults:", ", ".join(f"{kind} {count}" for kind, count in sorted(faults.counts.items())), "- in all", faults.counts.total())
    for number, (name, wrong) in enumerate(results, 1):
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
        for row in wrong[:10]:
            print("#   ", row)
        if len(wrong) > 10:
            print(f"#    … {len(wrong)} in all")
        if wrong and name.startswith("every execution"):
            print_history(server, wrong[0][0])
    print(f"1..{len(results)}")
    return 1 if any(wrong for _, wrong in results) else 0
