//! The office that is served: the demo office with as many clerks as a scenario asks for, put into an empty database
//! before the server opens it.

use argon2::Argon2;
use argon2::password_hash::PasswordHasher;
use okienko::domain::office::{Clerk, Skills, StaffRole};
use okienko::ids::{ClerkId, OfficeId};
use okienko::seed;
use okienko::store::{OfficeScope, Store, StoreError, matters, staff};
use okienko::world::World;

use crate::scenario::ClerkSkills;

/// The site at which residents come.
pub const SITE: &str = "wroclaw";

/// The password of all clerks.
pub const PASSWORD: &str = "load-tests-only";

/// A clerk who can sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The login.
    pub email: String,
    /// Its password.
    pub password: String,
    /// What they can do.
    pub skills: ClerkSkills,
}

/// Why there is no office to serve.
#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    /// The database refused.
    #[error("the office could not be put into the database: {0}")]
    Store(#[from] StoreError),
    /// The password could not be hashed.
    #[error("the clerks' password could not be hashed: {0}")]
    Password(String),
}

/// Puts the demo office and `count` clerks into an empty database. Blocks: not for a thread that serves.
///
/// # Errors
/// [`OfficeError`]; the database must be empty.
pub fn set_up(url: &str, count: u32, skills: &[ClerkSkills]) -> Result<(OfficeId, Vec<Account>), OfficeError> {
    let hash = Argon2::default()
        .hash_password(PASSWORD.as_bytes())
        .map_err(|error| OfficeError::Password(error.to_string()))?
        .to_string();
    let accounts: Vec<Account> =
        (1..=count).zip(skills.iter().cycle()).map(|(number, skills)| account(number, skills)).collect();
    let store = Store::open(url, 1)?;
    let to_make = accounts.clone();
    let office = store.write_now(move |db| {
        let world = World::real();
        let office = seed::seed_demo(db, &world, &hash)?.office;
        let scope = OfficeScope::of(office);
        let matters: Vec<_> = matters::of_office(db, scope)?.into_iter().map(|matter| matter.id).collect();
        for (number, account) in (1_u32..).zip(&to_make) {
            let clerk = Clerk {
                id: ClerkId::new(&world),
                office,
                email: account.email.clone(),
                given_name: format!("Urzędnik {number}"),
                family_name: "Próbny".to_owned(),
                desk: Some(format!("Stanowisko {number}")),
                role: StaffRole::Clerk,
                skills: Skills {
                    matters: matters.clone(),
                    languages: account.skills.languages.clone(),
                    sign: account.skills.sign,
                },
            };
            staff::create(db, scope, &clerk, &hash)?;
        }
        Ok(office)
    })?;
    store.close();
    Ok((office, accounts))
}

fn account(number: u32, skills: &ClerkSkills) -> Account {
    Account { email: format!("clerk-{number}@load.example"), password: PASSWORD.to_owned(), skills: skills.clone() }
}

/// The clerks of the demo office as it is shipped, for a server that somebody else started.
#[must_use]
pub fn demo_accounts(password: &str) -> Vec<Account> {
    let account = |name: &str, languages: &[&str], sign| Account {
        email: format!("{name}@demo.example"),
        password: password.to_owned(),
        skills: ClerkSkills { languages: languages.iter().map(|language| (*language).to_owned()).collect(), sign },
    };
    vec![account("anna", &["pl", "en"], false), account("marek", &["pl"], true), account("olena", &["uk", "pl"], false)]
}

#[cfg(test)]
mod tests {
    use okienko::store::offices;

    use super::*;

    #[test]
    fn clerks_take_turns_in_what_they_can_do() {
        let folder = crate::target::folder::Folder::new().unwrap();
        let url = format!("sqlite:{}", folder.path().join("o.db").display());
        let skills = [
            ClerkSkills { languages: vec!["pl".to_owned()], sign: false },
            ClerkSkills { languages: vec!["uk".to_owned()], sign: true },
        ];

        let (office, accounts) = set_up(&url, 3, &skills).unwrap();

        let signs: Vec<bool> = accounts.iter().map(|account| account.skills.sign).collect();
        assert_eq!(signs, [false, true, false]);
        let store = Store::open(&url, 1).unwrap();
        let found = store
            .read_now(move |db| Ok((offices::all(db)?.len(), staff::of_office(db, OfficeScope::of(office))?)))
            .unwrap();
        assert_eq!(found.0, 1);
        let second = found.1.iter().find(|clerk| clerk.email == "clerk-2@load.example").unwrap();
        assert!(second.skills.sign && second.skills.languages == ["uk"] && second.skills.matters.len() == 6);
        drop(store);
        assert!(set_up(&url, 1, &skills).is_err(), "the database is not empty");
    }

    #[test]
    fn the_demo_accounts_are_those_of_the_demo_office() {
        let store = Store::open("sqlite::memory:", 1).unwrap();
        let staff = store
            .write_now(|db| {
                let seeded = seed::seed_demo(db, &World::real(), "x")?;
                staff::of_office(db, OfficeScope::of(seeded.office))
            })
            .unwrap();

        for account in demo_accounts("x") {
            let clerk = staff.iter().find(|clerk| clerk.email == account.email).unwrap();
            assert_eq!((&clerk.skills.languages, clerk.skills.sign), (&account.skills.languages, account.skills.sign));
        }
    }
}
