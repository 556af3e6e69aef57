import { rename, rm } from 'node:fs/promises';
import { openInstance } from '../../runtime/duckdb-instance.ts';

/** A shop: related tables, some 100 000 rows in all, with keys, checks, a sequence, an enum, an index, views and comments. */
const statements = [
  `CREATE TYPE order_status AS ENUM ('placed', 'paid', 'shipped', 'returned')`,
  `CREATE SEQUENCE payment_numbers START 1`,
  `CREATE TABLE customers (
     id INTEGER PRIMARY KEY, tenant_id UUID NOT NULL, name VARCHAR NOT NULL, email VARCHAR UNIQUE,
     joined DATE NOT NULL, preferences STRUCT(newsletter BOOLEAN, languages VARCHAR[]))`,
  `CREATE TABLE products (
     id INTEGER PRIMARY KEY, name VARCHAR NOT NULL, price DECIMAL(10, 2) NOT NULL CHECK (price > 0), tags VARCHAR[])`,
  `CREATE TABLE orders (
     id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id),
     placed_at TIMESTAMPTZ NOT NULL, status order_status NOT NULL DEFAULT 'placed')`,
  `CREATE TABLE order_items (
     order_id INTEGER NOT NULL REFERENCES orders (id), product_id INTEGER NOT NULL REFERENCES products (id),
     quantity INTEGER NOT NULL, unit_price DECIMAL(10, 2) NOT NULL, PRIMARY KEY (order_id, product_id))`,
  `CREATE TABLE payments (
     number BIGINT PRIMARY KEY DEFAULT nextval('payment_numbers'), order_id INTEGER NOT NULL REFERENCES orders (id),
     amount DECIMAL(12, 2) NOT NULL, settled_at TIMESTAMPTZ)`,
  `INSERT INTO customers
     SELECT i, $tenant[1 + i % len($tenant)]::UUID, 'Customer ' || i, 'customer' || i || '@example.com',
            DATE '2024-01-01' + (i % 700)::INTEGER, {newsletter: i % 3 = 0, languages: ['en', ['de', 'fr', 'pt'][1 + i % 3]]}
     FROM range(5000) AS r(i)`,
  `INSERT INTO products
     SELECT i, 'Product ' || i, 1 + (i * 37 % 9000) / 100, ['tag-' || i % 7, 'tag-' || i % 11] FROM range(500) AS r(i)`,
  `INSERT INTO orders
     SELECT i, i * 7919 % 5000, TIMESTAMPTZ '2026-01-01 00:00:00+00' + to_minutes(i * 11),
            ['placed', 'paid', 'shipped', 'returned'][1 + i % 4]::order_status
     FROM range(30000) AS r(i)`,
  `INSERT INTO order_items
     SELECT o.id, (o.id * 31 + k * 101) % 500, 1 + (o.id + k) % 5, p.price
     FROM orders o, range(2) AS r(k) JOIN products p ON p.id = (o.id * 31 + k * 101) % 500`,
  `INSERT INTO payments (order_id, amount, settled_at)
     SELECT order_id, sum(quantity * unit_price), min(placed_at) + INTERVAL 1 HOUR
     FROM order_items JOIN orders ON orders.id = order_id WHERE status <> 'placed' GROUP BY order_id ORDER BY order_id`,
  `CREATE INDEX orders_by_customer ON orders (customer_id)`,
  `CREATE VIEW revenue AS SELECT customer_id, sum(amount) AS total FROM payments JOIN orders ON orders.id = order_id GROUP BY ALL`,
  `CREATE VIEW best_customers AS SELECT name, total FROM revenue JOIN customers ON id = customer_id ORDER BY total DESC LIMIT 10`,
  `COMMENT ON TABLE payments IS 'One row for each settled order'`,
];

/** Makes the sample database at `file`, complete or not at all. Tenant ids are UUIDs. */
export async function makeSampleDuckdb(file: string, tenantIds: readonly string[]): Promise<void> {
  const unfinished = `${file}.unfinished`;
  await rm(unfinished, { force: true });
  const instance = await openInstance(unfinished, { threads: '2' });
  try {
    const connection = await instance.connect();
    const tenants = `[${tenantIds.map((id) => `'${id}'`).join(', ')}]`;
    for (const statement of statements) await connection.run(statement.replaceAll('$tenant', tenants));
    await connection.run('CHECKPOINT');
  } finally {
    await instance.close();
  }
  await rename(unfinished, file);
}
