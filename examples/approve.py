#!/usr/bin/python3
"""Somebody in the office who approves large orders: a worker of the activity approve-order.

Whatever it writes and its answer commit together, so an order is never noted as approved without going on, nor the
other way round.
"""
import select

import psycopg2

LIMIT = 1800


def answer_one(connection):
    """Takes one task and answers it, in one transaction; False when there is none."""
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT task_token, input FROM asl.get_activity_task('approve-order', 'office')")
        task = cursor.fetchone()
        if task is None:
            return False
        token, order = task
        approved = order["amount"] <= LIMIT
        cursor.execute("INSERT INTO approval VALUES (%s, %s)", (order["order_id"], approved))
        if approved:
            cursor.execute("SELECT asl.send_task_success(%s, %s)", (token, '{"by": "office"}'))
        else:
            cursor.execute("SELECT asl.send_task_failure(%s, 'ApprovalRefused', %s)", (token, f"over the limit of {LIMIT}"))
        return True


def main():
    connection = psycopg2.connect("")
    with connection, connection.cursor() as cursor:
        cursor.execute("LISTEN asl_activity")
    while True:
        if not answer_one(connection):
            select.select([connection], [], [])
            connection.poll()


if __name__ == "__main__":
    main()
