//! What every handler may reach: settings, store, actors, texts, pages, limits, counts.

use std::io::{self, ErrorKind};
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::http::header;
use okienko::config::Config;
use okienko::store::{Db, Store, StoreError, sites};
use okienko::world::World;
use okienko_actors::Switchboard;
use tokio::sync::oneshot;

use crate::assets::Assets;
use crate::documents::Documents;
use crate::guard::client;
use crate::guard::limits::Limits;
use crate::guard::sockets::Sockets;
use crate::i18n::{CatalogueError, I18n};
use crate::metrics::Metrics;
use crate::page::{PageError, Pages};
use crate::problem::Problem;
use crate::site::Sites;

/// Why the edge cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// The texts of the pages cannot be used.
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    /// The pages cannot be used.
    #[error(transparent)]
    Page(#[from] PageError),
    /// There is no folder for documents.
    #[error("documents cannot be kept in {}: {}, or choose another folder with OKIENKO__DOCUMENTS__FOLDER", .folder.display(), way_out(.error))]
    Documents {
        /// Which folder, with its whole path.
        folder: PathBuf,
        /// What stands in the way.
        error: io::Error,
    },
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a folder cannot be used, and what can be done about it.
fn way_out(error: &io::Error) -> String {
    match error.kind() {
        ErrorKind::AlreadyExists | ErrorKind::NotADirectory => {
            "a file stands there or on the way to it. Move the file away".to_owned()
        }
        ErrorKind::PermissionDenied => {
            "no permission. Give the program's user the right to make and write this folder".to_owned()
        }
        _ => format!("{error}. Make it usable"),
    }
}

/// The state of the edge, one for the process, shared by all workers.
pub struct AppState {
    /// The settings.
    pub config: Arc<Config>,
    /// The records.
    pub store: Store,
    /// The actors.
    pub switchboard: Switchboard,
    /// The time and randomness.
    pub world: World,
    /// The texts.
    pub i18n: Arc<I18n>,
    /// Scripts, styles, icons.
    pub assets: Arc<Assets>,
    /// The pages.
    pub pages: Pages,
    /// What is known of sites, at most a moment old.
    pub sites: Sites,
    /// The bytes of documents.
    pub documents: Arc<Documents>,
    /// How often what may be done.
    pub limits: Limits,
    /// How many sockets are open.
    pub sockets: Sockets,
    /// What is counted.
    pub metrics: Metrics,
    /// The port that is listened on, for the addresses that the demo may be embedded from.
    pub port: u16,
}

impl std::fmt::Debug for AppState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppState").field("port", &self.port).finish_non_exhaustive()
    }
}

impl AppState {
    /// The state of a server that listens on `port`.
    ///
    /// # Errors
    /// [`StateError`] if the embedded texts or pages are wrong, documents could not be kept, or the store cannot be read.
    pub fn new(
        config: Arc<Config>,
        store: Store,
        switchboard: Switchboard,
        world: World,
        port: u16,
    ) -> Result<Self, StateError> {
        let i18n = Arc::new(I18n::load()?);
        let assets = Arc::new(Assets::load());
        let pages = Pages::load(Arc::clone(&i18n), Arc::clone(&assets))?;
        let limits = Limits::new(&config.limits);
        let sockets = Sockets::new(config.limits.max_sockets, config.limits.max_sockets_per_address);
        let metrics = Metrics::new(switchboard.clone(), store.clone(), sockets.clone());
        let cabinet = Arc::clone(switchboard.documents());
        let documents = Documents::open(&config.documents, cabinet, world.clone(), metrics.documents());
        let documents = documents.map_err(|error| {
            let folder = &config.documents.folder;
            StateError::Documents { folder: std::path::absolute(folder).unwrap_or_else(|_| folder.clone()), error }
        })?;
        let state = Self {
            config,
            store,
            switchboard,
            world,
            i18n,
            assets,
            pages,
            sites: Sites::default(),
            documents: Arc::new(documents),
            limits,
            sockets,
            metrics,
            port,
        };
        state.look_up_sites()?;
        Ok(state)
    }

