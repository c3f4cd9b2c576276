//! Every pair of colours that `tokens.css` lets meet, in each scheme, with the plain look and with offices' own: text has
//! 4.5:1 (WCAG 2.2 SC 1.4.3), edges and icons 3:1 (SC 1.4.11). What lies over a picture is judged on the plate under it,
//! with the picture as white and as black as it can be, where no browser's tool can measure.

use std::collections::HashMap;

use okienko::domain::look::{ICON_CONTRAST, contrast, propose_dark, propose_light};

use super::*;

const TOKENS: &str = include_str!("../../../static/css/tokens.css");
const CALL: &str = include_str!("../../../static/css/call.css");

/// Text, and the grounds it stands on.
const TEXTS: &[(&str, &[&str])] = &[
    ("ink", &["paper", "surface", "brand-soft", "ok-soft", "warn-soft", "bad-soft"]),
    ("ink-2", &["paper", "surface", "brand-soft"]),
    ("brand-ink", &["paper", "surface", "brand-soft"]),
    ("on-brand", &["brand"]),
    ("on-head", &["head"]),
    ("ok", &["paper", "surface", "ok-soft"]),
    ("warn", &["paper", "surface", "warn-soft"]),
    ("bad", &["paper", "surface", "bad-soft"]),
    ("on-bad", &["bad"]),
    ("on-stage", &["stage"]),
];

/// Edges and icons, and the grounds they stand on. The focus frame is a dark ring in a bright one: one of them shows.
const EDGES: &[(&str, &[&str])] =
    &[("edge-strong", &["paper", "surface"]), ("focus", &["stage", "focus-ring"]), ("focus-ring", &["focus"])];

/// A style sheet without what it says of itself.
fn without_comments(css: &str) -> String {
    css.split("/*").map(|part| part.split_once("*/").map_or(part, |(_, rest)| rest)).collect()
}

/// The variables that the first rule with this selector sets.
fn declarations(css: &str, selector: &str) -> Vec<(String, String)> {
    let css = without_comments(css);
    let (_, rule) = css.split_once(&format!("{selector} {{")).unwrap();
    let (body, _) = rule.split_once('}').unwrap();
    let each = body.split(';').filter_map(|each| each.trim().strip_prefix("--")?.split_once(':'));
    each.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect()
}

/// The colours of a scheme, with an office's own put over them.
fn scheme(parts: &[&str], own: &str) -> HashMap<String, Colour> {
    let mut all: HashMap<String, String> = parts.iter().flat_map(|part| declarations(TOKENS, part)).collect();
    all.extend(declarations(&format!("own {{ {own} }}"), "own"));
    let mut found = HashMap::new();
    for name in all.keys() {
        let mut value = &all[name];
        while let Some(other) = value.strip_prefix("var(--").and_then(|rest| rest.strip_suffix(')')) {
            value = &all[other];
        }
        if let Some(colour) = Colour::parse(value) {
            let _absent = found.insert(name.clone(), colour);
        }
    }
    found
}

/// As browsers mix what lies over something: `share` of the upper one.
fn over(upper: Colour, lower: Colour, share: f64) -> Colour {
    // A share of two bytes is one.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let mix = |one: u8, other: u8| (f64::from(one) * share + f64::from(other) * (1.0 - share)).round() as u8;
    Colour(mix(upper.0, lower.0), mix(upper.1, lower.1), mix(upper.2, lower.2))
}

/// The pairs that are too faint, in words.
fn too_faint(name: &str, parts: &[&str], own: &str) -> Vec<String> {
    let mut colours = scheme(parts, own);
    let plain_soft = colours["brand-soft"];
    let mut faults = Vec::new();
    // Browsers that can mix take the office's tint, others keep the plain ground.
    for soft in [plain_soft, over(colours["brand"], colours["paper"], 0.11)] {
        let _before = colours.insert("brand-soft".to_owned(), soft);
        for (least, pairs) in [(TEXT_CONTRAST, TEXTS), (ICON_CONTRAST, EDGES)] {
            for (text, ground) in
                pairs.iter().flat_map(|(text, grounds)| grounds.iter().map(move |ground| (text, ground)))
            {
                let ratio = contrast(colours[*text], colours[*ground]);
                if ratio < least {
                    faults.push(format!(
                        "{name}: --{text} {} on --{ground} {}: {ratio:.2}",
                        colours[*text], colours[*ground]
                    ));
                }
            }
        }
    }
    faults
}

const LIGHT_PARTS: &[&str] = &[":root"];
const DARK_PARTS: &[&str] = &[":root", ":root[data-theme=\"auto\"]"];

#[test]
fn every_pair_of_the_plain_look_can_be_read() {
    assert_eq!(too_faint("light", LIGHT_PARTS, ""), Vec::<String>::new());
    assert_eq!(too_faint("dark", DARK_PARTS, ""), Vec::<String>::new());
}

#[test]
fn every_pair_of_two_hundred_offices_can_be_read() {
    // Spread over all colours, the same ones in each run (a full-period generator, Numerical Recipes 7.1).
    let mut state = 1_u32;
    for _ in 0..200 {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let [_, red, green, blue] = state.rotate_right(8).to_be_bytes();
        let given = Colour(red, green, blue);
        let (day, night) = (propose_light(given), propose_dark(given));
        let of = |pair: okienko::domain::look::Pair, grounds| {
            variables(&pair.brand.to_string(), &pair.on_brand.to_string(), grounds)
        };
        assert_eq!(too_faint(&format!("{given}, light"), LIGHT_PARTS, &of(day, LIGHT)), Vec::<String>::new());
        assert_eq!(too_faint(&format!("{given}, dark"), DARK_PARTS, &of(night, DARK)), Vec::<String>::new());
    }
}

#[test]
fn words_over_a_picture_can_be_read_whatever_it_shows() {
    let plates: Vec<_> = CALL
        .match_indices("rgb(")
        .filter_map(|(at, _)| {
            let (inside, _) = CALL[at + 4..].split_once(')')?;
            let (channels, share) = inside.split_once(" / ")?;
            let channels: Vec<u8> = channels.split(' ').map(|each| each.parse().unwrap()).collect();
            // White ones are edges, dark ones are plates.
            (channels[0] < 128).then(|| (Colour(channels[0], channels[1], channels[2]), share.parse::<f64>().unwrap()))
        })
        .collect();
    assert!(plates.len() >= 3, "the plates of call.css are no longer found: {plates:?}");
    for (plate, share) in plates {
        for picture in [Colour(0xff, 0xff, 0xff), Colour(0, 0, 0)] {
            let ratio = contrast(Colour(0xff, 0xff, 0xff), over(plate, picture, share));
            assert!(ratio >= TEXT_CONTRAST, "white on {plate} / {share} over {picture}: {ratio:.2}");
        }
    }
    for word in ["fair", "poor"] {
        let ground = CALL.split_once(&format!(".stage-quality[data-word=\"{word}\"] {{ background: ")).unwrap().1;
        let ratio = contrast(Colour(0xff, 0xff, 0xff), Colour::parse(&ground[..7]).unwrap());
        assert!(ratio >= TEXT_CONTRAST, "white on the plate of a {word} connection: {ratio:.2}");
    }
}
