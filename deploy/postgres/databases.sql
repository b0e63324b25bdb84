-- The owner and its two databases: the live one, and a sandbox beside it for test tokens. The postgres image runs this
-- file once, when its data folder is new; elsewhere a DBA does, with psql, as a superuser. OWNER_PASSWORD_FILE names a
-- file with the password. The owner migrates and makes the services' roles (roles.sql); no service logs in as it.
\set ON_ERROR_STOP on
\set password `cat "$OWNER_PASSWORD_FILE"`

CREATE ROLE innovoucher_owner LOGIN CREATEROLE NOSUPERUSER PASSWORD :'password';
CREATE DATABASE innovoucher OWNER innovoucher_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
CREATE DATABASE innovoucher_sandbox OWNER innovoucher_owner TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8';
