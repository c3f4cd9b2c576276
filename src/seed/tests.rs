use super::*;

#[test]
fn nobody_is_reached_by_the_demo_offices_telephone_and_addresses() {
    let demo: Demo = toml::from_str(DEMO).unwrap();

    // No Polish number begins with 0 after the country's code (UKE, numbering plan: 1 to 9).
    assert!(demo.office.phone.starts_with("+48 0"), "{}", demo.office.phone);
    let texts = LEGAL.iter().map(|(_, _, text)| *text).chain([DEMO, QUESTIONS]);
    let words = texts.flat_map(|text| text.split(|c: char| c.is_whitespace() || "\"',;()".contains(c)));
    for address in words.filter(|word| word.contains('@')).map(|word| word.trim_end_matches('.')) {
        assert!(address.ends_with(".example"), "{address}");
    }
}
