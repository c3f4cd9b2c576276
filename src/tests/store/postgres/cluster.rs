//! A throw-away PostgreSQL server, and databases in it.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

use diesel::connection::SimpleConnection;
use diesel::{Connection, PgConnection};

/// The password of the role `okienko`, with letters that an address must disguise.
pub const PASSWORD: &str = "hasło@1/2";

/// The same as it stands in an address.
pub const PASSWORD_IN_URL: &str = "has%C5%82o%401%2F2";

/// A server of its own process; gone when the process that asked for it is.
pub struct Cluster {
    talk: Mutex<Talk>,
    folder: PathBuf,
    pub port: u16,
}

struct Talk {
    server: Child,
    // Closed first: that is the order to go.
    says: Option<ChildStdin>,
    hears: BufReader<ChildStdout>,
}

/// Numbers the databases of this process.
static DATABASES: AtomicU32 = AtomicU32::new(1);

impl Cluster {
    /// The one that all tests share that leave it as it is.
    pub fn shared() -> &'static Self {
        static SHARED: OnceLock<Cluster> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// Starts one for tests that stop it.
    pub fn start() -> Self {
        // Below what the system gives to clients: none comes to sit on it before the server does.
        let drawn = || 12_000 + (RandomState::new().build_hasher().finish() % 19_000) as u16;
        let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
        let port = std::iter::repeat_with(drawn).find(is_free).unwrap();
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/store/postgres/cluster");
        let mut command = Command::new(script);
        let mut server = command.arg(port.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (says, hears) = (server.stdin.take(), server.stdout.take().unwrap());
        let mut talk = Talk { server, says, hears: BufReader::new(hears) };
        let ready = talk.hear();
        let folder = PathBuf::from(ready.strip_prefix("ready ").expect(&ready));
        let cluster = Self { talk: Mutex::new(talk), folder, port };
        let role = format!("CREATE ROLE okienko LOGIN PASSWORD '{PASSWORD}'");
        cluster.admin("postgres").batch_execute(&role).unwrap();
        cluster
    }

    /// Gives an order, such as `stop`, and awaits that it is done.
    pub fn order(&self, word: &str) {
        let mut talk = self.talk.lock().unwrap_or_else(PoisonError::into_inner);
        writeln!(talk.says.as_mut().unwrap(), "{word}").unwrap();
        assert_eq!(talk.hear(), "done", "{word}");
    }

    /// The address of a new, empty database that belongs to the role `okienko`, as a production would have it.
    pub fn database(&self) -> String {
        self.database_with("")
    }

    /// The same, made with these options.
    pub fn database_with(&self, options: &str) -> String {
        static ONE_BY_ONE: Mutex<()> = Mutex::new(());
        let name = format!("okienko_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
        let _turn = ONE_BY_ONE.lock().unwrap_or_else(PoisonError::into_inner);
        let made = format!("CREATE DATABASE {name} OWNER okienko {options}");
        self.admin("postgres").batch_execute(&made).unwrap();
        self.url("okienko", &name)
    }

    /// The address of a database for a role, by the socket, where nobody is asked for a password.
    pub fn url(&self, role: &str, database: &str) -> String {
        let folder = self.folder.display().to_string().replace('/', "%2F");
        format!("postgres://{role}@{folder}:{}/{database}", self.port)
    }

    /// The address of the same database over the network.
    pub fn over_tcp(&self, url: &str, password: &str) -> String {
        let database = url.rsplit('/').next().unwrap();
        format!("postgres://okienko:{password}@127.0.0.1:{}/{database}", self.port)
    }

    /// The certificate that the server shows.
    pub fn certificate(&self) -> PathBuf {
        self.folder.join("server.crt")
    }

    /// A connection that may do everything.
    pub fn admin(&self, database: &str) -> PgConnection {
        PgConnection::establish(&self.url("admin", database)).unwrap()
    }

    /// The same, to the database of an address.
    pub fn admin_of(&self, url: &str) -> PgConnection {
        self.admin(url.rsplit('/').next().unwrap())
    }
}

impl Talk {
    fn hear(&mut self) -> String {
        let mut line = String::new();
        let length = self.hears.read_line(&mut line).unwrap();
        assert!(length > 0, "the test server is gone");
        line.trim_end().to_owned()
    }
}

impl Drop for Talk {
    fn drop(&mut self) {
        drop(self.says.take());
        self.server.wait().unwrap();
    }
}
