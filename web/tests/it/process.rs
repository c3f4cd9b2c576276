//! The program itself as a process of its own, ended with the test.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener, UdpSocket};
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use tokio::sync::watch;

use crate::test_app::PASSWORD;

/// How long a test waits for what must come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// The program with these settings, and none of whoever runs the test.
pub(crate) fn okienko(settings: &[(&str, &str)]) -> Command {
    with_settings(Command::new(env!("CARGO_BIN_EXE_okienko")), settings)
}

/// The same without the privilege to write what its owner may not, which tests have that run as root.
pub(crate) fn okienko_by_the_rights(settings: &[(&str, &str)]) -> Command {
    let program = env!("CARGO_BIN_EXE_okienko");
    if std::fs::metadata("/proc/self").unwrap().uid() != 0 {
        return with_settings(Command::new(program), settings);
    }
    let mut command = Command::new("setpriv");
    let _ = command.args(["--bounding-set=-dac_override", "--inh-caps=-dac_override", program]);
    with_settings(command, settings)
}

/// A port that was free a moment ago, for TCP and UDP, of those below what the system gives to clients: none comes to sit
/// on it before the program does.
pub(crate) fn free_port() -> u16 {
    let is_free = |port| TcpListener::bind(("127.0.0.1", port)).is_ok() && UdpSocket::bind(("0.0.0.0", port)).is_ok();
    let drawn = || 12_000 + (RandomState::new().build_hasher().finish() % 19_000) as u16;
    std::iter::repeat_with(drawn).find(|port| is_free(*port)).unwrap()
}

/// The program with failure points, built if it is not there or not of today.
pub(crate) fn okienko_faults() -> Command {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let shipped = PathBuf::from(env!("CARGO_BIN_EXE_okienko"));
        let profile = shipped.parent().unwrap();
        let mut build = Command::new(env!("CARGO"));
        // These two packages, as `./test` builds them for the browsers: so the crates below them are compiled once.
        let _ = build.args(["build", "--locked", "--quiet", "-p", "okienko-web", "-p", "okienko-load-tests"]);
        let _ = build.args(["--bin", "okienko-faults", "--features", "okienko-web/failure-points"]);
        let _ = build.arg("--target-dir").arg(profile.parent().unwrap());
        if profile.ends_with("release") {
            let _ = build.arg("--release");
        }
        assert!(build.status().unwrap().success(), "the program with failure points cannot be built");
        profile.join("okienko-faults")
    });
    Command::new(built)
}

/// A program with these settings, and none of whoever runs the test.
pub(crate) fn with_settings(mut command: Command, settings: &[(&str, &str)]) -> Command {
    let documents = std::env::temp_dir().join("okienko-tests");
    let _ = command.env_clear().env("OKIENKO__DATABASE__URL", "sqlite::memory:").env("OKIENKO__MEDIA__UDP_PORT", "0");
    let _ = command.env("OKIENKO__DOCUMENTS__FOLDER", documents);
    for (key, value) in settings {
        let _ = command.env(format!("OKIENKO__{key}"), value);
    }
    command
}

/// A server that runs.
pub(crate) struct Process {
    pub(crate) address: SocketAddr,
    child: Child,
    /// What it said before it was ready.
    pub(crate) said: String,
    logged: watch::Receiver<String>,
}

impl Process {
    /// Starts the program and waits until it serves.
    pub(crate) fn start(settings: &[(&str, &str)]) -> Self {
        Self::start_by(Command::new(env!("CARGO_BIN_EXE_okienko")), settings)
    }

    /// Starts it by another program, such as one that limits it first.
    pub(crate) fn start_by(command: Command, settings: &[(&str, &str)]) -> Self {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let listen = address.to_string();
        let own = [("HTTP__LISTEN", listen.as_str()), ("DEMO__PASSWORD", PASSWORD), ("LOG__FORMAT", "json")];
        let all: Vec<(&str, &str)> = own.iter().chain(settings).copied().collect();
        let mut command = with_settings(command, &all);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();

        let (log, logged) = watch::channel(String::new());
        let stderr = child.stderr.take().unwrap();
        drop(std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                log.send_modify(|log| log.push_str(&(line + "\n")));
            }
        }));
        let mut process = Self { address, child, said: String::new(), logged };
        // The greeting is the last thing before the server answers; reading it is waiting for it.
        let mut stdout = process.child.stdout.take().unwrap();
        while !process.said.contains("Ctrl+C") {
            let mut buffer = [0; 1_024];
            let length = stdout.read(&mut buffer).unwrap();
            assert!(length > 0, "the server ended: {}{}", process.said, process.logged());
            process.said.push_str(std::str::from_utf8(&buffer[..length]).unwrap());
        }
        process
    }

    /// Sends a signal, such as `TERM`.
    pub(crate) fn signal(&self, name: &str) {
        let killed = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status().unwrap();
        assert!(killed.success());
    }

    /// How much memory it holds, in KiB.
    pub(crate) fn resident_kb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse().unwrap()
    }

    /// What it has logged so far.
    pub(crate) fn logged(&self) -> String {
        self.logged.borrow().clone()
    }

    /// Waits until it has logged these words.
    pub(crate) async fn until_logged(&self, words: &str) {
        let mut logged = self.logged.clone();
        let waited = tokio::time::timeout(PATIENCE, logged.wait_for(|log| log.contains(words))).await;
        assert!(matches!(waited, Ok(Ok(_))), "waited in vain for: {words}\n{}", self.logged());
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(&mut self) -> ExitStatus {
        let mut logged = self.logged.clone();
        // The log ends with the process.
        let waited = tokio::time::timeout(PATIENCE, logged.wait_for(|_| false)).await;
        assert!(waited.is_ok(), "it does not end\n{}", self.logged());
        self.child.wait().unwrap()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _killed_or_gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}
