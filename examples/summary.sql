-- summary.sql - what became of the orders: by status, one history, and whether everything adds up.

\set ON_ERROR_STOP on
\pset footer off
\pset linestyle unicode
\pset border 1

\echo
\echo 'How the orders ended'
SELECT status, coalesce(error, 'shipped') AS outcome, count(*) AS orders,
	round(avg(extract(epoch FROM stop_date - start_date)), 2) AS "seconds on average"
FROM asl.executions WHERE state_machine = 'order' GROUP BY 1, 2 ORDER BY 3 DESC;

WITH ended AS (
	SELECT date_trunc('second', stop_date) AS at, count(*) AS n FROM asl.executions WHERE state_machine = 'order' GROUP BY 1
)
SELECT sum(n) AS executions, (SELECT round(extract(epoch FROM max(stop_date) - min(start_date)), 1) FROM asl.executions) AS seconds,
	max(n) AS "ended in the busiest second"
FROM ended;

-- An order with something to tell: approved, charged at the second attempt or later, shipped.
SELECT execution, name FROM asl.executions JOIN approval ON name = 'order-' || order_id
WHERE status = 'SUCCEEDED'
ORDER BY (SELECT count(*) FROM asl.get_execution_history(execution) WHERE type = 'TaskFailed') DESC LIMIT 1
\gset

\echo 'The history of' :name
SELECT id, previous_event_id AS previous, to_char("timestamp", 'HH24:MI:SS.MS') AS at, type,
	coalesce(details->>'name', details->>'error', regexp_replace(details->>'resource', '.*:activity:', ''), details->>'workerName') AS what
FROM asl.get_execution_history(:execution);

\echo 'Does it add up?'
WITH shipped AS (
	SELECT order_id, product, quantity, card, price * quantity AS amount FROM shipment JOIN orders USING (order_id) JOIN product USING (product)
), checks (what, good) AS (
	SELECT 'every order has ended', NOT EXISTS (SELECT FROM asl.executions WHERE status = 'RUNNING')
	UNION ALL
	SELECT 'stock was never oversold', (SELECT min(stock) >= 0 FROM product)
	UNION ALL
	SELECT 'what is missing in stock was shipped', NOT EXISTS (
		SELECT FROM product p WHERE first_stock - stock <> (SELECT coalesce(sum(quantity), 0) FROM shipped s WHERE s.product = p.product))
	UNION ALL
	SELECT 'no order was charged or shipped twice',
		NOT EXISTS (SELECT FROM charge GROUP BY order_id HAVING count(*) > 1)
		AND NOT EXISTS (SELECT FROM shipment GROUP BY order_id HAVING count(*) > 1)
	UNION ALL
	SELECT 'exactly the shipped orders were charged', NOT EXISTS (
		SELECT FROM charge FULL JOIN shipped USING (order_id, card, amount) WHERE charge_id IS NULL OR product IS NULL)
	UNION ALL
	SELECT 'what the cards lost is what was charged', NOT EXISTS (
		SELECT FROM card c WHERE first_money - money <> (SELECT coalesce(sum(amount), 0) FROM charge g WHERE g.card = c.card))
	UNION ALL
	SELECT 'exactly the shipped orders succeeded', (
		SELECT count(*) FROM asl.executions WHERE status = 'SUCCEEDED') = (SELECT count(*) FROM shipment)
	UNION ALL
	SELECT 'the listener was told of every order', :told = (SELECT count(*) FROM orders)
)
SELECT what, CASE WHEN good THEN 'yes' ELSE 'NO' END AS " " FROM checks
UNION ALL
SELECT '(money taken: ' || coalesce(sum(amount), 0) || ')', '' FROM charge
\g
