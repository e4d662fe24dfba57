# Workers come when there is work, and go when there has been none for a while.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Asl;
use Test::More;

# Slow steps may have all places here.
my $node = server('life', "asl.worker_idle_timeout = '1h'", 'asl.quick_workers = 0');

is($node->safe_psql('postgres', workers()), '', 'no worker without work');
is($node->safe_psql('postgres', q(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'pg_asl launcher')), '1', 'one launcher');

# ---- start and wake-up ----

$node->safe_psql('postgres', 'CREATE TABLE done (who text DEFAULT session_user, what text); GRANT ALL ON done TO public');
create_machine($node, 'one', chain(sql_state(q(INSERT INTO public.done(what) VALUES ('one')))));
create_machine($node, 'sleep', chain(sql_state('SELECT pg_sleep(600)')));
my $execution = start_execution($node, 'one');
wait_for_status($node, $execution, 'SUCCEEDED', 'a commit starts a worker');
my $pid = worker_pid($node);
$execution = start_execution($node, 'one');
wait_for_status($node, $execution, 'SUCCEEDED', 'a commit wakes an idle worker');
is(worker_pid($node), $pid, 'it is the same one');
is($node->safe_psql('postgres', workers("state = 'idle' AND query = 'pg_asl: execution $execution, branch 0' AND usename = 'postgres'")),
	$pid, 'pg_stat_activity says what it has done last');

is($node->safe_psql('postgres', q(BEGIN; SELECT asl.start_execution('one') > 0; ROLLBACK; SELECT count(*) FROM asl.executions)), "t\n2",
	'a start that is rolled back leaves nothing');
is($node->safe_psql('postgres',
	q(BEGIN; SAVEPOINT a; SELECT asl.start_execution('one') > 0; ROLLBACK TO a; COMMIT; SELECT count(*) FROM asl.executions)), "t\n2",
	'neither does one of a rolled back savepoint');

create_machine($node, 'wait', chain('"Type": "Wait", "Seconds": 1', sql_state(q(INSERT INTO public.done(what) VALUES ('waited')))));
$execution = start_execution($node, 'wait');
wait_for_status($node, $execution, 'SUCCEEDED', 'a timer wakes an idle worker');

# ---- more of them ----

# The launcher is called while it is held up, and when it looks there is work for an idle worker: one that is held up, as all
# are, for a second one may have come for the timer.
my $launcher = $node->safe_psql('postgres', q(SELECT pid FROM pg_stat_activity WHERE backend_type = 'pg_asl launcher'));
kill 'STOP', $launcher;
$execution = $node->safe_psql('postgres', q(SELECT max(asl.start_execution('one')) FROM generate_series(1, 3)));
wait_for_status($node, $execution, 'SUCCEEDED', 'one worker does what would be work for three');
$execution = start_execution($node, 'wait');
wait_for($node, "SELECT phase = 'w' FROM asl.branch WHERE execution = $execution", 'it has a timer');
my @workers = split /\n/, $node->safe_psql('postgres', workers());
kill 'STOP', @workers;
wait_for($node, "SELECT due_at < clock_timestamp() FROM asl.branch WHERE execution = $execution", 'which comes due');
kill 'CONT', $launcher;
sleep(1);
kill 'CONT', @workers;
wait_for_status($node, $execution, 'SUCCEEDED', 'the worker goes on');
$node->safe_psql('postgres', q(SELECT asl.start_execution('sleep') FROM generate_series(1, 3)));
wait_for($node, q(SELECT count(*) = 3 FROM pg_stat_activity WHERE backend_type = 'pg_asl worker' AND state = 'active'),
	'the launcher can be called again');
$node->safe_psql('postgres', q(SELECT asl.stop_execution(execution) FROM asl.executions WHERE status = 'RUNNING'));

# ---- leaving ----

$node->append_conf('postgresql.conf', "asl.worker_idle_timeout = '10ms'");
$node->reload;
start_execution($node, 'one');
wait_for($node, q(SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'pg_asl worker'), 'an idle worker leaves');
$execution = start_execution($node, 'wait');
wait_for_status($node, $execution, 'SUCCEEDED', 'the launcher starts one for a timer');

# ---- how many ----

