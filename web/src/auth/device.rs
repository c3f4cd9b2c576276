//! Which device a citizen's browser is on, as far as it must be known for keeping somebody out of the line.
//!
//! The device's secret is made from the session's token, so that nobody carries one more cookie than their session's.
//! Only whoever is kept out gets the secret as a cookie of its own, which outlives the session and lasts as long as the
//! block does (`docs/decisions/0009-blocks-by-device-and-network.md`).

use actix_web::HttpRequest;
use okienko::domain::abuse::kept_out_until;
use okienko::store::{DeviceMark, OfficeScope, StoreError, blocks};
use sha2::{Digest, Sha256};

use super::{Visitor, cookie, token};
use crate::guard::client;
use crate::state::AppState;

/// What a request tells of the device that it comes from.
#[derive(Debug, Clone)]
pub struct Device {
    /// None in unit tests only.
    network: Option<String>,
    /// The secret, of a device that was kept out.
    secret: Option<String>,
}

impl Device {
    /// What this request tells.
    #[must_use]
    pub fn of(state: &AppState, request: &HttpRequest) -> Self {
        let is_secret = |value: &&str| token::hash_of(value).is_some();
        Self {
            network: client::address(request, |address| state.trusts(address)).map(client::network),
            secret: cookie::values(request, cookie::DEVICE).find(is_secret).map(str::to_owned),
        }
    }

    /// The mark of the device in its network, with a session that this token opens.
    #[must_use]
    pub fn mark(&self, token: &str) -> Option<DeviceMark> {
        let secret = self.secret(token);
        self.network.as_ref().map(|network| DeviceMark::of(&secret, network))
    }

    fn secret(&self, token: &str) -> String {
        self.secret.clone().unwrap_or_else(|| secret_of(token))
    }
}

/// The secret of a device whose session has this token; the token cannot be learnt from it.
fn secret_of(token: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"okienko device\0");
    hash.update(token.as_bytes());
    token::hex(hash.finalize().as_slice())
}

/// The cookie by which a device is known again for as long as it is kept out of the line; `None` if it is not.
///
/// # Errors
/// Those of the store.
pub async fn cookie_of_kept_out(
    state: &AppState,
    request: &HttpRequest,
    visitor: &Visitor,
) -> Result<Option<String>, StoreError> {
    let device = Device::of(state, request);
    let Some(mark) = device.mark(visitor.token()) else { return Ok(None) };
    let (scope, now) = (OfficeScope::of(visitor.session.office), state.world.now());
    let found = state.read(move |db| blocks::of_device(db, scope, mark)).await?;
    let until = kept_out_until(&found, now);
    Ok(until.map(|until| cookie::device(&device.secret(visitor.token()), until.duration_since(now))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(network: &str, secret: Option<&str>) -> Device {
        Device { network: Some(network.to_owned()), secret: secret.map(str::to_owned) }
    }

    #[test]
    fn a_device_stays_the_same_when_it_brings_its_secret_with_another_session() {
        let before = device("192.0.2.0/24", None);
        let secret = before.secret("first token");

        let after = device("192.0.2.0/24", Some(&secret));

        assert_eq!(before.mark("first token"), after.mark("second token"));
        assert_ne!(before.mark("first token"), before.mark("second token"));
        assert_ne!(before.mark("first token"), device("192.0.3.0/24", None).mark("first token"));
        assert_ne!(secret, "first token");
        assert!(token::hash_of(&secret).is_some(), "it is taken for one when it comes back");
    }
}
