//! TLS by the server itself, for an installation without a proxy: certificate chain and key from PEM files.

use std::path::Path;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use okienko::config::TlsConfig;

/// Why a certificate cannot be used; each names the setting to look at.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// The chain cannot be read.
    #[error("http.tls_cert: {file} cannot be read as PEM certificates: {reason}")]
    Certificate {
        /// Which file.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// The key cannot be read.
    #[error("http.tls_key: {file} cannot be read as a PEM private key: {reason}")]
    Key {
        /// Which file.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// They do not belong together, or are of a kind that is not supported.
    #[error("http.tls_cert and http.tls_key cannot be used together: {0}")]
    Mismatch(String),
}

/// Reads certificate and key: TLS 1.2 and 1.3, HTTP/1.1, since sockets need it.
///
/// # Errors
/// [`TlsError`] with the setting that is wrong.
pub fn load(config: &TlsConfig) -> Result<ServerConfig, TlsError> {
    let name = |path: &Path| path.display().to_string();
    let wrong_chain = |reason: String| TlsError::Certificate { file: name(&config.cert), reason };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&config.cert)
        .and_then(Iterator::collect)
        .map_err(|error| wrong_chain(error.to_string()))?;
    if chain.is_empty() {
        return Err(wrong_chain("there is none in it".to_owned()));
    }
    let key = PrivateKeyDer::from_pem_file(&config.key)
        .map_err(|error| TlsError::Key { file: name(&config.key), reason: error.to_string() })?;
    let mismatch = |error: rustls::Error| TlsError::Mismatch(error.to_string());
    ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(mismatch)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(mismatch)
}
