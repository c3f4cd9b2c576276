//! The office that a query may see. Every function on an office's records takes one, so that none can forget it.

use crate::ids::OfficeId;
use crate::store::error::StoreError;

/// Permission to see and change the records of one office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct OfficeScope(OfficeId);

impl OfficeScope {
    /// The scope of one office.
    #[must_use]
    pub fn of(office: OfficeId) -> Self {
        Self(office)
    }

    /// Which office.
    #[must_use]
    pub fn office(self) -> OfficeId {
        self.0
    }

    /// The office's id as it is stored.
    pub(super) fn text(self) -> String {
        self.0.to_text()
    }

    /// Lets a record pass only if it belongs to this office.
    pub(super) fn admit(self, office: OfficeId) -> Result<(), StoreError> {
        if office == self.0 { Ok(()) } else { Err(StoreError::WrongOffice) }
    }
}
