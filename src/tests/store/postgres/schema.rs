//! The tables of both databases are the same: whatever the migrations say, this is what came of them.

use std::collections::{BTreeMap, BTreeSet};

use diesel::connection::LoadConnection;
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query};
use okienko::store::Store;

use super::cluster::Cluster;

/// What is said of a table, line by line.
pub type Outline = BTreeMap<String, BTreeSet<String>>;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Text)]
    of: String,
    #[diesel(sql_type = Text)]
    said: String,
}

/// Columns with type and whether they may be empty.
const SQLITE_COLUMNS: &str = "
SELECT t.name AS of, c.name || ' ' || lower(c.type) || iif(c.\"notnull\", ' not null', '') AS said
FROM sqlite_master AS t, pragma_table_info(t.name) AS c WHERE t.type = 'table' AND t.name NOT LIKE '\\_%' ESCAPE '\\' AND t.name NOT LIKE 'sqlite%'";

const POSTGRES_COLUMNS: &str = "
SELECT table_name::text AS of, column_name || ' ' || data_type
    || CASE is_nullable WHEN 'NO' THEN ' not null' ELSE '' END AS said
FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '\\_%'";

/// Keys and indexes: whether they are unique, over which columns, and under which condition.
const SQLITE_INDEXES: &str = "
SELECT t.name AS of, iif(i.\"unique\", 'unique ', 'index ')
    || (SELECT group_concat(name) FROM (SELECT name FROM pragma_index_info(i.name) ORDER BY seqno))
    || coalesce(' where ' || (SELECT substr(sql, instr(sql, ' WHERE ') + 7) FROM sqlite_master AS s
        WHERE s.name = i.name AND i.partial), '') AS said
FROM sqlite_master AS t, pragma_index_list(t.name) AS i WHERE t.type = 'table' AND t.name NOT LIKE '\\_%' ESCAPE '\\' AND t.name NOT LIKE 'sqlite%'";

const POSTGRES_INDEXES: &str = "
SELECT t.relname::text AS of, CASE WHEN i.indisunique THEN 'unique ' ELSE 'index ' END
    || (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(i.indkey::int[]) WITH ORDINALITY AS k (attnum, n)
        JOIN pg_attribute AS a ON a.attrelid = t.oid AND a.attnum = k.attnum)
    || coalesce(' where ' || pg_get_expr(i.indpred, t.oid), '') AS said
FROM pg_index AS i JOIN pg_class AS t ON t.oid = i.indrelid
WHERE t.relnamespace = 'public'::regnamespace AND t.relname NOT LIKE '\\_%'";

/// What points where.
const SQLITE_REFERENCES: &str = "
SELECT t.name AS of, 'refers ' || group_concat(f.\"from\") || ' to ' || f.\"table\" || ' ' || group_concat(f.\"to\") AS said
FROM sqlite_master AS t, pragma_foreign_key_list(t.name) AS f WHERE t.type = 'table' GROUP BY t.name, f.id";

const POSTGRES_REFERENCES: &str = "
SELECT t.relname::text AS of, 'refers '
    || (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(c.conkey) WITH ORDINALITY AS k (attnum, n)
        JOIN pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum = k.attnum)
    || ' to ' || c.confrelid::regclass || ' '
    || (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(c.confkey) WITH ORDINALITY AS k (attnum, n)
        JOIN pg_attribute AS a ON a.attrelid = c.confrelid AND a.attnum = k.attnum) AS said
FROM pg_constraint AS c JOIN pg_class AS t ON t.oid = c.conrelid WHERE c.contype = 'f'";

/// Which changes a table refuses. That a table may not be emptied at a stroke is PostgreSQL's alone: SQLite has no such
/// statement.
const SQLITE_TRIGGERS: &str = "
SELECT tbl_name AS of, 'trigger ' || name || iif(sql LIKE '% BEFORE UPDATE ON %', ' update', ' delete') AS said
FROM sqlite_master WHERE type = 'trigger'";

const POSTGRES_TRIGGERS: &str = "
SELECT event_object_table::text AS of, 'trigger ' || trigger_name || ' ' || lower(event_manipulation) AS said
FROM information_schema.triggers WHERE trigger_schema = 'public' AND event_object_table NOT LIKE '\\_%'";

/// How many rules a table has for its values. One for each that PostgreSQL keeps as a truth value is not needed there.
const POSTGRES_CHECKS: &str = "
SELECT t.relname::text AS of, 'checks ' || (count(c.oid)
    + (SELECT count(*) FROM pg_attribute AS a WHERE a.attrelid = t.oid AND a.atttypid = 'bool'::regtype)) AS said
FROM pg_class AS t LEFT JOIN pg_constraint AS c ON c.conrelid = t.oid AND c.contype = 'c'
WHERE t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace AND t.relname NOT LIKE '\\_%' GROUP BY t.oid, t.relname";

const SQLITE_CHECKS: &str = "
SELECT name AS of, 'checks ' || ((length(sql) - length(replace(sql, 'CHECK (', ''))) / 7) AS said
FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'";

fn read<C>(db: &mut C, queries: &[&str], outline: &mut Outline)
where
    C: Connection + LoadConnection,
    for<'a> diesel::query_builder::SqlQuery: diesel::query_dsl::LoadQuery<'a, C, Row>,
{
    for query in queries {
        for row in sql_query(*query).load::<Row>(db).unwrap() {
            let said = row.said.replace(['(', ')', '\''], "").replace("::text", "").to_lowercase();
            outline.entry(row.of).or_default().insert(said);
        }
    }
}

/// The tables of a PostgreSQL database.
pub fn outline(db: &mut PgConnection) -> Outline {
    let queries = [POSTGRES_COLUMNS, POSTGRES_INDEXES, POSTGRES_REFERENCES, POSTGRES_TRIGGERS, POSTGRES_CHECKS];
    let mut outline = Outline::new();
    read(db, &queries, &mut outline);
    outline
}

fn outline_of_sqlite() -> Outline {
    let file = std::env::temp_dir().join(format!("okienko-schema-{}.db", std::process::id()));
    Store::open(&format!("sqlite:{}", file.display()), 1).unwrap().close();
    let mut db = SqliteConnection::establish(&file.display().to_string()).unwrap();
    let queries = [SQLITE_COLUMNS, SQLITE_INDEXES, SQLITE_REFERENCES, SQLITE_TRIGGERS, SQLITE_CHECKS];
    let mut outline = Outline::new();
    read(&mut db, &queries, &mut outline);
    for suffix in ["", "-lock"] {
        std::fs::remove_file(format!("{}{suffix}", file.display())).unwrap();
    }
    outline
}

#[test]
fn both_databases_have_the_same_tables() {
    let mut sqlite = outline_of_sqlite();
    let mut postgres = outline(&mut Cluster::shared().admin_of(&crate::throw_away()));
    assert!(postgres.len() > 15 && postgres["tickets"].len() > 30, "{postgres:#?}");
    // The two ways to say the same type.
    for said in sqlite.values_mut() {
        *said = said.iter().map(|line| line.replace(" integer", " bigint")).collect();
    }
    for said in postgres.values_mut() {
        *said = said.iter().map(|line| line.replace(" boolean", " bigint")).collect();
    }

    assert_eq!(sqlite.keys().collect::<Vec<_>>(), postgres.keys().collect::<Vec<_>>());
    for (table, said) in &sqlite {
        let (more, less): (Vec<_>, Vec<_>) =
            (postgres[table].difference(said).collect(), said.difference(&postgres[table]).collect());
        assert!(more.is_empty() && less.is_empty(), "{table}: only PostgreSQL has {more:?}, only SQLite {less:?}");
    }
}
