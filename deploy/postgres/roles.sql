-- The roles and schemas of Innovoucher, and who may enter which. Run it before the migrations; running it again is safe.
--
-- Run it in the product's database as the role that owns it and will migrate (INNOVOUCHER_DATABASE_URL). A DBA prepares:
--     CREATE ROLE innovoucher_owner LOGIN CREATEROLE;     -- CREATEROLE may be taken away again afterwards
--     CREATE DATABASE innovoucher OWNER innovoucher_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
-- and afterwards gives each service's role a password (\password innovoucher_voucher, and so on).
-- What a role may do to a table is granted by the migration that makes the table; nothing is granted by default.

DO $$
DECLARE
    service text;
BEGIN
    FOREACH service IN ARRAY ARRAY['gateway', 'registry', 'voucher'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'innovoucher_' || service) THEN
            EXECUTE format('CREATE ROLE %I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION', 'innovoucher_' || service);
        END IF;
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), 'innovoucher_' || service);
    END LOOP;
    EXECUTE format('REVOKE CONNECT, TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
END
$$;

CREATE SCHEMA IF NOT EXISTS business;
CREATE SCHEMA IF NOT EXISTS gateway;
CREATE SCHEMA IF NOT EXISTS registry;
CREATE SCHEMA IF NOT EXISTS voucher;

REVOKE ALL ON SCHEMA business, gateway, registry, voucher FROM PUBLIC;
GRANT USAGE ON SCHEMA business TO innovoucher_gateway, innovoucher_registry, innovoucher_voucher;
GRANT USAGE ON SCHEMA gateway TO innovoucher_gateway;
GRANT USAGE ON SCHEMA registry TO innovoucher_registry;
GRANT USAGE ON SCHEMA voucher TO innovoucher_voucher;
