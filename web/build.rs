//! A release build embeds pages, texts and assets, so it must be built anew when one of them changes or appears. A
//! debug build reads them from disk and needs nothing of the kind.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        for folder in ["static", "templates", "i18n", "../widget"] {
            println!("cargo::rerun-if-changed={folder}");
        }
    }
}
