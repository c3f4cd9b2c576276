//! Opening, reopening, and what is said when it cannot be.

use std::path::Path;
use std::process::Command;

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection, QueryableByName, RunQueryDsl, sql_query};
use okienko::store::{Db, OpenError, Store, StoreError, offices, revert_all, tickets};

use super::cluster::{Cluster, PASSWORD, PASSWORD_IN_URL};
use super::schema::outline;
use super::until;
use crate::support::{City, Still};

fn refusal(url: &str) -> OpenError {
    match Store::open(url, 1) {
        Err(StoreError::Open(reason)) => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_knows_the_password_comes_in_over_the_network() {
    let cluster = Cluster::shared();
    let url = cluster.over_tcp(&cluster.database(), PASSWORD_IN_URL);

    let store = Store::open(&url, 1).unwrap();

    assert_eq!(store.read_now(offices::all).unwrap(), []);
}

#[test]
fn the_way_to_the_server_may_be_encrypted_and_the_server_checked() {
    let (cluster, other) = (Cluster::shared(), Cluster::start());
    let url = cluster.over_tcp(&cluster.database(), PASSWORD_IN_URL).replace("127.0.0.1", "localhost");
    let checked = |root: &Path| format!("{url}?sslmode=verify-full&sslrootcert={}", root.display());
    let encrypted = "SELECT (ssl)::text AS told FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let ask = move |db: &mut Db| Ok(sql_query(encrypted).get_result::<Told>(db)?.told);

    let store = Store::open(&checked(&cluster.certificate()), 1).unwrap();
    assert_eq!((store.write_now(ask), store.read_now(ask)), (Ok("true".to_owned()), Ok("true".to_owned())));
    drop(store);

    let refused = refusal(&checked(&other.certificate()));
    assert!(matches!(&refused, OpenError::Failed(why) if why.contains("certificate")), "{refused:?}");
}

#[test]
fn a_dump_is_restored_whole() {
    let cluster = Cluster::shared();
    let (url, empty) = (crate::throw_away(), cluster.database());
    let store = Store::open(&url, 1).unwrap();
    let still = Still::new();
    let city = City::found(&store, &still, "wroclaw");
    let ticket = city.join(&store, &still, "A 001");
    let file = std::env::temp_dir().join(format!("okienko-{}.dump", std::process::id()));

    let dumped = Command::new("pg_dump").arg("-Fc").arg("-f").arg(&file).arg(&url).status().unwrap();
    let restored = Command::new("pg_restore").args(["--no-owner", "-d", &empty]).arg(&file).status().unwrap();
    std::fs::remove_file(&file).unwrap();
    assert!(dumped.success() && restored.success());

    let again = Store::open(&empty, 1).unwrap();
    assert_eq!(again.read_now(move |db| tickets::live(db, city.scope)).unwrap(), [ticket]);
    assert_eq!(outline(&mut cluster.admin_of(&empty)), outline(&mut cluster.admin_of(&url)));
}

#[test]
fn the_reason_is_told_when_a_database_cannot_be_opened() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    let nobody_listens = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let reasons = [
        (cluster.over_tcp(&url, "wrong"), "does not let this user in"),
        (cluster.url("stranger", "postgres"), "does not let this user in"),
        (cluster.url("okienko", "nowhere"), "no such database"),
        (format!("postgres://okienko:{PASSWORD_IN_URL}@127.0.0.1:{nobody_listens}/x"), "no PostgreSQL server answers"),
        (format!("postgres://okienko:{PASSWORD_IN_URL}@nowhere.invalid/x"), "no PostgreSQL server answers"),
        (format!("postgres://okienko:{PASSWORD_IN_URL}@127.0.0.1:port/x"), "could not be opened"),
        (format!("postgres://okienko:{PASSWORD_IN_URL}@[::1/x"), "could not be opened"),
        (format!("postgres://okienko:{PASSWORD_IN_URL}@127.0.0.1/x?no=such"), "could not be opened"),
        (cluster.database_with("ENCODING 'LATIN2' LOCALE 'C' TEMPLATE template0"), "ENCODING 'UTF8'"),
        (cluster.database_with("ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE template0"), "ENCODING 'UTF8'"),
    ];
    for (url, words) in reasons {
        let told = refusal(&url).to_string();
        assert!(told.contains(words), "{words}: {told}");
        assert!(!told.contains(PASSWORD) && !told.contains(PASSWORD_IN_URL) && !told.contains('\n'), "{told}");
    }
}

#[test]
fn a_user_who_may_not_make_tables_is_told_so() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    let own = "ALTER SCHEMA public OWNER TO admin; REVOKE CREATE ON SCHEMA public FROM PUBLIC, okienko";
    cluster.admin_of(&url).batch_execute(own).unwrap();

    assert!(matches!(refusal(&url), OpenError::NoRights(_)));
}

#[test]
fn a_standby_is_refused() {
    let cluster = Cluster::start();
    let url = cluster.database();
    cluster.order("stop");
    cluster.order("standby");

    assert_eq!(refusal(&url), OpenError::Standby);
}