start_execution($node, 'sleep') for 1 .. 10;
wait_for($node, q(SELECT count(*) = 8 FROM pg_stat_activity WHERE backend_type = 'pg_asl worker' AND state = 'active'), 'asl.workers is 8');
$node->append_conf('postgresql.conf', 'asl.workers = 10');
$node->reload;
wait_for($node, q(SELECT count(*) = 10 FROM pg_stat_activity WHERE backend_type = 'pg_asl worker' AND state = 'active'), 'a reload adds workers');
$node->append_conf('postgresql.conf', 'asl.workers = 2');
$node->reload;
$node->safe_psql('postgres', q(SELECT asl.stop_execution(execution) FROM asl.executions WHERE status = 'RUNNING' ORDER BY execution LIMIT 8));
wait_for($node, q(SELECT count(*) = 2 FROM pg_stat_activity WHERE backend_type = 'pg_asl worker'), 'a reload takes workers away');
$node->safe_psql('postgres', q(SELECT asl.stop_execution(execution) FROM asl.executions WHERE status = 'RUNNING'));
$node->append_conf('postgresql.conf', 'asl.workers = 0');
$node->reload;
wait_for($node, q(SELECT count(*) = 0 FROM pg_stat_activity WHERE backend_type = 'pg_asl worker'), 'without workers nothing runs');
$execution = start_execution($node, 'one');
$node->append_conf('postgresql.conf', 'asl.workers = 1');
$node->reload;
wait_for_status($node, $execution, 'SUCCEEDED', 'until there may be one again');

# ---- several roles, one place ----

$node->append_conf('postgresql.conf', "asl.worker_idle_timeout = '1h'");
$node->reload;
for my $role (qw(alice bob))
{
	$node->safe_psql('postgres', "CREATE ROLE $role LOGIN");
	create_machine($node, $role, chain(sql_state(qq(INSERT INTO public.done(what) VALUES ('$role')))), role => $role);
	$execution = start_execution($node, $role, role => $role);
	wait_for_status($node, $execution, 'SUCCEEDED', "an idle worker of another role leaves its place to $role");
}
is($node->safe_psql('postgres', q(SELECT who || ' ' || what FROM done WHERE who <> 'postgres' ORDER BY 1)), "alice alice\nbob bob",
	'tasks run as the role that owns the workflow');
create_machine($node, 'busy', chain(map { sql_state('SELECT pg_sleep(0.1)') } 1 .. 30), role => 'alice');
my $busy = start_execution($node, 'busy', role => 'alice');
$execution = start_execution($node, 'bob', role => 'bob');
wait_for_status($node, $execution, 'SUCCEEDED', 'a busy one leaves its place after its step');
wait_for_status($node, $busy, 'SUCCEEDED', 'another one goes on with what it left');
is($node->safe_psql('postgres', "SELECT b.stop_date < a.stop_date FROM asl.executions a, asl.executions b WHERE a.execution = $busy AND b.execution = $execution"),
	't', 'later');

# ---- roles that cannot have a worker ----

$node->safe_psql('postgres', 'CREATE ROLE carol LOGIN');
create_machine($node, 'carol', chain(sql_state(q(INSERT INTO public.done(what) VALUES ('carol')))), role => 'carol');
$node->append_conf('postgresql.conf', "asl.worker_restart_delay = '10ms'\nasl.workers = 4");
$node->reload;
$node->safe_psql('postgres', 'ALTER ROLE carol NOLOGIN');
$execution = $node->safe_psql('postgres', q(SELECT asl.start_execution('carol')));
wait_for_status($node, start_execution($node, 'one'), 'SUCCEEDED', 'other roles do not mind');
$node->wait_for_log(qr/cannot start a pg_asl worker for role "carol" in database "postgres"/);
$node->safe_psql('postgres', 'ALTER ROLE carol LOGIN');
wait_for_status($node, $execution, 'SUCCEEDED', 'a role that may log in again gets its worker');
is(log_count($node, 'cannot start a pg_asl worker'), 1, 'the log was told once');

# ---- another database, and the server restarted ----

$node->safe_psql('postgres', 'CREATE DATABASE second');
$node->safe_psql('second', 'CREATE EXTENSION pg_asl');
create_machine($node, 'second', chain('"Type": "Wait", "Seconds": 2', sql_state('SELECT 1')), database => 'second');
$execution = start_execution($node, 'second', database => 'second');
$node->restart;
wait_for($node, "SELECT status = 'SUCCEEDED' FROM asl.executions WHERE execution = $execution",
	'after a restart scouts find what waits in every database', 'second');

$node->stop;
done_testing();
