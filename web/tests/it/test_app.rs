//! A server for one test.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_web::dev::ServerHandle;
use actix_web::web::Data;
use jiff::SignedDuration;
use okienko::config::Config;
use okienko::domain::office::{LegalKind, LegalText};
use okienko::ids::LegalTextId;
use okienko::seed;
use okienko::store::{OfficeScope, Store, legal, sites};
use okienko::world::World;
use okienko_actors::{ActorSettings, Switchboard};
use okienko_web::auth::password;
use okienko_web::server;
use okienko_web::state::AppState;

use crate::client::{self, Request, Response};

/// The password of all demo accounts.
pub(crate) const PASSWORD: &str = "korzeń-7";

/// A running server.
pub(crate) struct TestApp {
    pub(crate) state: Data<AppState>,
    pub(crate) address: SocketAddr,
    server: ServerHandle,
    /// By how many seconds the server's clock is ahead.
    ahead_s: Arc<AtomicI64>,
}

impl TestApp {
    /// A demo server.
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// A demo server with other settings, such as `("LIMITS__SESSIONS_PER_MIN", "3")`.
    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        let folder = std::env::temp_dir().join("okienko-tests").display().to_string();
        let base = [
            ("DATABASE__URL", "sqlite::memory:"),
            ("MEDIA__UDP_PORT", "0"),
            ("HTTP__WORKERS", "1"),
            ("DOCUMENTS__FOLDER", folder.as_str()),
            // How full this machine's disk is must not matter.
            ("DOCUMENTS__MIN_FREE_PERCENT", "0"),
        ];
        let all = base.iter().chain(settings).map(|(key, value)| (format!("OKIENKO__{key}"), (*value).to_owned()));
        let config = Arc::new(Config::load(None, all).unwrap());

        let ahead_s = Arc::new(AtomicI64::new(0));
        let (real, ahead) = (World::real(), Arc::clone(&ahead_s));
        let entropy = World::real();
        let world = World::new(
            move || real.now() + SignedDuration::from_secs(ahead.load(Ordering::Relaxed)),
            move |bytes| bytes.iter_mut().for_each(|byte| *byte = entropy.random::<1>()[0]),
        );

        let store = Store::open(config.database.url.expose(), config.database.readers).unwrap();
        let (seeding, hash) = (world.clone(), hash());
        store.write_now(move |db| seed::seed_demo(db, &seeding, &hash)).unwrap();
        let actors =
            ActorSettings { timings: config.timings, documents: config.documents.rules, ..ActorSettings::default() };
        let switchboard = Switchboard::start(actors, store.clone(), world.clone()).await.unwrap();

        let listener = server::listen(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let state = Data::new(AppState::new(config, store, switchboard, world, address.port()).unwrap());
        let running = server::serve(listener, state.clone(), None).unwrap();
        let server = running.handle();
        drop(actix_web::rt::spawn(okienko_web::documents::keep(Arc::clone(&state.documents))));
        drop(actix_web::rt::spawn(running));
        Self { state, address, server, ahead_s }
    }

    /// Moves the server's clock.
    pub(crate) fn pass(&self, seconds: i64) {
        let _before = self.ahead_s.fetch_add(seconds, Ordering::Relaxed);
    }

    pub(crate) async fn send(&self, request: Request) -> Response {
        request.send(self.address).await
    }

    pub(crate) async fn get(&self, path: &str) -> Response {
        self.send(Request::get(path)).await
    }

    pub(crate) async fn page(&self, path: &str) -> Response {
        self.send(Request::get(path).page()).await
    }

    /// The origin of this server.
    pub(crate) fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Opens the form to sign in and sends it.
    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Response {
        client::sign_in(self.address, email, password).await
    }

    /// Signs in and gives the cookie.
    pub(crate) async fn staff_cookie(&self, email: &str) -> String {
        client::staff_cookie(self.address, email).await
    }

    /// Begins a citizen's session and gives the cookie.
    pub(crate) async fn citizen_cookie(&self) -> String {
        format!("__Host-okienko={}", client::citizen_token(self.address).await)
    }

    /// Sets which origins may embed a site. To be called before its first request, as the edge remembers for a moment.
    pub(crate) async fn allow(&self, site: &'static str, origins: &[&str]) {
        let origins: Vec<String> = origins.iter().map(|origin| (*origin).to_owned()).collect();
        let change = move |db: &mut okienko::store::Db| {
            let site = sites::by_key(db, site)?.expect("a demo site");
            sites::set_allowed_origins(db, OfficeScope::of(site.office), site.id, &origins)
        };
        self.state.write(change).await.unwrap();
    }

    /// Publishes a new version of a site's data notice in every language.
    pub(crate) async fn publish_notice(&self, site: &'static str, version: &'static str) {
        let world = self.state.world.clone();
        let publish = move |db: &mut okienko::store::Db| {
            let site = sites::by_key(db, site)?.expect("a demo site");
            for language in ["pl", "en", "uk"] {
                let text = LegalText {
                    id: LegalTextId::new(&world),
                    site: site.id,
                    kind: LegalKind::Notice,
                    language: language.to_owned(),
                    version: version.to_owned(),
                    body: "…".to_owned(),
                    published_at: world.now(),
                };
                legal::publish(db, OfficeScope::of(site.office), &text)?;
            }
            Ok(())
        };
        self.state.write(publish).await.unwrap();
    }

    /// Stops everything; a test that fails leaves it to the end of the process.
    pub(crate) async fn stop(self) {
        self.state.switchboard.shutdown(Duration::ZERO).await;
        self.state.sockets.close();
        self.server.stop(false).await;
    }
}

/// Hashed once for all tests, as it takes long.
fn hash() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| password::hash(PASSWORD).unwrap()).clone()
}