#[test]
fn another_collation_changes_nothing() {
    let url =
        Cluster::shared().database_with("LOCALE_PROVIDER icu ICU_LOCALE 'pl-PL' LOCALE 'C.UTF-8' TEMPLATE template0");
    let store = Store::open(&url, 1).unwrap();
    let order = |db: &mut Db| {
        db.batch_execute("CREATE TABLE words AS SELECT name FROM offices WITH NO DATA")?;
        db.batch_execute("INSERT INTO words VALUES ('a'), ('B'), ('ą'), ('-c')")?;
        let query = "SELECT string_agg(name, ' ' ORDER BY name) AS told FROM words";
        Ok(sql_query(query).get_result::<Told>(db)?.told)
    };

    assert_eq!(store.write_now(order).unwrap(), "-c B a ą");
}

#[test]
fn a_newer_database_is_refused() {
    let url = crate::throw_away();
    let newer = "INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231235959')";
    Cluster::shared().admin_of(&url).batch_execute(newer).unwrap();

    assert_eq!(refusal(&url), OpenError::NewerSchema { version: "29991231235959".to_owned() });
}

#[test]
fn a_migration_that_fails_leaves_nothing_behind() {
    let cluster = Cluster::shared();
    let url = cluster.database();
    let mut intruder = cluster.admin_of(&url);
    // The last table of its migration: those before it are made by then.
    intruder.batch_execute("CREATE TABLE presences (x int)").unwrap();

    let refused = refusal(&url);

    assert!(matches!(&refused, OpenError::Failed(why) if why.contains("presences")), "{refused:?}");
    let tables = outline(&mut intruder);
    assert!(tables.contains_key("tickets") && !tables.contains_key("calls"), "{tables:?}");
    intruder.batch_execute("DROP TABLE presences").unwrap();
    Store::open(&url, 1).unwrap();
}

#[test]
fn all_migrations_can_be_undone_and_done_again() {
    let cluster = Cluster::shared();
    let url = crate::throw_away();
    let before = outline(&mut cluster.admin_of(&url));
    assert!(before.contains_key("tickets"));

    revert_all(&mut Db::Postgres(PgConnection::establish(&url).unwrap())).unwrap();
    assert_eq!(outline(&mut cluster.admin_of(&url)).len(), 0);
    assert_eq!(functions_in(&mut cluster.admin_of(&url)), 0);
    Store::open(&url, 1).unwrap().close();

    assert_eq!(outline(&mut cluster.admin_of(&url)), before);
}

fn functions_in(db: &mut PgConnection) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        count: i64,
    }
    let query = "SELECT count(*) AS count FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prolang = \
                 (SELECT oid FROM pg_language WHERE lanname = 'plpgsql') AND proname NOT LIKE 'diesel%'";
    sql_query(query).get_result::<Count>(db).unwrap().count
}

#[test]
fn what_was_answered_is_there_after_the_server_crashed() {
    let cluster = Cluster::start();
    let url = cluster.database();
    let store = Store::open(&url, 1).unwrap();
    let city = City::found(&store, &Still::new(), "wroclaw");
    let ticket = city.join(&store, &Still::new(), "A 001");
    cluster.order("stop");
    cluster.order("start");
    drop(store);

    let mut reopened = Store::open(&url, 1);
    until("the database opens again", || {
        if reopened.is_err() {
            reopened = Store::open(&url, 1);
        }
        reopened.is_ok()
    });

    assert_eq!(reopened.unwrap().read_now(move |db| tickets::live(db, city.scope)).unwrap(), [ticket]);
}

#[derive(QueryableByName)]
struct Told {
    #[diesel(sql_type = diesel::sql_types::Text)]
    told: String,
}

#[test]
fn the_settings_are_those_of_a_database_that_loses_nothing() {
    let url = crate::throw_away();
    let careless = "ALTER ROLE okienko IN DATABASE {} SET synchronous_commit = off; \
                    ALTER ROLE okienko IN DATABASE {} SET default_transaction_isolation = 'serializable'";
    let name = url.rsplit('/').next().unwrap();
    Cluster::shared().admin_of(&url).batch_execute(&careless.replace("{}", name)).unwrap();
    let store = Store::open(&url, 1).unwrap();
    let ask = |db: &mut Db| {
        let settings = [
            "synchronous_commit",
            "transaction_isolation",
            "transaction_read_only",
            "statement_timeout",
            "lock_timeout",
            "idle_in_transaction_session_timeout",
        ];
        let asked = settings.map(|name| format!("current_setting('{name}')")).join(", ");
        Ok(sql_query(format!("SELECT concat_ws(' ', {asked}) AS told")).get_result::<Told>(db)?.told)
    };

    assert_eq!(store.write_now(ask).unwrap(), "on read committed off 5s 2s 1min");
    assert_eq!(store.read_now(ask).unwrap(), "on repeatable read on 5s 2s 1min");
}
