//! What templates may call: `{{t "key" count=n}}`, `{{strings "panel" "problem/document-"}}`, `{{icon "video"}}`,
//! `{{asset "css/base.css"}}`.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use handlebars::{
    Context, Handlebars, Helper, HelperDef, HelperResult, Output, RenderContext, RenderError, RenderErrorReason,
    ScopedJson,
};
use serde_json::{Map, Value};

use crate::assets::Assets;
use crate::i18n::I18n;

/// Gives a registry its helpers, which speak one language.
pub(super) fn register(registry: &mut Handlebars<'static>, i18n: Arc<I18n>, assets: Arc<Assets>, language: &str) {
    let speaker = Speaker { i18n, language: language.to_owned() };
    registry.register_helper("t", Box::new(Text(speaker.clone())));
    registry.register_helper("strings", Box::new(Strings { speaker, made: Mutex::default() }));
    registry.register_helper("icon", Box::new(Icon(Arc::clone(&assets))));
    registry.register_helper("asset", Box::new(AssetUrl(assets)));
}

#[derive(Clone)]
struct Speaker {
    i18n: Arc<I18n>,
    language: String,
}

/// A text: `{{t "panel.waiting.ahead" count=ahead}}`. Escaped as a whole, so that a name in it is never markup.
struct Text(Speaker);

/// Areas of texts as one JSON object for modules: `{{strings "panel" "common"}}`. The JSON of the same areas is made once.
struct Strings {
    speaker: Speaker,
    made: Mutex<HashMap<Vec<String>, Arc<str>>>,
}

/// A picture from the sprite, hidden from screen readers, as each stands beside its word: `{{icon "video"}}`.
struct Icon(Arc<Assets>);

/// The address of an asset: `{{asset "css/base.css"}}`.
struct AssetUrl(Arc<Assets>);

impl HelperDef for Text {
    /// A value and not output, so that it can be an argument, `{{t "a" name=(t "b")}}`, and is escaped once at the end.
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        let key = word(helper, 0, "t")?;
        let arguments: Vec<(&str, String)> =
            helper.hash().iter().map(|(name, value)| (*name, plain(value.value()))).collect();
        let Speaker { i18n, language } = &self.0;
        Ok(Value::String(i18n.text(language, key, &arguments)).into())
    }
}

impl HelperDef for Strings {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let names = helper.params().iter().filter_map(|param| param.value().as_str().map(str::to_owned)).collect();
        out.write(&self.json(names))?;
        Ok(())
    }
}

impl Strings {
    fn json(&self, names: Vec<String>) -> Arc<str> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(json) = made.get(&names) {
            return Arc::clone(json);
        }
        let Speaker { i18n, language } = &self.speaker;
        let areas: Map<String, Value> = names.iter().map(|name| part_of_catalogue(i18n, language, name)).collect();
        let json: Arc<str> = for_script(&Value::Object(areas)).into();
        // The names come from templates, so there are few.
        let _ = made.insert(names, Arc::clone(&json));
        json
    }
}

/// An area of the catalogue, or those of its texts whose keys begin alike: `problem/document-`.
fn part_of_catalogue(i18n: &I18n, language: &str, name: &str) -> (String, Value) {
    let Some((area, beginning)) = name.split_once('/') else { return (name.to_owned(), i18n.area(language, name)) };
    let mut texts = i18n.area(language, area);
    if let Value::Object(texts) = &mut texts {
        texts.retain(|key, _| key.starts_with(beginning));
    }
    (area.to_owned(), texts)
}

impl HelperDef for Icon {
    fn call<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
        out: &mut dyn Output,
    ) -> HelperResult {
        let name = escape(word(helper, 0, "icon")?);
        let sprite = self.0.url("icons.svg");
        let svg = format!(
            r##"<svg class="icon" aria-hidden="true" focusable="false"><use href="{sprite}#i-{name}"></use></svg>"##
        );
        out.write(&svg)?;
        Ok(())
    }
}

impl HelperDef for AssetUrl {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Context,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        Ok(Value::String(self.0.url(word(helper, 0, "asset")?)).into())
    }
}

/// Text as it may stand in HTML and in quoted attributes (HTML §13.1.2.3). Unlike handlebars' own it leaves `=` alone,
/// which matters in unquoted attributes only; we have none.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

fn word<'a>(helper: &'a Helper<'_>, index: usize, name: &'static str) -> Result<&'a str, RenderErrorReason> {
    helper
        .param(index)
        .and_then(|param| param.value().as_str())
        .ok_or(RenderErrorReason::ParamNotFoundForIndex(name, index))
}

/// A value as it reads in a sentence.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// JSON that cannot end the `<script>` element it stands in (HTML §4.12.1.3).
pub(super) fn for_script(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}