    /// Finds the sites anew that the store has: when the demo office was made after the state.
    ///
    /// # Errors
    /// Those of the store.
    pub fn look_up_sites(&self) -> Result<(), StoreError> {
        self.sites.set_first(&self.store.read_now(sites::all)?);
        Ok(())
    }

    /// The language in which to answer a request: the one chosen, else what the browser prefers, else Polish.
    #[must_use]
    pub fn language_of(&self, request: &HttpRequest) -> String {
        let accept = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        self.i18n.choose(chosen_language(request).as_deref(), accept).to_owned()
    }

    /// Whether an address is one of our proxies'.
    #[must_use]
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.config.http.trusted_proxies.iter().any(|network| network.contains(address))
    }

    /// What limits count a request by; `None` only in unit tests.
    #[must_use]
    pub fn household_of(&self, request: &HttpRequest) -> Option<IpAddr> {
        client::address(request, |address| self.trusts(address)).map(client::household)
    }

    /// Counts what the page of a visit asks for in passing, by household.
    ///
    /// # Errors
    /// `too-many-requests` with the time to wait.
    pub fn pass_visit(&self, request: &HttpRequest) -> Result<(), Problem> {
        self.household_of(request).map_or(Ok(()), |household| self.limits.visits.pass(&household))
    }

    /// The origins of this server itself that demo pages are shown at.
    #[must_use]
    pub fn demo_origins(&self) -> Vec<String> {
        if !self.config.server.is_demo() {
            return Vec::new();
        }
        ["localhost", "127.0.0.1"].map(|host| format!("{}://{host}:{}", self.scheme(), self.port)).to_vec()
    }

    /// `https` or `http`, as browsers reach us.
    #[must_use]
    pub fn scheme(&self) -> &'static str {
        if self.config.http.is_https() { "https" } else { "http" }
    }

    /// Reads from the store without holding the thread.
    ///
    /// # Errors
    /// Those of the job, and [`StoreError::Busy`], [`StoreError::Closed`], [`StoreError::Unavailable`] also if the
    /// answer does not come in time.
    pub async fn read<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Db) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (sender, receiver) = oneshot::channel();
        // The receiver is gone if the client went away meanwhile; then nobody wants the answer.
        self.store.read(job, move |answer| drop(sender.send(answer)));
        self.in_time(receiver, StoreError::Unavailable).await
    }

    /// Writes to the store without holding the thread; what is answered is safe.
    ///
    /// # Errors
    /// As [`Self::read`], but [`StoreError::Unknown`] if the answer does not come in time.
    pub async fn write<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut Db) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (sender, receiver) = oneshot::channel();
        self.store.write(job, move |answer| drop(sender.send(answer)));
        self.in_time(receiver, StoreError::Unknown).await
    }

    async fn in_time<T>(
        &self,
        receiver: oneshot::Receiver<Result<T, StoreError>>,
        otherwise: fn(String) -> StoreError,
    ) -> Result<T, StoreError> {
        let within = Duration::from_millis(self.config.database.timeout_ms.into());
        match tokio::time::timeout(within, receiver).await {
            Ok(answer) => answer.unwrap_or(Err(StoreError::Closed)),
            Err(_) => Err(otherwise("no answer in time".to_owned())),
        }
    }
}

/// The language that the reader has chosen: `lang` of the address, or for a form that of the page it was on.
#[must_use]
pub fn chosen_language(request: &HttpRequest) -> Option<String> {
    let of = |query: &str| query.split('&').find_map(|pair| pair.strip_prefix("lang=").map(str::to_owned));
    let page = || {
        let referer = request.headers().get(header::REFERER)?.to_str().ok()?;
        of(referer.split_once('?')?.1)
    };
    of(request.query_string()).or_else(|| if request.method().is_safe() { None } else { page() })
}
