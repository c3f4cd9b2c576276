//! Cases and properties of colours.

use proptest::prelude::*;

use super::*;
use crate::domain::office::Corner;

fn colour(text: &str) -> Colour {
    Colour::parse(text).unwrap()
}

fn look() -> Look {
    Look {
        brand: "#0b4f8a".to_owned(),
        on_brand: "#ffffff".to_owned(),
        brand_dark: "#8cc1f2".to_owned(),
        on_brand_dark: "#0b1b2a".to_owned(),
        monogram: "W".to_owned(),
        launcher_size_px: 64,
        corner: Corner::BottomRight,
        offset_px: 24,
    }
}

#[test]
fn contrast_is_that_of_wcag() {
    let ratio = |one, other| (contrast(colour(one), colour(other)) * 100.0).round() / 100.0;

    assert_eq!(ratio("#000000", "#ffffff"), 21.0);
    assert_eq!(ratio("#ffffff", "#ffffff"), 1.0);
    assert_eq!(ratio("#777777", "#ffffff"), 4.48);
    assert_eq!(ratio("#767676", "#FFFFFF"), 4.54);
}

#[test]
fn only_six_hexadecimal_digits_are_a_colour() {
    for wrong in ["0b4f8a", "#0b4f8", "#0b4f8aa", "#0b4f8g", "#+b4f8a", "", "#", "red", "#ąąą"] {
        assert_eq!(Colour::parse(wrong), None, "{wrong}");
    }
    assert_eq!(Colour::parse("#0B4f8A").unwrap().to_string(), "#0b4f8a");
}

#[test]
fn the_default_look_may_be_published() {
    assert_eq!(check(&look()), []);
}

#[test]
fn a_faint_pair_is_refused_with_the_nearest_shade() {
    let faults = check(&Look { brand: "#7aa7d9".to_owned(), ..look() });

    // Both as link on paper and under white text; the brand comes first, being the one to change.
    let [LookFault::TooFaint { field: LookField::Brand, instead: Some(instead), .. }, LookFault::TooFaint { .. }] =
        faults.as_slice()
    else {
        panic!("{faults:?}")
    };
    assert_eq!(check(&Look { brand: instead.to_string(), ..look() }), []);
}

#[test]
fn measures_and_monogram_have_bounds() {
    let faults = check(&Look { monogram: "URZ".to_owned(), launcher_size_px: 40, offset_px: 900, ..look() });

    assert_eq!(faults.len(), 3);
    assert_eq!(
        check(&Look { brand: "blue".to_owned(), ..look() }),
        [LookFault::NotAColour { field: LookField::Brand }]
    );
}

proptest! {
    #[test]
    fn what_is_proposed_may_be_published(red: u8, green: u8, blue: u8) {
        let given = Colour(red, green, blue);
        let (light, dark) = (propose_light(given), propose_dark(given));

        let proposed = Look {
            brand: light.brand.to_string(),
            on_brand: light.on_brand.to_string(),
            brand_dark: dark.brand.to_string(),
            on_brand_dark: dark.on_brand.to_string(),
            ..look()
        };
        prop_assert_eq!(check(&proposed), []);
    }

    #[test]
    fn a_passing_shade_passes_and_a_passing_colour_is_kept(red: u8, green: u8, blue: u8, ground: [u8; 3]) {
        let (given, ground) = (Colour(red, green, blue), Colour(ground[0], ground[1], ground[2]));

        let found = nearest_passing(given, &[ground], TEXT_CONTRAST).unwrap();

        prop_assert!(contrast(found, ground) >= TEXT_CONTRAST);
        prop_assert!(found == given || contrast(given, ground) < TEXT_CONTRAST);
    }
}
