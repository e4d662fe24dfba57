# pg_dump while executions run: in another cluster they go on, each from where it was, and nothing of them is lost.
use strict;
use warnings;

use FindBin;
use lib $FindBin::Bin;
use Asl;
use PostgreSQL::Test::Utils;
use Test::More;
use Workload;

my $source = server('source');
my $folder = PostgreSQL::Test::Utils::tempdir();
$source->safe_psql('postgres', 'CREATE ROLE alice LOGIN; CREATE ROLE carol LOGIN; CREATE DATABASE work');
$source->safe_psql('work', 'CREATE EXTENSION pg_asl');
create_workload($source, 'work');

# Besides: an execution that has ended, one that waits for an answer, one that waits for a day with a deadline.
my $day = chain('"Type": "Wait", "Seconds": 86400') =~ s/\}$/, "TimeoutSeconds": 100000}/r;
$source->safe_psql('work', "SELECT asl.create_activity('later')", extra_params => [ '-U', 'alice' ]);
create_machine($source, 'ended', chain(sql_state('SELECT 1'), '"Type": "Pass"'), database => 'work', role => 'alice');
create_machine($source, 'asked', chain('"Type": "Task", "Resource": "pg:activity:later"'), database => 'work', role => 'alice');
create_machine($source, 'day', $day, database => 'work', role => 'alice');
my $ended = start_execution($source, 'ended', database => 'work', role => 'alice');
my $asked = start_execution($source, 'asked', database => 'work', role => 'alice');
my $waiting = start_execution($source, 'day', database => 'work', role => 'alice');
wait_for($source, "SELECT status = 'SUCCEEDED' FROM asl.executions WHERE execution = $ended", 'one has ended', 'work');
wait_for($source, "SELECT count(*) = 1 FROM asl.pending_tasks WHERE activity = 'later'", 'one waits for an answer', 'work');
my $token = $source->safe_psql('work', "SELECT task_token FROM asl.get_activity_task('later')", extra_params => [ '-U', 'alice' ]);

my $published = q(SELECT asl.publish_state_machine_version('%1$s'), asl.create_state_machine_alias('%1$s', 'live', '{"1": 100}'),
	asl.tag_resource('arn:aws:states:us-east-1:000000000000:stateMachine:%1$s', '{"of": "%1$s"}'));
$source->safe_psql('work', sprintf($published, 'ended'), extra_params => [ '-U', 'alice' ]);

# Whose number may be another role's elsewhere.
create_machine($source, 'orphan', $day, database => 'work', role => 'carol');
$source->safe_psql('work', sprintf($published, 'orphan'), extra_params => [ '-U', 'carol' ]);
my $orphan = start_execution($source, 'orphan', database => 'work', role => 'carol');
$source->safe_psql('work', "SELECT asl.create_activity('orphan'); SELECT asl.map_resource('arn:aws:lambda:*:function:orphan', 'pg:sql')",
	extra_params => [ '-U', 'carol' ]);
wait_for($source, "SELECT count(*) = 2 FROM asl.branch WHERE execution = $orphan AND due_at > now() + interval '1 h'",
	'one whose owner goes away', 'work');
$source->safe_psql('postgres', 'DROP ROLE carol');

# Two dumps, in the middle of it.
start_workload($source, 'work', 1, 6);
wait_for($source, 'SELECT count(*) >= 20 FROM effect', 'executions are under way', 'work');
$source->command_ok([ 'pg_dump', '--file', "$folder/plain.sql", $source->connstr('work') ], 'pg_dump, plain');
start_workload($source, 'work', 7, 12);
$source->command_ok([ 'pg_dump', '--format=custom', '--file', "$folder/custom", $source->connstr('work') ], 'pg_dump, custom format');

# What must be the same.
my $HISTORY = "SELECT md5(string_agg(h::text, ' ' ORDER BY h.id)) FROM asl.get_execution_history($ended) h";
my $TIMERS = "SELECT branch, due_at FROM asl.branch WHERE execution = $waiting ORDER BY branch";
my $MACHINES = 'SELECT name, revision, definition, owner, creation_date FROM asl.state_machines ORDER BY name';
my @PUBLISHED = map { "SELECT * FROM asl.$_" } qw(state_machine_versions state_machine_aliases tags);
sub state_of
{
	my ($node, $database) = @_;
	return join "\n", map { $node->safe_psql($database, $_, extra_params => [ '-U', 'alice' ]) } $HISTORY, $MACHINES, @PUBLISHED;
}
my $state = state_of($source, 'work');
my $timers = $source->safe_psql('work', $TIMERS);
like($state, qr/chain/, 'there is something to be the same');

