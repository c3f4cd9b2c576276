//! Scripts, styles and icons: embedded in the binary, served under one hash of the whole tree.
//!
//! `/assets/{hash}/js/mount.js` never changes, so browsers may keep it for good; relative imports between modules stay
//! inside the hash. In a debug build the hash is `dev`, files are read from disk and browsers must ask again.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::Write;

use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse};
use flate2::Compression;
use flate2::write::GzEncoder;
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

/// What `/assets/{hash}/` serves as it is.
#[derive(RustEmbed)]
#[folder = "static/"]
struct Static;

/// What `/assets/{hash}/widget/` serves; its templates are pages, not assets.
#[derive(RustEmbed)]
#[folder = "../widget/"]
#[exclude = "*.hbs"]
#[exclude = "*.md"]
struct Widget;

/// The prefix of the widget's files.
const WIDGET: &str = "widget/";

/// The path of the loader among the assets.
const LOADER: &str = "widget/loader.js";

/// Files smaller than this gain nothing from compression.
const WORTH_PACKING_BYTES: usize = 512;

/// How long a browser keeps the loader, in seconds: short, as pages of cities carry its address for years.
const LOADER_MAX_AGE_S: u32 = 300;

/// One file, ready to be sent.
#[derive(Debug, Clone)]
struct Asset {
    plain: Bytes,
    gzip: Option<Bytes>,
    content_type: String,
    etag: Option<String>,
}

/// All assets of this build.
#[derive(Debug)]
pub struct Assets {
    hash: String,
    /// `None` in a debug build: files are read at each request, so that an edit shows on reload.
    packed: Option<HashMap<String, Asset>>,
}

impl Assets {
    /// The assets as this build serves them: from disk in a debug build, packed and hashed in a release.
    #[must_use]
    pub fn load() -> Self {
        if cfg!(debug_assertions) { Self { hash: "dev".to_owned(), packed: None } } else { Self::packed() }
    }

    /// The assets as a release serves them.
    #[must_use]
    pub fn packed() -> Self {
        let mut paths: Vec<String> = Static::iter().map(|path| path.to_string()).collect();
        paths.extend(Widget::iter().map(|path| format!("{WIDGET}{path}")));
        paths.sort();

        let mut tree = Sha256::new();
        let mut packed = HashMap::new();
        for path in paths {
            let Some(content) = read(&path) else { continue };
            tree.update((path.len() as u64).to_be_bytes());
            tree.update(path.as_bytes());
            tree.update((content.len() as u64).to_be_bytes());
            tree.update(&content);
            let _ = packed.insert(path.clone(), Asset::new(&path, content));
        }
        Self { hash: hex(tree.finalize().as_slice(), 8), packed: Some(packed) }
    }

    /// The address of an asset, such as `/assets/0f3a…/css/base.css`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("/assets/{}/{path}", self.hash)
    }

    /// The base of all addresses, such as `/assets/0f3a…`.
    #[must_use]
    pub fn base(&self) -> String {
        format!("/assets/{}", self.hash)
    }

    /// The hash in the addresses: of the whole tree, or `dev`.
    #[must_use]
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Answers a request for `/assets/{hash}/{path}`; `None` if there is no such file.
    ///
    /// A page from before an upgrade asks with the old hash. It gets the present file, not to be kept, which serves it
    /// better than none.
    #[must_use]
    pub fn respond(&self, request: &HttpRequest, hash: &str, path: &str) -> Option<HttpResponse> {
        let asset = self.find(path)?;
        let caching = if self.packed.is_none() {
            "no-cache"
        } else if hash == self.hash {
            "public, max-age=31536000, immutable"
        } else {
            "no-store"
        };
        Some(asset.respond(request, caching))
    }

    /// Answers a request for the loader.
    #[must_use]
    pub fn respond_loader(&self, request: &HttpRequest) -> Option<HttpResponse> {
        let caching = if self.packed.is_none() {
            "no-cache".to_owned()
        } else {
            format!("public, max-age={LOADER_MAX_AGE_S}, stale-while-revalidate=86400")
        };
        Some(self.find(LOADER)?.respond(request, &caching))
    }

    fn find(&self, path: &str) -> Option<Cow<'_, Asset>> {
        match &self.packed {
            Some(packed) => packed.get(path).map(Cow::Borrowed),
            None => read(path).map(|content| Cow::Owned(Asset::draft(path, content))),
        }
    }
}

