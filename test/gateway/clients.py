#!/usr/bin/python3
"""clients.py - pg_asl_gateway with AWS's own clients, and with what no client would send; prints TAP.

Runs against the server that PGHOST and the rest name, in a database of its own: clients.py PROGRAM
"""
import json
import os
import socket
import subprocess
import sys
import threading
import time
import uuid

import boto3
import botocore.config
import botocore.exceptions
import psycopg2

HERE = os.path.dirname(os.path.abspath(__file__))
DATABASE = 'asl_gateway'
number = 0
failed = 0


def check(fine, name, *why):
    global number, failed
    number += 1
    failed += not fine
    print(f"{'ok' if fine else 'not ok'} {number} - {name}", flush=True)
    if not fine:
        print('#  ', *why, flush=True)


class Gateway:
    def __init__(self, *options):
        self.log = open('gateway.log', 'a+')
        self.process = subprocess.Popen(
            [sys.argv[1], '--listen', '127.0.0.1:0', '--dsn', f'dbname={DATABASE} user=gw_login', *options],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        self.port = int(self.process.stdout.readline().split()[-1])
        self.url = f'http://127.0.0.1:{self.port}'

    def stop(self):
        self.process.terminate()
        return self.process.wait(60)

    def client(self, key, **config):
        return boto3.client(
            'stepfunctions', endpoint_url=self.url, region_name='us-east-1', aws_access_key_id=key[0],
            aws_secret_access_key=key[1],
            config=botocore.config.Config(inject_host_prefix=False, retries={'max_attempts': 0}, **config))

    def raw(self, data, timeout=10):
        """What is answered to these bytes, until the connection closes or the time is up."""
        with socket.create_connection(('127.0.0.1', self.port), timeout=timeout) as s:
            s.sendall(data)
            answer = b''
            try:
                while True:
                    part = s.recv(65536)
                    if not part:
                        break
                    answer += part
                    if b'\r\n\r\n' in answer and not data.startswith(b'SLOW'):
                        break
            except socket.timeout:
                pass
            return answer


def sql(text, *arguments, user='postgres', database=DATABASE):
    connection = psycopg2.connect(dbname=database, user=user)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(text, arguments or None)
        rows = cursor.fetchall() if cursor.description else []
    connection.close()
    return rows


def error_of(call, **arguments):
    """The code and message of a refused call."""
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as e:
        return e.response['Error']['Code'], e.response['Error']['Message']
    return None, None


def set_up():
    sql(f'DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)', database='postgres')
    for role in 'gw_login', 'gw_alice', 'gw_bob':
        sql(f'DROP ROLE IF EXISTS {role}', database='postgres')
    sql(f'CREATE DATABASE {DATABASE}', database='postgres')
    sql('CREATE ROLE gw_alice LOGIN; CREATE ROLE gw_bob LOGIN; CREATE ROLE gw_login LOGIN NOINHERIT IN ROLE gw_alice, gw_bob')
    sql('CREATE EXTENSION pg_asl')
    sql('GRANT EXECUTE ON FUNCTION asl.authenticate, asl.request_begin, asl.request_end TO gw_login')
    if sql("SELECT to_regprocedure('asl.api(text, jsonb)') IS NULL")[0][0]:
        sql(open(os.path.join(HERE, 'api.sql')).read())
    sql("""SELECT asl.create_state_machine('ask', '{"StartAt": "A", "States": {"A": {"Type": "Task",
           "Resource": "arn:aws:states:us-east-1:000000000000:activity:work", "End": true}}}')""", user='gw_alice')


def test_keys():
    key = sql('SELECT * FROM asl.create_access_key(%s)', 'gw_alice', user='gw_alice')[0]
    check(len(key[0]) == 20 and len(key[1]) == 40, 'a key has an id of 20 characters and a secret of 40', key[0])
    second = sql('SELECT * FROM asl.create_access_key(%s)', 'gw_alice', user='gw_alice')[0]
    for what, user, text in (
            ('a third key of a role', 'gw_alice', "SELECT asl.create_access_key('gw_alice')"),
            ("another role's key", 'gw_bob', "SELECT asl.create_access_key('gw_alice')"),
            ('the table', 'gw_alice', 'SELECT * FROM asl.access_key'),
            ('a secret, for who is not the gateway', 'gw_alice', f"SELECT * FROM asl.authenticate('{key[0]}')"),
            ("the deletion of another role's key", 'gw_bob', f"SELECT asl.delete_access_key('{key[0]}')")):
        try:
            sql(text, user=user)
            check(False, f'{what} is refused')
        except psycopg2.Error:
            check(True, f'{what} is refused')
    check(sql('SELECT count(*) FROM asl.access_keys', user='gw_bob')[0][0] == 0, "another role's keys are not seen")
    sql('SELECT asl.delete_access_key(%s)', second[0], user='gw_alice')
    return key


def test_boto(gateway, key):
    client = gateway.client(key)
    arn = client.create_activity(name='work')['activityArn']
    check(arn.endswith(':activity:work'), 'boto3 creates an activity', arn)
    code, message = error_of(client.describe_execution, executionArn='arn:aws:states:us-east-1:000000000000:execution:x:y')
    check(code == 'ExecutionDoesNotExist' and message.startswith('Execution Does Not Exist'), 'an error has its code and text', code, message)
    code, message = error_of(gateway.client((key[0], 'x' * 40)).list_activities)
    check(code == 'InvalidSignatureException', 'a wrong secret is refused', code, message)
    code, message = error_of(gateway.client(('PGSKAAAAAAAAAAAAAAAA', key[1])).list_activities)
    check(code == 'UnrecognizedClientException', 'an unknown key is refused', code, message)
    code, message = error_of(gateway.client(("x' OR true --", key[1])).list_activities)
    check(code == 'UnrecognizedClientException', 'a key is no SQL', code, message)
    return arn


def test_poll(gateway, key, arn):
    """A poll that waits gets the task of an execution that starts later; one whose client has gone takes none."""
    gone = gateway.client(key, read_timeout=1)
    try:
        gone.get_activity_task(activityArn=arn)
        check(False, 'a client gives up')
    except botocore.exceptions.ReadTimeoutError:
        check(True, 'a client gives up')
    answers = []
    client = gateway.client(key)
    poll = threading.Thread(target=lambda: answers.append(client.get_activity_task(activityArn=arn, workerName='w')))
    poll.start()
    time.sleep(1)
    starter = gateway.client(key)
    execution = starter.start_execution(stateMachineArn='arn:aws:states:us-east-1:000000000000:stateMachine:ask', input='{"n": 1}')
    sql('CALL asl.run_pending()', user='gw_alice')
    poll.join(20)
    check(len(answers) == 1 and json.loads(answers[0].get('input', 'null')) == {'n': 1},
          'a poll that waits gets the task, one that is gone does not', answers)
    if answers and 'taskToken' in answers[0]:
        starter.send_task_success(taskToken=answers[0]['taskToken'], output='{"done": true}')
        sql('CALL asl.run_pending()', user='gw_alice')
    check(sql('SELECT status FROM asl.executions WHERE asl.execution_arn(execution) = %s', execution['executionArn'])[0][0]
          == 'SUCCEEDED', 'and its answer ends the execution')


def test_tasks_at_once(gateway, key, arn):
    """Several tasks of one transaction, which notifies once, wake as many polls."""
    answers = []

    def poll():
        answers.append(gateway.client(key).get_activity_task(activityArn=arn))

    polls = [threading.Thread(target=poll) for _ in range(5)]
    for p in polls:
        p.start()
    time.sleep(1)
    sql("SELECT asl.start_execution('ask') FROM generate_series(1, 5)", user='gw_alice')
    sql('CALL asl.run_pending()', user='gw_alice')
    for p in polls:
        p.join(20)
    check(len({a.get('taskToken') for a in answers} - {None}) == 5, 'five tasks go to five polls, each once', answers)


def sent_again(client, invocation):
    """Lets every request of the client have this invocation id, which Python's clients do not sign."""
    def replace(request, **_):
        del request.headers['amz-sdk-invocation-id']
        request.headers['amz-sdk-invocation-id'] = invocation
    client.meta.events.register('before-send.stepfunctions', replace)
    return client


def test_once(gateway, key):
    """Whatever is sent again under the same invocation id happens once, also when the gateway was killed in between."""
    invocation = str(uuid.uuid4())
    client = sent_again(gateway.client(key), invocation)
    start = {'stateMachineArn': 'arn:aws:states:us-east-1:000000000000:stateMachine:ask', 'input': '{}'}
    first = client.start_execution(**start)
    check(client.start_execution(**start)['executionArn'] == first['executionArn'], 'what is sent again happens once')
    check(client.start_execution(**dict(start, input='{"a": 1}'))['executionArn'] != first['executionArn'],
          'another body is another request')
    gateway.process.kill()
    gateway.process.wait()
    gateway = Gateway()
    again = sent_again(gateway.client(key), invocation).start_execution(**start)
    check(again['executionArn'] == first['executionArn'] and again['startDate'] == first['startDate'],
          'and is answered alike after the gateway was killed', first, again)
    return gateway


def test_bad_requests(gateway):
    def status(data):
        answer = gateway.raw(data)
        return answer.split(b' ')[1] if answer.count(b' ') else answer

    head = b'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-amz-json-1.0\r\n'
    target = b'X-Amz-Target: AWSStepFunctions.ListActivities\r\n'
    for name, data, expected in (
            ('no target', head + b'Content-Length: 2\r\n\r\n{}', b'UnknownOperationException'),
            ('a target in another case', head + b'X-Amz-Target: awsstepfunctions.ListActivities\r\nContent-Length: 2\r\n\r\n{}',
             b'UnknownOperationException'),
            ('an empty body', head + target + b'Content-Length: 0\r\n\r\n', b'SerializationException'),
            ('no signature', head + target + b'Content-Length: 2\r\n\r\n{}', b'Missing Authentication Token'),
            ('half a signature', head + target + b'Authorization: AWS4-HMAC-SHA256 Credential=a\r\nContent-Length: 2\r\n\r\n{}',
             b"requires 'Signature' parameter"),
            ('a body that is too large', head + target + b'Content-Length: 9000000\r\n\r\n', b'RequestEntityTooLargeException'),
            ('another type', b'POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}',
             b'UnknownOperationException'),
            ('another path', b'GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n', b'UnknownOperationException'),
            ('a quote in a date', head + target + b'X-Amz-Date: "\\"\r\nAuthorization: AWS4-HMAC-SHA256 Credential=a/b/c/d/e, '
             b'SignedHeaders=host, Signature=x\r\nContent-Length: 2\r\n\r\n{}', b"Got '???'")):
        answer = gateway.raw(data)
        body = answer.split(b'\r\n\r\n', 1)[-1]
        try:
            json.loads(body)
            valid = True
        except ValueError:
            valid = False
        check(valid and expected in body, f'{name} is refused in JSON', answer)
    for name, data in (('no HTTP', b'\x16\x03\x01\x00\xff' * 50 + b'\r\n\r\n'), ('a header without end', b'GET / HTTP/1.1\r\nA: ' + b'x' * 100000),
                       ('half a request', b'POST / HTTP/1.1\r\nHost:')):
        try:
            gateway.raw(data, timeout=1)
        except OSError:
            pass
        check(status(b'GET / HTTP/1.1\r\nHost: x\r\n\r\n') == b'200', f'{name} does not end the gateway')


def test_aws_cli(gateway, key):
    environment = dict(os.environ, AWS_ACCESS_KEY_ID=key[0], AWS_SECRET_ACCESS_KEY=key[1], AWS_DEFAULT_REGION='us-east-1',
                       AWS_EC2_METADATA_DISABLED='true')
    run = subprocess.run(['aws', 'stepfunctions', 'create-activity', '--name', 'from-cli', '--endpoint-url', gateway.url],
                         env=environment, capture_output=True, text=True)
    check(run.returncode == 0 and 'activity:from-cli' in run.stdout, 'aws cli creates an activity', run.stdout, run.stderr)


def test_no_trace(key):
    """With one session, one role's request is followed by another's: each is itself."""
    other = sql('SELECT * FROM asl.create_access_key(%s)', 'gw_bob', user='gw_bob')[0]
    gateway = Gateway('--connections', '1')
    seen = []
    for k in (key, other, key):
        # The stand-in tells who it runs as; the real one would be asked for what only that role sees.
        code, _ = error_of(gateway.client(k).start_execution, stateMachineArn='arn:aws:states:us-east-1:000000000000:stateMachine:ask', input='{}')
        seen.append(code)
    check(seen[0] is None and seen[1] is not None and seen[2] is None, "no request has another's role", seen)
    check(gateway.stop() == 0, 'it stops when told to')
    sql('SELECT asl.disable_access_key(%s)', other[0], user='gw_bob')
    gateway = Gateway()
    code, _ = error_of(gateway.client(other).list_activities)
    check(code == 'UnrecognizedClientException', 'a disabled key is refused', code)
    return gateway


def test_development():
    gateway = Gateway('--development-role', 'gw_alice')
    check(error_of(gateway.client(('any', 'thing')).list_activities)[0] is None, 'in development any credentials will do')
    head = b'POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: AWSStepFunctions.ListActivities\r\nContent-Length: 2\r\n\r\n{}'
    check(b'AccessDenied' in gateway.raw(head), "but not under another machine's name")
    gateway.stop()
    run = subprocess.run([sys.argv[1], '--listen', '0.0.0.0:0', '--development-role', 'x'], capture_output=True)
    check(run.returncode == 2, 'nor on another address than loopback')


def main():
    set_up()
    key = test_keys()
    gateway = Gateway()
    arn = test_boto(gateway, key)
    test_poll(gateway, key, arn)
    test_tasks_at_once(gateway, key, arn)
    gateway = test_once(gateway, key)
    test_bad_requests(gateway)
    test_aws_cli(gateway, key)
    for path, wanted in ((b'/health', b'"status"'), (b'/metrics', b'pg_asl_gateway_requests_total')):
        answer = gateway.raw(b'GET ' + path + b' HTTP/1.1\r\nHost: x\r\n\r\n')
        check(wanted in answer, f'{path.decode()} answers', answer)
    check(gateway.stop() == 0, 'the gateway stops')
    test_no_trace(key).stop()
    test_development()
    log = open('gateway.log').read()
    check(key[1] not in log and 'Signature=' not in log, 'no secret is in the log')
    print(f'1..{number}')
    sys.exit(failed > 0)


main()