# A cluster in which roles have other numbers, the dropped one's among them.
my $target = server('target', "asl.sweep_interval = '1s'", "asl.worker_restart_delay = '10ms'");
$target->safe_psql('postgres', "CREATE ROLE somebody$_") for 1 .. 5;
$target->safe_psql('postgres', 'CREATE ROLE alice LOGIN; CREATE DATABASE plain; CREATE DATABASE custom; CREATE DATABASE interactive');
isnt($_->{target}, $_->{source}, 'the role has another number')
	for { map { $_->name => $_->safe_psql('postgres', "SELECT 'alice'::regrole::oid") } $source, $target };

sub check_restored
{
	my ($database) = @_;
	is(state_of($target, $database), $state, "$database: machines and histories are the same");
	is($target->safe_psql($database, $TIMERS), $timers, "$database: timers are the same");
	# That role's number is another one's here.
	my %orphaned = (state_machine => "name = 'orphan'", activity => "name = 'orphan'", resource_map => "pattern LIKE '%orphan'",
		revision => 'state_machine NOT IN (SELECT state_machine FROM asl.state_machine)',
		map { $_ => "execution = $orphan" } qw(execution branch history));
	$orphaned{$_} = $orphaned{revision} for qw(state_machine_version state_machine_alias);
	$orphaned{tag} = "value = 'orphan'";
	for my $table (sort keys %orphaned)
	{
		is($target->safe_psql($database, "SELECT count(*) FROM asl.$table WHERE $orphaned{$table}"), '0',
			"$database: nothing of a dropped role in asl.$table");
	}
	$target->safe_psql($database, "SELECT asl.send_task_success('$token', '{\"by\": \"$database\"}')", extra_params => [ '-U', 'alice' ]);
	wait_for($target, "SELECT status = 'SUCCEEDED' AND output = '{\"by\": \"$database\"}' FROM asl.executions WHERE execution = $asked",
		"$database: a token handed out before the dump answers its task", $database);
	finish_workload($target, $database, $database);
	start_workload($target, $database, 100, 100);
	finish_workload($target, $database, "$database, started after the dump");
	$target->safe_psql($database, "SELECT asl.stop_execution($waiting)", extra_params => [ '-U', 'alice' ]);
	wait_for($target, "SELECT status = 'ABORTED' FROM asl.executions WHERE execution = $waiting", "$database: a waiting one can be stopped", $database);
}

# The restore takes a while between the tables: no worker may begin with half an execution.
my $plain = slurp_file("$folder/plain.sql");
is($plain =~ s/(^COPY asl\.\w+ .*?^\\\.\n)/$1SELECT pg_sleep(1);\n/smg, 14, 'the dump has every table');
append_to_file("$folder/slow.sql", $plain);
$target->command_ok([ 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-d', $target->connstr('plain'), '-f', "$folder/slow.sql" ], 'psql restores');
check_restored('plain');
$target->command_ok([ 'pg_restore', '--jobs=2', '--dbname', $target->connstr('custom'), "$folder/custom" ], 'pg_restore restores');
check_restored('custom');

# ---- the session that restores ----

$target->safe_psql('interactive', 'CREATE EXTENSION pg_asl');
create_machine($target, 'one', chain(sql_state('SELECT 1')), database => 'interactive', role => 'alice');
my $session = $target->background_psql('interactive', on_error_stop => 0);
$session->query("COPY asl.result FROM '/dev/null'");
$session->query('SELECT 1/0');
my $execution = start_execution($target, 'one', database => 'interactive', role => 'alice');
my ($result) = $target->psql('interactive', "SET ROLE alice; COPY asl.result FROM '/dev/null'");
isnt($result, 0, 'somebody without the right to restore');
$target->safe_psql('postgres', 'SELECT pg_sleep(2)');
is($target->safe_psql('interactive', 'SELECT status FROM asl.executions'), 'RUNNING', 'no worker while it lasts, errors or not');
$session->quit;
wait_for($target, "SELECT status = 'SUCCEEDED' FROM asl.executions", 'a worker when it has ended', 'interactive');

$_->stop for $source, $target;
done_testing();
