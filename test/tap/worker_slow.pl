# Slow steps get some of the places only: quick ones go on, of other roles first. What does not obey a cancel ends.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Asl;
use Test::More;

# Two places for slow steps of a role, three for those of all roles.
my $node = server('slow', 'asl.workers = 4', 'asl.quick_workers = 2', "asl.slow_step = '300ms'");
my $pass = chain('"Type": "Pass"');
$node->safe_psql('postgres', q(
	CREATE ROLE alice LOGIN; CREATE ROLE bob LOGIN;
	CREATE TABLE effect (execution bigint);
	GRANT INSERT ON effect TO PUBLIC;
	CREATE FUNCTION slow(e bigint) RETURNS void LANGUAGE sql AS 'INSERT INTO effect VALUES (e); SELECT pg_sleep(4)';
	CREATE FUNCTION deaf() RETURNS void LANGUAGE plpgsql AS $$
	BEGIN
		LOOP
			BEGIN
				PERFORM pg_sleep(1);
			EXCEPTION WHEN query_canceled THEN NULL;
			END;
		END LOOP;
	END $$;));
my $slow = '"Type": "Task", "Resource": "pg:sql", "Parameters": {"Statement": "SELECT slow($1)", "Parameters.$": "States.Array($.n)"}';
create_machine($node, 'slow', chain($slow), role => 'alice');
create_machine($node, 'alices', $pass, role => 'alice');
create_machine($node, 'bobs', chain(sql_state('SELECT 1')), role => 'bob');
create_machine($node, 'bobs_slow', chain(sql_state('SELECT pg_sleep(1)')), role => 'bob');

sub ended
{
	my ($machine) = @_;
	return $node->safe_psql('postgres', "SELECT count(*) FROM asl.executions WHERE state_machine = '$machine' AND status <> 'RUNNING'");
}

# ---- slow tasks ----

for my $round (1 .. 2)
{
	$node->safe_psql('postgres', q(SELECT asl.start_execution('slow', jsonb_build_object('n', n)) FROM generate_series(1, 6) n), extra_params => [ '-U', 'alice' ]);
	wait_for($node, 'SELECT count(*) >= 2 FROM pg_stat_activity WHERE backend_type = \'pg_asl worker\' AND wait_event = \'PgSleep\'', 'slow tasks run');
	wait_for_status($node, start_execution($node, 'alices', role => 'alice'), 'SUCCEEDED', "quick work of the role goes on, round $round");
	wait_for_status($node, start_execution($node, 'bobs', role => 'bob'), 'SUCCEEDED', 'and of another role');
	wait_for_status($node, start_execution($node, 'bobs_slow', role => 'bob'), 'SUCCEEDED', 'also its slow work');
	cmp_ok(ended('slow'), '<', 6 * $round, 'while slow work is still to be done');
	wait_for($node, q(SELECT count(*) = 0 FROM asl.executions WHERE status = 'RUNNING'), 'which is done in the end');
}
is($node->safe_psql('postgres', q(SELECT string_agg(execution || ' ' || n, ', ' ORDER BY execution) FROM (SELECT execution, count(*) AS n FROM effect GROUP BY 1) e)),
	'1 2, 2 2, 3 2, 4 2, 5 2, 6 2', 'each exactly once');

# ---- EXPRESS ----

$node->safe_psql('postgres', q(SELECT asl.create_state_machine('express', '{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 3, "End": true}}}', 'EXPRESS')), extra_params => [ '-U', 'alice' ]);
$node->safe_psql('postgres', q(SELECT asl.start_execution('express') FROM generate_series(1, 6)), extra_params => [ '-U', 'alice' ]);
wait_for($node, q(SELECT count(*) >= 2 FROM pg_stat_activity WHERE backend_type = 'pg_asl worker' AND state = 'active'), 'EXPRESS executions run');
wait_for_status($node, start_execution($node, 'alices', role => 'alice'), 'SUCCEEDED', 'quick work goes on beside them');
cmp_ok($node->safe_psql('postgres', 'SELECT count(*) FROM asl.branch'), '>', 0, 'while they are not done');
wait_for($node, 'SELECT count(*) = 0 FROM asl.branch', 'which they are in the end');

# ---- tasks that do not obey ----

create_machine($node, 'deaf', '{"StartAt": "S", "States": {"S": {' . sql_state('SELECT deaf()') . ', "TimeoutSeconds": 1, "End": true}}}');
create_machine($node, 'caught', '{"StartAt": "S", "States": {"S": {' . sql_state('SELECT deaf()') . ', "TimeoutSeconds": 1, "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "T"}], "End": true},
	"T": {"Type": "Succeed"}}}');
create_machine($node, 'for_ever', chain(sql_state('SELECT deaf()')));
my $deaf = start_execution($node, 'deaf');
my $caught = start_execution($node, 'caught');
my $for_ever = start_execution($node, 'for_ever');
wait_for_status($node, $deaf, 'FAILED', 'a task that swallows its cancel times out');
is($node->safe_psql('postgres', "SELECT error FROM asl.executions WHERE execution = $deaf"), 'States.Timeout', 'with the error that says so');
wait_for_status($node, $caught, 'SUCCEEDED', 'and is caught');
wait_for($node, workers("query LIKE '%execution $for_ever,%'") =~ s/SELECT pid/SELECT count(*) > 0/r, 'another one runs');
$node->safe_psql('postgres', "SELECT asl.stop_execution($for_ever)");
is(status($node, $for_ever), 'ABORTED', 'a stop ends it');

$node->append_conf('postgresql.conf', "asl.max_task_duration = '1s'");
$node->reload;
my $long = start_execution($node, 'for_ever');
wait_for_status($node, $long, 'FAILED', 'no task takes longer than an administrator allows');
is($node->safe_psql('postgres', "SELECT error FROM asl.executions WHERE execution = $long"), 'States.Timeout', 'with the error that says so');
$node->stop;
done_testing();
