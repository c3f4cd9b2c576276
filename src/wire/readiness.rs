//! What a citizen's own check of devices and link came to.

use serde::{Deserialize, Serialize};

/// The link as the check found it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LinkWord {
    /// Fit for pictures.
    Good,
    /// Pictures may be less clear.
    Fair,
    /// Fit for speech or writing.
    Poor,
}

impl LinkWord {
    const ALL: [Self; 3] = [Self::Good, Self::Fair, Self::Poor];

    const fn word(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Poor => "poor",
        }
    }
}

/// What works, as far as it was checked before joining the line. Only what the browser says: nothing depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Readiness {
    /// A camera gave a picture.
    pub camera: bool,
    /// A microphone could be opened.
    pub microphone: bool,
    /// None if the check did not come to its end.
    pub link: Option<LinkWord>,
}

impl Readiness {
    /// As words parted by spaces, for a column.
    #[must_use]
    pub fn words(self) -> String {
        let devices = [("camera", self.camera), ("microphone", self.microphone)];
        let there = devices.into_iter().filter_map(|(word, is_there)| is_there.then_some(word));
        there.chain(self.link.map(LinkWord::word)).collect::<Vec<_>>().join(" ")
    }

    /// From such words. None if one of them is unknown.
    #[must_use]
    pub fn from_words(words: &str) -> Option<Self> {
        let mut ready = Self { camera: false, microphone: false, link: None };
        for word in words.split_whitespace() {
            match word {
                "camera" => ready.camera = true,
                "microphone" => ready.microphone = true,
                word => ready.link = Some(LinkWord::ALL.into_iter().find(|link| link.word() == word)?),
            }
        }
        Some(ready)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_stored_is_what_was_said() {
        for camera in [false, true] {
            for microphone in [false, true] {
                for link in LinkWord::ALL.into_iter().map(Some).chain([None]) {
                    let ready = Readiness { camera, microphone, link };
                    assert_eq!(Readiness::from_words(&ready.words()), Some(ready));
                }
            }
        }
        assert_eq!(Readiness::from_words("camera telepathy"), None);
    }
}
