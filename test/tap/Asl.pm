# Asl - servers and state machines for the tests in this folder.
package Asl;

use strict;
use warnings;

use Exporter 'import';
use IPC::Run ();
use PostgreSQL::Test::Cluster;
use PostgreSQL::Test::Utils;
use Test::More;

our @EXPORT = qw(cluster server chain sql_state create_machine start_execution status wait_for wait_for_status
	workers worker_pid log_count);

# Not running yet, in UTF8 whatever the environment says. Options as for a new cluster: install_path.
sub cluster
{
	my ($name, %options) = @_;
	my $node = PostgreSQL::Test::Cluster->new($name, %options);
	$node->init(extra => [ qw(--encoding=UTF8 --locale=C.UTF-8 --data-checksums) ]);
	# Test::Cluster's own default is off.
	$node->append_conf('postgresql.conf', "restart_after_crash = on\nmax_worker_processes = 16");
	return $node;
}

# Running, the extension created in the database postgres. Other settings follow the name.
sub server
{
	my ($name, @settings) = @_;
	my $node = cluster($name);
	$node->append_conf('postgresql.conf', join("\n", @settings, ''));
	$node->start;
	$node->safe_psql('postgres', 'CREATE EXTENSION pg_asl');
	return $node;
}

# A Task state, JSON without the braces around it and without what comes next: the SQL has no parameters.
sub sql_state
{
	my ($statement) = @_;
	$statement =~ s/(["\\])/\\$1/g;
	$statement =~ s/\s+/ /g;
	return qq("Type": "Task", "Resource": "pg:sql", "ResultPath": null, "Parameters": {"Statement": "$statement"});
}

# A definition: these states, one after the other.
sub chain
{
	my @states = @_;
	my @members;
	for my $i (1 .. @states)
	{
		my $next = $i < @states ? sprintf('"Next": "S%d"', $i + 1) : '"End": true';
		push @members, qq("S$i": {$states[$i - 1], $next});
	}
	return '{"StartAt": "S1", "States": {' . join(', ', @members) . '}}';
}

# Options: database, role (the owner).
sub create_machine
{
	my ($node, $name, $definition, %options) = @_;
	my $database = $options{database} // 'postgres';
	$node->safe_psql($database, qq(SELECT asl.create_state_machine('$name', \$def\$$definition\$def\$)),
		extra_params => [ $options{role} ? ('-U', $options{role}) : () ]);
}

# The execution's id.
sub start_execution
{
	my ($node, $machine, %options) = @_;
	my $input = $options{input} // '{}';
	return $node->safe_psql($options{database} // 'postgres', qq(SELECT asl.start_execution('$machine', '$input')),
		extra_params => [ $options{role} ? ('-U', $options{role}) : () ]);
}

sub status
{
	my ($node, $execution) = @_;
	return $node->safe_psql('postgres', "SELECT status FROM asl.executions WHERE execution = $execution");
}

# A test: the query becomes true.
sub wait_for
{
	my ($node, $query, $name, $database) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return ok($node->poll_query_until($database // 'postgres', $query), $name);
}

sub wait_for_status
{
	my ($node, $execution, $status, $name) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	return wait_for($node, "SELECT status = '$status' FROM asl.executions WHERE execution = $execution", $name);
}

# SQL: the workers' processes.
sub workers
{
	my ($condition) = @_;
	return q(SELECT pid FROM pg_stat_activity WHERE backend_type = 'pg_asl worker') . ($condition ? " AND $condition" : '');
}

sub worker_pid
{
	my ($node, $condition) = @_;
	return $node->safe_psql('postgres', workers($condition) . ' LIMIT 1');
}

# How often the server's log has it.
sub log_count
{
	my ($node, $pattern) = @_;
	my $log = slurp_file($node->logfile);
	return scalar(() = $log =~ /$pattern/g);
}

1;
