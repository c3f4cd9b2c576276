//! Cases of the settings' layers and rules.

use super::*;

fn load(environment: &[(&str, &str)]) -> Result<Config, Vec<ConfigFault>> {
    Config::load(None, environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

fn sentences(environment: &[(&str, &str)]) -> Vec<String> {
    load(environment).unwrap_err().iter().map(ToString::to_string).collect()
}

fn with_file(text: &str, environment: &[(&str, &str)]) -> Result<Config, Vec<ConfigFault>> {
    let unique = text.len().wrapping_mul(31) ^ text.as_ptr().addr();
    let path = std::env::temp_dir().join(format!("okienko-config-{}-{unique}.toml", std::process::id()));
    std::fs::write(&path, text).unwrap();
    let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let loaded = Config::load(Some(&path), environment);
    std::fs::remove_file(&path).unwrap();
    loaded
}

#[test]
fn the_defaults_need_nothing_and_are_the_settled_ones() {
    let config = load(&[]).unwrap();

    assert_eq!(config.timings, Timings::default());
    assert_eq!(config.http.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.http.public_url, "http://127.0.0.1:8080");
    assert_eq!(config.database.url.expose(), "sqlite:okienko.db");
    assert_eq!((config.media.udp_port, config.media.arbiters), (40_000, 1));
    assert!(config.server.is_demo());
    assert_eq!(config.demo.password, None);
}

#[test]
fn every_key_of_the_default_file_is_read_and_no_other() {
    let (settings, faults) = layers::read(None, std::iter::empty());
    let keys: std::collections::BTreeSet<String> = settings.keys().cloned().collect();
    let mut reader = Reader::new(settings, faults);

    Config::read(&mut reader);

    assert_eq!(reader.asked, keys);
}

#[test]
fn every_key_of_the_default_file_has_a_comment() {
    let mut has_comment = false;
    for line in DEFAULTS.lines() {
        match line.trim() {
            "" => has_comment = false,
            line if line.starts_with('#') => has_comment = true,
            line if line.starts_with('[') => has_comment = false,
            line => assert!(has_comment, "{line}"),
        }
    }
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let file = "[queue]\naccept_s = 90\nextension_s = 30\n[media]\npublic_addresses = [\"203.0.113.10\"]";

    let config = with_file(file, &[("OKIENKO__QUEUE__ACCEPT_S", "45"), ("HOME", "/root")]).unwrap();

    assert_eq!((config.timings.accept_s, config.timings.extension_s), (45, 30));
    assert_eq!(config.media.public_addresses, ["203.0.113.10".parse::<IpAddr>().unwrap()]);
}

#[test]
#[cfg(not(feature = "failure-points"))]
fn the_production_example_is_valid() {
    let text = include_str!("../../config/production.example.toml");

    let config = with_file(text, &[]).unwrap();

    assert_eq!(config.server.mode, ServerMode::Production);
    assert!(config.http.trusted_proxies.iter().any(|proxy| proxy.contains("::1".parse().unwrap())));
}

#[test]
fn all_faults_are_told_at_once_with_key_and_origin() {
    let told = sentences(&[
        ("OKIENKO__QUEUE__ACCEPT_S", "soon"),
        ("OKIENKO__QUEUE__MAX_EXTENSIONS", "2"),
        ("OKIENKO__HTTP__LISTEN", "everywhere"),
        ("OKIENKO__HTTP__COLOUR", "blue"),
        ("OKIENKO__LOG__FORMAT", "xml"),
        ("OKIENKO__LOG__LEVEL", "inof"),
        ("OKIENKO__DATABASE__URL", "mysql://root:hunter2@db/x"),
        ("OKIENKO__MEDIA__PUBLIC_ADDRESSES", "203.0.113.10, home"),
        ("OKIENKO__HTTP__TLS_CERT", "cert.pem"),
    ]);

    assert_eq!(
        told,
        [
            "queue.accept_s (from OKIENKO__QUEUE__ACCEPT_S) must be a whole number",
            "http.colour (from OKIENKO__HTTP__COLOUR) is not a setting; config/default.toml lists them all",
            "http.listen (from OKIENKO__HTTP__LISTEN) must be an address and a port such as 127.0.0.1:8080",
            "http.tls_key (from the defaults) must be set together with http.tls_cert",
            "database.url (from OKIENKO__DATABASE__URL) must begin with sqlite: or postgres://",
            "media.public_addresses (from OKIENKO__MEDIA__PUBLIC_ADDRESSES) must be IP addresses such as 203.0.113.10",
            "queue.max_extensions (from OKIENKO__QUEUE__MAX_EXTENSIONS) must be a whole number from 10 to 100, not 2",
            "log.format (from OKIENKO__LOG__FORMAT) must be \"auto\", \"pretty\" or \"json\"",
            "log.level (from OKIENKO__LOG__LEVEL) must be \"off\", \"error\", \"warn\", \"info\", \"debug\" or \"trace\", \
             or directives such as \"info,okienko_actors=debug\"",
        ]
    );
}

#[test]
fn the_log_takes_levels_and_directives_and_no_misspelt_word() {
    let level = |text: &str| load(&[("OKIENKO__LOG__LEVEL", text)]).map(|config| config.log.level.as_str().to_owned());

    for text in
        ["off", "error", "warn", "info", "debug", "trace", "info,okienko_web=debug", "warn,okienko::store=trace"]
    {
        assert_eq!(level(text).as_deref(), Ok(text));
    }
    assert_eq!(level("info, okienko_web=debug").as_deref(), Ok("info,okienko_web=debug"));
    for text in ["inof", "INFO ", "okienko_web", "info,", "okienko_web=loud", "=info", "info;debug", "[span]=info"] {
        assert!(level(text).is_err(), "{text}");
    }
}

#[test]
fn a_file_is_refused_for_unknown_keys_wrong_kinds_and_broken_syntax() {
    let told = |text| -> Vec<String> {
        let faults = with_file(text, &[]).unwrap_err();
        faults.iter().map(|fault| fault.to_string().replace(&*std::env::temp_dir().to_string_lossy(), "")).collect()
    };

    let wrong = told("colour = 1\n[queue]\naccept_s = \"60\"\n[queue.deep]\nx = 1");
    assert_eq!(wrong.len(), 3, "{wrong:?}");
    assert!(wrong.iter().any(|sentence| sentence.starts_with("queue.deep.x (from ")));
    let broken = told("[demo]\npassword = \"hunter2");
    assert!(broken.iter().all(|sentence| sentence.contains("line 2") && !sentence.contains("hunter2")), "{broken:?}");
    let missing = Config::load(Some(Path::new("/nowhere/okienko.toml")), std::iter::empty()).unwrap_err();
    assert!(missing.iter().all(|fault| fault.to_string().contains("/nowhere/okienko.toml cannot be read")));
}

#[test]
#[cfg(not(feature = "failure-points"))]
fn without_failure_points_their_settings_are_unknown() {
    let told = sentences(&[("OKIENKO__FAILURES__POINTS", "room.handler:panic")]);

    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("failures.points") && told[0].contains("is not a setting"), "{told:?}");
}

#[test]
#[cfg(feature = "failure-points")]
fn failure_points_are_armed_by_settings_and_never_in_production() {
    let armed = load(&[("OKIENKO__FAILURES__POINTS", "room.handler:panic, store.after-commit:kill:1%")]).unwrap();
    let in_production =
        [("OKIENKO__SERVER__MODE", "production"), ("OKIENKO__HTTP__PUBLIC_URL", "https://okienko.example")];

    assert_eq!(armed.failures.points.len(), 2);
    assert!(sentences(&in_production)[0].starts_with("server.mode"));
    assert!(sentences(&[("OKIENKO__FAILURES__POINTS", "room.handler:dance")])[0].starts_with("failures.points"));
}

#[test]
#[cfg(not(feature = "failure-points"))]
fn production_refuses_a_demo_password_and_plain_http() {
    let told = sentences(&[("OKIENKO__SERVER__MODE", "production"), ("OKIENKO__DEMO__PASSWORD", "hunter2")]);

    assert_eq!(told.len(), 2);
    assert!(told.iter().any(|sentence| sentence.starts_with("demo.password")));
    assert!(told.iter().any(|sentence| sentence.starts_with("http.public_url")));
    assert!(!told.concat().contains("hunter2"));
}

#[test]
fn secrets_are_not_in_debug_output() {
    let config = load(&[
        ("OKIENKO__DEMO__PASSWORD", "hunter2"),
        ("OKIENKO__DATABASE__URL", "postgres://okienko:hunter2@db/okienko"),
    ])
    .unwrap();

    assert_eq!(config.demo.password.as_ref().map(Secret::expose), Some("hunter2"));
    assert!(!format!("{config:?}").contains("hunter2"));
}

#[test]
fn the_public_url_is_an_origin() {
    let url = |text: &str| load(&[("OKIENKO__HTTP__PUBLIC_URL", text)]).map(|config| config.http.public_url);

    assert_eq!(url("https://Okienko.Example.pl/").unwrap(), "https://okienko.example.pl");
    for wrong in ["okienko.example.pl", "https://", "https://a.pl/okienko", "https://a.pl?x", "https://u@a.pl"] {
        assert!(url(wrong).is_err(), "{wrong}");
    }
    let derived = load(&[("OKIENKO__HTTP__LISTEN", "0.0.0.0:9000")]).unwrap();
    assert_eq!(derived.http.public_url, "http://localhost:9000");
}

#[test]
fn ports_for_all_arbiters_must_exist() {
    let told = sentences(&[("OKIENKO__MEDIA__UDP_PORT", "65535"), ("OKIENKO__MEDIA__ARBITERS", "2")]);

    assert_eq!(told.len(), 1);
    assert!(told[0].starts_with("media.udp_port"));
}

#[test]
fn a_network_contains_its_addresses_only() {
    let network: Network = "10.1.0.0/16".parse().unwrap();

    for (address, inside) in [("10.1.255.255", true), ("10.2.0.0", false), ("::ffff:10.1.2.3", true), ("::1", false)] {
        assert_eq!(network.contains(address.parse().unwrap()), inside, "{address}");
    }
    assert!("0.0.0.0/0".parse::<Network>().unwrap().contains("8.8.8.8".parse().unwrap()));
    for wrong in ["10.0.0.0/33", "10.0.0/8", "proxy", "10.0.0.0/-1"] {
        assert!(wrong.parse::<Network>().is_err(), "{wrong}");
    }
}
