//! ClamAV's daemon, asked over its local socket (clamd(8): `INSTREAM`).

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;

/// How many bytes go to the daemon at once.
const CHUNK_BYTES: usize = 128 * 1024;

/// An answer is a line; more than this is none.
const MAX_ANSWER_BYTES: u64 = 4_096;

/// How long the daemon has to say that it is there.
const PING_WITHIN: Duration = Duration::from_secs(2);

/// What a scan found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Nothing.
    Clean,
    /// Something. Its name is of no use to anybody here.
    Infected,
}

/// Why it is not known what is in a document.
#[derive(Debug, thiserror::Error)]
pub(super) enum ScanError {
    /// The daemon cannot be reached, or hung up.
    #[error("the scanner cannot be reached: {0}")]
    Io(#[from] io::Error),
    /// It took too long.
    #[error("the scanner did not answer in time")]
    TimedOut,
    /// It said something else than a verdict, such as that the document is too long for it.
    #[error("the scanner gave no verdict: {0}")]
    NoVerdict(String),
}

/// The way to the daemon.
#[derive(Debug)]
pub(super) struct Scanner {
    socket: PathBuf,
    within: Duration,
}

impl Scanner {
    pub(super) fn new(socket: &Path, within: Duration) -> Self {
        Self { socket: socket.to_owned(), within }
    }

    /// Has these bytes scanned.
    ///
    /// # Errors
    /// Whatever is not a verdict: then nobody may have the document.
    pub(super) async fn scan(&self, bytes: &[u8]) -> Result<Verdict, ScanError> {
        tokio::time::timeout(self.within, self.ask_about(bytes)).await.unwrap_or(Err(ScanError::TimedOut))
    }

    /// Whether the daemon is there and answers.
    pub(super) async fn is_there(&self) -> bool {
        let asking = async {
            let mut stream = UnixStream::connect(&self.socket).await?;
            stream.write_all(b"zPING\0").await?;
            answer_of(&mut stream).await
        };
        matches!(tokio::time::timeout(PING_WITHIN, asking).await, Ok(Ok(answer)) if answer == "PONG")
    }

    async fn ask_about(&self, bytes: &[u8]) -> Result<Verdict, ScanError> {
        let mut stream = UnixStream::connect(&self.socket).await?;
        // A daemon that has heard enough answers and hangs up: its answer says more than the broken pipe.
        if let Err(error) = say(&mut stream, bytes).await {
            tracing::debug!(%error, "the scanner stopped listening");
        }
        let answer = answer_of(&mut stream).await?;
        match answer.strip_prefix("stream: ") {
            Some("OK") => Ok(Verdict::Clean),
            Some(found) if found.ends_with(" FOUND") => Ok(Verdict::Infected),
            _ => Err(ScanError::NoVerdict(answer)),
        }
    }
}

/// Says the bytes in chunks, each after its length; a length of 0 is the end.
async fn say(stream: &mut UnixStream, bytes: &[u8]) -> io::Result<()> {
    stream.write_all(b"zINSTREAM\0").await?;
    for chunk in bytes.chunks(CHUNK_BYTES) {
        let length = u32::try_from(chunk.len()).map_err(io::Error::other)?;
        stream.write_all(&length.to_be_bytes()).await?;
        stream.write_all(chunk).await?;
    }
    stream.write_all(&0_u32.to_be_bytes()).await
}

/// The daemon's answer, which it ends with a zero byte.
async fn answer_of(stream: &mut UnixStream) -> io::Result<String> {
    let mut answer = Vec::new();
    stream.take(MAX_ANSWER_BYTES).read_to_end(&mut answer).await?;
    let text = String::from_utf8_lossy(&answer);
    Ok(text.trim_end_matches('\0').trim().to_owned())
}

#[cfg(test)]
mod tests {
    use tokio::net::UnixListener;

    use super::*;

    fn socket(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("okienko-{name}-{}.sock", std::process::id()));
        drop(std::fs::remove_file(&path));
        path
    }

    /// A daemon that says this whatever it hears. None: it hears, and says nothing.
    fn daemon(path: &Path, answer: Option<&'static str>) {
        let listener = UnixListener::bind(path).unwrap();
        drop(tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                drop(tokio::spawn(async move {
                    // What is not read is lost with the answer when a socket closes.
                    let (mut heard, mut said) = (vec![0; 65_536], Vec::new());
                    while !said.ends_with(&[0; 4]) && said != b"zPING\0" {
                        let count = stream.read(&mut heard).await.unwrap();
                        said.extend_from_slice(&heard[..count]);
                    }
                    match answer {
                        Some(answer) => stream.write_all(answer.as_bytes()).await.unwrap(),
                        None => std::future::pending().await,
                    }
                }));
            }
        }));
    }

    async fn scan(name: &str, answer: Option<&'static str>) -> Result<Verdict, String> {
        let path = socket(name);
        daemon(&path, answer);
        let verdict = Scanner::new(&path, Duration::from_millis(300)).scan(&[1; 300_000]).await;
        std::fs::remove_file(path).unwrap();
        verdict.map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn only_a_clear_word_is_a_verdict() {
        assert_eq!(scan("ok", Some("stream: OK\0")).await, Ok(Verdict::Clean));
        assert_eq!(scan("found", Some("stream: Eicar-Test-Signature FOUND\0")).await, Ok(Verdict::Infected));
        for (name, answer) in [
            ("limit", "INSTREAM size limit exceeded. ERROR\0"),
            ("error", "stream: Can't allocate memory ERROR\0"),
            ("other", "OK\0"),
            ("mute", ""),
        ] {
            assert!(scan(name, Some(answer)).await.is_err(), "{answer}");
        }
    }

    #[tokio::test]
    async fn a_daemon_that_is_down_or_hangs_is_no_verdict() {
        let nobody = Scanner::new(&socket("nobody"), Duration::from_secs(5));
        assert!(matches!(nobody.scan(b"a").await, Err(ScanError::Io(_))));
        assert!(!nobody.is_there().await);

        assert_eq!(scan("hangs", None).await, Err("the scanner did not answer in time".to_owned()));
    }
}
