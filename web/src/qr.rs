//! QR codes as outlines for SVG: one square unit per module, so that the page chooses size and colours.

use qrcode::{Color, EcLevel, QrCode};
use serde::Serialize;

/// A code that a telephone's camera reads (ISO/IEC 18004), without the quiet zone around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(crate) struct Qr {
    /// How many modules its sides have, from 21 to 177.
    size: usize,
    /// The dark modules as the `d` of an SVG path, in modules.
    #[schema(example = "M0 0h7v1h-7z")]
    path: String,
}

impl Qr {
    /// Draws a text. A seventh of the code may be unreadable: screens reflect; more would make it denser.
    ///
    /// # Errors
    /// A text of more than some 2,300 bytes, which no code of this level holds.
    pub(crate) fn of(text: &str) -> Result<Self, qrcode::types::QrError> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M)?;
        let size = code.width();
        let mut path = String::new();
        for (row, modules) in code.to_colors().chunks(size).enumerate() {
            let mut column = 0;
            for run in modules.chunk_by(|one, next| one == next) {
                if run.first() == Some(&Color::Dark) {
                    path.push_str(&format!("M{column} {row}h{length}v1h-{length}z", length = run.len()));
                }
                column += run.len();
            }
        }
        Ok(Self { size, path })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a reader of such codes sees in a drawing.
    fn read(qr: &Qr) -> String {
        let mut dark = vec![vec![false; qr.size]; qr.size];
        for run in qr.path.split('M').skip(1) {
            let numbers: Vec<usize> =
                run.split([' ', 'h', 'v']).take(3).map(|number| number.parse().unwrap()).collect();
            let &[column, row, length] = numbers.as_slice() else { panic!("{run}") };
            dark[row][column..column + length].fill(true);
        }
        let grid = rqrr::SimpleGrid::from_func(qr.size, |x, y| dark[y][x]);
        rqrr::Grid::new(grid).decode().unwrap().1
    }

    #[test]
    fn what_is_drawn_is_read() {
        let address = format!("https://wideo.wroclaw.example/talk/wroclaw?lang=pl#go-on={}", "0a".repeat(32));

        assert_eq!(read(&Qr::of(&address).unwrap()), address);
    }

    #[test]
    fn what_no_code_holds_is_refused() {
        assert!(Qr::of(&"a".repeat(3_000)).is_err());
    }
}
