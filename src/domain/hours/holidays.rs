//! Polish public holidays: act of 18 January 1951 on days free from work, art. 1, with 24 December since 2025 (its
//! amendment of 6 December 2024).

use jiff::ToSpan;
use jiff::civil::Date;

/// A public holiday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holiday {
    /// 1 January.
    NewYear,
    /// 6 January.
    Epiphany,
    /// Easter Sunday.
    Easter,
    /// The day after.
    EasterMonday,
    /// 1 May.
    LabourDay,
    /// 3 May.
    ConstitutionDay,
    /// Seven weeks after Easter.
    Pentecost,
    /// The Thursday sixty days after Easter.
    CorpusChristi,
    /// 15 August.
    Assumption,
    /// 1 November.
    AllSaints,
    /// 11 November.
    IndependenceDay,
    /// 24 December, since 2025.
    ChristmasEve,
    /// 25 December.
    Christmas,
    /// 26 December.
    SecondChristmas,
}

impl Holiday {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::NewYear,
        Self::Epiphany,
        Self::Easter,
        Self::EasterMonday,
        Self::LabourDay,
        Self::ConstitutionDay,
        Self::Pentecost,
        Self::CorpusChristi,
        Self::Assumption,
        Self::AllSaints,
        Self::IndependenceDay,
        Self::ChristmasEve,
        Self::Christmas,
        Self::SecondChristmas,
    ];

    /// A stable word, by which catalogues name it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::NewYear => "new-year",
            Self::Epiphany => "epiphany",
            Self::Easter => "easter",
            Self::EasterMonday => "easter-monday",
            Self::LabourDay => "labour-day",
            Self::ConstitutionDay => "constitution-day",
            Self::Pentecost => "pentecost",
            Self::CorpusChristi => "corpus-christi",
            Self::Assumption => "assumption",
            Self::AllSaints => "all-saints",
            Self::IndependenceDay => "independence-day",
            Self::ChristmasEve => "christmas-eve",
            Self::Christmas => "christmas",
            Self::SecondChristmas => "second-christmas",
        }
    }
}

/// Which public holiday a day is.
#[must_use]
pub fn holiday(day: Date) -> Option<Holiday> {
    let fixed = match (day.month(), day.day()) {
        (1, 1) => Some(Holiday::NewYear),
        (1, 6) => Some(Holiday::Epiphany),
        (5, 1) => Some(Holiday::LabourDay),
        (5, 3) => Some(Holiday::ConstitutionDay),
        (8, 15) => Some(Holiday::Assumption),
        (11, 1) => Some(Holiday::AllSaints),
        (11, 11) => Some(Holiday::IndependenceDay),
        (12, 24) if day.year() >= 2025 => Some(Holiday::ChristmasEve),
        (12, 25) => Some(Holiday::Christmas),
        (12, 26) => Some(Holiday::SecondChristmas),
        _ => None,
    };
    fixed.or_else(|| movable(day))
}

fn movable(day: Date) -> Option<Holiday> {
    let easter = easter_sunday(day.year())?;
    match easter.until(day).ok()?.get_days() {
        0 => Some(Holiday::Easter),
        1 => Some(Holiday::EasterMonday),
        49 => Some(Holiday::Pentecost),
        60 => Some(Holiday::CorpusChristi),
        _ => None,
    }
}

/// Easter Sunday of a year of the Gregorian calendar, by Gauss's method as corrected in 1816. None before 1583.
#[must_use]
pub fn easter_sunday(year: i16) -> Option<Date> {
    if year < 1583 {
        return None;
    }
    let y = i32::from(year);
    let century = y / 100;
    let lunar_correction = (13 + 8 * century) / 25;
    let moon = (15 - lunar_correction + century - century / 4) % 30;
    let sun = (4 + century - century / 4) % 7;
    let full_moon = (19 * (y % 19) + moon) % 30;
    let to_sunday = (2 * (y % 4) + 4 * (y % 7) + 6 * full_moon + sun) % 7;
    // The two years in which the plain sum would be a week past the last possible Easter.
    let a_week_late = full_moon == 29 && to_sunday == 6 || full_moon == 28 && to_sunday == 6 && y % 19 > 10;
    let days = full_moon + to_sunday - if a_week_late { 7 } else { 0 };
    Date::new(year, 3, 22).ok()?.checked_add(days.days()).ok()
}
