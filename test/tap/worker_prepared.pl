# What a prepared transaction has started or answered goes on at its commit, whoever makes that, also after a crash; and
# nobody waits for one that is not committed.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Asl;
use Test::More;

my $node = server('prepared', 'max_prepared_transactions = 10', "asl.sweep_interval = '1h'", 'asl.workers = 1');
my $one = chain(sql_state('SELECT 1'));
create_machine($node, 'one', $one);
create_machine($node, 'later', chain('"Type": "Wait", "Seconds": 1', sql_state('SELECT 1')));
$node->safe_psql('postgres', q(SELECT asl.create_activity('review')));
create_machine($node, 'review', '{"StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "pg:activity:review", "End": true}}}');
create_machine($node, 'timed', '{"TimeoutSeconds": 1, "StartAt": "A", "States": {"A": {"Type": "Task", "Resource": "pg:activity:review", "End": true}}}');

# Starts an execution in a transaction that is prepared under that name.
sub prepare_start
{
	my ($machine, $gid) = @_;
	return $node->safe_psql('postgres', "BEGIN; SELECT asl.start_execution('$machine'); PREPARE TRANSACTION '$gid'");
}

# ---- starts ----

my $execution = prepare_start('one', 'a');
$node->safe_psql('postgres', q(COMMIT PREPARED 'a'));
wait_for_status($node, $execution, 'SUCCEEDED', 'a start runs at once');
$execution = prepare_start('later', 'b');
$node->safe_psql('postgres', q(COMMIT PREPARED 'b'));
wait_for_status($node, $execution, 'SUCCEEDED', 'and has its timers');

# ---- answers ----

my $reviewed = start_execution($node, 'review');
wait_for($node, 'SELECT count(*) = 1 FROM asl.pending_tasks', 'a task waits');
$node->safe_psql('postgres', q(BEGIN; SELECT task_token AS t FROM asl.get_activity_task('review') \gset
	SELECT asl.send_task_success(:'t', '"yes"'); PREPARE TRANSACTION 'c'));
is($node->safe_psql('postgres', q(SELECT count(*) FROM asl.get_activity_task('review'))), '0', 'it is not taken twice');
$execution = prepare_start('one', 'd');

# ---- a crash between the two ----

$node->stop('immediate');
$node->start;
is($node->safe_psql('postgres', q(SELECT count(*) FROM asl.get_activity_task('review'))), '0', 'nor after a crash');
is($node->safe_psql('postgres', 'SELECT count(*) FROM pg_prepared_xacts'), '2', 'both are still there');
wait_for_status($node, start_execution($node, 'one'), 'SUCCEEDED', 'after the sweep at the start');
$node->safe_psql('postgres', q(COMMIT PREPARED 'd'));
wait_for_status($node, $execution, 'SUCCEEDED', 'a start that was prepared before a crash');
$node->safe_psql('postgres', q(COMMIT PREPARED 'c'));
wait_for_status($node, $reviewed, 'SUCCEEDED', 'an answer that was prepared before a crash');
is($node->safe_psql('postgres', "SELECT output FROM asl.executions WHERE execution = $reviewed"), '"yes"', 'it is the one');

# ---- one that is left open ----

my $timed = start_execution($node, 'timed');
wait_for($node, 'SELECT count(*) = 1 FROM asl.pending_tasks', 'a task waits');
$node->safe_psql('postgres', q(BEGIN; SELECT task_token AS t FROM asl.get_activity_task('review') \gset
	SELECT asl.send_task_success(:'t', '"yes"'); PREPARE TRANSACTION 'e'));
$node->wait_for_log(qr/branch -1 of execution $timed waits for a lock of another session\n.*DETAIL:  It is held by the prepared transaction "e"/);
wait_for_status($node, start_execution($node, 'one'), 'SUCCEEDED', 'the only worker does other work');
my ($result, $out, $error) = $node->psql('postgres', "SET asl.lock_timeout = '100ms'; SELECT asl.stop_execution($timed)");
like($error, qr/execution $timed is locked by another session\n.*It is held by the prepared transaction "e"/, 'a stop gives up and tells who it is');
$node->safe_psql('postgres', q(ROLLBACK PREPARED 'e'));
$node->poll_query_until('postgres', "SELECT status = 'TIMED_OUT' FROM asl.executions WHERE execution = $timed");
is(status($node, $timed), 'TIMED_OUT', 'in the end it times out');
$node->stop;
done_testing();
