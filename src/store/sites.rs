//! The sites of an office: the domains that show its widget, each with its look and its list of hosts.

use diesel::prelude::*;

use crate::domain::office::{Corner, Look, Site};
use crate::ids::SiteId;
use crate::store::connection::Db;
use crate::store::error::StoreError;
use crate::store::schema::sites;
use crate::store::scope::OfficeScope;
use crate::store::values::{can_be_stored, id, joined, local_text, local_text_json, number, one_changed, present};

#[derive(Queryable, Insertable)]
#[diesel(table_name = sites)]
struct Row {
    id: String,
    office_id: String,
    key: String,
    name: String,
    allowed_origins: String,
    brand: String,
    on_brand: String,
    brand_dark: String,
    on_brand_dark: String,
    monogram: String,
    launcher_size_px: i64,
    corner: String,
    offset_px: i64,
    look_version: i64,
}

/// Adds a site.
///
/// # Errors
/// [`StoreError::WrongOffice`]; [`StoreError::Conflict`] if its key is taken.
pub fn create(db: &mut Db, scope: OfficeScope, site: &Site) -> Result<(), StoreError> {
    scope.admit(site.office)?;
    diesel::insert_into(sites::table).values(row_of(site)).execute(db)?;
    Ok(())
}

/// The site with this key, of whichever office: this is how the office is found.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn by_key(db: &mut Db, key: &str) -> Result<Option<Site>, StoreError> {
    if !can_be_stored(key) {
        return Ok(None);
    }
    sites::table.filter(sites::key.eq(key)).first::<Row>(db).optional()?.map(site_of).transpose()
}

/// All sites of all offices, for the start of the program and for the lists of hosts.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn all(db: &mut Db) -> Result<Vec<Site>, StoreError> {
    sites::table.order(sites::id).load::<Row>(db)?.into_iter().map(site_of).collect()
}

/// The sites of an office, the oldest first.
///
/// # Errors
/// [`StoreError::Query`], [`StoreError::Corrupt`].
pub fn of_office(db: &mut Db, scope: OfficeScope) -> Result<Vec<Site>, StoreError> {
    sites::table
        .filter(sites::office_id.eq(scope.text()))
        .order(sites::id)
        .load::<Row>(db)?
        .into_iter()
        .map(site_of)
        .collect()
}

/// Changes how a site looks, and raises the version of its look.
///
/// # Errors
/// [`StoreError::NotFound`] if the office has no such site.
pub fn set_look(db: &mut Db, scope: OfficeScope, site: SiteId, look: &Look) -> Result<(), StoreError> {
    let rows =
        diesel::update(sites::table.filter(sites::office_id.eq(scope.text())).filter(sites::id.eq(site.to_text())))
            .set((
                sites::brand.eq(&look.brand),
                sites::on_brand.eq(&look.on_brand),
                sites::brand_dark.eq(&look.brand_dark),
                sites::on_brand_dark.eq(&look.on_brand_dark),
                sites::monogram.eq(&look.monogram),
                sites::launcher_size_px.eq(i64::from(look.launcher_size_px)),
                sites::corner.eq(look.corner.word()),
                sites::offset_px.eq(i64::from(look.offset_px)),
                sites::look_version.eq(sites::look_version + 1),
            ))
            .execute(db)?;
    one_changed(rows)
}

/// Changes which origins may embed a site's widget.
///
/// # Errors
/// [`StoreError::NotFound`] if the office has no such site.
pub fn set_allowed_origins(
    db: &mut Db,
    scope: OfficeScope,
    site: SiteId,
    origins: &[String],
) -> Result<(), StoreError> {
    let rows =
        diesel::update(sites::table.filter(sites::office_id.eq(scope.text())).filter(sites::id.eq(site.to_text())))
            .set(sites::allowed_origins.eq(joined(origins.iter().map(String::as_str))))
            .execute(db)?;
    one_changed(rows)
}

fn row_of(site: &Site) -> Row {
    let look = &site.look;
    Row {
        id: site.id.to_text(),
        office_id: site.office.to_text(),
        key: site.key.clone(),
        name: local_text_json(&site.name),
        allowed_origins: joined(site.allowed_origins.iter().map(String::as_str)),
        brand: look.brand.clone(),
        on_brand: look.on_brand.clone(),
        brand_dark: look.brand_dark.clone(),
        on_brand_dark: look.on_brand_dark.clone(),
        monogram: look.monogram.clone(),
        launcher_size_px: i64::from(look.launcher_size_px),
        corner: look.corner.word().to_owned(),
        offset_px: i64::from(look.offset_px),
        look_version: i64::from(site.look_version),
    }
}

fn site_of(row: Row) -> Result<Site, StoreError> {
    Ok(Site {
        id: id(&row.id, "sites.id")?,
        office: id(&row.office_id, "sites.office_id")?,
        key: row.key,
        name: local_text(&row.name, "sites.name")?,
        allowed_origins: row.allowed_origins.split_whitespace().map(str::to_owned).collect(),
        look: Look {
            brand: row.brand,
            on_brand: row.on_brand,
            brand_dark: row.brand_dark,
            on_brand_dark: row.on_brand_dark,
            monogram: row.monogram,
            launcher_size_px: number(row.launcher_size_px, "sites.launcher_size_px")?,
            corner: present(Corner::from_word(&row.corner), "sites.corner")?,
            offset_px: number(row.offset_px, "sites.offset_px")?,
        },
        look_version: number(row.look_version, "sites.look_version")?,
    })
}
