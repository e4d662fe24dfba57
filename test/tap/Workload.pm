# Workload - executions of several kinds whose steps can be counted: every one makes the steps 1 to 4 of its number n.
package Workload;

use strict;
use warnings;

use Exporter 'import';
use Asl;
use Test::More;

our @EXPORT = qw(create_workload start_workload finish_workload);

my $STEP = '"Type": "Task", "Resource": "%s", "ResultPath": null, "Parameters": {"n.$": "$.n", "step%s": %s}';
my $ASK = '"Type": "Task", "Resource": "pg:activity:ask", "ResultPath": null';
my $WAIT = '"Type": "Wait", "Seconds": 1';

sub step
{
	my ($number) = @_;
	return sprintf($STEP, 'pg:function:public.effect', '', $number);
}

# A chain inside a state: names of states are unique in a whole definition.
sub inner
{
	my ($prefix, @states) = @_;
	return chain(@states) =~ s/"S(\d+)"/"$prefix$1"/gr;
}

# By name; the child is started by the parent alone.
my %MACHINES = (
	chain => chain(step(1), step(2), $WAIT, step(3), $ASK, step(4)),
	parallel => chain(qq("Type": "Parallel", "ResultPath": null, "Branches": [) . join(', ', inner('A', step(1)),
			inner('B', $ASK, step(2)), inner('C', $WAIT, step(3))) . ']', step(4)),
	map => chain('"Type": "Map", "ItemsPath": "$.items", "MaxConcurrency": 2, "ResultPath": null, '
			. '"ItemSelector": {"n.$": "$.n", "item.$": "$$.Map.Item.Value"}, "ItemProcessor": '
			. inner('I', $WAIT, sprintf($STEP, 'pg:function:public.effect', '.$', '"$.item"'))),
	retry => chain(step(1), '"Type": "Task", "Resource": "pg:function:public.flaky", "ResultPath": null, '
			. '"Parameters": {"retry.$": "$$.State.RetryCount"}, '
			. '"Retry": [{"ErrorEquals": ["flaky"], "IntervalSeconds": 1, "MaxAttempts": 3, "BackoffRate": 1}]',
			step(2), step(3), step(4)),
	parent => chain(step(1), '"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", '
			. '"ResultPath": null, "Parameters": {"StateMachineArn": "child", "Input": {"n.$": "$.n"}}', step(4)),
	child => chain(step(2), $WAIT, $ASK, sprintf($STEP, 'arn:aws:lambda:us-east-1:123456789012:function:work', '', 3)));

# SQL: the executions that were started, and those that they have started.
my $STARTED = "asl.executions WHERE state_machine IN ('chain', 'map', 'parallel', 'parent', 'retry')";
my $ALL = "asl.executions WHERE state_machine IN ('chain', 'map', 'parallel', 'parent', 'retry', 'child')";

# The machines, whose owner is alice, and the functions that they call.
sub create_workload
{
	my ($node, $database) = @_;
	$node->safe_psql($database, <<'SQL');
CREATE TABLE effect (n int, step int);
GRANT INSERT ON effect TO PUBLIC;
CREATE FUNCTION effect(n int, step int) RETURNS void LANGUAGE sql AS
	$$INSERT INTO public.effect VALUES (n, step); SELECT pg_sleep(random() * 0.02)$$;
CREATE FUNCTION flaky(retry int) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
	IF retry < 2 THEN
		PERFORM asl.fail('flaky');
	END IF;
END $$;
-- Answers a task that waits; false: there is none.
CREATE FUNCTION answer() RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
	token text;
BEGIN
	SELECT task_token INTO token FROM asl.get_activity_task('ask');
	IF token IS NOT NULL THEN
		PERFORM asl.send_task_success(token, '{}');
	END IF;
	RETURN token IS NOT NULL;
END $$;
SET ROLE alice;
SELECT asl.create_activity('ask');
SELECT asl.map_resource('arn:aws:lambda:us-east-1:123456789012:function:work', 'pg:function:public.effect');
SQL
	create_machine($node, $_, $MACHINES{$_}, database => $database, role => 'alice') for sort keys %MACHINES;
}

# Starts executions with the numbers from … to of every kind but child.
sub start_workload
{
	my ($node, $database, $from, $to) = @_;
	$node->safe_psql($database, <<"SQL", extra_params => [ '-U', 'alice' ]);
SELECT asl.start_execution(kind, jsonb_build_object('n', n * 10 + ordinality, 'items', '[1, 2, 3, 4]'::jsonb))
  FROM generate_series($from, $to) n,
       unnest('{chain, map, parallel, parent, retry}'::text[]) WITH ORDINALITY AS kind(kind)
SQL
}

# Answers what waits until all of them have ended, then tests what they have done.
sub finish_workload
{
	my ($node, $database, $name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	for (1 .. 600)
	{
		$node->safe_psql($database, 'SELECT answer() FROM generate_series(1, 20)', extra_params => [ '-U', 'alice' ]);
		last if $node->safe_psql($database, "SELECT count(*) FROM $ALL AND status = 'RUNNING'") eq '0';
		select undef, undef, undef, 0.1;
	}
	is($node->safe_psql($database, "SELECT DISTINCT status FROM $ALL"), 'SUCCEEDED', "$name: every execution succeeds");
	is($node->safe_psql($database, <<"SQL"), 't|t', "$name: every step has taken effect exactly once");
SELECT count(*) = 4 * (SELECT count(*) FROM $STARTED), count(*) = count(DISTINCT (n, step)) FROM effect
SQL
	is($node->safe_psql($database, <<"SQL"), '', "$name: the histories have no holes");
SELECT e.execution FROM (SELECT execution FROM $ALL) e, asl.get_execution_history(e.execution) h
 GROUP BY 1 HAVING max(h.id) <> count(*) OR min(h.id) <> 1
SQL
	for my $table (qw(branch result task))
	{
		is($node->safe_psql($database, "SELECT count(*) FROM asl.$table WHERE execution IN (SELECT execution FROM $ALL)"), '0',
			"$name: no row is left in asl.$table");
	}
}

1;
