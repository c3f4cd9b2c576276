//! Documents on their way out.

use std::io;

use actix_web::web::Bytes;
use futures_util::Stream;
use futures_util::stream::unfold;
use okienko::domain::documents::{DocumentFault, media_type};
use okienko_actors::documents::DownloadGrant;

use super::file::Reader;
use super::{Documents, NotTaken};

/// A document that is handed out.
pub struct Fetched {
    grant: DownloadGrant,
    reader: Reader,
}

impl Documents {
    /// The document that a path was given out for.
    ///
    /// # Errors
    /// [`DocumentFault::Gone`] for a path that nobody was given, or whose document is gone.
    pub fn fetch(&self, token: &str) -> Result<Fetched, NotTaken> {
        let grant = self.cabinet.download(token).ok_or(DocumentFault::Gone)?;
        let reader = self.reader(grant.call, grant.document, grant.size_bytes);
        let reader = reader.map_err(|error| NotTaken::Failed(error.to_string()))?;
        Ok(Fetched { grant, reader })
    }

    /// Somebody has it now: its sender is told, and can no longer take it back.
    pub fn handed_out(&self, fetched: &Fetched) {
        self.cabinet.opened(&fetched.grant);
    }
}

impl Fetched {
    /// How many bytes it has.
    #[must_use]
    pub const fn size_bytes(&self) -> u64 {
        self.grant.size_bytes
    }

    /// What is inside.
    #[must_use]
    pub const fn media_type(&self) -> &'static str {
        media_type(self.grant.kind)
    }

    /// `Content-Disposition` that has it saved under its name (RFC 6266 §4, RFC 8187 §3.2).
    #[must_use]
    pub fn disposition(&self) -> String {
        let name = self.grant.name.as_str();
        let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
        let mut encoded = String::new();
        for byte in name.bytes() {
            if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
                encoded.push(char::from(byte));
            } else {
                encoded.push_str(&format!("%{byte:02X}"));
            }
        }
        format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
    }

    /// Its bytes. They end early only if the disk fails, or if they are removed meanwhile.
    pub fn into_bytes(self) -> impl Stream<Item = io::Result<Bytes>> {
        unfold(Some(self.reader), |reader| async {
            let mut reader = reader?;
            let reading = tokio::task::spawn_blocking(move || reader.next().map(|next| (next, reader)));
            match reading.await.map_err(io::Error::other).flatten() {
                Ok((Some(segment), reader)) => Some((Ok(Bytes::from(segment)), Some(reader))),
                Ok((None, _)) => None,
                Err(error) => {
                    tracing::error!(%error, "a document could not be read to its end");
                    Some((Err(error), None))
                }
            }
        })
    }
}

impl std::fmt::Debug for Fetched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Fetched").field("document", &self.grant.document).finish_non_exhaustive()
    }
}

/// What may stand in a quoted string without any browser making something else of it.
const fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ' | '(' | ')')
}
