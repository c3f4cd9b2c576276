//! Whether a site's colours can be read, and which ones could be instead.
//!
//! Contrast is that of WCAG 2.2 ("contrast ratio", "relative luminance"): text needs 4.5:1 (SC 1.4.3), icons and the
//! edges of controls 3:1 (SC 1.4.11).

use std::fmt;

use super::office::Look;

#[cfg(test)]
mod tests;

/// The contrast that text needs.
pub const TEXT_CONTRAST: f64 = 4.5;

/// The contrast that icons and edges of controls need.
pub const ICON_CONTRAST: f64 = 3.0;

/// The grounds that the brand colour stands on as text, of the light scheme: `--paper`, `--surface`, `--brand-soft`
/// of `tokens.css`.
const LIGHT_GROUNDS: [Colour; 3] = [Colour(0xff, 0xff, 0xff), Colour(0xf3, 0xf6, 0xf9), Colour(0xe6, 0xf0, 0xf9)];

/// The same of the dark scheme.
const DARK_GROUNDS: [Colour; 3] = [Colour(0x18, 0x21, 0x2a), Colour(0x10, 0x17, 0x1e), Colour(0x17, 0x29, 0x3a)];

/// The text colours tried on a brand colour, best liked first: white, then `--on-brand` of the dark scheme, then black.
const ON_BRAND: [Colour; 3] = [Colour(0xff, 0xff, 0xff), Colour(0x0b, 0x1b, 0x2a), Colour(0, 0, 0)];

/// A colour in sRGB: red, green, blue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Colour(pub u8, pub u8, pub u8);

impl Colour {
    /// Reads `#rrggbb`, in which either case of letter is right.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let [_, red, green, blue] = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Self(red, green, blue))
    }

    /// The relative luminance, 0 for black to 1 for white.
    #[must_use]
    pub fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let share = f64::from(channel) / 255.0;
            if share <= 0.04045 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// Mixed with another colour: 0 is all of this one, `STEPS` all of the other.
    fn towards(self, other: Self, step: u16) -> Self {
        let mix = |from: u8, to: u8| {
            let sum = u32::from(from) * u32::from(STEPS - step) + u32::from(to) * u32::from(step);
            u8::try_from((sum + u32::from(STEPS) / 2) / u32::from(STEPS)).unwrap_or(u8::MAX)
        };
        Self(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }
}

/// How finely shades are searched.
const STEPS: u16 = 256;

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// The contrast ratio of two colours, 1 to 21, whichever is the ground.
#[must_use]
pub fn contrast(one: Colour, other: Colour) -> f64 {
    let (one, other) = (one.luminance(), other.luminance());
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The shade nearest to a colour, towards black or white, that has the contrast on all grounds; itself if it has. None
/// if no shade has it, as on a light and a dark ground at once.
#[must_use]
pub fn nearest_passing(colour: Colour, grounds: &[Colour], least: f64) -> Option<Colour> {
    let passes = |shade: Colour| grounds.iter().all(|ground| contrast(shade, *ground) >= least);
    let shades =
        (0..=STEPS).flat_map(|step| [Colour(0, 0, 0), Colour(255, 255, 255)].map(|end| colour.towards(end, step)));
    shades.into_iter().find(|shade| passes(*shade))
}

/// A field of a look that a fault is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookField {
    /// `brand`.
    Brand,
    /// `on_brand`.
    OnBrand,
    /// `brand_dark`.
    BrandDark,
    /// `on_brand_dark`.
    OnBrandDark,
    /// `launcher_size_px`.
    LauncherSize,
    /// `offset_px`.
    Offset,
}