/// The content of a file; in a debug build from the disk.
fn read(path: &str) -> Option<Cow<'static, [u8]>> {
    let file = match path.strip_prefix(WIDGET) {
        Some(inner) => Widget::get(inner),
        None => Static::get(path),
    };
    file.map(|file| file.data)
}

impl Asset {
    fn new(path: &str, content: Cow<'static, [u8]>) -> Self {
        let content_type = content_type(path);
        let is_text =
            content_type.starts_with("text/") || content_type.ends_with("+xml") || content_type.ends_with("json");
        let gzip = if is_text && content.len() >= WORTH_PACKING_BYTES { pack(&content) } else { None };
        let etag = Some(format!("\"{}\"", hex(Sha256::digest(&content).as_slice(), 16)));
        Self { plain: Bytes::from(content.into_owned()), gzip, content_type, etag }
    }

    /// An asset as a debug build serves it: neither packed nor hashed, which takes long there, so always sent.
    fn draft(path: &str, content: Cow<'static, [u8]>) -> Self {
        Self { plain: Bytes::from(content.into_owned()), gzip: None, content_type: content_type(path), etag: None }
    }

    fn respond(&self, request: &HttpRequest, caching: &str) -> HttpResponse {
        let header_of = |name| request.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let mut response = HttpResponse::Ok();
        response
            .insert_header((header::CACHE_CONTROL, caching.to_owned()))
            .insert_header((header::VARY, "accept-encoding"))
            // Host pages that isolate themselves (COEP) may load the loader and what it needs.
            .insert_header(("cross-origin-resource-policy", "cross-origin"))
            // Modules are always asked for with CORS, and the preview of documents has an origin of its own. Assets are
            // the same for everybody.
            .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"));
        if let Some(etag) = &self.etag {
            response.insert_header((header::ETAG, etag.clone()));
        }
        let is_known = |known: &str| self.etag.as_ref().is_some_and(|etag| known.contains(etag));
        if header_of(header::IF_NONE_MATCH).is_some_and(is_known) {
            return response.status(actix_web::http::StatusCode::NOT_MODIFIED).finish();
        }
        response.content_type(self.content_type.clone());
        let takes_gzip = header_of(header::ACCEPT_ENCODING).is_some_and(|accepted| accepted.contains("gzip"));
        match &self.gzip {
            Some(gzip) if takes_gzip => response.insert_header((header::CONTENT_ENCODING, "gzip")).body(gzip.clone()),
            _ => response.body(self.plain.clone()),
        }
    }
}

fn content_type(path: &str) -> String {
    match mime_guess::from_path(path).first_or_octet_stream() {
        mime if mime.type_() == "text" => format!("{}; charset=utf-8", mime.essence_str()),
        mime => mime.essence_str().to_owned(),
    }
}

fn pack(content: &[u8]) -> Option<Bytes> {
    let mut encoder = GzEncoder::new(Vec::with_capacity(content.len() / 3), Compression::best());
    encoder.write_all(content).ok()?;
    encoder.finish().ok().map(Bytes::from)
}

/// The first `bytes` bytes in hexadecimal digits.
fn hex(digest: &[u8], bytes: usize) -> String {
    digest.iter().take(bytes).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_the_same_for_the_same_tree() {
        let assets = Assets::packed();

        assert_eq!(assets.hash(), Assets::packed().hash());
        assert_eq!(assets.hash().len(), 16);
        assert_eq!(assets.url("css/base.css"), format!("/assets/{}/css/base.css", assets.hash()));
    }

    #[test]
    fn a_path_cannot_leave_the_tree() {
        assert!(read("../Cargo.toml").is_none());
        assert!(read("widget/../web/Cargo.toml").is_none());
        assert!(read("/etc/passwd").is_none());
    }

    #[test]
    fn templates_are_no_assets() {
        assert!(read("widget/panel.hbs").is_none());
    }
}
