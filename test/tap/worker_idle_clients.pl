# Applications that hang in their transactions: their tasks time out, and the worker does other work.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Asl;
use Test::More;

my $node = server('idle', 'asl.workers = 1');
create_machine($node, 'other', chain('"Type": "Pass"'));
$node->safe_psql('postgres', q(SELECT asl.create_activity('review'); CREATE TABLE written (what text)));
my $task = '"Type": "Task", "Resource": "pg:activity:review", "End": true';
my %machines = (
	of_task => qq({"StartAt": "A", "States": {"A": {$task, "TimeoutSeconds": 2}}}),
	of_machine => qq({"TimeoutSeconds": 2, "StartAt": "A", "States": {"A": {$task}}}),
	of_sibling => qq({"StartAt": "P", "States": {"P": {"Type": "Parallel", "End": true, "Branches": [{"StartAt": "A", "States": {"A": {$task}}},
		{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 2, "Next": "F"}, "F": {"Type": "Fail"}}}]}}}),
);

# Ten of each; a client takes all of them, answers half of them and hangs.
create_machine($node, $_, $machines{$_}) for sort keys %machines;
$node->safe_psql('postgres', "SELECT asl.start_execution('$_') FROM generate_series(1, 10)") for sort keys %machines;
wait_for($node, 'SELECT count(*) = 30 FROM asl.pending_tasks', 'all tasks wait');
my $client = $node->background_psql('postgres', on_error_stop => 0);
$client->query(q(BEGIN; INSERT INTO written VALUES ('by the client')));
my $taken = $client->query(q(SELECT count(t.task_token) FROM generate_series(1, 30) n, LATERAL asl.get_activity_task('review', n::text) t));
is($taken, '30', 'a client has taken all of them');
$client->query(q(SELECT asl.send_task_success(task_token, '1') FROM asl.pending_tasks LIMIT 15));
is($node->safe_psql('postgres', q(SELECT count(*) FROM asl.get_activity_task('review'))), '0', 'another one gets none');

wait_for_status($node, start_execution($node, 'other'), 'SUCCEEDED', 'meanwhile the only worker does other work');
wait_for($node, q(SELECT count(*) = 30 FROM asl.executions WHERE status IN ('FAILED', 'TIMED_OUT')), 'all of them end in their time');
is($node->safe_psql('postgres', q(SELECT count(*) FROM asl.executions WHERE stop_date > start_date + interval '30 s')), '0', 'not only when the client does');
$client->query('COMMIT');
$client->quit;
is($node->safe_psql('postgres', 'SELECT count(*) FROM written'), '0', 'the client cannot commit');
is($node->safe_psql('postgres', 'SELECT count(*) FROM asl.branch'), '0', 'no row is left');
$node->stop;
done_testing();
