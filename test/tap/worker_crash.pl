# Whatever dies: nothing is lost, nothing happens twice.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Asl;
use PostgreSQL::Test::Cluster;
use Test::More;

my $ROUNDS = 8;
my $EXECUTIONS = 12;		# a round

my $node = server('crash', 'wal_level = replica', 'max_wal_senders = 4');
$node->safe_psql('postgres', <<'SQL');
CREATE TABLE effect (execution bigint, step int);
CREATE TABLE answered (token text);
CREATE FUNCTION effect(execution bigint, step int) RETURNS void LANGUAGE sql AS
	$$INSERT INTO public.effect VALUES (execution, step); SELECT pg_sleep(random() * 0.02)$$;
SELECT asl.create_activity('ask');
-- Answers a task: together with a row of the application's own.
CREATE FUNCTION answer() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	task record;
BEGIN
	SELECT * INTO task FROM asl.get_activity_task('ask');
	IF task.task_token IS NULL THEN
		RETURN false;
	END IF;
	INSERT INTO answered VALUES (task.task_token);
	PERFORM asl.send_task_success(task.task_token, '{}');
	RETURN true;
END $$;
SQL

my $effect = '"Type": "Task", "Resource": "pg:function:public.effect", "ResultPath": null, '
	. '"Parameters": {"execution.$": "$.n", "step": %d}';
create_machine($node, 'mixed', chain(
	sprintf($effect, 1), sprintf($effect, 2), '"Type": "Wait", "Seconds": 1', sprintf($effect, 3),
	'"Type": "Task", "Resource": "pg:activity:ask", "ResultPath": null', sprintf($effect, 4)));

# Any statement after a crash: the server takes a moment.
sub wait_until_up
{
	$node->poll_query_until('postgres', 'SELECT true') or die 'the server does not come back';
}

# A worker in the middle of a step if there is one, else the launcher.
sub busy_process
{
	for (1 .. 20)
	{
		my $pid = worker_pid($node, q(state = 'active'));
		return $pid if $pid;
	}
	return $node->safe_psql('postgres', q(SELECT pid FROM pg_stat_activity WHERE backend_type = 'pg_asl launcher'));
}

my $number = 0;
for my $round (1 .. $ROUNDS)
{
	$node->safe_psql('postgres', "SELECT asl.start_execution('mixed', jsonb_build_object('n', n), 'e' || n) "
		. "FROM generate_series($number + 1, $number + $EXECUTIONS) n");
	$number += $EXECUTIONS;
	$node->psql('postgres', 'SELECT answer() FROM generate_series(1, 10)') if $round % 2;
	if ($round % 4 == 0)
	{
		$node->stop('immediate');
		$node->start;
	}
	elsif ($round % 4 == 3)
	{
		$node->safe_psql('postgres', q(SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type LIKE 'pg_asl%'));
	}
	else
	{
		my $pid = busy_process();
		kill 'KILL', $pid;
		wait_until_up();
	}
}
for (1 .. 1000)
{
	$node->safe_psql('postgres', 'SELECT answer() FROM generate_series(1, 20)');
	last if $node->safe_psql('postgres', q(SELECT count(*) FROM asl.executions WHERE status = 'RUNNING')) eq '0';
	select undef, undef, undef, 0.1;
}
is($node->safe_psql('postgres', 'SELECT status, count(*) FROM asl.executions GROUP BY 1'), "SUCCEEDED|$number", 'every execution succeeded');
is($node->safe_psql('postgres', 'SELECT count(*), count(DISTINCT (execution, step)) FROM effect'), join('|', ($number * 4) x 2),
	'every step took effect exactly once');
is($node->safe_psql('postgres', 'SELECT count(*), count(DISTINCT token) FROM answered'), join('|', ($number) x 2),
	'every task was answered exactly once');
is($node->safe_psql('postgres', <<'SQL'), '', 'the histories have no holes');
SELECT e.name FROM asl.executions e, asl.get_execution_history(e.execution) h GROUP BY 1 HAVING max(h.id) <> count(*) OR min(h.id) <> 1
SQL

# ---- branches that take their worker, or the server, down ----

$node->append_conf('postgresql.conf', "asl.worker_restart_delay = '10ms'");
$node->reload;
$node->safe_psql('postgres', <<'SQL');
CREATE FUNCTION crash() RETURNS void LANGUAGE plpgsql AS
	$$BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''kill -9 $PPID'''; END$$;
SQL
create_machine($node, 'one', chain(sql_state('SELECT 1')));
create_machine($node, 'terminates', chain(sql_state('SELECT pg_terminate_backend(pg_backend_pid())')));
create_machine($node, 'crashes', chain(sql_state('SELECT public.crash()')));
for my $poison (qw(terminates crashes))
{
	my $execution = start_execution($node, $poison);
	# A crash may cut the connection that polls, too.
	for (1 .. 600)
	{
		my ($result, $ended) = $node->psql('postgres', "SELECT status <> 'RUNNING' FROM asl.executions WHERE execution = $execution");
		last if $result == 0 && $ended eq 't';
		select undef, undef, undef, 0.1;
	}
	wait_until_up();
	is($node->safe_psql('postgres', "SELECT status, error FROM asl.executions WHERE execution = $execution"), 'FAILED|States.Runtime',
		"$poison: fails after a bounded number of attempts");
	is($node->safe_psql('postgres', "SELECT type FROM asl.get_execution_history($execution, true) LIMIT 1"), 'ExecutionFailed',
		"$poison: its last event");
	wait_for_status($node, start_execution($node, 'one'), 'SUCCEEDED', "$poison: others go through");
}

# ---- promotion ----

create_machine($node, 'later', chain('"Type": "Wait", "Seconds": 2', sprintf($effect, 1)));
$node->backup('base');
my $standby = PostgreSQL::Test::Cluster->new('standby');
$standby->init_from_backup($node, 'base', has_streaming => 1);
$standby->start;
my $execution = $node->safe_psql('postgres', q(SELECT asl.start_execution('later', '{"n": 0}')));
$node->wait_for_catchup($standby, 'replay', $node->lsn('insert'));
is($standby->safe_psql('postgres', q(SELECT count(*) FROM pg_stat_activity WHERE backend_type LIKE 'pg_asl%')), '0', 'a standby has no workers');
$node->stop('immediate');
$standby->promote;
wait_for_status($standby, $execution, 'SUCCEEDED', 'a promoted standby goes on with what its primary began');
is($standby->safe_psql('postgres', 'SELECT count(*) FROM effect WHERE execution = 0'), '1', 'its effect is there once');

$standby->stop;
done_testing();
