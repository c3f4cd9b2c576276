use serde_json::json;

use super::*;

fn render(template: &str, context: &serde_json::Value) -> Result<String, handlebars::RenderError> {
    let i18n = Arc::new(I18n::load().unwrap());
    let mut registry = Handlebars::new();
    registry.set_strict_mode(true);
    helpers::register(&mut registry, i18n, Arc::new(Assets::load()), "pl");
    registry.render_template(template, context)
}

#[test]
fn all_templates_can_be_parsed() {
    let i18n = Arc::new(I18n::load().unwrap());

    registry(i18n, Arc::new(Assets::load()), "pl").unwrap();
}

#[test]
fn every_text_a_template_asks_for_exists() {
    let i18n = I18n::load().unwrap();
    let mut missing = Vec::new();

    for name in Pages::names() {
        let text = source(&name).unwrap();
        for part in text.split("{{t \"").skip(1).chain(text.split("(t \"").skip(1)) {
            let key = part.split('"').next().unwrap();
            if !i18n.has(key) {
                missing.push(format!("{name}: {key}"));
            }
        }
    }

    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn a_value_that_is_not_supplied_is_an_error() {
    assert!(render("{{nobody}}", &json!({})).is_err());
}

#[test]
fn an_argument_of_a_text_is_escaped() {
    let rendered = render(r#"{{t "no.such.key<b>" name=name}}"#, &json!({ "name": "<script>" })).unwrap();

    assert_eq!(rendered, "no.such.key&lt;b&gt;");
}

#[test]
fn json_for_a_script_cannot_end_it() {
    assert_eq!(helpers::for_script(&json!({ "a": "</script>" })), r#"{"a":"\u003c/script\u003e"}"#);
}

#[test]
fn an_icon_is_hidden_from_screen_readers() {
    let svg = render(r#"{{icon "video"}}"#, &json!({})).unwrap();

    assert!(svg.contains(r#"aria-hidden="true""#) && svg.contains("icons.svg#i-video"), "{svg}");
}
