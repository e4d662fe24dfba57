# DROP ROLE, REASSIGN OWNED and DROP OWNED know of workflows; running executions go on as their new owner.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Asl;
use Test::More;

my $node = server('owners', 'asl.workers = 4');
$node->safe_psql('postgres', 'CREATE ROLE alice LOGIN; CREATE ROLE bob LOGIN; CREATE ROLE carol LOGIN; GRANT CREATE ON SCHEMA public TO PUBLIC');
my ($alice, $bob, $carol) = map { [ '-U', $_ ] } qw(alice bob carol);

# One SQL statement, then a time or an answer, then another statement: each says as whom it runs.
my $who = sql_state('SELECT note(current_user::text)');
$node->safe_psql('postgres', 'CREATE TABLE noted (who text, at int DEFAULT txid_current()); GRANT ALL ON noted TO PUBLIC; '
	. q(CREATE FUNCTION note(who text) RETURNS void LANGUAGE sql AS 'INSERT INTO public.noted VALUES ($1)'));
create_machine($node, 'waits', chain($who, '"Type": "Wait", "Seconds": 5', $who), role => 'alice');
create_machine($node, 'asks', chain('"Type": "Task", "Resource": "pg:activity:ask", "TimeoutSeconds": 900', $who), role => 'alice');
$node->safe_psql('postgres', q(SELECT asl.create_activity('ask'); SELECT asl.map_resource('arn:x', 'pg:sql')), extra_params => $alice);
$node->safe_psql('postgres', q(SELECT asl.grant('state_machine', 'asks', 'bob', '{DESCRIBE}')), extra_params => $alice);

# The statement's error, with its detail.
sub refusal
{
	my ($statement) = @_;
	my ($result, $stdout, $stderr) = $node->psql('postgres', $statement);
	return $result == 0 ? 'none' : $stderr;
}

my $refusal = refusal('DROP ROLE alice');
like($refusal, qr/role "alice" cannot be dropped because some objects depend on it/, 'DROP ROLE of an owner is refused');
like($refusal, qr/owner of $_/, "it tells of $_") for 'state machine waits', 'state machine asks', 'activity ask', 'the mapping of arn:x';
like(refusal('DROP ROLE bob'), qr/privileges for state machine asks/, 'as of what was granted to a role');
my ($denied, undef, $stderr) = $node->psql('postgres', 'DROP ROLE alice', extra_params => $carol);
unlike($stderr, qr/waits/, 'to nobody who may not drop the role');

# ---- handed over ----

my @running = map { start_execution($node, $_, role => 'alice') } qw(waits asks);
wait_for($node, q(SELECT count(*) = 1 FROM noted WHERE who = 'alice'), 'the first state runs as alice');
wait_for($node, q(SELECT count(*) = 1 FROM asl.pending_tasks WHERE activity = 'ask'), 'a task waits');
$node->safe_psql('postgres', 'REASSIGN OWNED BY alice TO carol');
is($node->safe_psql('postgres', q(SELECT string_agg(DISTINCT owner::text, ' ') FROM asl.state_machines)), 'carol', 'REASSIGN OWNED hands machines over');
is($node->safe_psql('postgres', q(SELECT owner FROM asl.activities)), 'carol', 'and activities');
is($node->safe_psql('postgres', q(SELECT count(*) FROM asl.executions), extra_params => $alice), '0', 'alice sees them no longer');
$node->safe_psql('postgres', q(SELECT asl.send_task_success(task_token, '{}') FROM asl.get_activity_task('ask')), extra_params => $carol);
wait_for_status($node, $_, 'SUCCEEDED', "execution $_ goes on") for @running;
is($node->safe_psql('postgres', q(SELECT string_agg(who, ' ' ORDER BY who) FROM noted)), 'alice carol carol', 'as carol');
my $new = start_execution($node, 'waits', role => 'carol');
wait_for_status($node, $new, 'SUCCEEDED', 'so do new ones');
is($node->safe_psql('postgres', q(SELECT count(*) FROM noted WHERE who = 'carol')), '4', 'as carol, too');
$node->safe_psql('postgres', 'DROP OWNED BY alice; DROP ROLE alice');

# Back, without the statement.
$node->safe_psql('postgres', 'GRANT bob TO carol');
my ($result) = $node->psql('postgres', q(SELECT asl.reassign_owned('carol', 'bob')), extra_params => $bob);
isnt($result, 0, 'asl.reassign_owned needs the privileges of both roles');
$node->safe_psql('postgres', q(SELECT asl.reassign_owned('carol', 'bob')), extra_params => $carol);
is($node->safe_psql('postgres', q(SELECT string_agg(DISTINCT owner::text, ' ') FROM asl.state_machines)), 'bob', 'asl.reassign_owned hands over as well');

# ---- dropped ----

create_machine($node, 'outer', chain('"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync", "Parameters": {"StateMachineArn": "asks"}'), role => 'carol');
my $outer = start_execution($node, 'outer', role => 'carol');
wait_for($node, q(SELECT count(*) = 1 FROM asl.pending_tasks WHERE activity = 'ask'), 'an execution of one role awaits another role\'s');
$node->safe_psql('postgres', 'REVOKE bob FROM carol; DROP OWNED BY bob; DROP ROLE bob');
wait_for_status($node, $outer, 'FAILED', 'the one that waited has failed');
is($node->safe_psql('postgres', q(SELECT string_agg(name, ' ') FROM asl.state_machines)), 'outer', 'of the dropped one nothing is left');
is($node->safe_psql('postgres', q(SELECT concat_ws(' ', (SELECT count(*) FROM asl.activity), (SELECT count(*) FROM asl.resource_map), (SELECT count(*) FROM asl.task),
	(SELECT count(*) FROM asl.branch), (SELECT count(*) FROM asl.grant_entry), (SELECT count(DISTINCT owner) FROM asl.execution)))), '0 0 0 0 0 1', 'nor in any table');
is($node->safe_psql('postgres', q(SELECT count(*) FROM asl.history h WHERE NOT EXISTS (SELECT FROM asl.execution e WHERE e.execution = h.execution))), '0', 'nor a history');
$node->safe_psql('postgres', 'DROP OWNED BY carol; DROP ROLE carol');
is($node->safe_psql('postgres', 'SELECT count(*) FROM asl.execution'), '0', 'an owner goes with all');

$node->stop;
done_testing();