/// What is wrong with a look.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LookFault {
    /// Not a colour.
    #[error("{field:?} is not a colour such as #0b4f8a")]
    NotAColour {
        /// Where.
        field: LookField,
    },
    /// Cannot be read on its ground.
    #[error("{field:?} has a contrast of {ratio:.2} where {least} is needed")]
    TooFaint {
        /// The colour to change.
        field: LookField,
        /// The contrast that it has.
        ratio: f64,
        /// The contrast that it needs.
        least: f64,
        /// The nearest shade that has it.
        instead: Option<Colour>,
    },
    /// Not one or two letters.
    #[error("the monogram must be one or two characters")]
    Monogram,
    /// Out of its bounds.
    #[error("{field:?} must be from {least} to {most} pixels")]
    OutOfBounds {
        /// Which measure.
        field: LookField,
        /// The least, in CSS pixels.
        least: u32,
        /// The most, in CSS pixels.
        most: u32,
    },
}

/// Everything that is wrong with a look; nothing if it may be published.
///
/// The brand colour is the launcher's and the buttons' ground, and is text and links on the grounds of its scheme: so
/// it needs the contrast of text both against its own text and against those grounds.
#[must_use]
pub fn check(look: &Look) -> Vec<LookFault> {
    let mut faults = Vec::new();
    let schemes = [
        ((LookField::Brand, &look.brand), (LookField::OnBrand, &look.on_brand), LIGHT_GROUNDS),
        ((LookField::BrandDark, &look.brand_dark), (LookField::OnBrandDark, &look.on_brand_dark), DARK_GROUNDS),
    ];
    for ((brand_field, brand), (text_field, text), grounds) in schemes {
        let mut colour = |field, text: &str| {
            let parsed = Colour::parse(text);
            if parsed.is_none() {
                faults.push(LookFault::NotAColour { field });
            }
            parsed
        };
        let (brand, text) = (colour(brand_field, brand), colour(text_field, text));
        if let Some(brand) = brand {
            faults.extend(too_faint(brand_field, brand, &grounds));
            faults.extend(text.and_then(|text| too_faint(text_field, text, &[brand])));
        }
    }
    if !(1..=2).contains(&look.monogram.trim().chars().count()) {
        faults.push(LookFault::Monogram);
    }
    if !(48..=96).contains(&look.launcher_size_px) {
        faults.push(LookFault::OutOfBounds { field: LookField::LauncherSize, least: 48, most: 96 });
    }
    if look.offset_px > 200 {
        faults.push(LookFault::OutOfBounds { field: LookField::Offset, least: 0, most: 200 });
    }
    faults
}

fn too_faint(field: LookField, colour: Colour, grounds: &[Colour]) -> Option<LookFault> {
    let ratio = grounds.iter().map(|ground| contrast(colour, *ground)).fold(f64::INFINITY, f64::min);
    let least = TEXT_CONTRAST;
    (ratio < least).then(|| LookFault::TooFaint {
        field,
        ratio,
        least,
        instead: nearest_passing(colour, grounds, least),
    })
}

/// Both colours of a scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// The brand colour.
    pub brand: Colour,
    /// Text on it.
    pub on_brand: Colour,
}

/// Proposes the dark scheme's pair for a light brand colour: its nearest shade that can be read on dark grounds, and a
/// text colour that can be read on it.
#[must_use]
pub fn propose_dark(brand: Colour) -> Pair {
    propose(brand, &DARK_GROUNDS, Colour(255, 255, 255))
}

/// Proposes the light scheme's pair for a colour that a city gives.
#[must_use]
pub fn propose_light(brand: Colour) -> Pair {
    propose(brand, &LIGHT_GROUNDS, Colour(0, 0, 0))
}

fn propose(brand: Colour, grounds: &[Colour], last_resort: Colour) -> Pair {
    let brand = nearest_passing(brand, grounds, TEXT_CONTRAST).unwrap_or(last_resort);
    let best = ON_BRAND.into_iter().find(|text| contrast(*text, brand) >= TEXT_CONTRAST);
    // White or black: one of them has 4.5:1 on any colour, for their product is 21.
    Pair { brand, on_brand: best.unwrap_or(Colour(0, 0, 0)) }
}
