//! The HTTP edge of Okienko: pages, API, sockets, and the binary that puts the parts together.
//!
//! A request passes, from outside in: [`telemetry::observe`] (id, span, counts), [`guard::headers::harden`] (what
//! browsers may do), [`problem::dress`] (errors get their body), [`guard::origin::refuse_foreign`] (CSRF), and then the
//! one table of [`routes`]. Handlers ask the store and the actors; they hold no state but [`state::AppState`].
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing))]

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::middleware::from_fn;
use actix_web::{App, web};

pub mod assets;
pub mod auth;
mod disk;
pub mod documents;
pub mod faq;
pub mod guard;
pub mod housekeeping;
pub mod i18n;
pub mod metrics;
pub mod page;
pub mod problem;
mod qr;
pub mod routes;
pub mod search;
pub mod server;
pub mod site;
pub mod socket;
pub mod special_days;
pub mod state;
pub mod telemetry;
pub mod tls;
pub mod watchman;
pub mod when;

use state::AppState;

/// The application as one worker runs it; the server and the tests use the same.
pub fn app(
    state: web::Data<AppState>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<BoxBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    let max_body_bytes = state.config.limits.max_body_bytes;
    App::new()
        .app_data(state)
        .configure(|server| routes::configure(server, max_body_bytes))
        // The last one is the outermost.
        .wrap(from_fn(guard::origin::refuse_foreign))
        .wrap(from_fn(problem::dress))
        .wrap(from_fn(guard::headers::harden))
        .wrap(from_fn(telemetry::observe))
}
