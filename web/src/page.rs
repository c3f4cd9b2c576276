//! Pages: handlebars templates, their helpers, and the response they become.
//!
//! Templates are `web/templates/**` by path without ending (`login`, `partials/field`) and the widget's own by
//! `widget/` (`widget/panel`). They are embedded; a debug build reads them from disk and sees edits. Strict mode: a
//! template that names a value which the route does not supply fails, and tests render all of them.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use handlebars::Handlebars;
use rust_embed::RustEmbed;
use serde::Serialize;

use crate::assets::Assets;
use crate::disk;
use crate::i18n::{CatalogueError, I18n};

pub mod blocks;
pub mod declaration;
pub mod frame;
mod helpers;
pub mod legal;
pub mod line;
pub mod panel;
pub mod preview;
pub mod problem;
pub mod questions;
pub mod response;
pub mod staff;

/// The pages of staff, legal texts, errors, and all partials.
#[derive(RustEmbed)]
#[folder = "templates/"]
#[include = "*.hbs"]
struct Templates;

/// The widget's pages.
#[derive(RustEmbed)]
#[folder = "../widget/"]
#[include = "*.hbs"]
struct WidgetTemplates;

/// Why a page could not be made.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// A template cannot be parsed.
    #[error("template {name} is wrong: {reason}")]
    Template {
        /// Which template.
        name: String,
        /// What the parser says.
        reason: String,
    },
    /// A template asks for something that is not there.
    #[error("page {name} cannot be rendered: {reason}")]
    Render {
        /// Which template.
        name: String,
        /// What the renderer says.
        reason: String,
    },
}

/// All templates, parsed once for each language, as the helpers of a registry speak one.
pub struct Pages {
    i18n: Arc<I18n>,
    assets: Arc<Assets>,
    registries: Mutex<HashMap<String, Parsed>>,
}

/// The templates in one language, as the files were at a time.
#[derive(Clone)]
struct Parsed {
    registry: Arc<Handlebars<'static>>,
    of: disk::Stamp,
}

impl Pages {
    /// Parses all templates.
    ///
    /// # Errors
    /// [`PageError::Template`] for the first one that is wrong; never in a debug build, which parses at the first use.
    pub fn load(i18n: Arc<I18n>, assets: Arc<Assets>) -> Result<Self, PageError> {
        let pages = Self { i18n, assets, registries: Mutex::default() };
        if !cfg!(debug_assertions) {
            for language in pages.i18n.languages() {
                let _ = pages.registry(language)?;
            }
        }
        Ok(pages)
    }

    /// Renders a template in a language.
    ///
    /// # Errors
    /// [`PageError::Render`] if the template wants what `context` lacks, [`PageError::Template`] in a debug build.
    pub fn render<C: Serialize>(&self, language: &str, name: &str, context: &C) -> Result<String, PageError> {
        let failed = |reason: String| PageError::Render { name: name.to_owned(), reason };
        self.registry(language)?.render(name, context).map_err(|error| failed(error.to_string()))
    }

    /// The templates in a language; in a debug build parsed anew when a template or a text was edited.
    fn registry(&self, language: &str) -> Result<Arc<Handlebars<'static>>, PageError> {
        let of = disk::stamp(&["templates", "i18n", "../widget"]);
        let known = self.registries.lock().unwrap_or_else(PoisonError::into_inner).get(language).cloned();
        let mut i18n = Arc::clone(&self.i18n);
        if let Some(parsed) = known {
            if parsed.of == of {
                return Ok(parsed.registry);
            }
            let wrong =
                |error: CatalogueError| PageError::Template { name: "i18n".to_owned(), reason: error.to_string() };
            i18n = Arc::new(I18n::load().map_err(wrong)?);
        }
        let registry = Arc::new(registry(i18n, Arc::clone(&self.assets), language)?);
        let parsed = Parsed { registry: Arc::clone(&registry), of };
        let _ = self.registries.lock().unwrap_or_else(PoisonError::into_inner).insert(language.to_owned(), parsed);
        Ok(registry)
    }

    /// The names of all templates.
    pub fn names() -> impl Iterator<Item = String> {
        let pages = Templates::iter().map(|path| path.trim_end_matches(".hbs").to_owned());
        let widget = WidgetTemplates::iter().map(|path| format!("widget/{}", path.trim_end_matches(".hbs")));
        pages.chain(widget)
    }
}

impl std::fmt::Debug for Pages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pages").field("languages", &self.i18n.languages()).finish_non_exhaustive()
    }
}

fn registry(i18n: Arc<I18n>, assets: Arc<Assets>, language: &str) -> Result<Handlebars<'static>, PageError> {
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    registry.set_prevent_indent(true);
    registry.register_escape_fn(helpers::escape);
    for name in Pages::names() {
        let source = source(&name).unwrap_or_default();
        registry
            .register_template_string(&name, source)
            .map_err(|error| PageError::Template { name: name.clone(), reason: error.to_string() })?;
    }
    helpers::register(&mut registry, i18n, assets, language);
    Ok(registry)
}

/// The text of a template.
fn source(name: &str) -> Option<String> {
    let file = match name.strip_prefix("widget/") {
        Some(inner) => WidgetTemplates::get(&format!("{inner}.hbs")),
        None => Templates::get(&format!("{name}.hbs")),
    };
    String::from_utf8(file?.data.into_owned()).ok()
}

#[cfg(test)]
mod tests;
