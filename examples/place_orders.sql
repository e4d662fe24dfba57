-- place_orders.sql - places :orders orders: the row and the start of its workflow are one transaction.

\set ON_ERROR_STOP on

WITH placed AS (
	INSERT INTO orders
	SELECT n, (ARRAY['Ada', 'Ben', 'Cleo', 'Dan', 'Eve'])[1 + n % 5], 'product ' || 1 + n * 7 % 25, 1 + n % 5, 'card ' || 1 + n * 3 % 200
	FROM generate_series(1, :orders) n
	RETURNING *
)
SELECT count(asl.start_execution('order', to_jsonb(placed), 'order-' || order_id)) AS "orders placed" FROM placed;
