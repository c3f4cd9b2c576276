use super::*;
use crate::scenario::schedule::{Person, arrivals, chance_of};

fn text() -> String {
    shipped::ALL.iter().find(|(name, _)| *name == "queue_rush_8am").unwrap().1.to_owned()
}

fn complaint(text: &str) -> String {
    Scenario::parse(text, "a.toml").unwrap_err().to_string()
}

#[test]
fn every_shipped_scenario_is_valid_and_called_like_its_file() {
    for (name, text) in shipped::ALL {
        let scenario = Scenario::parse(text, name).unwrap();
        assert_eq!(scenario.name, *name);
        assert!(scenario.purpose.len() > 80, "{name} says what it proves");
        let ci = &scenario.profiles.ci;
        assert!(ci.duration.0 + ci.settle.0 <= std::time::Duration::from_secs(60), "{name} is quick");
    }
}

#[test]
fn every_file_of_the_folder_is_shipped() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
    for entry in std::fs::read_dir(folder).unwrap() {
        let file = entry.unwrap().file_name().into_string().unwrap();
        let name = file.strip_suffix(".toml").unwrap();
        assert!(shipped::ALL.iter().any(|(known, _)| *known == name), "{file}");
    }
}

#[test]
fn a_key_that_nobody_knows_is_refused_with_its_line() {
    let wrong = text().replacen("accept =", "acept =", 1);
    let line = 1 + wrong.lines().position(|line| line.starts_with("acept")).unwrap();

    let complaint = complaint(&wrong);

    assert!(complaint.contains(&format!("line {line}")), "{complaint}");
    assert!(complaint.contains("acept"), "{complaint}");
}

#[test]
fn wrong_values_are_refused_with_their_line() {
    // Of a list the line is that of its begin.
    for (old, new, word, at) in [
        ("\"tickets_lost = 0\"", "\"tickets_lots = 0\"", "tickets_lots", "bars ="),
        ("duration = \"15s\"", "duration = \"soon\"", "soon", "soon"),
        ("process = \"poisson\"", "process = \"normal\"", "normal", "normal"),
        ("sigma = 0.5", "sigma = 50.5", "sigma", "50.5"),
    ] {
        let wrong = text().replacen(old, new, 1);
        let line = 1 + wrong.lines().position(|line| line.contains(at)).unwrap();
        let complaint = complaint(&wrong);
        assert!(complaint.contains(&format!("line {line}")) && complaint.contains(word), "{complaint}");
    }
}

#[test]
fn what_does_not_go_together_is_refused_in_words() {
    for (old, new, word) in [
        ("schema_version = 1", "schema_version = 9", "schema_version"),
        ("hang_up = 0.3", "hang_up = 3.0", "profiles.ci.residents.hang_up"),
        ("[\"uk\", 1]", "[\"de\", 1]", "all languages"),
        ("max = \"4s\"", "max = \"90s\"", "under a minute"),
        ("settle = \"20s\"", "settle = \"20s\"\nserver = { \"limits.sessions\" = 9 }", "limits.sessions"),
    ] {
        let complaint = complaint(&text().replacen(old, new, 1));
        assert!(complaint.contains(word), "{complaint}");
    }
    let no_fault = "[[profiles.ci.faults]]\nat = \"1s\"\nkind = \"panic:room\"\n";
    assert!(complaint(&format!("{}\n{no_fault}", text())).contains("failure points"));
}

#[test]
fn the_same_seed_brings_the_same_people_at_the_same_moments() {
    let scenario = Scenario::parse(&text(), "a.toml").unwrap();
    let plan = scenario.plan(Profile::Full);

    let found = arrivals(plan, 1);

    assert_eq!(found, arrivals(plan, 1));
    assert_ne!(found, arrivals(plan, 2));
    assert!(found.windows(2).all(|pair| pair[0].at <= pair[1].at));
    // 100 a second for 10 seconds, then 10 a second for 50.
    let early = found.iter().filter(|arrival| arrival.at < std::time::Duration::from_secs(10)).count();
    assert!((900..1_100).contains(&early), "{early}");
    assert!((430..570).contains(&(found.len() - early)), "{}", found.len());
    let person = |seed, number| Person::draw(&plan.residents, &mut chance_of(seed, number));
    assert_eq!(person(1, 5), person(1, 5));
    assert!((0..200).any(|number| person(1, number) != person(2, number)));
    assert!((0..200).any(|number| person(1, number).mode == okienko::wire::Mode::Sign));
}

#[test]
fn even_arrivals_keep_their_distance_and_their_number() {
    let mut plan = Scenario::parse(&text(), "a.toml").unwrap().profiles.ci;
    plan.residents.arrivals = Arrivals { process: Process::Even, per_s: vec![(Span::default(), 2.0)], count: Some(7) };

    let found: Vec<u128> = arrivals(&plan, 3).iter().map(|arrival| arrival.at.as_millis()).collect();

    assert_eq!(found, [500, 1_000, 1_500, 2_000, 2_500, 3_000, 3_500]);
}
